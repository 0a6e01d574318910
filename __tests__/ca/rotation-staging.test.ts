import { describe, expect, test } from "vitest";
import { decideRotation } from "../../src/ca/rotation-decision.ts";
import { isRotatedName } from "../../src/ca/rotation-staging.ts";
import { DAY, daysFrom, dueSteps, held, inSlot, NOW, planOf, state } from "./rotation-cases.ts";

const refused = (...args: Parameters<typeof state>) => {
  const decided = decideRotation(state(...args));
  return "slots" in decided ? [decided.refused, ...decided.slots.map(({ id }) => id)] : decided.refused;
};

describe("a successor is staged", () => {
  test("when fewer days are left than the policy wants, to the millisecond, and where none is usable", () => {
    const usable = (more = {}) => dueSteps([inSlot("old", 395)], [held("old", 395)], more);
    expect(usable()).toEqual([]);
    expect(usable({ now: NOW + 1 })).toEqual(["stage acme-20300101 create"]);
    expect(dueSteps([], [])).toEqual(["stage acme-20300101 create"]);
  });

  test("from the keyring, where an earlier run left one that lasts long enough", () => {
    const old = [inSlot("old", 200)];
    const with_ = (...more: Parameters<typeof held>) => dueSteps(old, [held(...more), held("old", 200)]);
    expect(with_("new", 396)).toEqual(["stage new upload"]);
    expect(with_("new", 394)).toEqual(["stage acme-20300101 create"]);
    expect(with_("new", 900, { retiredAt: daysFrom(-1) })).toEqual(["stage acme-20300101 create"]);
    expect(with_("new", 900, { refusedAt: daysFrom(-1) })).toEqual(["stage acme-20300101 create"]);
    const entries = [held("new", 900), held("old", 200)];
    expect(dueSteps(old, entries, { removed: new Set(["new"]) })).toEqual(["stage acme-20300101 create"]);
    expect(dueSteps(old, entries.toReversed())).toEqual(["stage acme-20300101 create"]);
    const late = held("new", 900);
    const future = { ...late, certificate: { ...late.certificate, notBefore: NOW + DAY } };
    expect(dueSteps(old, [future, held("old", 200)])).toEqual(["stage acme-20300101 create"]);
  });

  test("not beside a CA of its common name", () => {
    const old = [inSlot("old", 200)];
    const sameName = { ...held("new", 900), certificate: held("old", 900).certificate };
    expect(dueSteps(old, [sameName, held("old", 200)])).toEqual(["stage acme-20300101 create"]);
    expect(dueSteps([inSlot("new", 100, { isVerified: false })], [held("new", 900)])).toEqual([
      "stage acme-20300101 create",
    ]);
  });

  test("by a verification, where an earlier run uploaded one; nothing else is staged then", () => {
    const slots = [inSlot("old", 200), inSlot("new", 900, { isVerified: false })];
    expect(dueSteps(slots, [held("new", 900), held("old", 200)])).toEqual(["stage new resume"]);
    const marked = [held("new", 900, { retiredAt: daysFrom(-1) }), held("old", 900)];
    expect(dueSteps([inSlot("old", 900), slots[1] as (typeof slots)[0]], marked)).toEqual([
      "retire new interrupted",
    ]);
    const copy = [inSlot("old", 900), inSlot("old", 900, { id: "copy", isVerified: false })];
    expect(dueSteps(copy, [held("old", 900)])).toEqual([]);
    const late = held("new", 900);
    const future = { ...late, certificate: { ...late.certificate, notBefore: NOW + DAY } };
    expect(dueSteps([slots[1] as (typeof slots)[0]], [future, held("old", 900)])).toEqual([
      "stage old upload",
    ]);
  });
});

describe("a CA that is not valid yet", () => {
  const late = held("new", 900);
  const future = { ...late, certificate: { ...late.certificate, notBefore: NOW + DAY } };
  const create = "stage acme-20300101 create";

  test.each([
    ["usable on the platform", [inSlot("new", 900)], [create], [], []],
    [
      "uploaded on the platform",
      [inSlot("new", 900, { isVerified: false })],
      [create],
      ["stage new resume"],
      ["stage new resume"],
    ],
    ["in the keyring alone", [], [create], [create], ["stage new upload"]],
  ] as const)(
    "%s: two clocks decide over it; one contradicts no platform, and two that disagree contradict nothing (guarantee 4)",
    (_, slots, agreed, unconfirmed, doubtful) => {
      const steps = (standing: "agreed" | "unconfirmed" | "doubtful") =>
        dueSteps(slots, [future], { standing });
      expect([steps("agreed"), steps("unconfirmed"), steps("doubtful")]).toEqual([
        agreed,
        unconfirmed,
        doubtful,
      ]);
    },
  );
});

describe("a new CA's common name", () => {
  test("is that of the day, with a number where it is taken on the platform or in the keyring", () => {
    expect(dueSteps([], [], { commonNamePrefix: "plant" })).toEqual(["stage plant-20300101 create"]);
    const foreign = inSlot("acme-20300101", 10, { isVerified: false });
    expect(dueSteps([foreign], [])).toEqual(["stage acme-20300101-2 create"]);
    const kept = held("acme-20300101-2", 11, { retiredAt: daysFrom(-1) });
    expect(dueSteps([foreign], [kept])).toEqual(["stage acme-20300101-3 create"]);
  });

  test("is known again on any day", () => {
    for (const name of ["acme-20300101", "acme-20310202-12"]) expect(isRotatedName(name, "acme")).toBe(true);
    for (const name of ["acme-2030010", "acme-20300101-", "acme-20300101x", "xacme-20300101", "acme20300101"])
      expect(isRotatedName(name, "acme"), name).toBe(false);
  });
});

describe("a slot for a new CA", () => {
  const foreign = inSlot("foreign", 600);

  test("is not looked for beside a usable one whose key is not held, unless the user allows it (guarantee 3)", () => {
    expect(refused([foreign], [])).toEqual(["CA_NOT_HELD", "foreign"]);
    expect(dueSteps([foreign], [], { allowUnheld: new Set(["foreign"]) })).toEqual([
      "stage acme-20300101 create",
    ]);
    expect(dueSteps([inSlot("foreign", -1)], [])).toEqual(["stage acme-20300101 create"]);
    expect(dueSteps([inSlot("foreign", 600, { isVerified: false })], [])).toEqual([
      "stage acme-20300101 create",
    ]);
    // Nothing is made, so nothing is asked.
    expect(dueSteps([foreign, inSlot("new", 900)], [held("new", 900)])).toEqual([]);
  });

  test("is none where others take both, or one beside ours", () => {
    const others = [inSlot("one", 600, { isVerified: false }), inSlot("two", -1)];
    expect(refused(others, [])).toEqual(["CA_SLOTS_FULL", "one", "two"]);
    const beside = [inSlot("old", 200), others[1] as (typeof others)[0]];
    expect(refused(beside, [held("old", 200)])).toEqual(["CA_SLOTS_FULL", "two"]);
  });

  test("is waited for while the overlap of two of ours lasts; the time of the next staging says so", () => {
    const slots = [inSlot("old", 100), inSlot("new", 300)];
    const entries = [held("new", 300, { verifiedAt: daysFrom(-300) }), held("old", 100)];
    const { due, upcoming } = planOf(slots, entries);
    expect(due).toEqual([]);
    expect(upcoming.map(({ step, at }) => [step, (at - NOW) / DAY])).toEqual([
      ["retire", 65],
      ["stage", 65],
    ]);
    // The old one expires before the overlap is over.
    const soon = planOf(
      [inSlot("old", 30), slots[1] as (typeof slots)[0]],
      [entries[0] as (typeof entries)[0], held("old", 30)],
    );
    expect(soon.upcoming.map(({ step, at }) => [step, (at - NOW) / DAY])).toEqual([
      ["stage", 30],
      ["retire", 65],
    ]);
  });

  test("that is free now, or becomes free now, or not by itself, does not put the next staging off", () => {
    const staged = [{ step: "stage", at: NOW + 505 * DAY }];
    expect(planOf([inSlot("new", 900)], [held("new", 900)]).upcoming).toMatchObject(staged);
    const slots = [inSlot("old", 600), inSlot("new", 900)];
    const entries = [held("new", 900, { verifiedAt: daysFrom(-365) }), held("old", 600)];
    expect(planOf(slots, entries).upcoming).toMatchObject(staged);
    expect(planOf(slots, entries, { retire: "never" }).upcoming).toMatchObject(staged);
  });

  test("nobody's word but the keyring's that the successor is verified retires no usable CA (guarantee 6)", () => {
    const slots = [inSlot("old", 200), inSlot("new", 900, { remembered: true })];
    const entries = [held("new", 900, { verifiedAt: daysFrom(-365) }), held("old", 200)];
    expect(decideRotation(state(slots, entries))).toMatchObject({
      refused: "unconfirmed-successor",
      slot: { id: "old" },
      newest: { id: "new" },
    });
    expect(
      dueSteps(
        [inSlot("old", -1), slots[1] as (typeof slots)[0]],
        [entries[0] as (typeof entries)[0], held("old", -1)],
      ),
    ).toEqual(["retire old overlap"]);
  });
});
