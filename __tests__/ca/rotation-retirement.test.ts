import { describe, expect, test } from "vitest";
import type { KeyringEntry } from "../../src/ca/keyring-entries.ts";
import { labelOf } from "./fakes.ts";
import { DAY, daysFrom, dueSteps, held, inSlot, NOW, planOf } from "./rotation-cases.ts";

const both = [inSlot("old", 200), inSlot("new", 900)];
const entries = (verified: number | undefined, old: Partial<KeyringEntry> = {}) => [
  held("new", 900, verified === undefined ? {} : { verifiedAt: daysFrom(verified) }),
  held("old", 200, old),
];
const upcoming = (...args: Parameters<typeof planOf>) =>
  planOf(...args).upcoming.map(({ step, slot, at }) => `${step} ${slot.id} in ${(at - NOW) / DAY} days`);

describe("the old CA leaves (guarantee 6)", () => {
  test("when its successor is verified for the overlap, to the millisecond", () => {
    expect(dueSteps(both, entries(-365))).toEqual(["retire old overlap"]);
    const second = { now: NOW - 1 };
    expect(dueSteps(both, entries(-365), second)).toEqual([]);
    expect(upcoming(both, entries(-364))).toEqual(["retire old in 1 days", "stage new in 505 days"]);
  });

  test("when the overlap is over after it came back, where that was later", () => {
    expect(upcoming(both, entries(-365, { restoredAt: daysFrom(-300) }))[0]).toBe("retire old in 65 days");
    expect(upcoming(both, entries(-300, { restoredAt: daysFrom(-365) }))[0]).toBe("retire old in 65 days");
  });

  test("at once where the policy says so, and never where it says that", () => {
    expect(dueSteps(both, entries(-1), { retire: "now" })).toEqual(["retire old now"]);
    expect(dueSteps(both, entries(-400), { retire: "never" })).toEqual([]);
    expect(upcoming(both, entries(-400), { retire: "never" })).toEqual(["stage new in 505 days"]);
  });

  test("where an earlier run marked it, even without an overlap; not as the last usable one", () => {
    const marked = entries(-1, { retiredAt: daysFrom(-1) });
    expect(dueSteps(both, marked)).toEqual(["retire old interrupted"]);
    expect(dueSteps(both, marked, { retire: "never" })).toEqual([]);
    expect(dueSteps(both.slice(0, 1), marked.slice(1))).toEqual(["stage acme-20300101 create"]);
    const expired = [inSlot("old", -1)];
    const gone = [held("old", -1, { retiredAt: daysFrom(-9) })];
    expect(dueSteps(expired, gone)).toEqual(["retire old interrupted", "stage acme-20300101 create"]);
  });

  test("not before a successor is usable, and not while it is itself to be verified", () => {
    const pending = [inSlot("old", 200, { isVerified: false }), inSlot("new", 900)];
    expect(dueSteps(pending, entries(-400), { retire: "now" })).toEqual(["stage old resume"]);
    const unverified = [inSlot("old", 200), inSlot("new", 900, { isVerified: false })];
    expect(dueSteps(unverified, entries(-400), { retire: "now" })).toEqual(["stage new resume"]);
  });

  test("expired, where a new CA needs its slot, whatever the policy", () => {
    const slots = [inSlot("past", -1), inSlot("old", 200)];
    const known = [held("old", 200, { verifiedAt: daysFrom(-9) }), held("past", -1)];
    const steps = ["retire past expired", "stage acme-20300101 create"];
    expect(dueSteps(slots, known)).toEqual(steps);
    expect(dueSteps(slots, known, { retire: "never" })).toEqual(steps);
    expect(planOf(slots, known).upcoming).toEqual([]);
    // Nothing is due for the slot, so it waits for the end of the overlap.
    const late = [inSlot("past", -1), inSlot("new", 900)];
    expect(dueSteps(late, [held("new", 900, { verifiedAt: daysFrom(-9) }), held("past", -1)])).toEqual([]);
  });
});

describe("the beginning of the overlap is noted", () => {
  test("where the keyring does not say it and an old CA waits for its end", () => {
    expect(dueSteps(both, entries(undefined))).toEqual(["note new"]);
    expect(dueSteps(both, entries(-1))).toEqual([]);
    expect(dueSteps(both, entries(undefined), { retire: "never" })).toEqual([]);
    expect(dueSteps(both.slice(1), entries(undefined))).toEqual([]);
    expect(dueSteps(both, entries(undefined, { retiredAt: daysFrom(-1) }))).toEqual([
      "retire old interrupted",
    ]);
    const pending = [inSlot("old", 200, { isVerified: false }), inSlot("new", 900)];
    expect(dueSteps(pending, entries(undefined))).toEqual(["stage old resume"]);
  });

  test("not where the list does not say that it is verified", () => {
    const remembered = [inSlot("old", 200), inSlot("new", 900, { remembered: true })];
    expect(dueSteps(remembered, entries(undefined))).toEqual([]);
  });
});

describe("a key is forgotten (guarantee 3)", () => {
  const forgotten = (...args: Parameters<typeof planOf>) => {
    const { forgetFirst, forgetLast } = planOf(...args);
    return { first: forgetFirst.map(labelOf), last: forgetLast.map(labelOf) };
  };
  const fresh = [inSlot("new", 900)];

  test("when its certificate has expired, to the millisecond, and it is in no slot", () => {
    const known = (daysLeft: number) => [held("new", 900), held("past", daysLeft)];
    expect(forgotten(fresh, known(0))).toEqual({ first: ["past"], last: [] });
    expect(forgotten(fresh, known(0), { now: NOW - 1 })).toEqual({ first: [], last: [] });
    expect(forgotten([...fresh, inSlot("past", -1)], known(-1))).toEqual({ first: [], last: [] });
  });

  test("when it is retired and the policy drops such keys", () => {
    const known = [held("new", 900), held("gone", 200, { retiredAt: daysFrom(-1) }), held("kept", 100)];
    expect(forgotten(fresh, known)).toEqual({ first: [], last: [] });
    expect(forgotten(fresh, known, { retiredKeys: "drop" })).toEqual({ first: ["gone"], last: [] });
  });

  test("after the step by which it leaves its slot", () => {
    expect(forgotten(both, entries(-365), { retiredKeys: "drop" })).toEqual({ first: [], last: ["old"] });
    expect(forgotten(both, entries(-365))).toEqual({ first: [], last: [] });
    expect(forgotten(both, entries(-364), { retiredKeys: "drop" })).toEqual({ first: [], last: [] });
    const copies = [inSlot("new", 900), inSlot("past", -1), inSlot("past", -1, { id: "copy" })];
    expect(forgotten(copies, [held("new", 900), held("past", -1)])).toEqual({ first: [], last: [] });
  });

  test("not while it may be in a slot for all that is known", () => {
    const twin = inSlot("other", 100);
    const known = [
      held("new", 900),
      held("gone", 100, { retiredAt: daysFrom(-1) }),
      held("far", 90, { retiredAt: daysFrom(-1) }),
    ];
    expect(
      forgotten([...fresh, twin], known, { retiredKeys: "drop", allowUnheld: new Set(["other"]) }),
    ).toEqual({
      first: ["far"],
      last: [],
    });
  });
});
