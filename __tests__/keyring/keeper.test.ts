import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Keyring, type KeyringEntry, putEntry } from "../../src/ca/keyring.ts";
import { rotationDueAt } from "../../src/ca/slot-status.ts";
import { formatKeyring, parseKeyring } from "../../src/keyring/format.ts";
import { KeyringKeeper, type KeyringStore, readKeyring } from "../../src/keyring/keeper.ts";
import { ActionError } from "../../src/messages/errors.ts";
import { warnOfTokenEnd } from "../../src/tasks/warnings.ts";
import { entryOf, makeCa } from "../ca/made.ts";
import { scrypted } from "../ca/sealed-keys.ts";
import { Workshop } from "../sandbox/openssl.ts";

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

/** A store in memory whose clock stands still. */
class Memory implements KeyringStore {
  readonly place = "the memory";
  readonly proof = "remembered";
  limit = Number.POSITIVE_INFINITY;
  accessEnds: number | undefined;
  awaitsImport = false;
  readonly provisional = false;
  text = "";
  readonly events: string[] = [];
  refuse = false;
  repeats = false;

  now(): number {
    return AT;
  }

  async check(): Promise<void> {
    this.events.push("check");
    if (this.refuse) throw new ActionError("KEYRING_STALE", "old");
  }

  async replace(change: (current: string) => Promise<string>): Promise<void> {
    this.text = await change(this.text);
    if (this.repeats) this.text = await change(this.text);
    this.events.push("write");
  }

  async confirm(): Promise<void> {
    this.events.push("confirm");
  }
}

function keep(store: Memory, entries: readonly KeyringEntry[]): KeyringKeeper {
  const keyring: Keyring = { generation: 1, entries };
  if (entries.length > 0) store.text = formatKeyring(keyring);
  return new KeyringKeeper(keyring, store, undefined, async (key) => key, "acme");
}

const dropping = (lost: KeyringEntry) => (current: Keyring) => ({
  ...current,
  entries: current.entries.filter(({ certificate }) => certificate.pem !== lost.certificate.pem),
});

describe("the keeper of the keyring", () => {
  test("checks once, before the first write, and stamps by the store's clock", async () => {
    const store = new Memory();
    const keeper = keep(store, []);
    await keeper.update((current) => putEntry(current, first, AT));
    await keeper.check();
    await keeper.update((current) => putEntry(current, second, AT));
    expect(store.events).toEqual(["check", "write", "write"]);
    expect(store.text).toContain("generation 2, written 2026-11-23T12:00:00.000Z");
    expect(keeper.keyring.entries).toHaveLength(2);
  });

  test("a check that was started early and fails is told when it is awaited, and nothing is written", async () => {
    const store = new Memory();
    store.refuse = true;
    const keeper = keep(store, [first]);
    void keeper.check();
    await new Promise((done) => setTimeout(done, 5));
    await expect(keeper.check()).rejects.toMatchObject({ code: "KEYRING_STALE" });
    await expect(keeper.update((current) => current)).rejects.toMatchObject({ code: "KEYRING_STALE" });
    expect(store.events).toEqual(["check"]);
  });

  test("never loses a key, but those that may be forgotten (guarantee 3)", async () => {
    const store = new Memory();
    const keeper = keep(store, [first, second]);
    const before = store.text;
    await expect(keeper.update(dropping(first))).rejects.toMatchObject({ code: "KEYRING_WRITE_FAILED" });
    const forget = ({ certificate }: KeyringEntry) => certificate.commonName === "second";
    await expect(keeper.update(dropping(first), { forget })).rejects.toMatchObject({
      code: "KEYRING_WRITE_FAILED",
    });
    expect(store.text).toBe(before);
    expect(keeper.keyring.entries).toHaveLength(2);
    await keeper.update(dropping(second), { forget });
    expect(parseKeyring(store.text).entries.map(({ certificate }) => certificate.commonName)).toEqual([
      "first",
    ]);
  });

  test("a plain key is told of once, also where the write has to be repeated", async () => {
    const store = new Memory();
    store.repeats = true;
    const remarks: string[] = [];
    const empty: Keyring = { generation: 0, entries: [] };
    const keeper = new KeyringKeeper(
      empty,
      store,
      undefined,
      async (key) => key,
      "acme",
      (remark) => void remarks.push(remark),
    );
    await keeper.update((current) => putEntry(current, first, AT));
    expect(remarks).toEqual([expect.stringMatching(/^The private key of first is stored plain in /)]);
  });

  test("a key that does not open to what it was is not written", async () => {
    const store = new Memory();
    const keyring: Keyring = { generation: 0, entries: [] };
    const mislabel = async (key: string) => key.replaceAll(" PRIVATE", " ENCRYPTED PRIVATE");
    const keeper = new KeyringKeeper(keyring, store, "some words", mislabel, "acme");
    const update = keeper.update((current) => putEntry(current, first, AT));
    await expect(update).rejects.toMatchObject({ code: "KEYRING_WRITE_FAILED" });
    expect(store.text).toBe("");
  });

  test("writes nothing that is larger than its place", async () => {
    const store = new Memory();
    store.limit = 4000;
    const keeper = keep(store, [first]);
    const before = store.text;
    const update = keeper.update((current) => putEntry(current, second, AT));
    await expect(update).rejects.toMatchObject({ code: "KEYRING_TOO_LARGE" });
    expect(store.text).toBe(before);
  });
});

describe("the warning of a token that ends too early", () => {
  const warningsFor = (accessEnds: number | undefined, dueAt: number) => {
    const warnings: string[] = [];
    const runner = { warning: (message: string) => void warnings.push(message) };
    warnOfTokenEnd(runner, { accessEnds, place: "the secret X of o/r" }, dueAt);
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

test("a key that Node cannot open, put there during the run: neither damaged nor a wrong passphrase", () => {
  const text = scrypted(first.privateKey, "the right one") + first.certificate.pem;
  try {
    readKeyring(text, "the right one");
    expect.unreachable();
  } catch (error) {
    expect(error).toMatchObject({ code: "KEYRING_STALE", message: expect.stringMatching(/scrypt.*python3/) });
  }
});
