/** Decides the steps of a rotation and when the next one is due. Pure: the same state gives the same decision. */
import { firstContradiction, firstDateMatch } from "./registration-decision.ts";
import { forgettable, missingNote, type Retirement, retirement } from "./rotation-retirement.ts";
import {
  findSlotForNewCa,
  SLOT_IS_FREE,
  type StagingStep,
  slotFreeFrom,
  stagingStep,
} from "./rotation-staging.ts";
import {
  isDue,
  type Occupancy,
  occupancyOf,
  type RotationDecision,
  type RotationState,
  type UpcomingStep,
} from "./rotation-state.ts";
import { rotationDueAt } from "./slot-status.ts";
import { type AmbiguousMatch, isUsable, plausibleCandidates } from "./slots.ts";
import { DAY_MS, rememberedTime } from "./time.ts";

/**
 * Decides the next steps of a rotation in two slots. A run after a crash reads the state again, and so goes
 * on where it stopped.
 */
export function decideRotation(state: RotationState): RotationDecision {
  const { policy, now } = state;
  const occupancy = occupancyOf(state);
  const planned = occupancy.others.flatMap((inSlot) => retirement(inSlot, occupancy, state));
  const stage = stagingStep(occupancy, state);
  const ambiguous = findAmbiguity(planned, stage, occupancy, state);
  if (ambiguous !== undefined) return { refused: "ambiguous", ...ambiguous };
  const slotForNew =
    stage === undefined || stage.from === "resume"
      ? SLOT_IS_FREE
      : findSlotForNewCa(planned, occupancy, state);
  if (slotForNew.kind === "refused") return { refused: slotForNew.code, slots: slotForNew.slots };

  const removed = slotForNew.kind === "remove" ? slotForNew.expired : undefined;
  const retirements = planned.filter(({ slot }) => slot !== removed?.slot);
  if (removed !== undefined) retirements.push({ ...removed, at: now, reason: "expired" });
  const retiring = retirements.filter(({ at }) => at <= now);
  const staging = slotForNew.kind === "wait" ? undefined : stage;
  const upcoming: UpcomingStep[] = retirements
    .filter(({ at }) => at > now)
    .map(({ slot, at }) => ({ step: "retire", slot, at }));
  if (staging === undefined && occupancy.newest !== undefined) {
    const { slot } = occupancy.newest;
    const due = rotationDueAt(slot, policy.renewBefore);
    upcoming.push({ step: "stage", slot, at: Math.max(due, slotFreeFrom(retirements, occupancy)) });
  }
  const usable = retiring.find(({ slot }) => isUsable(slot, now));
  if (occupancy.newest?.slot.remembered === true && usable !== undefined)
    return { refused: "unconfirmed-successor", slot: usable.slot, newest: occupancy.newest.slot };
  return {
    ...forgettable(occupancy, state, new Set(retiring.map(({ slot }) => slot))),
    due: [
      ...missingNote(occupancy, state),
      ...retiring.map(({ slot, ca, reason }) => ({ step: "retire" as const, slot, ca, reason })),
      ...(staging === undefined ? [] : [staging]),
    ],
    upcoming: upcoming.toSorted((a, b) => a.at - b.at),
    newest: occupancy.newest,
  };
}

/**
 * @returns the match that a person must clear up first: a contradiction, or, before anything is sent or
 * retired, a slot that may hold one of our CAs
 */
function findAmbiguity(
  planned: readonly Retirement[],
  stage: StagingStep | undefined,
  { newest }: Occupancy,
  state: RotationState,
): AmbiguousMatch | undefined {
  const { slots, entries, policy, now } = state;
  const held = plausibleCandidates(slots, entries, state);
  const contradicted = firstContradiction(slots, held, policy.allowUnheld, newest?.ca);
  if (contradicted !== undefined) return contradicted;
  const sends = stage !== undefined && stage.from !== "resume";
  const acts = sends || planned.some(({ at }) => at <= now);
  return acts ? firstDateMatch(slots, held, policy.allowUnheld, now) : undefined;
}

/**
 * Finds the next time at which a run has something to do: it decides for each time at which the decision may
 * change. No run is needed when a key becomes useless, because the next run forgets it.
 * @returns from when something is due, milliseconds since 1970; `now` where something is due already, or
 * never will be
 */
export function nextStepAt(state: RotationState): number {
  const { slots, entries, policy, now } = state;
  const decided = decideRotation(state);
  if (decided.refused !== undefined || isDue(decided)) return now;
  const ends = slots.map(({ expiration }) => Date.parse(expiration));
  const times = [
    ...ends,
    ...ends.map((end) => end - policy.renewBefore * DAY_MS),
    ...entries
      .flatMap(({ verifiedAt, restoredAt }) => [rememberedTime(verifiedAt), rememberedTime(restoredAt)])
      .map((start = Number.NaN) => start + policy.overlap * DAY_MS),
  ].filter((time) => time >= now);
  return times.toSorted((a, b) => a - b).find((time) => needsARun({ ...state, now: time + 1 })) ?? now;
}

function needsARun(state: RotationState): boolean {
  const decided = decideRotation(state);
  return decided.refused !== undefined || decided.due.length > 0;
}
