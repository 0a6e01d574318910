import { describe, expect, test } from "vitest";
import { advise, endsWithin, joinKeyring, newestUsable, rotationDueAt } from "../../src/ca/slot-status.ts";
import { agreedAt, ca, type Look, slot } from "./fakes.ts";

const DAY = 24 * 60 * 60 * 1000;
const LOOK = { commonName: "acme", expiration: "2031-05-30T09:22:55.000Z" };
const END = Date.parse(LOOK.expiration);

/** A CA of the keyring whose life began `days` before its end. */
function kept(label: string, look: Look, days = 100, remembered: { retiredAt?: string } = {}) {
  const made = ca(label, look, remembered);
  return {
    ...made,
    certificate: { ...made.certificate, notBefore: Date.parse(look.expiration) - days * DAY },
  };
}

describe("a slot joined with the keyring", () => {
  test.each([
    [END - 2 * DAY, 2],
    [END - 2 * DAY + 1, 1],
    [END - 1, 0],
    [END, 0],
    [END + 1, -1],
  ])("days left are whole days, at %i: %i", (now, daysLeft) => {
    const [joined] = joinKeyring([slot("a", LOOK)], [kept("held", LOOK)], now);
    expect(joined?.slot).toMatchObject({ daysLeft, held: true, id: "a" });
  });

  test.each([
    [-1, 0],
    [0, 0],
    [25, 25],
    [100, 100],
    [101, 100],
  ])("after %i of a hundred days %i percent of its life are used", (days, lifeUsed) => {
    const [joined] = joinKeyring([slot("a", LOOK)], [kept("held", LOOK)], END - (100 - days) * DAY);
    expect(joined?.slot.lifeUsed).toBe(lifeUsed);
  });

  test("what the keyring does not have is not held, and nobody knows when its life began", () => {
    const [joined] = joinKeyring([slot("a", LOOK)], [], END);
    expect(joined).toMatchObject({ slot: { held: false, lifeUsed: null }, ca: undefined });
  });

  test("the certificate's own common name stands in where the reply has none", () => {
    const nameless = slot("a", { ...LOOK, commonName: "" });
    const shown = kept("held", { ...LOOK, fingerprint: "somebody's" }, 100);
    const [known] = joinKeyring(
      [{ ...nameless, name: "acme-somebody" }],
      [{ ...shown, platformId: "a" } as typeof shown],
      END,
    );
    expect(known?.slot.commonName).toBe("acme");
    expect(joinKeyring([nameless], [], END)[0]?.slot.commonName).toBe("");
    expect(joinKeyring([slot("a", LOOK)], [], END)[0]?.slot.commonName).toBe("acme");
  });

  test("a rotation is due below the limit, to the millisecond", () => {
    expect(endsWithin(LOOK.expiration, 395, END - 395 * DAY)).toBe(false);
    expect(endsWithin(LOOK.expiration, 395, END - 395 * DAY + 1)).toBe(true);
  });
});

describe("the newest usable CA", () => {
  const now = END - 9 * DAY;
  const later = { commonName: "later", expiration: "2031-05-30T09:22:56.000Z" };
  const newest = (slots: Parameters<typeof joinKeyring>[0], entries: ReturnType<typeof kept>[]) =>
    newestUsable(joinKeyring(slots, entries, now), entries, agreedAt(now))?.id;

  test("is the first of the keyring, whatever the dates say", () => {
    const slots = [slot("long", later), slot("first", LOOK)];
    expect(newest(slots, [kept("first", LOOK), kept("long", later)])).toBe("first");
    expect(newest(slots, [kept("first", LOOK)])).toBe("first");
  });

  test("is the one that lasts longest where none is ours: retired, not held, or no keyring", () => {
    const slots = [slot("short", LOOK), slot("long", later)];
    expect(newest(slots, [])).toBe("long");
    expect(newest(slots, [kept("short", LOOK, 100, { retiredAt: "2031-01-01T00:00:00.000Z" })])).toBe("long");
  });

  test("is none that is not valid yet, as two clocks that agree say (guarantee 4)", () => {
    const future = kept("held", LOOK, 8);
    const joined = joinKeyring([slot("a", LOOK)], [future], now);
    expect(newestUsable(joined, [future], agreedAt(now))).toBeUndefined();
    // The platform accepted it as valid, which one clock does not contradict.
    expect(newestUsable(joined, [future], { now, standing: "unconfirmed" })?.id).toBe("a");
  });

  test("is never an unverified or expired one", () => {
    const expired = { commonName: "expired", expiration: "2031-01-01T00:00:00.000Z" };
    expect(newest([slot("a", later, { isVerified: false }), slot("b", expired)], [])).toBeUndefined();
  });
});

test("a rotation is due 395 days before the end, or as many as the policy says", () => {
  expect(rotationDueAt(LOOK)).toBe(END - 395 * DAY);
  expect(rotationDueAt(LOOK, 30)).toBe(END - 30 * DAY);
});

describe("what needs attention", () => {
  const now = END - 9 * DAY;
  const advice = (
    shown: { isVerified?: boolean },
    entries: ReturnType<typeof kept>[],
    { at = now, keyring = true } = {},
  ) => advise(joinKeyring([slot("x1", LOOK, shown)], entries, at), keyring, at).join(" ");
  const held = kept("held", LOOK);
  const retired = kept("held", LOOK, 100, { retiredAt: "2031-01-01T00:00:00.000Z" });

  test.each([
    ["a usable one of ours: nothing", {}, [held], {}, /^$/],
    ["a usable one that is not held", {}, [], {}, /^x1 .*usable, but its key is not in the keyring/],
    ["a usable one, and no keyring to compare with: nothing", {}, [], { keyring: false }, /^$/],
    [
      "an unverified one of ours",
      { isVerified: false },
      [held],
      {},
      /^x1 .*not verified\. Run register or tasks\/rotate/,
    ],
    [
      "an unverified one of others",
      { isVerified: false },
      [],
      {},
      /^x1 .*not verified\. If nobody .* delete it with tasks\/delete \(certificate-id: x1\)\.$/,
    ],
    ["an expired one of ours", {}, [held], { at: END }, /^x1 .*has expired and takes a slot\. tasks\/rotate/],
    ["an expired one of others", {}, [], { at: END }, /^x1 .*Delete it with .* \(certificate-id: x1\)\.$/],
    ["one that is marked retired and still there", {}, [retired], {}, /^x1 .*marked retired/],
    ["one that is marked retired, expired", {}, [retired], { at: END }, /^x1 .*has expired/],
  ])("%s", (_, shown, entries, options, expected) => {
    expect(advice(shown, entries, options)).toMatch(expected);
  });

  test("two usable ones of one common name: agents of one of them are refused", () => {
    const other = { ...LOOK, expiration: "2032-01-01T00:00:00.000Z" };
    const joined = joinKeyring([slot("a", LOOK), slot("b", other)], [held, kept("other", other)], now);
    expect(advise(joined, true, now)).toEqual([expect.stringContaining('common name "acme"')]);
    const [first, second] = joined as [(typeof joined)[0], (typeof joined)[0]];
    const unverified = { ...second, slot: { ...second.slot, isVerified: false } };
    expect(advise([first, unverified], true, now).join()).not.toContain("common name");
    const renamed = { ...second, slot: { ...second.slot, commonName: "acme-2" } };
    expect(advise([first, renamed], true, now)).toEqual([]);
    const nameless = joined.map((it) => ({ ...it, slot: { ...it.slot, commonName: "" } }));
    expect(advise(nameless, true, now)).toEqual([]);
  });
});
