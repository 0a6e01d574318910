import { describe, expect, test } from "vitest";
import type { KeyringEntry } from "../../src/ca/keyring-entries.ts";
import { decideRotation, nextStepAt } from "../../src/ca/rotation-decision.ts";
import type { RotationDecision, RotationStep } from "../../src/ca/rotation-state.ts";
import { ca, labelOf } from "./fakes.ts";
import { daysFrom, dueSteps, held, inSlot, state as stateOf } from "./rotation-cases.ts";
import {
  allStates,
  DAY,
  describeState,
  type Label,
  lookOf,
  NOW,
  type State,
  type TestSlot,
  TODAYS_NAME,
} from "./rotation-states.ts";
import { once } from "./sample.ts";

const states = [...allStates()];
process.stdout.write(`rotation's decision: ${states.length} states of two slots, a keyring and a policy\n`);

// Whose a certificate is and when it ends is told by its label: nothing here matches names or dates of slots.
type Labelled = KeyringEntry | TestSlot;
const labelIn = (it: Labelled) => ("certificate" in it ? labelOf(it) : it.label);
const entryOf = ({ entries }: State, { label }: TestSlot) =>
  entries.find((entry) => labelOf(entry) === label);
const slotOf = ({ slots }: State, it: Labelled) => slots.find(({ label }) => label === labelIn(it));
const end = (it: Labelled) => Date.parse(lookOf(labelIn(it) as Label).expiration);
const alive = (it: Labelled, now = NOW) => end(it) > now;
const usable = (placed: TestSlot | undefined, now = NOW) => placed?.isVerified === true && alive(placed, now);
const isDue = (it: Labelled, { policy, now }: State) => end(it) - now < policy.renewBefore * DAY;

const slotsOf = ({ slots }: State, it: Labelled) => slots.filter(({ label }) => label === labelIn(it));
const hasCopy = (state: State) => state.slots.some((placed) => slotsOf(state, placed).length > 1);

const newestOf = (state: State) =>
  state.entries.find(
    (ca) => ca.retiredAt === undefined && slotsOf(state, ca).some((slot) => usable(slot, state.now)),
  );
/** A copy of one that is usable has nothing to prove. */
const pendingOf = (state: State) =>
  state.entries.filter((ca) => {
    if (ca.retiredAt !== undefined || ca === newestOf(state)) return false;
    return slotsOf(state, ca).some((slot) => !slot.isVerified && alive(slot, state.now));
  });
const unheldOf = (state: State) =>
  state.slots.filter((it) => usable(it) && !entryOf(state, it) && !state.policy.allowUnheld.has(it.id));
/** A new CA has to come to the platform. */
const needsRoom = (state: State) => {
  const newest = newestOf(state);
  return pendingOf(state).length === 0 && (newest === undefined || isDue(newest, state));
};

/** Keys are forgotten before and after the steps; here that is a step like the others. */
type Step = RotationStep | { readonly step: "forget"; readonly ca: KeyringEntry };
type Retire = Extract<Step, { step: "retire" }>;
const forgotten = (cas: readonly KeyringEntry[]) => cas.map((ca) => ({ step: "forget", ca }) as const);
const dueOf = (decided: RotationDecision): readonly Step[] =>
  decided.refused === undefined
    ? [...forgotten(decided.forgetFirst), ...decided.due, ...forgotten(decided.forgetLast)]
    : [];
const retired = (decided: RotationDecision) =>
  dueOf(decided).filter((step): step is Retire => step.step === "retire");
const stagedOf = (decided: RotationDecision) => dueOf(decided).filter(({ step }) => step === "stage");
const from = (decided: RotationDecision) =>
  stagedOf(decided).map((step) => ("from" in step ? step.from : ""));

const ORDER = ["note", "retire", "stage"];
/** A key that is of no use is forgotten first, for it makes room; that of one that leaves now when it has left. */
const placeOf = (step: Step, decided: RotationDecision) => {
  if (step.step !== "forget") return ORDER.indexOf(step.step);
  return retired(decided).some(({ ca }) => ca === step.ca) ? ORDER.length : -1;
};
/** The keyring says since when, in words that mean a time that is over. */
const isKnown = ({ verifiedAt = "" }: KeyringEntry) => !Number.isNaN(Date.parse(verifiedAt));

const RULES: Record<string, (state: State, decided: RotationDecision) => boolean> = {
  "CA_NOT_HELD where a new CA is needed and a usable one is not held, and nowhere else (guarantee 3)": (
    state,
    { refused },
  ) => (refused === "CA_NOT_HELD") === (needsRoom(state) && unheldOf(state).length > 0),
  "CA_SLOTS_FULL only where a new CA is needed and both slots are taken": (state, { refused }) =>
    refused !== "CA_SLOTS_FULL" || (needsRoom(state) && state.slots.length === 2),
  "nothing is staged while a usable one of ours is not due and none is half way (guarantee 4)": (
    state,
    decided,
  ) => stagedOf(decided).length === 0 || needsRoom(state) || pendingOf(state).length > 0,
  "one that is half way is resumed, and nothing else is staged (guarantee 4)": (state, decided) =>
    (from(decided).join() === "resume") === pendingOf(state).length > 0,
  "a CA that was refused is not sent again by itself (guarantee 4)": (_, decided) =>
    dueOf(decided).every(
      (step) => step.step !== "stage" || step.from !== "upload" || step.ca.refusedAt === undefined,
    ),
  "at most one is staged in a run": (_, decided) => stagedOf(decided).length <= 1,
  "what is staged finds a slot": (state, decided) =>
    !["create", "upload"].includes(from(decided).join()) || state.slots.length - retired(decided).length < 2,
  "a retired or expired CA is never staged, and none that is there already (guarantee 4)": (state, decided) =>
    stagedOf(decided).every(
      (step) =>
        !("ca" in step) ||
        (step.ca.retiredAt === undefined && alive(step.ca) && ("slot" in step || !slotOf(state, step.ca))),
    ),
  "only what is held is touched, and as what it is (guarantee 6)": (state, decided) =>
    dueOf(decided).every((step) => !("slot" in step) || entryOf(state, step.slot as TestSlot) === step.ca),
  "a usable one goes only where a usable one of ours stays (guarantee 6)": (state, decided) =>
    retired(decided).every(({ slot }) => {
      const newest = newestOf(state);
      return (
        !usable(slot as TestSlot) || (newest !== undefined && labelOf(newest) !== (slot as TestSlot).label)
      );
    }),
  "a copy in the other slot is no predecessor: it never goes by itself while it is the newest": (
    state,
    decided,
  ) => !hasCopy(state) || retired(decided).every(({ ca }) => ca !== newestOf(state)),
  "one that is not verified yet is resumed, not retired (guarantee 6)": (state, decided) =>
    retired(decided).every(({ ca }) => !pendingOf(state).includes(ca)),
  "before the overlap is over none of ours goes but an expired one whose slot is needed": (state, decided) =>
    retired(decided).every(({ ca, slot }) => {
      const over = Date.parse(newestOf(state)?.verifiedAt ?? "") + state.policy.overlap * DAY <= NOW;
      const allowed = state.policy.retire === "now" || (state.policy.retire === "after-overlap" && over);
      return ca.retiredAt !== undefined || allowed || (!alive(slot as TestSlot) && needsRoom(state));
    }),
  "retire: never deletes expired ones alone": (state, decided) =>
    state.policy.retire !== "never" || retired(decided).every(({ slot }) => !alive(slot as TestSlot)),
  "a key is forgotten only when it has no slot any more, and has expired or is retired and to be dropped (guarantee 3)":
    (state, decided) =>
      dueOf(decided).every((step) => {
        if (step.step !== "forget") return true;
        const leaves = retired(decided).some(({ ca }) => ca === step.ca);
        const dropped = state.policy.retiredKeys === "drop" && (leaves || step.ca.retiredAt !== undefined);
        return (leaves || !slotOf(state, step.ca)) && (dropped || !alive(step.ca));
      }),
  "every key of no use is forgotten, or a keyring would fill up": (state, decided) =>
    decided.refused !== undefined ||
    state.entries.every((ca) => {
      const dropped = state.policy.retiredKeys === "drop" && ca.retiredAt !== undefined;
      const useless = slotOf(state, ca) === undefined && (dropped || !alive(ca));
      return !useless || dueOf(decided).some((step) => step.step === "forget" && step.ca === ca);
    }),
  "the newest one's time is noted where an overlap hangs on it and the keyring says none that can be": (
    state,
    decided,
  ) => {
    const newest = newestOf(state);
    const waits = state.slots.some((placed) => {
      const ca = entryOf(state, placed);
      return ca !== undefined && ca !== newest && !ca.retiredAt && !pendingOf(state).includes(ca);
    });
    const noted = dueOf(decided).some(({ step }) => step === "note");
    const needed = newest !== undefined && !isKnown(newest) && waits;
    return decided.refused !== undefined || noted === (needed && state.policy.retire === "after-overlap");
  },
  "a key is made only where none in the keyring could serve (guarantee 4)": (state, decided) => {
    const newest = newestOf(state);
    const candidates =
      newest === undefined ? state.entries : state.entries.slice(0, state.entries.indexOf(newest));
    const couldServe = candidates.some(
      (ca) =>
        ca.retiredAt === undefined &&
        ca.refusedAt === undefined &&
        !isDue(ca, state) &&
        state.slots.every(({ commonName }) => commonName !== ca.certificate.commonName),
    );
    return from(decided).join() !== "create" || !couldServe;
  },
  "a new common name is that of today and nobody else's": (state, decided) =>
    dueOf(decided).every((step) => {
      if (step.step !== "stage" || step.from !== "create") return true;
      const taken = [...state.slots, ...state.entries.map(({ certificate }) => certificate)];
      const free = taken.every(({ commonName }) => commonName !== step.commonName);
      return free && [TODAYS_NAME, `${TODAYS_NAME}-2`].includes(step.commonName);
    }),
  "steps come in the order in which a crash between them harms nothing": (_, decided) => {
    const order = dueOf(decided).map((step) => placeOf(step, decided));
    return order.join() === order.toSorted((a, b) => a - b).join();
  },
  "the order of the slots does not matter, unless both hold the same": (state, decided) =>
    hasCopy(state) || shown(decideRotation({ ...state, slots: state.slots.toReversed() })) === shown(decided),
  "it ends: carrying the steps out leads to a day without any, or stays refused (guarantee 4)": (state) =>
    leadsSomewhere(state),
};

function shown(decided: RotationDecision): string {
  return JSON.stringify([decided.refused, dueOf(decided).map(({ step, ...about }) => [step, about])]);
}

function leadsSomewhere(first: State): boolean {
  let state = first;
  for (let turn = 0; turn < 5; turn += 1) {
    const decided = decideRotation(state);
    if (dueOf(decided).length === 0) return true;
    for (const step of dueOf(decided)) state = after(state, step);
  }
  return false;
}

/** Does one step. What is created is a certificate that is in no state. */
function after(state: State, step: Step): State {
  const { slots, entries } = state;
  const verifiedAt = new Date(NOW).toISOString();
  const withNote = (label: string) =>
    entries.map((it) => (labelOf(it) === label && !isKnown(it) ? { ...it, verifiedAt } : it));
  switch (step.step) {
    case "note":
      return { ...state, entries: withNote(labelOf(step.ca)) };
    case "forget":
      return { ...state, entries: entries.filter((it) => labelOf(it) !== labelOf(step.ca)) };
    case "retire": {
      const retiredAt = verifiedAt;
      const marked = entries.map((it) => (labelOf(it) === labelOf(step.ca) ? { retiredAt, ...it } : it));
      return { ...state, entries: marked, slots: slots.filter(({ id }) => id !== step.slot.id) };
    }
    case "stage": {
      const label = step.from === "create" ? "made" : labelOf(step.ca);
      const expiration = new Date(NOW + 800 * DAY).toISOString();
      const commonName = step.from === "create" ? step.commonName : step.ca.certificate.commonName;
      const made = ca(label, { commonName, expiration, fingerprint: label }, { verifiedAt });
      const look = step.from === "create" ? made.certificate : step.ca.certificate;
      const slot = { id: `id-${label}`, name: "", isVerified: true, label, ...look, commonName };
      const others = slots.filter((it) => it.label !== label);
      return {
        ...state,
        slots: [...others, slot as unknown as TestSlot],
        entries: step.from === "create" ? [made, ...entries] : withNote(label),
      };
    }
  }
}

describe("what is in doubt is asked first (guarantee 4)", () => {
  const doubtOf = (...args: Parameters<typeof stateOf>) => {
    const decided = decideRotation(stateOf(...args));
    if (decided.refused !== "ambiguous") return decided.refused ?? "decided";
    return `${decided.kind} ${decided.slot.id} ${labelOf(decided.ca)}`;
  };
  const fresh = inSlot("new", 900);

  test("a slot that ends with a CA of the keyring, where one would be sent", () => {
    const twin = inSlot("twin", 900, { isVerified: false });
    expect(doubtOf([twin], [held("ours", 900)])).toBe("date twin ours");
    expect(doubtOf([twin], [held("ours", 900)], { allowUnheld: new Set(["twin"]) })).toBe("decided");
    expect(doubtOf([inSlot("twin", -1)], [held("ours", -1)])).toBe("decided");
  });

  test("the same is no question where a CA is only verified, or nothing is done", () => {
    const slots = [inSlot("new", 900, { isVerified: false }), inSlot("twin", 700)];
    const entries = [held("new", 900), held("ours", 700)];
    expect(dueSteps(slots, entries)).toEqual(["stage new resume"]);
    expect(dueSteps([fresh, inSlot("twin", 700)], entries)).toEqual([]);
  });

  test("the same before a CA leaves, should the platform ever show more than two, to the millisecond", () => {
    const slots = [fresh, inSlot("old", 200), inSlot("twin", 700)];
    const entries = [held("new", 900, { verifiedAt: daysFrom(-365) }), held("old", 200), held("ours", 700)];
    expect(doubtOf(slots, entries)).toBe("date twin ours");
    expect(doubtOf(slots, entries, { now: NOW - 1 })).toBe("decided");
    const both = [...slots, inSlot("older", 100)];
    const later = [...entries, held("older", 100, { restoredAt: daysFrom(-9) })];
    expect(doubtOf(both, later)).toBe("date twin ours");
  });

  test("a remembered id that lies on another certificate, unless a newer CA is usable", () => {
    const other = inSlot("other", 600, { isVerified: false });
    const lost = held("lost", 950, { platformId: "other" });
    expect(doubtOf([fresh, other], [lost, held("new", 900)])).toBe("contradiction other lost");
    expect(doubtOf([fresh, other], [held("new", 900), lost])).toBe("decided");
    const allowed = { allowUnheld: new Set(["other"]) };
    expect(doubtOf([fresh, other], [lost, held("new", 900)], allowed)).toBe("decided");
  });
});

describe("the decision, for every state", () => {
  const decided = once(() => states.map((state) => [state, decideRotation(state)] as const));

  test("every step and both refusals occur, in at least a thousand states", () => {
    const seen = decided().flatMap(
      ([, it]) =>
        it.refused ?? dueOf(it).map(({ step, ...more }) => `${step} ${"from" in more ? more.from : ""}`),
    );
    expect([...new Set(seen)].toSorted()).toEqual([
      "CA_NOT_HELD",
      "CA_SLOTS_FULL",
      "forget ",
      "note ",
      "retire ",
      "stage create",
      "stage resume",
      "stage upload",
    ]);
    expect(states.length).toBeGreaterThan(1000);
  });

  test.each(Object.entries(RULES))("%s", (_, holds) => {
    const broken = decided().filter(([state, decision]) => !holds(state, decision));
    expect(broken.slice(0, 5).map(([state, it]) => `${shown(it)}: ${describeState(state)}`)).toEqual([]);
  });
});

describe("the time of the next step", () => {
  const nextDay = (...args: Parameters<typeof stateOf>) => (nextStepAt(stateOf(...args)) - NOW) / DAY;
  const both = [inSlot("old", 500), inSlot("new", 900)];

  test("is the end of the overlap, counted from the verification or the restoration", () => {
    const known = (old: Partial<KeyringEntry> = {}) => [
      held("new", 900, { verifiedAt: daysFrom(-300) }),
      held("old", 500, old),
    ];
    expect(nextDay(both, known())).toBe(65);
    expect(nextDay(both, known({ restoredAt: daysFrom(-200) }))).toBe(165);
    expect(nextDay(both, known(), { retire: "never" })).toBe(505);
    expect(nextDay(both.slice(1), known().slice(0, 1))).toBe(505);
  });

  test("is now, where a successor is due in the next millisecond", () => {
    expect(nextDay([inSlot("new", 395)], [held("new", 395)])).toBe(0);
  });

  test("is never over: what another CA would have asked for before this one began does not count", () => {
    const began = held("new", 900, { verifiedAt: daysFrom(-300) });
    const certificate = { ...began.certificate, notBefore: NOW - 300 * DAY };
    expect(nextDay(both, [{ ...began, certificate }, held("old", 500, { verifiedAt: daysFrom(-900) })])).toBe(
      65,
    );
  });

  const needsARun = (state: State) => {
    const decided = decideRotation(state);
    return decided.refused !== undefined || dueOf(decided).some(({ step }) => step !== "forget");
  };
  /** Later than any end and any overlap of these states. */
  const LAST_DAY = 850;

  // One state of seven: each is asked for each day.
  test("is that of the first day on which something is due, found by asking for each day", () => {
    const wrong = states.filter((state, index) => {
      if (index % 7 !== 0) return false;
      const days = Array.from({ length: LAST_DAY }, (_, day) => day);
      if (dueOf(decideRotation(state)).length > 0) return nextStepAt(state) !== NOW;
      const first = days.find((day) => needsARun({ ...state, now: NOW + day * DAY + 1 }));
      return nextStepAt(state) !== NOW + (first ?? 0) * DAY;
    });
    expect(wrong.slice(0, 5).map(describeState)).toEqual([]);
  });
});
