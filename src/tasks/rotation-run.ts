/** One run of a rotation: observe the slots and the keyring, decide, and carry out what is due. */
import type { KeyringEntry } from "../ca/keyring.ts";
import { describeRefusal, type NewCaRequest, refusedEntries } from "../ca/refused-cas.ts";
import { decideRotation, nextStepAt } from "../ca/rotation-decision.ts";
import {
  describePlan,
  type PlannedStep,
  type RotationOutcome,
  rotationOutcome,
} from "../ca/rotation-plan.ts";
import { isRotatedName } from "../ca/rotation-stage.ts";
import {
  isDue,
  type RotationPlan,
  type RotationPolicy,
  type RotationState,
  type RotationStep,
  type UpcomingStep,
} from "../ca/rotation-state.ts";
import { applyUserHint, recallVerified, SLOT_LIMIT, type Slot, type UserHint } from "../ca/slots.ts";
import { warnOfSkew } from "../run/run-context.ts";
import { noteOnPlatform } from "./documented-steps.ts";
import { decideWithoutRemoved } from "./removed-cas.ts";
import { foresee, stopOf } from "./rotation-forecast.ts";
import { applyStep, forget, type RotationProcedure } from "./rotation-steps.ts";
import { warnOfUnstatedVerification } from "./warnings.ts";

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
  /** The platform's clock after the run, milliseconds since 1970. */
  readonly now: number;
}

/**
 * One run of a rotation: observe (list the slots, read the keyring), decide, act.
 * @param apply false: only decide
 * @param hint what the user says of certificates on the platform
 * @throws ActionError `CA_NOT_HELD`, `CA_SLOTS_FULL`, `UPLOAD_REFUSED` where the next CA would be asked for as one that
 * was refused, and those of the steps
 */
export async function runRotation(
  work: RotationProcedure,
  policy: RotationPolicy,
  apply: boolean,
  hint: UserHint = {},
): Promise<RotationRun> {
  const { context, platform, keyring } = work;
  const [listed] = await Promise.all([platform.caCertificates.list(), keyring.check()]);
  warnOfSkew(work);
  const entries = () => applyUserHint(listed, keyring.keyring.entries, hint);
  let slots: readonly Slot[] = recallVerified(listed, entries());
  warnOfUnstatedVerification(context.runner, slots);
  const removed = new Set<string>();
  const observe = (): RotationState => ({
    slots,
    entries: entries(),
    policy,
    removed,
    ...platform.clock.agreement(),
  });
  const state = observe();
  const wanted = wantedBy(work, policy);
  // While the clocks differ it is not known what is due. A plan goes on with a warning.
  if (apply) platform.clock.require("make");
  const decided = await decideWithoutRemoved(work, removed, slots, () => {
    const rotation = decideRotation(state);
    const stop = stopOf(rotation, state, wanted, keyring);
    if (rotation.refused !== undefined || stop !== undefined) throw stop;
    return { decided: rotation, sends: rotation.due.find(isUpload)?.ca };
  });
  const plan = describePlan(decided, state.now);
  context.runner.info(`Slots in use: ${slots.length} of ${SLOT_LIMIT}.`);
  context.runner.group(
    "Plan",
    plan.map(({ step, at, due, commonName, certificateId, does }) => {
      const which = certificateId === undefined ? commonName : `${commonName} (${certificateId})`;
      return `${due ? "now" : at} ${step} ${which}: ${does}`;
    }),
  );

  const applied = apply ? await applyPlan(work, decided, state) : { steps: [], slots };
  slots = applied.slots;
  const after = apply && isDue(decided) ? observe() : state;
  const again = decideRotation(after);
  const next = again.refused === undefined ? again : undefined;
  return {
    applied: apply,
    outcome: rotationOutcome(apply, applied.steps, next),
    plan,
    newest: next?.newest,
    upcoming: next?.upcoming ?? [],
    slots,
    retiredId: applied.steps.findLast(isRetirement)?.slot.id,
    nextStepAt: nextStepAt(after),
    foreseen: [
      ...foresee(after, wanted, keyring),
      ...refusedEntries(after.slots, after.entries).map(describeRefusal),
    ],
    now: after.now,
  };
}

/** The steps that a run carried out, and the slots after them. */
interface Applied {
  readonly steps: readonly RotationStep[];
  readonly slots: readonly Slot[];
}

/**
 * Carries out what is due.
 * @throws ActionError of the steps; `CLOCK_DOUBTFUL` after the others where a step needs a second clock
 */
async function applyPlan(
  work: RotationProcedure,
  plan: RotationPlan,
  state: RotationState,
): Promise<Applied> {
  const { keyring, platform } = work;
  // Before the first step: nothing is retired, written or sent for a successor that could issue nothing.
  const upload = plan.due.find(isUpload);
  if (upload !== undefined) await work.rehearse(upload.ca);
  await keyring.writeImport();
  // What the user says of a slot is remembered, so that it need not be said again.
  const { newest } = plan;
  if (newest !== undefined && !keyring.keyring.entries.includes(newest.ca))
    await noteOnPlatform(work, newest.slot, newest.ca);

  const agreed = state.standing === "agreed";
  const steps = agreed ? plan.due : plan.due.filter((step) => needsNoSecondClock(step, state.slots));
  let { slots } = state;
  if (agreed) await forget(work, plan.forgetFirst);
  for (const step of steps) slots = await applyStep(work, step, slots);
  if (agreed) {
    await forget(work, plan.forgetLast);
    return { steps, slots };
  }
  // A missing note of the time does no harm: the next run writes it.
  const left = plan.due.filter((step) => step.step !== "note" && !steps.includes(step));
  if (isDue({ ...plan, due: left })) platform.clock.require("end");
  return { steps, slots };
}

/** With one clock a CA may be made and verified, but none is retired for it and no time is noted. */
function needsNoSecondClock(step: RotationStep, slots: readonly Slot[]): boolean {
  return step.step === "stage" && (step.from === "resume" || slots.length < SLOT_LIMIT);
}

/** A new CA as this rotation would ask for it on any day. */
function wantedBy(
  { subjectOf, days, bits }: RotationProcedure,
  { commonNamePrefix }: RotationPolicy,
): NewCaRequest {
  const isName = (commonName: string) => isRotatedName(commonName, commonNamePrefix);
  return { subject: subjectOf(commonNamePrefix), isName, days, keyBits: bits };
}

function isUpload(step: RotationStep): step is Extract<RotationStep, { step: "stage"; from: "upload" }> {
  return step.step === "stage" && step.from === "upload";
}

function isRetirement(step: RotationStep): step is Extract<RotationStep, { step: "retire" }> {
  return step.step === "retire";
}
