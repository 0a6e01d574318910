import { contradiction, dateAlone, type Unclear } from "./registration-decision.ts";
import { forgettable, missingNote, type Retirement, retirement } from "./rotation-retire.ts";
import {
  isDue,
  type Rotation,
  type RotationView,
  restoredAt,
  type Scene,
  setScene,
  type UpcomingStep,
  verifiedAt,
} from "./rotation-state.ts";
import { DAY_MS, rotationDueAt } from "./slot-status.ts";
import { inQuestion, isUsable } from "./slots.ts";
import { HAS_ROOM, makeRoom, roomFrom, type StagingStep, stagingStep } from "./rotation-stage.ts";

/**
 * Decides the next steps of a rotation inside two slots, from what the slots and the keyring look like. Pure: running
 * again after a crash observes anew and so goes on where it stopped.
 */
export function decideRotation(view: RotationView): Rotation {
  const { policy, now } = view;
  const scene = setScene(view);
  const planned = scene.others.flatMap((placed) => retirement(placed, scene, view));
  const stage = stagingStep(scene, view);
  const unclear = cannotJudge(planned, stage, scene, view);
  if (unclear !== undefined) return { refused: "doubt", ...unclear };
  const room = stage === undefined || stage.from === "resume" ? HAS_ROOM : makeRoom(planned, scene, view);
  if (room.kind === "refused") return { refused: room.code, slots: room.slots };

  const removed = room.kind === "remove" ? room.expired : undefined;
  const retirements = planned.map((it) =>
    it.slot === removed?.slot ? { ...it, at: now, reason: "expired" as const } : it,
  );
  if (removed !== undefined && !planned.some(({ slot }) => slot === removed.slot)) {
    retirements.push({ ...removed, at: now, reason: "expired" });
  }
  const retiring = retirements.filter(({ at }) => at <= now);
  const staging = room.kind === "wait" ? undefined : stage;
  const upcoming: UpcomingStep[] = retirements
    .filter(({ at }) => at > now)
    .map(({ slot, at }) => ({ step: "retire", slot, at }));
  if (staging === undefined && scene.newest !== undefined) {
    const { slot } = scene.newest;
    const due = rotationDueAt(slot, policy.renewBefore);
    upcoming.push({ step: "stage", slot, at: Math.max(due, roomFrom(retirements, scene, view)) });
  }
  const usable = retiring.find(({ slot }) => isUsable(slot, now));
  if (scene.newest?.slot.remembered === true && usable !== undefined)
    return { refused: "unsaid", slot: usable.slot, newest: scene.newest.slot };
  return {
    ...forgettable(scene, view, new Set(retiring.map(({ slot }) => slot))),
    due: [
      ...missingNote(scene, view),
      ...retiring.map(({ slot, ca, reason }) => ({ step: "retire" as const, slot, ca, reason })),
      ...(staging === undefined ? [] : [staging]),
    ],
    upcoming: upcoming.toSorted((a, b) => a.at - b.at),
    newest: scene.newest,
  };
}

/** @returns what must be known first: a contradiction, or before anything is sent or retired a slot that could be one of ours */
function cannotJudge(
  planned: readonly Retirement[],
  stage: StagingStep | undefined,
  { newest }: Scene,
  view: RotationView,
): Unclear | undefined {
  const { slots, entries, policy, now } = view;
  const held = inQuestion(slots, entries, view);
  const contradicted = contradiction(slots, held, policy.allowUnheld, newest?.ca);
  if (contradicted !== undefined) return contradicted;
  const sends = stage !== undefined && stage.from !== "resume";
  const acts = sends || planned.some(({ at }) => at <= now);
  return acts ? dateAlone(slots, held, policy.allowUnheld, now) : undefined;
}

/**
 * Asks the decision at each time at which it may change. That a key will be of no use any more is left out: forgetting
 * it waits for the next run, whenever that is.
 * @returns from when something is due if nothing changes until then, milliseconds since 1970: `now` where it is
 * already, or where nothing will be
 */
export function nextStepAt(view: RotationView): number {
  const { slots, entries, policy, now } = view;
  const decided = decideRotation(view);
  if (decided.refused !== undefined || isDue(decided)) return now;
  const ends = slots.map(({ expiration }) => Date.parse(expiration));
  const times = [
    ...ends,
    ...ends.map((end) => end - policy.renewBefore * DAY_MS),
    ...entries
      .flatMap((ca) => [verifiedAt(ca), restoredAt(ca)])
      .map((start = Number.NaN) => start + policy.overlap * DAY_MS),
  ].filter((time) => time >= now);
  return times.toSorted((a, b) => a - b).find((time) => needsARun({ ...view, now: time + 1 })) ?? now;
}

function needsARun(view: RotationView): boolean {
  const decided = decideRotation(view);
  return decided.refused !== undefined || decided.due.length > 0;
}
