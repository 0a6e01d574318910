import fc from "fast-check";
import { expect, test } from "vitest";
import { compareCopies, copyOf, holdsSame } from "../../src/ca/copy-state.ts";
import { EMPTY_KEYRING, type Keyring, nextGeneration } from "../../src/ca/keyring-entries.ts";
import { formatKeyring, parseKeyring } from "../../src/keyring/keyring-format.ts";
import { Workshop } from "../sandbox/workshop.ts";
import { entryOf, makeCa } from "./made.ts";

const workshop = new Workshop();
const [first, second] = [entryOf(makeCa(workshop, "/CN=acme")), entryOf(makeCa(workshop, "/CN=beta"))];
workshop.remove();

let clock = Date.UTC(2026, 0, 1);
/** @returns a keyring after some writes, each at a time of its own */
function written(keyring: Keyring, times: number): Keyring {
  if (times === 0) return keyring;
  clock += 1000;
  return written(nextGeneration(keyring, clock), times - 1);
}
const copied = (keyring: Keyring) => written(copyOf(keyring), 1);

const writes = fc.integer({ min: 0, max: 5 });

test("what a copy may replace follows from who was written since it was made", () => {
  fc.assert(
    fc.property(writes, writes, writes, (before, source, target) => {
      const origin = written(EMPTY_KEYRING, before);
      const [here, there] = [written(origin, source), written(copied(origin), target)];
      const expected = target === 0 ? "older" : source === 0 ? "newer" : "forked";
      expect(compareCopies(here, there)).toBe(expected);
      // The other way round the copy is the source: it may go back where nobody wrote the origin since.
      const back = source === 0 ? "older" : target === 0 ? "newer" : "forked";
      expect(compareCopies(there, here)).toBe(back);
    }),
  );
});

test("two copies of one keyring: the one that nobody wrote since may be replaced", () => {
  const origin = written(EMPTY_KEYRING, 3);
  const [one, other] = [copied(origin), copied(origin)];
  expect(compareCopies(one, other)).toBe("older");
  expect(compareCopies(written(one, 2), written(other, 1))).toBe("forked");
});

test("without a word of a copy, an older generation may be replaced, and two of one that differ have forked", () => {
  const origin = written(EMPTY_KEYRING, 3);
  expect(compareCopies(origin, origin)).toBe("older");
  expect(compareCopies(written(origin, 1), origin)).toBe("older");
  expect(compareCopies(origin, written(origin, 1))).toBe("newer");
  expect(compareCopies(written(origin, 1), written(origin, 1))).toBe("forked");
  expect(compareCopies(origin, EMPTY_KEYRING)).toBe("older");
  const inTheSameMillisecond = { ...origin, generation: origin.generation + 1 };
  expect(compareCopies(origin, inTheSameMillisecond)).toBe("newer");
});

test("the first line remembers what a text was copied from, whatever is written afterwards", () => {
  fc.assert(
    fc.property(writes, writes, fc.boolean(), (before, after, provisional) => {
      const origin = { ...written(EMPTY_KEYRING, before), entries: [first] };
      const copy = { ...written(copied(origin), after), ...(provisional && { provisional }) };
      const read = parseKeyring(formatKeyring(copy));
      const { generation, writtenAt } = origin;
      expect(read.copyOf).toEqual({ generation, ...(writtenAt !== undefined && { writtenAt }) });
      expect(read.generation).toBe(before + 1 + after);
      expect(read.provisional).toBe(provisional || undefined);
      expect(formatKeyring(read)).toBe(formatKeyring(copy));
    }),
  );
});

test("two keyrings hold the same where CAs, order and marks are the same; keys may be encrypted otherwise", () => {
  const keyring = { ...EMPTY_KEYRING, entries: [first, second] };
  const resealed = {
    ...keyring,
    entries: keyring.entries.map((entry) => ({ ...entry, privateKey: "other" })),
  };
  expect(holdsSame(keyring, resealed)).toBe(true);
  for (const entries of [
    [first],
    [second, first],
    [first, { ...second, retiredAt: "2026-01-01T00:00:00.000Z" }],
    [first, { ...second, notes: ["# mine"] }],
  ])
    expect(holdsSame(keyring, { ...keyring, entries })).toBe(false);
  expect(holdsSame(keyring, { ...keyring, after: ["# mine"] })).toBe(false);
  // Where a key that was spelled out there is left out, no line may be left.
  expect(holdsSame(keyring, { ...keyring, after: [] })).toBe(true);
});

test("the order in which the marks of a CA were made does not count", () => {
  const [verifiedAt, platformId, refusedAt] = [
    "2026-01-01T00:00:00.000Z",
    "id-1",
    "2026-01-02T00:00:00.000Z",
  ];
  const one = { ...EMPTY_KEYRING, entries: [{ ...first, verifiedAt, platformId, refusedAt }] };
  const other = { ...EMPTY_KEYRING, entries: [{ refusedAt, platformId, verifiedAt, ...first }] };
  expect(holdsSame(one, other)).toBe(true);
  expect(holdsSame(one, { ...other, entries: [{ ...first, verifiedAt, platformId }] })).toBe(false);
});
