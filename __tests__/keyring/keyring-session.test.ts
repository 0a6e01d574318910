import { createPrivateKey } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EMPTY_KEYRING, type Keyring, type KeyringEntry, putEntry } from "../../src/ca/keyring-entries.ts";
import { rotationDueAt } from "../../src/ca/slot-status.ts";
import { formatKeyring, parseKeyring } from "../../src/keyring/keyring-format.ts";
import { KeyringSession } from "../../src/keyring/keyring-session.ts";
import { readKeyring } from "../../src/keyring/parsed-keyring.ts";
import { Passphrases } from "../../src/keyring/passphrases.ts";
import { warnOfTokenEnd } from "../../src/tasks/warnings.ts";
import { entryOf, makeCa } from "../ca/made.ts";
import { scrypted } from "../ca/sealed-keys.ts";
import { Workshop } from "../sandbox/workshop.ts";
import { MemoryStorage } from "./memory-storage.ts";

const AT = Date.parse("2026-11-23T12:00:00Z");
const workshop = new Workshop();
let first: KeyringEntry;
let second: KeyringEntry;

beforeAll(() => {
  [first, second] = ["/CN=first", "/CN=second"].map((subject) => entryOf(makeCa(workshop, subject))) as [
    KeyringEntry,
    KeyringEntry,
  ];
});
afterAll(() => workshop.remove());

function runKeyring(storage: MemoryStorage, entries: readonly KeyringEntry[]): KeyringSession {
  const cameIn: Keyring = { generation: 1, entries };
  if (entries.length > 0) storage.text = formatKeyring(cameIn);
  return new KeyringSession(
    { text: storage.text, keyring: cameIn },
    storage,
    undefined,
    async (key) => key,
    "acme",
  );
}

const NOTHING = { text: "", keyring: EMPTY_KEYRING };

const dropping = (lost: KeyringEntry) => (current: Keyring) => ({
  ...current,
  entries: current.entries.filter(({ certificate }) => certificate.pem !== lost.certificate.pem),
});

describe("the keyring of a run", () => {
  test("checks once, before the first write, and stamps by the clock of the storage", async () => {
    const storage = new MemoryStorage();
    const keyring = runKeyring(storage, []);
    await keyring.update((current) => putEntry(current, first, AT));
    await keyring.check();
    await keyring.update((current) => putEntry(current, second, AT));
    expect(storage.events).toEqual(["check", "write", "write"]);
    expect(storage.text).toContain("generation 2, written 2026-11-23T12:00:00.000Z");
    expect(keyring.keyring.entries).toHaveLength(2);
  });

  test("a check that was started early and fails is told when it is awaited, and nothing is written", async () => {
    const storage = new MemoryStorage();
    storage.refuse = true;
    const keyring = runKeyring(storage, [first]);
    void keyring.check();
    await new Promise((done) => setTimeout(done, 5));
    await expect(keyring.check()).rejects.toMatchObject({ code: "KEYRING_STALE" });
    await expect(keyring.update((current) => current)).rejects.toMatchObject({ code: "KEYRING_STALE" });
    expect(storage.events).toEqual(["check"]);
  });

  test("never loses a key, but those that may be forgotten (guarantee 3)", async () => {
    const storage = new MemoryStorage();
    const keyring = runKeyring(storage, [first, second]);
    const before = storage.text;
    await expect(keyring.update(dropping(first))).rejects.toMatchObject({ code: "KEYRING_WRITE_FAILED" });
    const forget = ({ certificate }: KeyringEntry) => certificate.commonName === "second";
    await expect(keyring.update(dropping(first), { forget })).rejects.toMatchObject({
      code: "KEYRING_WRITE_FAILED",
    });
    expect(storage.text).toBe(before);
    expect(keyring.keyring.entries).toHaveLength(2);
    await keyring.update(dropping(second), { forget });
    expect(parseKeyring(storage.text).entries.map(({ certificate }) => certificate.commonName)).toEqual([
      "first",
    ]);
  });

  test("a plain key is told of once, also where the write has to be repeated", async () => {
    const storage = new MemoryStorage();
    storage.repeats = true;
    const remarks: string[] = [];
    const keyring = new KeyringSession(
      NOTHING,
      storage,
      undefined,
      async (key) => key,
      "acme",
      (remark) => void remarks.push(remark),
    );
    await keyring.update((current) => putEntry(current, first, AT));
    expect(remarks).toEqual([expect.stringMatching(/^The private key of first is stored plain in /)]);
  });

  test("a key that does not open to what it was is not written", async () => {
    const storage = new MemoryStorage();
    const mislabel = async (key: string) => key.replaceAll(" PRIVATE", " ENCRYPTED PRIVATE");
    const keyring = new KeyringSession(NOTHING, storage, "some words", mislabel, "acme");
    const update = keyring.update((current) => putEntry(current, first, AT));
    await expect(update).rejects.toMatchObject({ code: "KEYRING_WRITE_FAILED" });
    expect(storage.text).toBe("");
  });

  test("a key is encrypted once, also where the write is refused, sent again and repeated", async () => {
    const storage = new MemoryStorage();
    storage.refusals = 1;
    storage.repeats = true;
    let encrypted = 0;
    const encrypt = async (key: string, passphrase: string) => {
      encrypted += 1;
      const cipher = { cipher: "aes-256-cbc", passphrase };
      return createPrivateKey(key).export({ type: "pkcs8", format: "pem", ...cipher }) as string;
    };
    const keyring = new KeyringSession(NOTHING, storage, "some words", encrypt, "acme");
    await keyring.update((current) => putEntry(current, first, AT));
    expect(encrypted).toBe(1);
    expect(parseKeyring(storage.text, "some words").entries).toHaveLength(1);
    expect(storage.text).toContain("BEGIN ENCRYPTED PRIVATE KEY");
  });

  test("writes nothing that is larger than its storage takes", async () => {
    const storage = new MemoryStorage();
    storage.limit = 4000;
    const keyring = runKeyring(storage, [first]);
    const before = storage.text;
    const update = keyring.update((current) => putEntry(current, second, AT));
    await expect(update).rejects.toMatchObject({ code: "KEYRING_TOO_LARGE" });
    expect(storage.text).toBe(before);
  });
});

describe("the warning of a token that ends too early", () => {
  const warningsFor = (accessEnds: number | undefined, dueAt: number) => {
    const warnings: string[] = [];
    const runner = { warning: (message: string) => void warnings.push(message) };
    warnOfTokenEnd(runner, { accessEnds, location: "the secret X of o/r" }, dueAt);
    return warnings;
  };

  test("names both days and the place", () => {
    const dueAt = rotationDueAt({ expiration: "2036-11-20T23:55:27.000Z" });
    expect(warningsFor(Date.parse("2027-01-31T10:00:00Z"), dueAt)).toEqual([
      expect.stringMatching(/^github-token expires on 2027-01-31\..* the secret X of o\/r on 2035-10-22/),
    ]);
  });

  test.each([
    [undefined, AT],
    [AT, AT],
    [AT + 1, AT],
    [AT, Number.NaN],
  ])("is not given without need: ends %s, due %s", (accessEnds, dueAt) => {
    expect(warningsFor(accessEnds, dueAt)).toEqual([]);
  });
});

test("a key that Node cannot open, put there during the run: neither damaged nor a wrong passphrase", async () => {
  const text = scrypted(first.privateKey, "the right one") + first.certificate.pem;
  await expect(readKeyring(text, new Passphrases(["the right one"]), () => false)).rejects.toMatchObject({
    code: "KEYRING_STALE",
    message: expect.stringMatching(/scrypt.*python3/),
  });
});
