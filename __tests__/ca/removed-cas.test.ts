import { describe, expect, test } from "vitest";
import type { KeyringEntry } from "../../src/ca/keyring-entries.ts";
import { describeRemoved, removedEntries } from "../../src/ca/removed-cas.ts";
import { joinKeyring } from "../../src/ca/slot-status.ts";
import { ca, slot } from "./fakes.ts";

const LOOK = { commonName: "acme", expiration: "2031-05-30T09:22:55.000Z" };
const END = Date.parse(LOOK.expiration);
const TIME = "2029-06-01T00:00:00.000Z";
const verified = { verifiedAt: TIME };

describe("one that somebody removed from the platform (guarantee 4)", () => {
  test.each<[string, Partial<KeyringEntry>, number, boolean]>([
    ["was verified, and lives a millisecond yet", verified, END - 1, true],
    ["has expired: no", verified, END, false],
    ["was never verified: no", {}, END - 1, false],
    ["was retired by a rotation: no", { ...verified, retiredAt: TIME }, END - 1, false],
    ["was refused by the platform: no", { ...verified, refusedAt: TIME }, END - 1, false],
  ])("%s", (_, remembered, now, expected) => {
    const entry = ca("one", LOOK, remembered);
    expect(removedEntries([], [entry], now)).toEqual(expected ? [entry] : []);
  });

  test("is in no slot; another one's slot does not count", () => {
    const two = { commonName: "acme-2", expiration: "2032-05-30T09:22:55.000Z" };
    const entries = [ca("two", two, verified), ca("one", LOOK, verified)];
    const removed = (...looks: (typeof LOOK)[]) => {
      const slots = looks.map((look) => slot(look.commonName, look));
      return removedEntries(joinKeyring(slots, entries, END - 1), entries, END - 1);
    };
    expect(removed(two)).toEqual([entries[1]]);
    expect(removed(LOOK, two)).toEqual([]);
    expect(removed()).toEqual(entries);
  });

  test("is named with its id where one is remembered, and the time of its verification", () => {
    const said = (remembered: Partial<KeyringEntry>) => describeRemoved(ca("one", LOOK, remembered));
    const gone =
      "and is gone from the platform. Somebody removed it there, or the keyring belongs to another environment.";
    expect(said(verified)).toBe(`The CA "acme" was verified (${TIME}) ${gone}`);
    expect(said({ ...verified, platformId: "id-7" })).toBe(
      `The CA "acme" was verified as id-7 (${TIME}) ${gone}`,
    );
  });
});
