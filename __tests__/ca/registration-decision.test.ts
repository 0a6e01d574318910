import { describe, expect, test } from "vitest";
import type { KeyringEntry } from "../../src/ca/keyring-entries.ts";
import {
  ambiguousMatches,
  decideRegistration,
  type RegistrationDecision,
  unheldUsable,
  wouldCreate,
} from "../../src/ca/registration-decision.ts";
import { agreedAt, ca, labelOf, slot } from "./fakes.ts";
import {
  allStates,
  describeState,
  type Label,
  LOOKS,
  NOW,
  type State,
  type TestSlot,
} from "./registration-states.ts";
import { once } from "./sample.ts";

const states = [...allStates()];
process.stdout.write(`decision: ${states.length} states of two slots, a keyring and a provided CA\n`);

/** Whose a certificate is, told by its label alone: nothing here matches names or dates. */
function ours(state: State): readonly KeyringEntry[] {
  return state.provided ? [state.provided] : state.entries.filter(({ retiredAt }) => retiredAt === undefined);
}
/** All that take part in the matching: a provided CA stands for the entry of the same certificate. */
function known({ provided, entries }: State): readonly KeyringEntry[] {
  return provided ? [provided, ...entries.filter((entry) => labelOf(entry) !== labelOf(provided))] : entries;
}
/** What a slot may be taken for: one that was refused and lies in none stands in no one's way. */
const plausibleCandidates = (state: State) =>
  known(state).filter((candidate) => candidate.refusedAt === undefined || there(state, candidate));
/** The twin that has the id remembered of its sibling is that one, for all that the platform shows. */
const isIn = (placed: TestSlot, entry: KeyringEntry) =>
  placed.label === labelOf(entry) ||
  (placed.label === "twin" && labelOf(entry) === "one" && entry.platformId === placed.id);
const slotsOf = (state: State, candidate: KeyringEntry) =>
  state.slots.filter((placed) => isIn(placed, candidate));
const there = (state: State, candidate: KeyringEntry) => slotsOf(state, candidate)[0];
const alive = (it: KeyringEntry | TestSlot) =>
  Date.parse("certificate" in it ? it.certificate.expiration : it.expiration) > NOW;
const usable = (placed: TestSlot) => placed.isVerified && alive(placed);

/** Our certificates on the platform that have not expired. */
function onPlatform(state: State): TestSlot[] {
  return ours(state)
    .flatMap((candidate) => slotsOf(state, candidate))
    .filter(alive);
}
/** Our certificates that could be uploaded, newest first: what was refused is offered again on the user's wish alone. */
function waiting(state: State): readonly KeyringEntry[] {
  return ours(state).filter(
    (candidate) =>
      alive(candidate) &&
      there(state, candidate) === undefined &&
      (candidate === state.provided ||
        (candidate.refusedAt === undefined && !state.removed.has(candidate.certificate.fingerprint))),
  );
}
/** The newest of ours that is usable. */
const serving = (state: State) => ours(state).find((candidate) => slotsOf(state, candidate).some(usable));
/** The remembered id lies on another certificate that nobody explains, and nothing newer serves. */
function contradicted(state: State): boolean {
  const all = plausibleCandidates(state);
  const first = serving(state);
  return all.slice(0, first && all.indexOf(first)).some(({ certificate, platformId, retiredAt }) => {
    const placed = state.slots.find(({ id }) => id === platformId);
    if (placed === undefined || retiredAt !== undefined || state.allowUnheld.has(placed.id)) return false;
    const sameEnd = placed.expiration === certificate.expiration;
    return !sameEnd && !all.some((candidate) => isIn(placed, candidate));
  });
}
/** Nothing of ours is there that goes on, and the twin's sibling is at hand and lies nowhere. */
function unclear(state: State): boolean {
  const twin = state.slots.find(({ label }) => label === "twin");
  const sibling = plausibleCandidates(state).find((entry) => labelOf(entry) === "one");
  if (twin === undefined || sibling === undefined || onPlatform(state).length > 0) return false;
  return !there(state, sibling) && !state.allowUnheld.has(twin.id);
}
const inDoubt = (state: State) => contradicted(state) || unclear(state);
const unheld = (state: State) =>
  state.slots.filter(
    (placed) =>
      usable(placed) &&
      !state.allowUnheld.has(placed.id) &&
      !known(state).some((candidate) => isIn(placed, candidate)),
  );

/** Every slot with the common name that the next upload would have. */
function inTheWay(state: State): readonly TestSlot[] {
  const commonName = waiting(state)[0]?.certificate.commonName ?? state.commonName;
  // Of one of ours its own name counts, whatever the reply shows.
  const nameOf = (placed: TestSlot) =>
    known(state).find((candidate) => isIn(placed, candidate))?.certificate.commonName ?? placed.commonName;
  return state.slots.filter((placed) => nameOf(placed) === commonName);
}

type Rule = (state: State, decision: RegistrationDecision) => boolean;
const iff = (a: boolean, b: boolean) => a === b;

const RULES: Record<string, Rule> = {
  "it stops where a remembered id lies on another certificate, or a slot could be one of ours by its end alone, and nowhere else (guarantee 4)":
    (state, { step }) => iff(step === "ambiguous", inDoubt(state)),
  "CA_NOT_HELD where something would be made or sent by itself beside a usable one that is not held, naming it (guarantee 4)":
    (state, decision) =>
      (!["create", "upload"].includes(decision.step) ||
        state.provided !== undefined ||
        unheld(state).length === 0) &&
      (!refusedWith(decision, "CA_NOT_HELD") ||
        (state.provided === undefined && unheld(state).length > 0 && sameSlots(decision, unheld(state)))),
  "one that was verified once and is gone is not sent again by itself (guarantee 4)": (state, decision) =>
    decision.step !== "upload" ||
    decision.ca === state.provided ||
    !state.removed.has(decision.ca.certificate.fingerprint),
  "unchanged where one of ours is usable, and nowhere else (guarantee 4)": (state, { step }) =>
    iff(step === "unchanged", onPlatform(state).some(usable) && !inDoubt(state)),
  "resume where one of ours is there unverified and none is usable, and nowhere else (guarantee 4)": (
    state,
    { step },
  ) =>
    iff(
      step === "resume",
      onPlatform(state).length > 0 && !onPlatform(state).some(usable) && !inDoubt(state),
    ),
  "unchanged and resume name a slot and the CA that lies in it": (_, decision) =>
    decision.step === "ambiguous" || !("slot" in decision) || isIn(decision.slot as TestSlot, decision.ca),
  "unchanged names a usable slot, resume one that is neither verified nor expired": (_, decision) =>
    (decision.step !== "unchanged" || usable(decision.slot as TestSlot)) &&
    (decision.step !== "resume" || (!decision.slot.isVerified && alive(decision.slot as TestSlot))),
  "a key is made only where no CA of ours could serve (guarantee 4)": (state, { step }) =>
    step !== "create" || (waiting(state).length === 0 && onPlatform(state).length === 0),
  "a CA that was refused stands in the way of nothing: without it the decision is the same, unless it is there (guarantee 4)":
    (state, decision) => {
      const removed = state.entries.filter((held) => held.refusedAt && there(state, held) === undefined);
      const without = { ...state, entries: state.entries.filter((held) => !removed.includes(held)) };
      return JSON.stringify(decideRegistration(without)) === JSON.stringify(decision);
    },
  "a CA that was refused is never uploaded by itself (guarantee 4)": (_, decision) =>
    decision.step !== "upload" || decision.ca.refusedAt === undefined,
  "a provided CA wins over the keyring": (state, decision) =>
    state.provided === undefined ||
    (decision.step !== "create" &&
      (decision.step === "ambiguous" || !("ca" in decision) || decision.ca === state.provided)),
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
    iff(
      refusedWith(decision, "CA_SLOTS_FULL"),
      state.slots.length === 2 && onPlatform(state).length === 0 && !inDoubt(state),
    ) &&
    (!refusedWith(decision, "CA_SLOTS_FULL") || sameSlots(decision, state.slots)),
  "CA_SUBJECT_IN_USE where a slot is free and the common name is taken, naming who has it": (
    state,
    decision,
  ) =>
    iff(
      refusedWith(decision, "CA_SUBJECT_IN_USE"),
      state.slots.length < 2 &&
        onPlatform(state).length === 0 &&
        inTheWay(state).length > 0 &&
        !inDoubt(state),
    ) &&
    (!refusedWith(decision, "CA_SUBJECT_IN_USE") || sameSlots(decision, inTheWay(state))),
  "the early guess and the decision agree: what is created was foreseen (guarantee 2)": (state, { step }) =>
    step !== "create" || wouldCreate(state) || state.removed.size > 0,
  "the order of the slots does not matter": (state, decision) =>
    decideRegistration({ ...state, slots: state.slots.toReversed() }).step === decision.step,
  "it ends: carrying the steps out leads to unchanged or stays refused (guarantee 4)": (state, decision) =>
    carriedOut(state, decision).step ===
    (["refuse", "ambiguous"].includes(decision.step) ? decision.step : "unchanged"),
};

function refusedWith(decision: RegistrationDecision, code: string): boolean {
  return decision.step === "refuse" && decision.code === code;
}

function sameSlots(decision: RegistrationDecision, expected: readonly TestSlot[]): boolean {
  return (
    decision.step === "refuse" &&
    decision.slots.map(({ id }) => id).join() === expected.map(({ id }) => id).join()
  );
}

/** What leads on. */
const STEPS: readonly string[] = ["create", "upload", "resume"];

/** Does what a decision says, at most four times; each time the world is observed anew. */
function carriedOut(state: State, first: RegistrationDecision): RegistrationDecision {
  let [world, decision] = [state, first];
  for (let turn = 0; turn < 4 && STEPS.includes(decision.step); turn += 1) {
    world = after(world, decision);
    decision = decideRegistration(world);
  }
  return decision;
}

function after(world: State, decision: RegistrationDecision): State {
  if (decision.step === "create") {
    // Any certificate that is in no state: made now, stored, and not uploaded yet.
    const look = { commonName: world.commonName, expiration: "2039-01-01T00:00:00.000Z" };
    return { ...world, entries: [ca("newer", { ...look, fingerprint: "made" }), ...world.entries] };
  }
  if (decision.step === "upload") {
    const { certificate } = decision.ca;
    const label = labelOf(decision.ca) as Label;
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
  const decided = once(() => states.map((state) => [state, decideRegistration(state)] as const));

  test("every step and every refusal occurs, in at least a thousand states", () => {
    const seen = decided().map(([, decision]) =>
      decision.step === "refuse" ? decision.code : decision.step,
    );
    expect([...new Set(seen)].toSorted()).toEqual([
      "CA_NOT_HELD",
      "CA_SLOTS_FULL",
      "CA_SUBJECT_IN_USE",
      "ambiguous",
      "create",
      "resume",
      "unchanged",
      "upload",
    ]);
    expect(states.length).toBeGreaterThan(1000);
  });

  test.each(Object.entries(RULES))("%s", (_, holds) => {
    const broken = decided().filter(([state, decision]) => !holds(state, decision));
    expect(broken.slice(0, 5).map(([state, { step }]) => `${step}: ${describeState(state)}`)).toEqual([]);
  });
});

describe("the edges of the decision", () => {
  test("one that was refused and is brought back by the user is uploaded (guarantee 4)", () => {
    const refused = ca("one", LOOKS.one, { refusedAt: "2029-06-01T00:00:00.000Z" });
    const seen = { slots: [], entries: [refused], commonName: "acme", ...agreedAt(NOW) };
    expect(decideRegistration(seen).step).toBe("create");
    expect(decideRegistration({ ...seen, provided: refused })).toEqual({ step: "upload", ca: refused });
    expect(wouldCreate({ ...seen, provided: refused })).toBe(false);
  });

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

  test("one that is refused, or not valid yet, is not asked for by a slot that ends with it (guarantee 4)", () => {
    const twin = { commonName: "twin", expiration: look.expiration };
    const step = (entry: ReturnType<typeof ca>) => {
      const seen = { slots: [slot("a", twin, { isVerified: false })], commonName: "acme-2" };
      return decideRegistration({ ...seen, entries: [entry], ...agreedAt(end - 1) }).step;
    };
    const waiting = ca("one", look);
    const late = { ...waiting, certificate: { ...waiting.certificate, notBefore: end } };
    expect(step(waiting)).toBe("ambiguous");
    expect(step(late)).toBe("ambiguous");
    expect(step({ ...late, certificate: { ...late.certificate, notBefore: end + 3_600_000 } })).toBe(
      "create",
    );
    expect(step({ ...waiting, refusedAt: "2029-06-01T00:00:00.000Z" })).toBe("create");
  });

  test.each([
    ["usable on the platform", [slot("a", look)], ["create", "unchanged", "unchanged"]],
    ["uploaded on the platform", [slot("a", look, { isVerified: false })], ["create", "resume", "resume"]],
    ["in the keyring alone", [], ["create", "create", "upload"]],
  ] as const)(
    "one that is not valid yet, %s: two clocks that agree decide over it, or one that contradicts no platform (guarantee 4)",
    (_, slots, steps) => {
      const entry = ca("one", look);
      const late = { ...entry, certificate: { ...entry.certificate, notBefore: end - 1 } };
      const seen = { slots, entries: [late], commonName: "acme-2", now: end - 3_600_000 };
      const standings = ["agreed", "unconfirmed", "doubtful"] as const;
      expect(standings.map((standing) => decideRegistration({ ...seen, standing }).step)).toEqual(steps);
      expect(standings.map((standing) => wouldCreate({ ...seen, standing }))).toEqual([true, true, false]);
    },
  );

  test("one CA uploaded twice, verified once, is ours and usable: unchanged, whichever is listed first (guarantee 4)", () => {
    const twice = [slot("a", look, { isVerified: false }), slot("b", look, { isVerified: true })];
    expect([observe(end - 1, twice), observe(end - 1, twice.toReversed())]).toEqual([
      "unchanged",
      "unchanged",
    ]);
  });

  test("a provided CA that cannot be sent is refused as what it is; no other one is made instead", () => {
    const seen = { slots: [], entries: [ca("two", { ...look, commonName: "two" })], commonName: "acme" };
    const provided = ca("one", look);
    expect(decideRegistration({ ...seen, provided, ...agreedAt(end) })).toEqual({
      step: "refuse",
      code: "CERTIFICATE_INVALID",
      slots: [],
    });
    expect(wouldCreate({ ...seen, provided, ...agreedAt(end) })).toBe(false);
    expect(wouldCreate({ ...seen, ...agreedAt(end - 1) })).toBe(false);
    expect(wouldCreate({ ...seen, ...agreedAt(end) })).toBe(true);
  });

  test("beside a usable one that is not held a CA that comes in is uploaded, and one of the keyring is not restored (guarantee 4)", () => {
    const slots = [slot("a", { ...look, commonName: "other" })];
    const provided = ca("one", { ...look, expiration: "2030-01-02T00:00:00.000Z" });
    const seen = { slots, entries: [provided], provided, commonName: "acme", ...agreedAt(end - 1) };
    const step = (more: Partial<typeof seen> & { fromKeyring?: boolean; allowUnheld?: Set<string> }) =>
      decideRegistration({ ...seen, ...more });
    expect(step({})).toEqual({ step: "upload", ca: provided });
    expect(step({ fromKeyring: true })).toEqual({ step: "refuse", code: "CA_NOT_HELD", slots });
    expect(step({ fromKeyring: true, allowUnheld: new Set(["a"]) })).toEqual({
      step: "upload",
      ca: provided,
    });
  });

  test("each common name of a CA in a slot is taken", () => {
    const held = ca("one", { ...look, expiration: "2029-12-31T00:00:00.000Z" });
    const two = { ...held, certificate: { ...held.certificate, commonNames: ["acme", "second"] } };
    const slots = [slot("a", two.certificate)];
    const step = (commonName: string) =>
      decideRegistration({ slots, entries: [two], commonName, ...agreedAt(end) });
    for (const taken of ["acme", "second"])
      expect(step(taken)).toEqual({ step: "refuse", code: "CA_SUBJECT_IN_USE", slots });
    expect(step("third")).toEqual({ step: "create" });
  });

  test("a retired CA's slot is not taken for that of its successor of the same name and second (guarantee 4)", () => {
    const named = (label: string, more: Partial<KeyringEntry> = {}) =>
      ca(label, { ...look, fingerprint: label }, more);
    const retired = named("retired", { platformId: "a", retiredAt: "2029-01-01T00:00:00.000Z" });
    const entries = [named("successor"), retired];
    const seen = { slots: [slot("a", look)], entries, commonName: "acme", ...agreedAt(end - 1) };
    expect(decideRegistration(seen)).toMatchObject({ step: "refuse", code: "CA_SUBJECT_IN_USE" });
    const provided = named("provided");
    expect(decideRegistration({ ...seen, provided })).toMatchObject({
      step: "refuse",
      code: "CA_SUBJECT_IN_USE",
    });
  });
});

describe("what the status names", () => {
  const look = { commonName: "acme", expiration: "2031-01-01T00:00:00.000Z" };
  const twin = { ...look, commonName: "twin" };
  const later = { ...look, commonName: "twin", expiration: "2032-01-01T00:00:00.000Z" };
  const named = (slots: ReturnType<typeof slot>[], ...entries: KeyringEntry[]) =>
    ambiguousMatches(slots, entries, agreedAt(NOW)).map(({ kind, slot: { id }, ca: found }) => [
      kind,
      id,
      labelOf(found),
    ]);

  test("each slot that could be one of these by its end alone, and each that contradicts what is remembered", () => {
    expect(named([slot("a", twin)], ca("one", look))).toEqual([["date", "a", "one"]]);
    expect(named([slot("a", later)], ca("one", look, { platformId: "a" }))).toEqual([
      ["contradiction", "a", "one"],
    ]);
    expect(named([slot("a", look)], ca("one", look))).toEqual([]);
  });

  test("each once: a contradiction counts before the end", () => {
    const entries = [ca("two", { ...later, commonName: "two" }), ca("one", look, { platformId: "a" })];
    expect(named([slot("a", later)], ...entries)).toEqual([["contradiction", "a", "one"]]);
    expect(named([slot("a", later), slot("b", twin)], entries[0] as KeyringEntry, ca("three", look))).toEqual(
      [
        ["date", "a", "two"],
        ["date", "b", "three"],
      ],
    );
  });

  test("no expired one, and none of a CA that was refused", () => {
    const past = { commonName: "acme", expiration: "2029-01-01T00:00:00.000Z" };
    expect(named([slot("a", { ...past, commonName: "twin" })], ca("one", past))).toEqual([]);
    expect(named([slot("a", twin)], ca("one", look, { refusedAt: "2029-06-01T00:00:00.000Z" }))).toEqual([]);
  });

  test("the usable slots that hold none of ours and that the user did not allow", () => {
    const slots = [slot("a", look), slot("b", later), slot("c", twin, { isVerified: false })];
    const state = { slots, entries: [ca("one", look)], commonName: "acme", ...agreedAt(NOW) };
    expect(unheldUsable(state).map(({ id }) => id)).toEqual(["b"]);
    expect(unheldUsable({ ...state, allowUnheld: new Set(["b"]) })).toEqual([]);
    expect(unheldUsable({ ...state, entries: [], provided: ca("two", later) }).map(({ id }) => id)).toEqual([
      "a",
    ]);
  });
});
