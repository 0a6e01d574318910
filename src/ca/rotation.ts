import { forgettable, notes, retirement } from "./retiring.ts";
import {
  type Rotated,
  type Rotation,
  type RotationView,
  setScene,
  type UpcomingStep,
} from "./rotation-view.ts";
import { HAS_ROOM, makeRoom, stagingStep } from "./staging.ts";
import { rotationDueAt } from "./status.ts";

/**
 * Decides the next steps of a rotation inside two slots, from what the slots and the keyring look like. Pure: running
 * again after a crash observes anew and so goes on where it stopped.
 */
export function decideRotation<C extends Rotated>(view: RotationView<C>): Rotation<C> {
  const { policy, now } = view;
  const scene = setScene(view);
  const planned = scene.others.flatMap((placed) => retirement(placed, scene, view));
  const stage = stagingStep(scene, view);
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
    const at = room.kind === "wait" ? room.until : rotationDueAt(slot, policy.renewBefore);
    upcoming.push({ step: "stage", slot, at });
  }
  return {
    due: [
      ...notes(scene, view),
      ...retiring.map(({ slot, ca, reason }) => ({ step: "retire" as const, slot, ca, reason })),
      ...(staging === undefined ? [] : [staging]),
      ...forgettable(scene, view, new Set(retiring.map(({ slot }) => slot))),
    ],
    upcoming: upcoming.toSorted((a, b) => a.at - b.at),
    newest: scene.newest,
  };
}
