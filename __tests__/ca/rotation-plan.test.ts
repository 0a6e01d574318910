import { expect, test } from "vitest";
import { describePlan, rotationOutcome } from "../../src/ca/rotation-plan.ts";
import type { RotationPlan, RotationStep } from "../../src/ca/rotation-state.ts";
import { ca, slot } from "./fakes.ts";

const LOOK = { commonName: "acme", expiration: "2031-05-30T09:22:55.000Z" };
const lying = slot("a", LOOK);
const note: RotationStep = { step: "note", slot: lying, ca: ca("acme", LOOK) };
const retire: RotationStep = { ...note, step: "retire", reason: "overlap" };
const next = (more: Partial<RotationPlan> = {}): RotationPlan => ({
  forgetFirst: [],
  due: [],
  forgetLast: [],
  upcoming: [],
  newest: undefined,
  ...more,
});
const waits = { upcoming: [{ step: "retire", at: 1, slot: lying }] } as const;

test.each([
  ["a plan with something due", false, [], next({ due: [note] }), "planned"],
  ["a plan with nothing due", false, [], next(), "nothing-due"],
  ["a plan during an overlap", false, [], next(waits), "waiting"],
  ["a run that noted something, during an overlap", true, [note], next(waits), "waiting"],
  ["a run that noted something, and more is due: no plan", true, [note], next({ due: [note] }), "waiting"],
  ["a run that retired", true, [retire], next(), "retired"],
  ["a run after which nothing can be decided", true, [], undefined, "nothing-due"],
] as const)("%s", (_, applied, carriedOut, after, outcome) => {
  expect(rotationOutcome(applied, carriedOut, after)).toBe(outcome);
});

test("a step that is not due yet names the CA whose successor it stages: the row's common name is not the new CA's", () => {
  const lies = { ...slot("a", LOOK), commonName: "plant7" };
  const [row] = describePlan(next({ upcoming: [{ step: "stage", at: 1, slot: lies }] }), 0);
  expect(row?.does).toMatch(/^Stage a successor of plant7\b/);
});
