import { afterAll, beforeEach, expect, test, vi } from "vitest";
import { EMPTY_KEYRING, type KeyringEntry, markRetired, putEntry } from "../../src/ca/keyring-entries.ts";
import { parsePem } from "../../src/ca/pem.ts";
import { KeyringSession } from "../../src/keyring/keyring-session.ts";
import { entryOf, makeCa } from "../ca/made.ts";
import { Workshop } from "../sandbox/workshop.ts";
import { MemoryStorage } from "./memory-storage.ts";

vi.mock("../../src/ca/pem.ts", async (original) => {
  const real = await original<typeof import("../../src/ca/pem.ts")>();
  return { ...real, parsePem: vi.fn(real.parsePem) };
});

const AT = Date.parse("2026-11-23T12:00:00Z");
const workshop = new Workshop();
const ca: KeyringEntry = entryOf(makeCa(workshop, "/CN=acme"));
afterAll(() => workshop.remove());
beforeEach(() => {
  vi.mocked(parsePem).mockClear();
});

/** @returns how many whole keyrings were parsed; a certificate by itself is none */
const parsed = () => vi.mocked(parsePem).mock.calls.filter(([text]) => text.includes("PRIVATE KEY")).length;

test("each text of a keyring is parsed once: what a run writes, and what somebody else wrote", async () => {
  const storage = new MemoryStorage();
  const open = (text: string, keyring = EMPTY_KEYRING) =>
    new KeyringSession({ text, keyring }, storage, undefined, async (key) => key, "acme");

  const first = open("");
  await first.update((current) => putEntry(current, ca, AT));
  expect(parsed()).toBe(1);
  await first.update((current) => ({ ...current, entries: current.entries.map((e) => markRetired(e, AT)) }));
  expect(parsed()).toBe(2);

  // What came in was parsed by the inputs.
  await open(storage.text, first.keyring).update((current) => current);
  expect(parsed()).toBe(3);

  // Somebody else has written since the run read it; the new text counts, and nothing of it is lost.
  storage.text = `# somebody's line\n${storage.text}`;
  await first.update((current) => current);
  expect(parsed()).toBe(5);
  expect(storage.text).toContain("somebody's line");
});

test("a write that was refused and is sent again parses what it replaces no second time", async () => {
  const storage = new MemoryStorage();
  const run = new KeyringSession(
    { text: "", keyring: EMPTY_KEYRING },
    storage,
    undefined,
    async (key) => key,
    "acme",
  );
  await run.update((current) => putEntry(current, ca, AT));
  vi.mocked(parsePem).mockClear();
  storage.refusals = 1;
  await run.update((current) => current);
  expect(parsed()).toBe(2);
});

test("a text of which only the certificates were read is parsed before it is replaced: no key is lost", async () => {
  const storage = new MemoryStorage();
  storage.text = ca.privateKey + ca.certificate.pem;
  const watched = new KeyringSession(
    { text: storage.text, keyring: EMPTY_KEYRING },
    storage,
    undefined,
    async (key) => key,
    "acme",
  );
  await watched.update((current) => current);
  expect(storage.text).toContain(ca.privateKey);
});
