import { describe, expect, test } from "vitest";
import { type Decision, decideRegistration, type Known, wouldCreate } from "../../src/ca/decide.ts";
import { allStates, type Ca, describeState, LOOKS, NOW, type Placed, type State } from "./decide-states.ts";
import { agreedAt, ca, slot } from "./fakes.ts";

const states = [...allStates()];
process.stdout.write(`decision: ${states.length} states of two slots, a keyring and a CA brought along\n`);

/** Whose a certificate is, told by its label alone: nothing here matches names or dates. */
function ours(state: State): readonly Ca[] {
  return state.brought ? [state.brought] : state.entries.filter(({ retiredAt }) => retiredAt === undefined);
}
const there = (state: State, { label }: Ca) => state.slots.find((placed) => placed.label === label);
const alive = ({ label }: Ca | Placed) => Date.parse(LOOKS[label].expiration) > NOW;
const usable = (placed: Placed) => placed.isVerified && alive(placed);

/** Our certificates on the platform that have not expired. */
function onPlatform(state: State): Placed[] {
  return ours(state)
    .flatMap((candidate) => there(state, candidate) ?? [])
    .filter(alive);
}
/** Our certificates that could be uploaded, newest first. */
function waiting(state: State): readonly Ca[] {
  return ours(state).filter((candidate) => alive(candidate) && there(state, candidate) === undefined);
}
/** Every slot with the common name that the next upload would have. */
function inTheWay(state: State): readonly Placed[] {
  const commonName = waiting(state)[0]?.certificate.commonName ?? state.commonName;
  return state.slots.filter((placed) => placed.commonName === commonName);
}

type Rule = (state: State, decision: Decision<Ca>) => boolean;
const iff = (a: boolean, b: boolean) => a === b;

const RULES: Record<string, Rule> = {
  "unchanged where one of ours is usable, and nowhere else (guarantee 4)": (state, { step }) =>
    iff(step === "unchanged", onPlatform(state).some(usable)),
  "resume where one of ours is there unverified and none is usable, and nowhere else (guarantee 4)": (
    state,
    { step },
  ) => iff(step === "resume", onPlatform(state).length > 0 && !onPlatform(state).some(usable)),
  "unchanged and resume name a slot and the CA that lies in it": (_, decision) =>
    !("slot" in decision) || (decision.slot as Placed).label === decision.ca.label,
  "unchanged names a usable slot, resume one that is neither verified nor expired": (_, decision) =>
    (decision.step !== "unchanged" || usable(decision.slot as Placed)) &&
    (decision.step !== "resume" || (!decision.slot.isVerified && alive(decision.slot as Placed))),
  "a key is made only where no CA of ours could serve (guarantee 4)": (state, { step }) =>
    step !== "create" || ours(state).every((candidate) => !alive(candidate)),
  "a CA brought along wins over the keyring": (state, decision) =>
    state.brought === undefined ||
    (decision.step !== "create" && (!("ca" in decision) || decision.ca === state.brought)),
  "a retired or expired CA is never uploaded, and none that is there already (guarantee 4)": (
    state,
    decision,
  ) =>
    decision.step !== "upload" ||
    (decision.ca.retiredAt === undefined && alive(decision.ca) && there(state, decision.ca) === undefined),
  "of several CAs that wait for their upload the newest by insertion is taken": (state, decision) =>
    decision.step !== "upload" || decision.ca === waiting(state)[0],
  "nothing is uploaded or made without a free slot, nor beside a CA of the same common name": (
    state,
    { step },
  ) => (step !== "create" && step !== "upload") || (state.slots.length < 2 && inTheWay(state).length === 0),
  "CA_SLOTS_FULL where both are taken and nothing of ours can go on, naming both": (state, decision) =>
    iff(refusedWith(decision, "CA_SLOTS_FULL"), state.slots.length === 2 && onPlatform(state).length === 0) &&
    (!refusedWith(decision, "CA_SLOTS_FULL") || sameSlots(decision, state.slots)),
  "CA_SUBJECT_IN_USE where a slot is free and the common name is taken, naming who has it": (
    state,
    decision,
  ) =>
    iff(
      refusedWith(decision, "CA_SUBJECT_IN_USE"),
      state.slots.length < 2 && onPlatform(state).length === 0 && inTheWay(state).length > 0,
    ) &&
    (!refusedWith(decision, "CA_SUBJECT_IN_USE") || sameSlots(decision, inTheWay(state))),
  "the early guess and the decision agree: what is created was foreseen (guarantee 2)": (state, { step }) =>
    step !== "create" || wouldCreate(state),
  "the order of the slots does not matter": (state, decision) =>
    decideRegistration({ ...state, slots: state.slots.toReversed() }).step === decision.step,
  "it ends: carrying the steps out leads to unchanged or stays refused (guarantee 4)": (state, decision) =>
    carriedOut(state, decision).step === (decision.step === "refuse" ? "refuse" : "unchanged"),
};

function refusedWith(decision: Decision<Ca>, code: string): boolean {
  return decision.step === "refuse" && decision.code === code;
}

function sameSlots(decision: Decision<Ca>, expected: readonly Placed[]): boolean {
  return (
    decision.step === "refuse" &&
    decision.slots.map(({ id }) => id).join() === expected.map(({ id }) => id).join()
  );
}

/** Does what a decision says, at most four times; each time the world is observed anew. */
function carriedOut(state: State, first: Decision<Ca>): Decision<Ca> {
  let [world, decision] = [state, first];
  for (let turn = 0; turn < 4 && decision.step !== "refuse" && decision.step !== "unchanged"; turn += 1) {
    world = after(world, decision);
    decision = decideRegistration(world);
  }
  return decision;
}

function after(world: State, decision: Decision<Ca>): State {
  if (decision.step === "create") {
    // Any certificate that is in no state: made now, stored, and not uploaded yet.
    const look = { commonName: world.commonName, expiration: "2039-01-01T00:00:00.000Z" };
    return { ...world, entries: [ca("newer", look), ...world.entries] };
  }
  if (decision.step === "upload") {
    const { label, certificate } = decision.ca;
    const look = { commonName: certificate.commonName, expiration: certificate.expiration };
    return { ...world, slots: [...world.slots, { ...slot("new", look, { isVerified: false }), label }] };
  }
  if (decision.step !== "resume") return world;
  const verified = decision.slot.id;
  return {
    ...world,
    slots: world.slots.map((it) => (it.id === verified ? { ...it, isVerified: true } : it)),
  };
}

describe("the decision, for every state", () => {
  const decided = states.map((state) => [state, decideRegistration(state)] as const);

  test("every step and both refusals occur, in at least a thousand states", () => {
    const seen = decided.map(([, decision]) => (decision.step === "refuse" ? decision.code : decision.step));
    expect([...new Set(seen)].toSorted()).toEqual([
      "CA_SLOTS_FULL",
      "CA_SUBJECT_IN_USE",
      "create",
      "resume",
      "unchanged",
      "upload",
    ]);
    expect(states.length).toBeGreaterThan(1000);
  });

  test.each(Object.entries(RULES))("%s", (_, holds) => {
    const broken = decided.filter(([state, decision]) => !holds(state, decision));
    expect(broken.slice(0, 5).map(([state, { step }]) => `${step}: ${describeState(state)}`)).toEqual([]);
  });
});

describe("the edges of the decision", () => {
  const look = { commonName: "acme", expiration: "2030-01-01T00:00:00.000Z" };
  const end = Date.parse(look.expiration);
  const observe = (now: number, slots = [slot("a", look)]) =>
    decideRegistration({ slots, entries: [ca("one", look)], commonName: "acme-2", ...agreedAt(now) }).step;

  test("a CA is usable up to its last millisecond and expired at its end", () => {
    expect(observe(end - 1)).toBe("unchanged");
    expect(observe(end)).toBe("create");
    expect(observe(end - 1, [])).toBe("upload");
    expect(observe(end, [])).toBe("create");
  });

  test("one CA uploaded twice, verified once, is ours and usable: unchanged, whichever is listed first (guarantee 4)", () => {
    const twice = [slot("a", look, { isVerified: false }), slot("b", look, { isVerified: true })];
    expect([observe(end - 1, twice), observe(end - 1, twice.toReversed())]).toEqual([
      "unchanged",
      "unchanged",
    ]);
  });

  test("a retired CA's slot is not taken for that of its successor of the same name and second (guarantee 4)", () => {
    const named = (label: string, more: Partial<Known> = {}) =>
      ca(label, { ...look, fingerprint: label }, more);
    const retired = named("retired", { platformId: "a", retiredAt: "2029-01-01T00:00:00.000Z" });
    const entries = [named("successor"), retired];
    const seen = { slots: [slot("a", look)], entries, commonName: "acme", ...agreedAt(end - 1) };
    expect(decideRegistration(seen)).toMatchObject({ step: "refuse", code: "CA_SUBJECT_IN_USE" });
    const brought = named("brought");
    expect(decideRegistration({ ...seen, brought })).toMatchObject({
      step: "refuse",
      code: "CA_SUBJECT_IN_USE",
    });
  });
});
