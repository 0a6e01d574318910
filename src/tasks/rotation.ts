import type { KeyringEntry } from "../ca/keyring.ts";
import { decideRotation, nextStepAt } from "../ca/rotation.ts";
import {
  describePlan,
  type PlannedStep,
  type RotationOutcome,
  rotationOutcome,
} from "../ca/rotation-plan.ts";
import type { RotationPolicy, RotationStep, RotationView, UpcomingStep } from "../ca/rotation-view.ts";
import { recallVerified, SLOT_LIMIT, type Slot } from "../ca/slots.ts";
import { warnOfSkew } from "./procedure.ts";
import { rotationRefusal } from "./refusal.ts";
import { foresee } from "./rotation-foresight.ts";
import { carryOut, forget, type RotationWork } from "./rotation-steps.ts";

/** What one run of a rotation came to. */
export interface RotationRun {
  /** Whether it was to carry the due steps out. */
  readonly applied: boolean;
  readonly outcome: RotationOutcome;
  /** As decided before anything was done. */
  readonly plan: readonly PlannedStep[];
  /** The newest usable CA of ours after the run, with its keyring entry. */
  readonly newest: { readonly slot: Slot; readonly ca: KeyringEntry } | undefined;
  /** What follows after the run, soonest first. */
  readonly upcoming: readonly UpcomingStep[];
  /** The slots after the run. */
  readonly slots: readonly Slot[];
  /** Id of the CA certificate that was deleted. */
  readonly retiredId: string | undefined;
  /** Milliseconds since 1970, the platform's clock. */
  readonly nextStepAt: number;
  /** What the next runs will run into, one sentence each. */
  readonly foreseen: readonly string[];
  /** The platform's clock when it was decided, milliseconds since 1970. */
  readonly now: number;
}

/**
 * One run of a rotation: observe (list the slots, read the keyring), decide, act.
 * @param apply false: only decide
 * @throws ActionError `CA_NOT_HELD`, `CA_SLOTS_FULL`, and those of the steps
 */
export async function rotateOnce(
  work: RotationWork,
  policy: RotationPolicy,
  apply: boolean,
): Promise<RotationRun> {
  const { tools, platform, keyring } = work;
  const [listed] = await Promise.all([platform.caCertificates.list(), keyring.check()]);
  warnOfSkew(work);
  let slots: readonly Slot[] = recallVerified(listed, keyring.keyring.entries);
  const observe = (): RotationView<KeyringEntry> => ({
    slots,
    entries: keyring.keyring.entries,
    policy,
    ...platform.clock.agreement(),
  });
  const view = observe();
  // By clocks that differ nobody can tell what is due: a plan goes on with the warning, no more.
  if (apply) platform.clock.require("make");
  const decided = decideRotation(view);
  if (decided.refused !== undefined) throw rotationRefusal(decided, view);
  const plan = describePlan(decided, view.now);
  tools.runner.info(`Slots in use: ${slots.length} of ${SLOT_LIMIT}.`);
  tools.runner.group(
    "Plan",
    plan.map(({ step, at, due, commonName, does }) => `${due ? "now" : at} ${step} ${commonName}: ${does}`),
  );

  const wanted = apply ? decided.due : [];
  if (apply) await keyring.adopt();
  const steps =
    view.standing === "agreed" ? wanted : wanted.filter((step) => needsNoSecondClock(step, slots));
  const rest = steps.slice(await forgetFirst(work, steps));
  for (const step of rest) slots = await carryOut(work, step, slots);
  // What was left out says why, once the rest is done; a time that could not be noted harms nobody.
  if (wanted.some((step) => step.step !== "note" && !steps.includes(step))) platform.clock.require("end");
  const after = steps.length === 0 ? view : observe();
  const again = decideRotation(after);
  const next = again.refused === undefined ? again : undefined;
  return {
    applied: apply,
    outcome: rotationOutcome(apply, steps, next),
    plan,
    newest: next?.newest,
    upcoming: next?.upcoming ?? [],
    slots,
    retiredId: steps.findLast(isRetirement)?.slot.id,
    nextStepAt: nextStepAt(after),
    foreseen: foresee(after),
    now: view.now,
  };
}

/** Where one clock alone is known, a CA may be made and proven; none goes for it, and no time is noted. */
function needsNoSecondClock(step: RotationStep<KeyringEntry>, slots: readonly Slot[]): boolean {
  return step.step === "stage" && (step.from === "resume" || slots.length < SLOT_LIMIT);
}

/** @returns how many steps that was: the keys at the beginning of the plan that are to be forgotten */
async function forgetFirst(
  work: RotationWork,
  steps: readonly RotationStep<KeyringEntry>[],
): Promise<number> {
  const end = steps.findIndex(({ step }) => step !== "forget");
  const cas = steps.slice(0, end < 0 ? steps.length : end).flatMap((step) => ("ca" in step ? [step.ca] : []));
  if (cas.length > 0) await forget(work, cas);
  return cas.length;
}

function isRetirement(
  step: RotationStep<KeyringEntry>,
): step is Extract<RotationStep<KeyringEntry>, { step: "retire" }> {
  return step.step === "retire";
}
