/** What a rotation will run into in the years ahead if nothing changes. */
import type { NewCaRequest } from "../ca/refused-cas.ts";
import { decideRotation, nextStepAt } from "../ca/rotation-decision.ts";
import type { CaInSlot, RotationDecision, RotationPlan, RotationState } from "../ca/rotation-state.ts";
import { rotationDueAt } from "../ca/slot-status.ts";
import type { Slot } from "../ca/slots.ts";
import { day } from "../ca/time.ts";
import type { KeyringSession } from "../keyring/keyring-session.ts";
import type { ActionError } from "../messages/errors.ts";
import { printableId } from "../messages/printable.ts";
import { rotationRefusal } from "./refusal-messages.ts";
import { earlierRefusal } from "./upload-stored-ca.ts";

/**
 * @param wanted a new CA as this rotation would ask for it on any day
 * @returns why a rotation with this decision stops before its first step; undefined where it goes on
 */
export function findRefusal(
  decided: RotationDecision,
  state: RotationState,
  wanted: NewCaRequest,
  keyring: KeyringSession,
): ActionError | undefined {
  if (decided.refused !== undefined) return rotationRefusal(decided, { ...state, keyring });
  const creates = decided.due.some((step) => step.step === "stage" && step.from === "create");
  return creates ? earlierRefusal(state.entries, wanted) : undefined;
}

/**
 * @param state after the run
 * @param wanted as {@link findRefusal} takes it
 * @returns problems that a rotation will have if nothing changes, also years ahead: one text each, with
 * hostile text of the slots
 */
export function forecastProblems(
  state: RotationState,
  wanted: NewCaRequest,
  keyring: KeyringSession,
): string[] {
  const decided = decideRotation(state);
  if (decided.refused !== undefined) return refusalAhead(state, wanted, keyring, []);
  const { newest } = decided;
  return [
    ...endsBeforeOverlap(decided),
    ...(newest === undefined
      ? []
      : [...longerOneGoes(newest, decided), ...noSlotInTime(newest, decided, state)]),
    ...refusalAhead(state, wanted, keyring, decided.upcoming),
  ];
}

function endsBeforeOverlap({ upcoming }: RotationPlan): string[] {
  return upcoming
    .filter(({ step, slot, at }) => step === "retire" && Date.parse(slot.expiration) < at)
    .map(
      ({ slot }) =>
        `${named(slot)} expires ${slot.expiration}, before the overlap is over. Give its agents new certificates before that.`,
    );
}

/** The keyring's order says which CA is the newest. A keyring that was filled by hand may have the wrong order. */
function longerOneGoes({ slot: newest }: CaInSlot, { due, upcoming }: RotationPlan): string[] {
  const going = [
    ...due.flatMap((step) =>
      step.step === "retire" && ["overlap", "now"].includes(step.reason) ? [step.slot] : [],
    ),
    ...upcoming.flatMap(({ step, slot }) => (step === "retire" ? [slot] : [])),
  ];
  return going
    .filter(({ expiration }) => Date.parse(expiration) > Date.parse(newest.expiration))
    .map(
      (slot) =>
        `${named(slot)} expires ${slot.expiration}, later than ${named(newest)} (${newest.expiration}), but is the one to be retired. The first CA of the keyring counts as the newest. To keep it, set retire: never, or put it first in the keyring.`,
    );
}

function noSlotInTime(
  { slot }: CaInSlot,
  { upcoming }: RotationPlan,
  { policy, now }: RotationState,
): string[] {
  const due = rotationDueAt(slot, policy.renewBefore);
  return upcoming
    .filter(({ step, at }) => step === "stage" && at > due)
    .map(
      ({ at }) =>
        `${named(slot)} expires ${slot.expiration}. Its successor ${due <= now ? "was" : "is"} due on ${day(due)}, but both slots are taken and none is free before ${day(at)}. Give the agents of the other CA certificates of this one. Then run again with apply: true and retire: now to free a slot.`,
    );
}

/** The first step that is sure to be refused, unless the slots, the keyring or the inputs change until then. */
function refusalAhead(
  state: RotationState,
  wanted: NewCaRequest,
  keyring: KeyringSession,
  upcoming: RotationPlan["upcoming"],
): string[] {
  const stages = upcoming.filter(({ step }) => step === "stage");
  for (const at of [nextStepAt(state), ...stages.map(({ at }) => at)]) {
    const then = { ...state, now: at + 1 };
    // The message gets today's state. So a CA that will have expired by then is shown as one that expires
    // later.
    const stop = findRefusal(decideRotation(then), state, wanted, keyring);
    if (stop === undefined) continue;
    const { code, message, next } = stop;
    const when = at <= state.now ? "The next run of the rotation" : `On ${day(at)} the rotation`;
    return [`${when} will stop (${code}). ${message.replace(/\.$/, "")}. Next: ${next}`];
  }
  return [];
}

function named({ id, commonName }: Slot): string {
  return `${commonName} (${printableId(id)})`;
}
