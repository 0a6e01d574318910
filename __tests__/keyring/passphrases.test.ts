import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test, vi } from "vitest";
import { openInPool, openPrivateKey, plainPem } from "../../src/ca/private-key.ts";
import { Passphrases } from "../../src/keyring/passphrases.ts";
import { scrypted } from "../ca/sealed-keys.ts";

vi.mock(import("../../src/ca/private-key.ts"), { spy: true });

const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const plain = plainPem(privateKey);
const under = (passphrase: string) =>
  privateKey.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase }).toString();

test("any passphrase opens a key, whichever is first", () => {
  for (const all of [["old words"], ["new words", "old words"], ["old words", "new words"]]) {
    expect(plainPem(new Passphrases(all).open(under("old words")))).toBe(plain);
  }
  expect(plainPem(new Passphrases().open(plain))).toBe(plain);
});

test.each([
  [[], /no passphrase is given/],
  [["new words"], /the passphrase does not open/],
  [["new words", "older words"], /none of the 2 passphrases opens/],
])("what does not open says so: %j", (all, says) => {
  const passphrases = new Passphrases(all);
  expect(() => passphrases.open(under("old words"))).toThrow(says);
  expect(passphrases.opens(under("old words"))).toBe(false);
  expect(passphrases.isUnderFirst(under("old words"))).toBe(false);
});

test("which keys are under the first one", () => {
  const passphrases = new Passphrases(["new words", "old words"]);
  expect(passphrases.isUnderFirst(under("new words"))).toBe(true);
  expect(passphrases.isUnderFirst(under("old words"))).toBe(false);
  expect(passphrases.isUnderFirst(plain)).toBe(false);
  expect(passphrases.first).toBe("new words");
});

test.each([
  ["opened", ["new words", "old words"], 2],
  ["not opened", ["new words", "older words"], 2],
  ["not opened by the only one", ["new words"], 1],
])("a key that was %s is not tried again: deriving takes a fifth of a second", (_, all, tries) => {
  const pem = under("old words");
  const passphrases = new Passphrases(all);
  vi.mocked(openPrivateKey).mockClear();
  const first = messageOf(() => passphrases.open(pem));
  for (const look of [() => passphrases.opens(pem), () => passphrases.isUnderFirst(pem)]) look();
  expect(messageOf(() => passphrases.open(pem))).toBe(first);
  expect(openPrivateKey).toHaveBeenCalledTimes(tries);
});

describe("keys that are opened together", () => {
  const other = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const pems = [
    under("new words"),
    under("old words"),
    under("lost words"),
    plain,
    plainPem(other),
    scrypted(plain, "new words"),
    under("old words").replace(/\n.{8}/, "\n"),
  ];

  test.each([[["new words", "old words"]], [["new words"]], [[]]])(
    "are as those that are opened one by one, with %j",
    async (all) => {
      const [oneByOne, together] = [new Passphrases(all), new Passphrases(all)];
      await together.openAll(pems);
      const outcome = (passphrases: Passphrases) => (pem: string) =>
        messageOf(() => passphrases.open(pem)) ?? [
          plainPem(passphrases.open(pem)),
          passphrases.isUnderFirst(pem),
        ];
      expect(pems.map(outcome(together))).toEqual(pems.map(outcome(oneByOne)));
    },
  );

  test("are tried once, and up to the passphrase that opens", async () => {
    const passphrases = new Passphrases(["new words", "old words", "older words"]);
    const [first, second, known] = [under("old words"), under("old words"), under("old words")];
    expect(passphrases.opens(known)).toBe(true);
    vi.mocked(openInPool).mockClear();
    vi.mocked(openPrivateKey).mockClear();
    await passphrases.openAll([first, second, first, known, plain]);
    expect([first, second].map((pem) => passphrases.opens(pem))).toEqual([true, true]);
    await passphrases.openAll([second, first]);
    const tried = vi.mocked(openInPool).mock.calls.map(([pem, by]) => `${pem === first ? 1 : 2} ${by}`);
    expect(tried.toSorted()).toEqual(["1 new words", "1 old words", "2 new words", "2 old words"]);
    // No key is derived a second time.
    for (const [, , opening] of vi.mocked(openPrivateKey).mock.calls) expect(opening).toBeDefined();
  });
});

/** @returns what it says as it fails; undefined where it does not */
function messageOf(attempt: () => unknown): string | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
