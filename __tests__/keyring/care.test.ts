import { createPrivateKey } from "node:crypto";
import { existsSync, statSync, writeFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parseKeyring } from "../../src/keyring/keyring-format.ts";
import { createWatched, type Watched } from "../bad-input/refused.ts";
import { codesOf, type Result, runAction } from "../support/action.ts";
import { expectNoLeak, formsOf } from "../support/leaks.ts";
import { fileIn, fingerprintOf, keysIn, NEW, OLD, OTHERS, Plant, REFUSED, RETIRED } from "./care-scene.ts";

// The task keyring with files: it lists, encrypts again, copies and forgets (issue 14).

let plant: Plant;
let watched: Watched;

beforeAll(() => {
  plant = new Plant();
});
afterAll(() => plant.remove());
beforeEach(() => {
  watched = createWatched();
});
afterEach(() => watched.stage.remove());

const source = () => fileIn(watched.stage.lasting, "keyring.pem");
const target = () => fileIn(watched.stage.lasting, "copy.pem");
async function run(inputs: Record<string, string> = {}, env: Record<string, string> = {}): Promise<Result> {
  const all = {
    "keyring-file": source().path,
    // The stage lies where temporary files lie.
    "keyring-ephemeral": "true",
    "openssl-path": watched.openssl,
    ...inputs,
  };
  return await runAction("keyring", watched.stage, { inputs: all, env });
}
const both = { "keyring-passphrase": `${NEW}\n${OLD}` };
const entriesOf = ({ outputs }: Result) => JSON.parse(outputs["entries"] ?? "null");
const told = ({ warnings }: Result) => warnings.map(({ message }) => message);
const said = ({ notices }: Result) => notices.map(({ message }) => message).join("\n");
const opens = (text: string, passphrase: string) =>
  keysIn(text).map((key) => createPrivateKey({ key, passphrase }).asymmetricKeyType);
function expectDone(result: Result, changed: boolean): void {
  expect(result.errors).toEqual([]);
  expect(result.outputs["changed"]).toBe(String(changed));
}

describe("it lists the CAs of every tenant, and never a key", () => {
  test("in the output, the log and the summary; nothing is written, and no OpenSSL runs", async () => {
    const text = plant.keyring(OLD);
    source().write(text);
    const result = await run({ "keyring-passphrase": OLD });
    expectDone(result, false);
    const expiration = (ca: { pem: string }) =>
      parseKeyring(text, OLD).entries.find(({ certificate }) => certificate.pem === ca.pem)?.certificate
        .expiration;
    const nothing = { platformId: null, verifiedAt: null, refusedAt: null, retiredAt: null, encrypted: true };
    const of = (ca: { pem: string }, commonName: string, tenant = "acme") => ({
      ...nothing,
      tenant,
      commonName,
      expiration: expiration(ca),
      fingerprint: fingerprintOf(ca as never),
    });
    expect(entriesOf(result)).toEqual([
      { ...of(plant.used, "acme"), platformId: "c58bdcb6", verifiedAt: "2026-01-04T00:00:00.000Z" },
      { ...of(plant.retired, "acme-old"), platformId: "0ld", retiredAt: RETIRED },
      { ...of(plant.refused, "acme-odd"), refusedAt: REFUSED },
      of(plant.others, "beta", "beta"),
    ]);
    expect(Object.keys(entriesOf(result)[0])).toEqual(
      "tenant commonName expiration fingerprint platformId verifiedAt refusedAt retiredAt encrypted".split(
        " ",
      ),
    );
    for (const ca of [plant.used, plant.retired, plant.refused, plant.others]) {
      expect(result.summary).toContain(fingerprintOf(ca));
      expectNoLeak(result, formsOf(ca.pkcs8));
    }
    expect(result.summary).toContain(
      `| acme-old | acme | ${expiration(plant.retired)} | retired ${RETIRED} |`,
    );
    expect(result.log).toContain("CAs of the keyring: 4");
    expect([source().read(), watched.started()]).toEqual([text, []]);
  });

  test("without a passphrase nothing is opened or encrypted, and a warning says so", async () => {
    source().write(plant.keyring(OLD));
    const result = await run();
    expectDone(result, false);
    expect(entriesOf(result)).toHaveLength(4);
    expect(told(result)).toEqual([expect.stringMatching(/^keyring-passphrase is empty/)]);
  });

  test("plain keys without a passphrase are told of", async () => {
    source().write(plant.keyring());
    const result = await run();
    expectDone(result, false);
    expect(entriesOf(result).map(({ encrypted }: { encrypted: boolean }) => encrypted)).toEqual(
      Array(4).fill(false),
    );
    expect(told(result)).toEqual([expect.stringMatching(/^The private key of acme, beta is stored plain/)]);
  });

  test("a keyring without a CA, and one that only comes in as text", async () => {
    source().write("No CA is kept here.\n");
    const none = await run();
    expectDone(none, false);
    expect([none.outputs["entries"], none.summary]).toEqual(["[]", expect.stringContaining("holds no CA")]);
    const text = await run({ "keyring-file": "", keyring: plant.keyring(OLD), "keyring-passphrase": OLD });
    expect(entriesOf(text)).toHaveLength(4);
  });
});

describe("it encrypts every key with the first passphrase, in one write", () => {
  test.each([
    ["from the old passphrase", OLD],
    ["from plain", undefined],
  ])("%s: retired ones and every tenant's, too", async (_, before) => {
    source().write(plant.keyring(before));
    const result = await run(before === undefined ? { "keyring-passphrase": NEW } : both);
    expectDone(result, true);
    const text = source().read();
    expect(opens(text, NEW)).toEqual(Array(4).fill("rsa"));
    expect(text).toMatch(/^MindConnect CA keyring, generation 5, /);
    expect(entriesOf(result).every(({ encrypted }: { encrypted: boolean }) => encrypted)).toBe(true);
    expect(said(result)).toContain("Encrypted the private key of acme, acme-old, acme-odd, beta");
    expect(result.summary).toContain("Replace your copies of the keyring");
    expect(result.summary.includes("Remove the other lines of keyring-passphrase")).toBe(before === OLD);
    expect(statSync(source().path).mode & 0o777).toBe(0o600);
    for (const ca of [plant.used, plant.retired, plant.others])
      expectNoLeak(result, [...formsOf(ca.pkcs8), OLD, NEW]);
    const again = await run(both);
    expectDone(again, false);
    expect(source().read()).toBe(text);
  });

  test("a key that the first line opens is left as it is, byte for byte", async () => {
    const sealed = plant.seal(plant.used, NEW);
    source().write(
      plant.keyring(undefined, {
        entries: [
          plant.entry(plant.used, NEW),
          plant.entry(plant.retired, OLD, { retiredAt: RETIRED }),
          plant.entry(plant.others, OTHERS, { tenant: "beta" }),
        ],
      }),
    );
    expectDone(await run({ "keyring-passphrase": `${NEW}\n${OLD}\n${OTHERS}` }), true);
    expect(keysIn(source().read())[0]).toBe(sealed);
    expect(opens(source().read(), NEW)).toHaveLength(3);
    expect(watched.started().filter((line) => line.startsWith("pkcs8"))).toHaveLength(2);
  });

  test.each([
    ["retired", () => plant.entry(plant.retired, OTHERS, { retiredAt: RETIRED }), "acme-old"],
    ["another tenant's", () => plant.entry(plant.others, OTHERS, { tenant: "beta" }), "beta"],
  ])("a key that no line opens stops it by name, before anything is written: %s", async (_, entry, name) => {
    const text = plant.keyring(undefined, { entries: [plant.entry(plant.used, OLD), entry()] });
    source().write(text);
    const result = await run(both);
    expect(codesOf(result)).toEqual(["PASSPHRASE_WRONG"]);
    expect(result.errors[0]?.message).toMatch(
      new RegExp(`keyring-passphrase: .*entry 2 \\(${name}\\): none of the 2 passphrases opens`),
    );
    expect([source().read(), watched.started()]).toEqual([text, []]);
  });

  test("a plan says what it would do, and writes nothing", async () => {
    const text = plant.keyring(OLD);
    source().write(text);
    const result = await run({ ...both, apply: "false" });
    expectDone(result, false);
    expect(said(result)).toContain("Would encrypt the private key of acme, acme-old, acme-odd, beta");
    expect(result.summary).toContain("planned, nothing was changed");
    expect([source().read(), watched.started()]).toEqual([text, []]);
  });

  test("a keyring that only comes in as text cannot be written, and a warning names the keys", async () => {
    const result = await run({ "keyring-file": "", keyring: plant.keyring(OLD), ...both });
    expectDone(result, false);
    expect(told(result)).toEqual([
      expect.stringMatching(/key of acme, acme-old, acme-odd, beta is not encrypted with/),
    ]);
  });
});

describe("it forgets what is retired or refused, by the whole fingerprint", () => {
  test.each([
    ["with colons", (text: string) => text],
    ["without", (text: string) => text.replaceAll(":", "")],
    ["in lower case", (text: string) => text.toLowerCase()],
  ])("%s", async (_, form) => {
    source().write(plant.keyring(OLD));
    const forget = [plant.retired, plant.refused].map((ca) => form(fingerprintOf(ca))).join("\n");
    const result = await run({ "keyring-passphrase": OLD, forget });
    expectDone(result, true);
    expect(entriesOf(result).map(({ commonName }: { commonName: string }) => commonName)).toEqual([
      "acme",
      "beta",
    ]);
    expect(parseKeyring(source().read(), OLD).entries).toHaveLength(2);
    expect(said(result)).toContain("Forgot acme-old");
  });

  test("the key need not open: its passphrase may be lost", async () => {
    source().write(
      plant.keyring(undefined, {
        entries: [plant.entry(plant.used, OLD), plant.entry(plant.retired, OTHERS, { retiredAt: RETIRED })],
      }),
    );
    expectDone(await run({ "keyring-passphrase": OLD, forget: fingerprintOf(plant.retired) }), true);
    expect(opens(source().read(), OLD)).toHaveLength(1);
  });

  test("together with a new passphrase: one write", async () => {
    source().write(plant.keyring(OLD));
    expectDone(await run({ ...both, forget: fingerprintOf(plant.retired) }), true);
    expect(source().read()).toMatch(/^MindConnect CA keyring, generation 5, /);
    expect(opens(source().read(), NEW)).toHaveLength(3);
  });

  test("a plan names it and leaves it", async () => {
    const text = plant.keyring(OLD);
    source().write(text);
    const result = await run({
      "keyring-passphrase": OLD,
      forget: fingerprintOf(plant.retired),
      apply: "false",
    });
    expectDone(result, false);
    expect(said(result)).toContain("Would forget acme-old");
    expect(source().read()).toBe(text);
  });
});

describe("it copies the keyring to a file, and leaves the source as it is", () => {
  test("a new file: 0600, every key and mark, and where it came from", async () => {
    const text = plant.keyring(OLD);
    source().write(text);
    const result = await run({ "keyring-passphrase": OLD, "keyring-target-file": target().path });
    expectDone(result, true);
    expect(source().read()).toBe(text);
    const [was, copy] = [parseKeyring(text, OLD), parseKeyring(target().read(), OLD)];
    expect(copy.entries).toEqual(was.entries);
    expect(copy).toMatchObject({ generation: 5, copyOf: { generation: 4, writtenAt: was.writtenAt } });
    expect(statSync(target().path).mode & 0o777).toBe(0o600);
    expect(said(result)).toMatch(
      /Copied the keyring to the file \/.*copy\.pem\. Nothing changed in the file/,
    );
    const copied = target().read();
    expectDone(await run({ "keyring-passphrase": OLD, "keyring-target-file": target().path }), false);
    expect(target().read()).toBe(copied);
  });

  test("with another passphrase: only the copy is encrypted with it", async () => {
    const text = plant.keyring(OLD);
    source().write(text);
    const result = await run({ ...both, "keyring-target-file": target().path });
    expectDone(result, true);
    expect(source().read()).toBe(text);
    expect(opens(target().read(), NEW)).toHaveLength(4);
    expect(said(result)).toMatch(/There the private key of acme, acme-old, acme-odd, beta is encrypted/);
  });

  test("without a passphrase the keys go over as they are", async () => {
    source().write(plant.keyring(OLD));
    expectDone(await run({ "keyring-target-file": target().path }), true);
    expect(keysIn(target().read())).toEqual(keysIn(source().read()));
  });

  test("a plan writes no copy", async () => {
    source().write(plant.keyring(OLD));
    const result = await run({ ...both, "keyring-target-file": target().path, apply: "false" });
    expectDone(result, false);
    expect(said(result)).toContain("Would copy the keyring to the file");
    expect([existsSync(target().path), watched.started()]).toEqual([false, []]);
  });

  test("an older copy is replaced, also one that an editor made", async () => {
    const inputs = { "keyring-passphrase": OLD, "keyring-target-file": target().path };
    source().write(plant.keyring(OLD));
    expectDone(await run(inputs), true);
    source().write(
      plant.keyring(OLD, { generation: 9, writtenAt: "2026-02-01T00:00:00.000Z", after: ["# mine"] }),
    );
    expectDone(await run(inputs), true);
    expect(target().read()).toContain("# mine");
    target().write(plant.used.pkcs8 + plant.used.pem);
    expectDone(await run(inputs), true);
    expect(opens(target().read(), OLD)).toHaveLength(4);
  });

  test("one that is retired here moves back from a copy that went on", async () => {
    const inputs = { "keyring-passphrase": OLD, "keyring-target-file": target().path };
    source().write(plant.keyring(OLD));
    expectDone(await run(inputs), true);
    expectDone(await run({ "keyring-file": target().path, ...both }), true);
    const back = { "keyring-file": target().path, "keyring-target-file": source().path, ...both };
    expectDone(await run(back), true);
    expect(opens(source().read(), NEW)).toHaveLength(4);
  });
});

describe("a keyring that is used in two places is noticed by the run that sees both", () => {
  const copy = () => run({ "keyring-passphrase": OLD, "keyring-target-file": target().path });
  const write = (file: string) => run({ "keyring-file": file, "keyring-passphrase": `${OTHERS}\n${OLD}` });
  const expectForked = (result: Result, says: RegExp) => {
    expect(codesOf(result)).toEqual(["KEYRING_FORKED"]);
    expect(result.errors[0]?.message).toMatch(says);
    expect(result.errors[0]?.message).toMatch(/used in two places/);
    expect(result.errors[0]?.message).toMatch(/Next:.*List both keyrings/);
  };
  const all = { "keyring-passphrase": `${OTHERS}\n${OLD}` };

  test("both were written since the copy", async () => {
    source().write(plant.keyring(OLD));
    await copy();
    await write(target().path);
    await run({ ...all, forget: fingerprintOf(plant.retired) });
    await run({ ...all, forget: fingerprintOf(plant.refused) });
    const before = [source().read(), target().read()];
    const result = await run({ ...all, "keyring-target-file": target().path });
    expect(codesOf(result)).toEqual(["KEYRING_TARGET_HAS_KEYS"]);
    expect(result.errors[0]?.message).toMatch(/acme-old.*acme-odd.*used in two places/s);
    expectForked(
      await run({ ...all, "keyring-file": target().path, "keyring-target-file": source().path }),
      /was written after the one was copied from the other, and so was this keyring/,
    );
    expect([source().read(), target().read()]).toEqual(before);
  });

  test("only the copy was: it counts", async () => {
    source().write(plant.keyring(OLD));
    await copy();
    await run({ ...all, "keyring-file": target().path, forget: fingerprintOf(plant.retired) });
    const before = target().read();
    expectForked(await copy(), /was written after the one was copied from the other\. /);
    expect(target().read()).toBe(before);
  });

  test("two texts of one generation, copied by hand, that differ", async () => {
    source().write(plant.keyring(OLD));
    target().write(plant.keyring(OLD, { writtenAt: "2026-01-06T00:00:00.000Z", after: ["# elsewhere"] }));
    expectForked(await copy(), /and so was this keyring/);
  });
});

describe("this machine's clock is the only one (CLOCK_DOUBTFUL)", () => {
  test.each([
    ["the keyring's time of writing", { writtenAt: new Date(Date.now() + 3_600_000).toISOString() }],
    ["the beginning of a CA", {}],
  ])("it lies before %s", async (what, more) => {
    const ahead = what.startsWith("the beginning");
    const text = plant.keyring(OLD, more);
    source().write(text);
    const env = ahead ? { NODE_OPTIONS: `--import ${quickClock(-86_400_000)}` } : {};
    for (const apply of ["true", "false"]) {
      const result = await run({ ...both, apply }, env);
      expect(codesOf(result)).toEqual(["CLOCK_DOUBTFUL"]);
    }
    expect(source().read()).toBe(text);
  });

  /** A module that sets the clock of a process off. */
  function quickClock(by: number): string {
    const path = `${watched.stage.root}/clock.mjs`;
    writeFileSync(path, `const now = Date.now; Date.now = () => now() + ${by};\n`);
    return path;
  }
});
