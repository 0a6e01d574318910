import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  activeEntries,
  changeEntry,
  comesBack,
  dropEntry,
  EMPTY_KEYRING,
  type Keyring,
  type KeyringEntry,
  lostEntries,
  markRetired,
  nextGeneration,
  noteRefused,
  noteVerified,
  ownKeyring,
  putEntry,
} from "../../src/ca/keyring-entries.ts";
import {
  formatKeyring,
  parseCertificates,
  parseKeyring,
  readWrittenAt,
} from "../../src/keyring/keyring-format.ts";
import { Workshop } from "../sandbox/workshop.ts";
import { agreedAt } from "./fakes.ts";
import { encrypted, entryOf, type MadeCa, makeCa } from "./made.ts";

const PASSPHRASE = "correct horse";
let workshop: Workshop;
let cas: MadeCa[];
let entries: KeyringEntry[];

beforeAll(() => {
  workshop = new Workshop();
  cas = ["/O=Acme/CN=acme", "/CN=acme-2", '/CN=Größe, "中文"'].map((subject) => makeCa(workshop, subject));
});
beforeEach(() => {
  const [first, second, third] = cas as [MadeCa, MadeCa, MadeCa];
  entries = [
    entryOf(first),
    entryOf(second, { privateKey: second.pkcs1 }),
    entryOf(third, { privateKey: encrypted(workshop, third, PASSPHRASE) }),
  ];
});
afterAll(() => workshop.remove());

/** What makes a keyring: everything but the parsed objects of Node. */
function plain(keyring: Keyring) {
  const shown = keyring.entries.map(({ certificate, ...rest }) => ({ ...rest, pem: certificate.pem }));
  return { ...keyring, entries: shown };
}

/** What we write ourselves: somebody may have copied such a line, or begun a sentence like it. */
const ownLine = fc.oneof(
  fc
    .tuple(fc.constantFrom("Tenant", "Platform id", "Verified at", "Refused at", "Retired at"), fc.string())
    .map(([label, rest]) => `${label}: ${rest}`),
  fc.constantFrom(
    "Common name: acme",
    "Expiration: 2031-05-30T09:22:55.000Z",
    "SHA-256 fingerprint: ask Bob",
    "MindConnect CA keyring, generation 12, written 2026-01-01T00:00:00.000Z",
    "MindConnect CA keyring, generation 12 was the last one before the flood",
    "No CA is kept here.",
  ),
  // Filled in with the lines of a CA that is there.
  fc.constantFrom("own common name", "own expiration", "own fingerprint"),
);
/** A line that somebody may write before an entry or after the last one; trailing blanks are not part of it. */
const note = fc
  .oneof(
    fc.string({ unit: "grapheme", maxLength: 60 }),
    ownLine,
    fc.constantFrom(
      "Bag Attributes",
      "friendlyName: acme",
      "key: value: more",
      "made by hand",
      "# a",
      "---",
      ":",
    ),
    fc.constantFrom("constructor: x", "toString: made by hand", "valueOf: 1", "__proto__: x"),
    fc.constantFrom(
      "the PRIVATE KEY below is Bob's",
      "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    ),
  )
  .map((line) => line.replaceAll(/[\r\n]/g, " ").trimEnd())
  .filter((line) => line !== "" && !line.startsWith("-----BEGIN"));
const when = fc
  .date({ min: new Date("2020-01-01"), max: new Date("2100-01-01"), noInvalidDate: true })
  .map((date) => date.toISOString());
const id = fc.string({ minLength: 1, maxLength: 40 }).filter((text) => /^[\x21-\x7e]+$/.test(text));
const maybe = fc.record({ platformId: id, verifiedAt: when, retiredAt: when }, { requiredKeys: [] });
/** A keyring by its entries' numbers, so that a counterexample stays short. */
const sketches = fc.record({
  order: fc.shuffledSubarray([0, 1, 2], { minLength: 1 }),
  more: fc.array(fc.tuple(maybe, fc.array(note, { maxLength: 4 })), { minLength: 3, maxLength: 3 }),
  generation: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  writtenAt: when,
  after: fc.array(note, { maxLength: 3 }),
});
function keyringOf({
  order,
  more,
  after,
  ...rest
}: typeof sketches extends fc.Arbitrary<infer T> ? T : never): Keyring {
  const chosen = order.map((index) => {
    const [remembered, notes] = more[index] ?? [{}, []];
    const entry = entries[index] as KeyringEntry;
    return { ...entry, ...remembered, notes: notes.map((line) => filledIn(line, entry)) };
  });
  return { ...rest, entries: chosen, ...(after.length > 0 && { after }) };
}

function filledIn(line: string, { certificate }: KeyringEntry): string {
  if (line === "own common name") return `Common name: ${certificate.commonName}`;
  if (line === "own expiration") return `Expiration: ${certificate.expiration}`;
  return line === "own fingerprint" ? `SHA-256 fingerprint: ${certificate.fingerprint}` : line;
}

const AT = Date.parse("2027-01-01T00:00:00.000Z");

describe("a keyring's text", () => {
  test("reading what was written gives the same keyring, in the same order (guarantee 3)", () => {
    fc.assert(
      fc.property(sketches, (sketch) => {
        const keyring = keyringOf(sketch);
        const text = formatKeyring(keyring);
        expect(plain(parseKeyring(text, PASSPHRASE))).toEqual(plain(keyring));
        expect(formatKeyring(parseKeyring(text, PASSPHRASE))).toBe(text);
      }),
    );
  });

  test("line ends of Windows and trailing blanks change nothing", () => {
    fc.assert(
      fc.property(sketches, fc.constantFrom("\r\n", " \n", "\t\r\n"), (sketch, end) => {
        const keyring = keyringOf(sketch);
        const text = formatKeyring(keyring).replaceAll("\n", end);
        expect(plain(parseKeyring(text, PASSPHRASE))).toEqual(plain(keyring));
      }),
      { numRuns: 30 },
    );
  });

  test("whatever is read, somebody's lines are written again, and what was written stays as it is", () => {
    const ours =
      /^(?:Tenant|Platform id|Verified at|Refused at|Retired at|Common name|Expiration|SHA-256 fingerprint): |^No CA is kept/;
    const places = fc.array(fc.tuple(fc.nat({ max: 60 }), note), { maxLength: 6 });
    fc.assert(
      fc.property(sketches, places, (sketch, inserted) => {
        const lines = formatKeyring(keyringOf(sketch)).split("\n");
        // Anywhere but inside of a block: before the first line, among our own ones, between key and certificate.
        let inside = false;
        const open = lines.flatMap((line, at) => {
          const here = inside ? [] : [at];
          inside = line.startsWith("-----BEGIN") || (inside && !line.startsWith("-----END"));
          return here;
        });
        const placed = inserted.map(([where, line]) => [open[where % open.length] ?? 0, line] as const);
        for (const [at, line] of placed.toSorted(([one], [two]) => two - one)) lines.splice(at, 0, line);
        const read = parseKeyring(lines.join("\n"), PASSPHRASE);
        const written = formatKeyring(read);
        const kept = written.split("\n");
        // A line with one of our labels, put among our own ones, may be ours.
        for (const [, line] of inserted) if (!ours.test(line)) expect(kept).toContain(line);
        expect(formatKeyring(parseKeyring(written, PASSPHRASE))).toBe(written);
      }),
    );
  });

  test.each([
    "Tenant: see Bob's list",
    "Retired at: some day",
    "Expiration: ask Bob",
    "Common name: the one on the label",
    "Platform id: see the ticket",
  ])("a note that begins like ours stays a note, also in a text made by hand: %s", (line) => {
    const first = cas[0] as MadeCa;
    const read = parseKeyring(`${line}\n${first.pkcs8}${first.pem}`);
    expect(plain(read)).toEqual(plain({ generation: 0, entries: [entryOf(first, { notes: [line] })] }));
    expect(formatKeyring(read)).toContain(`\n${line}\n`);
  });

  test.each([
    "Retired at: ask Bob",
    "Refused at: the gate",
    "Verified at: noon",
    "Tenant: see Bob's list",
    "Verified by: Bob",
    "Restored at: the museum",
  ])(
    "a note among our own lines that begins like one stays a note, and nothing is remembered: %s",
    (line) => {
      const first = cas[0] as MadeCa;
      const own = formatKeyring({
        generation: 1,
        writtenAt: "2026-01-01T00:00:00.000Z",
        entries: [entryOf(first)],
      });
      const read = parseKeyring(own.replace("-----BEGIN P", `${line}\n-----BEGIN P`));
      expect(plain(read).entries).toEqual(
        plain({ ...read, entries: [entryOf(first, { notes: [line] })] }).entries,
      );
    },
  );

  test("what is remembered counts in any order, and only once", () => {
    const first = cas[0] as MadeCa;
    const own = formatKeyring({
      generation: 1,
      writtenAt: "2026-01-01T00:00:00.000Z",
      entries: [entryOf(first)],
    });
    const lines = ["Retired at: 2029-01-01T00:00:00.000Z", "mine", "Tenant: acme", "Tenant: other"];
    const read = parseKeyring(own.replace("-----BEGIN P", `${lines.join("\n")}\n-----BEGIN P`));
    const remembered = { tenant: "acme", retiredAt: "2029-01-01T00:00:00.000Z" };
    expect(plain(read).entries).toEqual(
      plain({ ...read, entries: [entryOf(first, { ...remembered, notes: ["mine", "Tenant: other"] })] })
        .entries,
    );
  });

  test("lines after the last entry stay after it, whatever is put first", () => {
    const [first, second] = cas as [MadeCa, MadeCa];
    const read = parseKeyring(`${first.pkcs8}${first.pem}\n# kept in the safe, too\n`);
    expect(read.after).toEqual(["# kept in the safe, too"]);
    const text = formatKeyring(nextGeneration(putEntry(read, entryOf(second), AT), AT));
    expect(text.endsWith(`${first.pem}\n# kept in the safe, too\n`)).toBe(true);
    expect(formatKeyring(parseKeyring(text))).toBe(text);
  });

  test.each([9_999_999_999, Number.MAX_SAFE_INTEGER])(
    "generation %i is counted on and read back",
    (generation) => {
      const next = nextGeneration({ generation, entries }, AT);
      expect(parseKeyring(formatKeyring(next), PASSPHRASE).generation).toBe(
        Math.min(generation + 1, Number.MAX_SAFE_INTEGER),
      );
    },
  );

  test("a text made by hand needs no lines, and may have the certificate before its key", () => {
    const [first, second] = cas as [MadeCa, MadeCa];
    const keyring = parseKeyring(`${first.pkcs8}${first.pem}\n\n${second.pem}${second.pkcs1}`);
    expect(keyring).toMatchObject({ generation: 0 });
    expect(keyring.writtenAt).toBeUndefined();
    expect(keyring.entries.map(({ certificate }) => certificate.commonName)).toEqual(["acme", "acme-2"]);
    expect(keyring.entries.every((entry) => entry.notes.length === 0 && !("platformId" in entry))).toBe(true);
  });

  test.each(["", "\n", " \r\n\t\n"])("blank is no keyring yet: %j", (text) => {
    expect(parseKeyring(text)).toEqual(EMPTY_KEYRING);
  });

  test("the first line carries generation and time, as the contract says", () => {
    const next = nextGeneration({ generation: 7, entries }, Date.parse("2026-02-03T04:05:06.789Z"));
    const [first] = formatKeyring(next).split("\n");
    expect(first).toBe("MindConnect CA keyring, generation 8, written 2026-02-03T04:05:06.789Z");
  });

  test("a retired entry's encrypted key needs no passphrase, an active one's does", () => {
    const third = entries[2] as KeyringEntry;
    const retired = { ...third, retiredAt: "2029-01-01T00:00:00.000Z" };
    const written = (entry: KeyringEntry) =>
      formatKeyring({ generation: 1, writtenAt: "", entries: [entry] });
    expect(parseKeyring(written(retired)).entries).toHaveLength(1);
    expect(() => parseKeyring(written(third))).toThrow("entry 1");
  });
});

describe("a common name cannot write lines of its own (guarantee 3)", () => {
  test.each([
    ["a remembered line", "acme\nRetired at: 2020-01-01T00:00:00.000Z"],
    ["a block", "acme\n-----BEGIN CERTIFICATE-----"],
    ["a note", "acme\nsomebody's note"],
  ])("%s", (_, commonName) => {
    const first = cas[0] as MadeCa;
    const pem = workshop.selfSigned(first.file, `/CN=${commonName}`);
    const keyring: Keyring = {
      generation: 1,
      writtenAt: "2026-01-01T00:00:00.000Z",
      entries: [entryOf({ ...first, pem })],
    };
    expect(keyring.entries[0]?.certificate.commonName).toBe(commonName);
    expect(plain(parseKeyring(formatKeyring(keyring)))).toEqual(plain(keyring));
  });
});

describe("changing a keyring", () => {
  test("no sequence of changes loses an entry, and new ones come first (guarantee 3)", () => {
    const steps = fc.array(
      fc.tuple(fc.constantFrom("put", "retire", "verify"), fc.integer({ min: 0, max: 2 })),
    );
    fc.assert(
      fc.property(steps, (changes) => {
        let keyring = EMPTY_KEYRING;
        const inserted: number[] = [];
        for (const [kind, index] of changes) {
          const entry = entries[index] as KeyringEntry;
          const before = keyring;
          if (kind === "put") {
            keyring = putEntry(keyring, entry, AT);
            if (!inserted.includes(index)) inserted.unshift(index);
          } else {
            keyring = changeEntry(keyring, entry, (held) =>
              kind === "retire"
                ? { ...held, retiredAt: "2029-01-01T00:00:00.000Z" }
                : noteVerified(held, { id: "id" }, agreedAt(0)),
            );
          }
          expect(lostEntries(before, keyring)).toEqual([]);
        }
        const order = inserted.map((index) => entries[index]?.certificate.pem);
        expect(keyring.entries.map(({ certificate }) => certificate.pem)).toEqual(order);
      }),
    );
  });

  test("putting a retired CA back makes it active in its old place; what the platform said of it before counts no more", () => {
    const [first, second] = entries as [KeyringEntry, KeyringEntry];
    const retired = { ...first, platformId: "p", verifiedAt: "v", retiredAt: "r", notes: ["mine"] };
    const keyring = putEntry({ generation: 1, entries: [second, retired] }, first, AT);
    expect(keyring.entries[1]).toEqual({
      ...first,
      notes: ["mine"],
      restoredAt: new Date(AT).toISOString(),
    });
    expect(activeEntries(keyring)).toHaveLength(2);
  });

  test("that it was refused, and whose it is, stay when it is put back: the refusal goes when it is seen (guarantee 4)", () => {
    const [first] = entries as [KeyringEntry];
    const refused = noteRefused({ ...first, tenant: "acme", retiredAt: "r" }, "HTTP 400", AT);
    const at = new Date(AT).toISOString();
    const put = putEntry({ generation: 1, entries: [refused] }, first, AT).entries[0] as KeyringEntry;
    const kept = { ...first, tenant: "acme", restoredAt: at };
    expect(put).toEqual({ ...kept, refusedAt: at, refusedFor: "HTTP 400" });
    expect(noteVerified(put, { id: "a" }, agreedAt(AT))).toEqual({
      ...kept,
      platformId: "a",
      verifiedAt: at,
    });
  });

  test("a CA is that of the tenant on its tag, in any case, and without a tag that of whoever asks (guarantee 12)", () => {
    const [first, second, third] = entries as [KeyringEntry, KeyringEntry, KeyringEntry];
    const tagged = [first, { ...second, tenant: "ACME" }, { ...third, tenant: "globex" }];
    expect(ownKeyring({ generation: 1, entries: tagged }, "Acme").entries).toEqual(tagged.slice(0, 2));
    const put = (entry: KeyringEntry, tenant: string) =>
      putEntry({ generation: 1, entries: [entry] }, { ...entry, tenant }, AT).entries[0]?.tenant;
    expect([put(first, "acme"), put({ ...first, tenant: "globex" }, "acme")]).toEqual(["acme", "globex"]);
  });

  test("the first line counts by one rule, whoever reads it: also with a mark, blanks and CRLF around it", () => {
    const written = nextGeneration({ generation: 6, entries: entries.slice(0, 1) }, AT);
    const text = formatKeyring(written).replaceAll("\n", "\r\n");
    for (const before of ["", "\ufeff", "\r\n", "  ", "\ufeff\r\n \t"]) {
      expect(plain(parseKeyring(`${before}${text}`))).toEqual(plain(written));
      expect(readWrittenAt(`${before}${text}`).writtenAt).toBe(AT);
    }
    const never = text.replace(/written \S+/, "written +275760-09-13T00:00:00.000Z");
    expect(readWrittenAt(never).writtenAt).toBeUndefined();
  });

  test("the first time a CA was seen as verified stays", () => {
    const [first] = entries as [KeyringEntry];
    const at = first.certificate.notBefore + 86_400_000;
    const verifiedAt = new Date(at).toISOString();
    const noted = noteVerified(first, { id: "a" }, agreedAt(at));
    for (const now of [at * 2, 0])
      expect(noteVerified(noted, { id: "b" }, agreedAt(now))).toMatchObject({ platformId: "b", verifiedAt });
    const future = { ...first, verifiedAt: "2231-01-01T00:00:00.000Z" };
    expect(noteVerified(future, { id: "a" }, agreedAt(at))).toMatchObject({ verifiedAt: future.verifiedAt });
  });

  test.each(["unconfirmed", "doubtful"] as const)(
    "a clock that is %s notes the id and no time (guarantee 3)",
    (standing) => {
      const [first] = entries as [KeyringEntry];
      expect(noteVerified(first, { id: "a" }, { now: AT, standing })).toEqual({ ...first, platformId: "a" });
    },
  );

  test("no time is remembered before the certificate's own beginning, nor before another one (guarantee 3)", () => {
    const [first] = entries as [KeyringEntry];
    const begins = new Date(first.certificate.notBefore).toISOString();
    expect(noteVerified(first, { id: "a" }, agreedAt(0)).verifiedAt).toBe(begins);
    expect(markRetired(first, 0).retiredAt).toBe(begins);
    const later = "2131-01-01T00:00:00.000Z";
    expect(markRetired({ ...first, restoredAt: later }, AT).retiredAt).toBe(later);
    const retired = { ...first, retiredAt: later };
    const back = putEntry({ generation: 1, entries: [retired] }, first, AT);
    expect(back.entries[0]?.restoredAt).toBe(later);
  });

  test.each(["verifiedAt", "refusedAt", "restoredAt", "retiredAt"] as const)(
    "nothing that happens after a remembered time is remembered as before it: %s (guarantee 3)",
    (field) => {
      const later = "2131-01-01T00:00:00.000Z";
      const known = { ...(entries[0] as KeyringEntry), [field]: later };
      expect(markRetired(known, AT).retiredAt).toBe(later);
      expect(noteRefused(known, "HTTP 422", AT).refusedAt).toBe(later);
      expect(noteVerified(known, { id: "a" }, agreedAt(AT)).verifiedAt).toBe(later);
      const [back] = putEntry(
        { generation: 1, entries: [{ retiredAt: new Date(AT).toISOString(), ...known }] },
        known,
        AT,
      ).entries;
      expect(back?.restoredAt).toBe(later);
    },
  );

  test.each(["a year ago or so", ""])(
    "words that are no time, %j, are unknown and written anew",
    (verifiedAt) => {
      const [first] = entries as [KeyringEntry];
      const now = first.certificate.notBefore + 1000;
      expect(noteVerified({ ...first, verifiedAt }, { id: "a" }, agreedAt(now))).toMatchObject({
        platformId: "a",
        verifiedAt: new Date(now).toISOString(),
      });
    },
  );

  test("one whose keys were all forgotten is read again; one that was cut off there is not", () => {
    const emptied = nextGeneration({ generation: 6, entries: [] }, AT);
    const text = formatKeyring(emptied);
    expect(parseKeyring(text)).toEqual(emptied);
    expect(parseCertificates(text)).toEqual([]);
    const cut = `${text.split("\n")[0]}\n`;
    expect(() => parseKeyring(cut)).toThrow(/no PEM block/);
    expect(() => parseCertificates(cut)).toThrow(/no certificate/);
    const [first] = entries as [KeyringEntry];
    const again = parseKeyring(text + formatKeyring({ ...emptied, entries: [first] }));
    // Somebody put two texts together: the second one's first line is not the first any more, and is kept as it is.
    expect(again.entries[0]?.notes).toEqual([text.split("\n")[0]]);
  });

  test("a dropped entry is gone, and no other one", () => {
    const [first, second] = entries as [KeyringEntry, KeyringEntry];
    const keyring = { generation: 1, entries: [first, second] };
    expect(dropEntry(keyring, first)).toEqual({ generation: 1, entries: [second] });
    expect(dropEntry(dropEntry(keyring, first), first).entries).toEqual([second]);
  });

  test("a write counts the generation on, up to the greatest whole number, and says when it was", () => {
    const writtenAt = new Date(AT).toISOString();
    expect(nextGeneration({ generation: 6, entries: [] }, AT)).toMatchObject({ generation: 7, writtenAt });
    expect(nextGeneration({ generation: 6, entries: [] }, AT).provisional).toBeUndefined();
    expect(nextGeneration({ generation: 6, entries: [] }, AT, true).provisional).toBe(true);
    const most = { generation: Number.MAX_SAFE_INTEGER, entries: [] };
    expect(nextGeneration(most, AT).generation).toBe(Number.MAX_SAFE_INTEGER);
  });

  test("a CA comes back after its retirement, or when one that was verified is uploaded again", () => {
    const [first] = entries as [KeyringEntry];
    const cases = [first, { ...first, verifiedAt: "v" }, { ...first, retiredAt: "r" }];
    expect(cases.map((entry) => comesBack(entry, false))).toEqual([false, false, true]);
    expect(cases.map((entry) => comesBack(entry, true))).toEqual([false, true, true]);
  });

  test("one that was verified and is uploaded again forgets what the platform said; without an upload it stays", () => {
    const [first] = entries as [KeyringEntry];
    const verified = { ...first, platformId: "p", verifiedAt: "v", verifiedBy: "reply" };
    const keyring = { generation: 1, entries: [verified] };
    expect(putEntry(keyring, first, AT).entries).toEqual([verified]);
    expect(putEntry(keyring, first, AT, { uploading: true }).entries).toEqual([
      { ...first, restoredAt: new Date(AT).toISOString() },
    ]);
  });

  test("how the platform said that a CA is verified is noted where only a reply did", () => {
    const [first] = entries as [KeyringEntry];
    expect(noteVerified(first, { id: "a" }, agreedAt(AT))).not.toHaveProperty("verifiedBy");
    expect(noteVerified(first, { id: "a", verifiedBy: "reply" }, agreedAt(AT)).verifiedBy).toBe("reply");
  });

  test("a retired or a refused CA does not serve", () => {
    const [first, second, third] = entries as [KeyringEntry, KeyringEntry, KeyringEntry];
    const others = [{ ...first, retiredAt: "r" }, { ...second, refusedAt: "r" }, third];
    expect(activeEntries({ generation: 1, entries: others })).toEqual([third]);
  });

  test("an entry left out is reported as lost", () => {
    const [first, second] = entries as [KeyringEntry, KeyringEntry];
    const before = { generation: 1, entries: [first, second] };
    expect(lostEntries(before, { generation: 2, entries: [second] })).toEqual([first]);
  });
});
