import { createPrivateKey } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { KeyringEntry } from "../../src/ca/keyring-entries.ts";
import { openInPool } from "../../src/ca/private-key.ts";
import {
  formatKeyring,
  KeyringError,
  parseClosed,
  parseKeyring,
  requireKeysOpen,
} from "../../src/keyring/keyring-format.ts";
import { keyringInputs } from "../../src/keyring/keyring-inputs.ts";
import { Passphrases } from "../../src/keyring/passphrases.ts";
import { encrypted, entryOf, type MadeCa, makeCa, openssl } from "../ca/made.ts";
import { Workshop } from "../sandbox/workshop.ts";

vi.mock(import("../../src/ca/private-key.ts"), { spy: true });

const PASSPHRASE = "correct horse";
let workshop: Workshop;
let first: MadeCa;
let second: MadeCa;
let sealed: string;
let legacy: string;
/** Certificates that are no CA here, of the first key. */
let unfit: Record<"leaf" | "intermediate" | "v1", string>;
let text: string;

beforeAll(() => {
  workshop = new Workshop();
  first = makeCa(workshop, "/CN=acme");
  second = makeCa(workshop, "/CN=acme-2");
  sealed = encrypted(workshop, first, PASSPHRASE);
  const cipher = { cipher: "aes-256-cbc", passphrase: PASSPHRASE } as const;
  legacy = createPrivateKey(first.pkcs1)
    .export({ type: "pkcs1", format: "pem", ...cipher })
    .toString();
  const issuer = { key: second.file, pem: second.pem };
  unfit = {
    leaf: workshop.selfSigned(first.file, "/CN=acme", "leaf"),
    intermediate: workshop.issued(issuer, first.file, "/CN=acme", "ca"),
    v1: openssl(workshop, "req", "-x509", "-new", "-key", first.file, "-days", "9", "-subj", "/CN=acme"),
  };
  const entries: KeyringEntry[] = [
    entryOf(first, { notes: ["mine"] }),
    entryOf(second, { platformId: "two" }),
  ];
  text = formatKeyring({ generation: 3, writtenAt: "2026-01-01T00:00:00.000Z", entries });
});
afterAll(() => workshop.remove());

async function refusal(damaged: string, passphrase?: string): Promise<KeyringError> {
  try {
    await requireKeysOpen(parseClosed(damaged), Passphrases.of(passphrase), () => false);
  } catch (error) {
    if (error instanceof KeyringError) return error;
    throw error;
  }
  throw new Error("the damaged keyring was accepted");
}

/** Line of a PEM body that is in the middle of it. */
const bodyLine = (pem: string) => pem.split("\n")[5] as string;
const withoutEnd = (pem: string) => pem.replace(/-----END .*\n/, "");

describe("a damaged keyring is refused with the entry and the reason (guarantees 3, 9)", () => {
  const cases: Record<string, [damage: () => string, entry: number, reason: RegExp]> = {
    "the last certificate is missing": [() => text.replace(second.pem, ""), 2, /belong together/],
    "the last key is missing": [() => text.replace(second.pkcs8, ""), 2, /belong together/],
    "the first certificate is missing": [() => text.replace(first.pem, ""), 1, /together|one private key/],
    "the first key is missing": [() => text.replace(first.pkcs8, ""), 1, /belong|one private key/],
    "two keys and two certificates in the wrong order": [
      () => first.pkcs8 + second.pkcs8 + first.pem + second.pem,
      1,
      /not one private key and one certificate/,
    ],
    "the certificates are swapped": [
      () => first.pkcs8 + second.pem + second.pkcs8 + first.pem,
      1,
      /private key does not belong/,
    ],
    "a line of the second key is gone": [
      () => text.replace(`${bodyLine(second.pkcs8)}\n`, ""),
      2,
      /private key cannot be read/,
    ],
    "a line of the second certificate is gone": [
      () => text.replace(`${bodyLine(second.pem)}\n`, ""),
      2,
      /certificate that cannot be read/,
    ],
    "a word stands in the second key": [
      () => text.replace(bodyLine(second.pkcs8), "*** masked ***"),
      2,
      /not base64/,
    ],
    "the second key has no end": [
      () => text.replace(second.pkcs8, withoutEnd(second.pkcs8)),
      2,
      /END|base64/,
    ],
    "the text was cut in the last certificate": [() => text.slice(0, -100), 2, /no END line/],
    "an encrypted key and no passphrase": [() => sealed + first.pem, 1, /encrypted and no passphrase/],
    "a leaf": [() => second.pkcs8 + second.pem + first.pkcs8 + unfit.leaf, 2, /CA:TRUE/],
    "an intermediate": [() => first.pkcs8 + unfit.intermediate, 1, /intermediate/],
    "a v1 certificate": [() => first.pkcs8 + unfit.v1, 1, /CA:TRUE/],
    "a certificate request": [
      () => first.pkcs8 + first.pem.replaceAll("CERTIFICATE", "CERTIFICATE REQUEST"),
      1,
      /not one private key and one certificate/,
    ],
  };

  test.each(Object.entries(cases))("%s", async (_, [damage, entry, reason]) => {
    const { message, passphrase } = await refusal(damage());
    expect(message).toMatch(reason);
    expect(message).toMatch(new RegExp(`\\bentry ${entry}\\b`));
    expect(passphrase).toBe(/passphrase/.test(message));
    for (const line of [...first.pkcs8.split("\n"), ...second.pkcs8.split("\n")].slice(1, -2)) {
      if (line.length > 20) expect(message).not.toContain(line);
    }
  });

  test("no PEM at all", async () => {
    expect((await refusal("my keyring")).message).toMatch(/no PEM block/);
  });

  test("damage anywhere is told before a passphrase that does not open", async () => {
    const cut = second.pkcs8.replace(`${bodyLine(second.pkcs8)}\n`, "");
    const { message } = await refusal(sealed + first.pem + cut + second.pem, "wrong");
    expect(message).toMatch(/entry 2 .*private key cannot be read/);
  });

  test("of two texts that came in, each is told in its turn, however long its keys take", async () => {
    const file = join(workshop.directory, "keyring.pem");
    writeFileSync(file, sealed + first.pem);
    const told: string[] = [];
    const given = ["keyring-file", "keyring", "keyring-passphrase"];
    await keyringInputs.resolve(
      { "keyring-file": file, keyring: "my keyring", "keyring-passphrase": ["wrong"] },
      (input, message) => told.push(`${input} ${message}`),
      (input) => given.includes(input),
      () => "",
    );
    expect(told.slice(-2)).toEqual([
      expect.stringMatching(/^keyring-passphrase .*entry 1 .*does not open/),
      expect.stringMatching(/^keyring .*no PEM block/),
    ]);
  });

  test("of many keys the first that does not open is told, and no more than a few are tried", async () => {
    const keys = Array.from({ length: 9 }, () => encrypted(workshop, first, PASSPHRASE));
    vi.mocked(openInPool).mockClear();
    const { message } = await refusal(keys.map((key) => key + first.pem).join(""), "wrong");
    expect(message).toMatch(/entry 1 .*passphrase does not open/);
    expect(openInPool).toHaveBeenCalledTimes(4);
  });

  test.each([
    ["PKCS#8", () => sealed],
    ["the older form of OpenSSL", () => legacy],
  ] as const)("a wrong passphrase for %s; the right one opens it", async (_, key) => {
    const damaged = key() + first.pem;
    const { message, passphrase } = await refusal(damaged, "wrong");
    expect(message).toMatch(/entry 1 .*passphrase does not open/);
    expect(message).not.toContain("wrong");
    expect(passphrase).toBe(true);
    expect(parseKeyring(damaged, PASSPHRASE).entries).toHaveLength(1);
  });
});

describe("whatever happened to a text, a write keeps its keys or does not happen (guarantee 3)", () => {
  const squeezed = (pem: string) => pem.replaceAll(/-----.*-----|\s/g, "");
  /** If the text is accepted, every key that is still whole in it is in what would be written. */
  function keepsKeys(damaged: string): void {
    let written: string;
    try {
      written = formatKeyring(parseKeyring(damaged, PASSPHRASE));
    } catch (error) {
      expect(error).toBeInstanceOf(KeyringError);
      return;
    }
    const whole = [first, second].filter(({ pkcs8 }) => squeezed(damaged).includes(squeezed(pkcs8)));
    const lost = whole.filter(({ pkcs8 }) => !squeezed(written).includes(squeezed(pkcs8)));
    expect(lost.map(({ file }) => file)).toEqual([]);
  }

  test.each([
    ["indented, as YAML does", (entry: string) => entry.replaceAll(/^/gm, "  ")],
    ["with its dashes mangled", (entry: string) => entry.replaceAll("-----", "—")],
  ])("the last entry %s", (_, change) => {
    keepsKeys(`${first.pkcs8}${first.pem}${change(`${second.pkcs8}${second.pem}`)}`);
  });

  test.each([
    ["indented, as YAML does", (entry: string) => entry.replaceAll(/^/gm, "  ")],
    ["with a byte order mark", (entry: string) => `\ufeff${entry}`],
  ])("the first entry %s", (_, change) => {
    keepsKeys(`${change(`${first.pkcs8}${first.pem}`)}${second.pkcs8}${second.pem}`);
  });

  test("random edits of lines", () => {
    const edit = fc.record({
      at: fc.nat({ max: 120 }),
      lines: fc.constantFrom(1, 2, 5, 30, 60),
      kind: fc.constantFrom("delete", "indent", "double", "dash", "blank", "word", "cut"),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
        keepsKeys(
          edits
            .reduce((lines, { at, lines: count, kind }) => {
              const [before, hit, after] = [
                lines.slice(0, at),
                lines.slice(at, at + count),
                lines.slice(at + count),
              ];
              const changed = {
                delete: [],
                indent: hit.map((line) => `  ${line}`),
                double: [...hit, ...hit],
                dash: hit.map((line) => line.replace("-----", "----")),
                blank: ["", ...hit],
                word: ["somebody's words", ...hit],
                cut: hit.map((line) => line.slice(1)),
              }[kind];
              return [...before, ...changed, ...after];
            }, text.split("\n"))
            .join("\n"),
        );
      }),
      { numRuns: 400 },
    );
  });
});
