import { decideRotation, nextStepAt } from "../ca/rotation.ts";
import type { Placed, RetireReason, Rotated, Rotation, RotationView } from "../ca/rotation-view.ts";
import type { Slot } from "../ca/slots.ts";
import { rotationDueAt } from "../ca/status.ts";
import { day } from "../ca/time.ts";
import { rotationRefusal } from "./refusal.ts";

type Decided = Exclude<Rotation<Rotated>, { refused: string }>;

/**
 * What a rotation will run into if nobody does anything: told years ahead, while it can still be helped.
 * @param view after the run
 * @returns one sentence each; the slots' texts are hostile
 */
export function foresee(view: RotationView<Rotated>): string[] {
  const decided = decideRotation(view);
  if (decided.refused !== undefined) return refusalAhead(view);
  const { newest } = decided;
  return [
    ...endsBeforeOverlap(decided),
    ...(newest === undefined
      ? []
      : [...longerOneGoes(newest, decided), ...noSlotInTime(newest, decided, view)]),
    ...refusalAhead(view),
  ];
}

function endsBeforeOverlap({ upcoming }: Decided): string[] {
  return upcoming
    .filter(({ step, slot, at }) => step === "retire" && Date.parse(slot.expiration) < at)
    .map(
      ({ slot }) =>
        `${named(slot)} expires on ${slot.expiration}, before the overlap is over: its agents need new certificates by then.`,
    );
}

const CHOSEN: ReadonlySet<RetireReason> = new Set(["overlap", "now"]);

/** The keyring's order says which one is the newest. One that was filled by hand may have it the wrong way round. */
function longerOneGoes({ slot: newest }: Placed<Rotated>, { due, upcoming }: Decided): string[] {
  const going = [
    ...due.flatMap((step) => (step.step === "retire" && CHOSEN.has(step.reason) ? [step.slot] : [])),
    ...upcoming.flatMap(({ step, slot }) => (step === "retire" ? [slot] : [])),
  ];
  return going
    .filter(({ expiration }) => Date.parse(expiration) > Date.parse(newest.expiration))
    .map(
      (slot) =>
        `${named(slot)} ends on ${slot.expiration}, later than ${named(newest)} (${newest.expiration}), and is the one to be retired: the newest CA is the first one of the keyring. If it should stay, set retire: never, or put it first in the keyring.`,
    );
}

function noSlotInTime(
  { slot }: Placed<Rotated>,
  { upcoming }: Decided,
  { policy }: RotationView<Rotated>,
): string[] {
  const due = rotationDueAt(slot, policy.renewBefore);
  return upcoming
    .filter(({ step, at }) => step === "stage" && at > due)
    .map(
      ({ at }) =>
        `${named(slot)} ends on ${slot.expiration}. Its successor is due on ${day(due)} and finds no free slot before ${day(at)}: both are taken. Give the other CA's agents certificates of this one; then retire: now frees a slot.`,
    );
}

/** A next step that is sure to be refused, unless the slots change until then. */
function refusalAhead(view: RotationView<Rotated>): string[] {
  const then = { ...view, now: nextStepAt(view) + 1 };
  const decided = decideRotation(then);
  if (decided.refused === undefined) return [];
  const { code, message, next } = rotationRefusal(decided, then);
  return [`On ${day(then.now)} the rotation will stop (${code}). ${message}. Next: ${next}`];
}

function named({ id, commonName }: Slot): string {
  return `${commonName} (${id})`;
}
