/** One run of a rotation: observe the slots and the keyring, decide, and carry out what is due. */
import type { Certificate } from "../ca/certificate.ts";
import {
  changeEntry,
  dropEntry,
  isSameCa,
  type Keyring,
  type KeyringEntry,
  noteVerified,
} from "../ca/keyring-entries.ts";
import {
  describeRotation,
  type PlannedStep,
  type RotationOutcome,
  rotationOutcome,
} from "../ca/plan-output.ts";
import { describeRefusal, type NewCaRequest, refusedEntries } from "../ca/refused-cas.ts";
import { decideRotation, nextStepAt } from "../ca/rotation-decision.ts";
import {
  type CaInSlot,
  isDue,
  type RotationPlan,
  type RotationPolicy,
  type RotationState,
  type RotationStep,
  type UpcomingStep,
} from "../ca/rotation-state.ts";
import {
  applyUserHint,
  type ListedSlot,
  matchSlots,
  recallVerified,
  SLOT_LIMIT,
  type Slot,
  type UserHint,
} from "../ca/slots.ts";
import { caKeyFile, VERIFICATION_KEY_FILE } from "../openssl/make-certificates.ts";
import { warnOfSkew } from "../run/run-context.ts";
import { createAndStore, noteOnPlatform, type ProcedureContext, prove } from "./documented-steps.ts";
import { requireNotLastUsable, retire } from "./retire-ca.ts";
import { findRefusal, forecastProblems } from "./rotation-forecast.ts";
import { decideWithoutRemoved, uploadOrMarkRefused } from "./upload-stored-ca.ts";
import { warnOfUnstatedVerification } from "./warnings.ts";

/** What a rotation is asked for. */
export interface RotationOrder {
  readonly policy: RotationPolicy;
  /** false: only decide. */
  readonly apply: boolean;
  /** What the user says of certificates on the platform. */
  readonly hint: UserHint;
  /** The request for a new CA. It does not depend on the day. */
  readonly wanted: NewCaRequest;
  /** The `name` attribute of an upload. */
  readonly nameOf: (certificate: Certificate) => string;
  /** Tries a CA that this run did not make. @throws ActionError `CERTIFICATE_INVALID`, … */
  readonly tryCa: (ca: KeyringEntry) => Promise<unknown>;
}

/** What one run of a rotation came to. */
export interface RotationRun {
  /** Whether the run carries out the due steps (`apply`). */
  readonly applied: boolean;
  readonly outcome: RotationOutcome;
  /** The steps as planned before the first one was carried out. */
  readonly plan: readonly PlannedStep[];
  /** The newest usable CA of the keyring after the run. */
  readonly newest: CaInSlot | undefined;
  /** What follows after the run, soonest first. */
  readonly upcoming: readonly UpcomingStep[];
  /** The slots after the run. */
  readonly slots: readonly Slot[];
  /** Id of the CA certificate that was deleted. */
  readonly retiredId: string | undefined;
  /** Milliseconds since 1970, the platform's clock. */
  readonly nextStepAt: number;
  /** What the next runs will run into, one sentence each. */
  readonly forecast: readonly string[];
  /** The platform's clock after the run, milliseconds since 1970. */
  readonly now: number;
}

/**
 * One run of a rotation: observe (list the slots, read the keyring), decide, act.
 * @throws ActionError `CA_NOT_HELD`, `CA_SLOTS_FULL`, `UPLOAD_REFUSED` where the next CA would repeat a
 * request that the platform refused, and those of the steps
 */
export async function runRotation(procedure: ProcedureContext, order: RotationOrder): Promise<RotationRun> {
  const { context, platform, keyring } = procedure;
  const { policy, apply, hint, wanted } = order;
  const [listed] = await Promise.all([platform.caCertificates.list(), keyring.check()]);
  warnOfSkew(context.runner, platform.clock);
  const removed = new Set<string>();
  const hintedEntries = () => applyUserHint(listed, keyring.keyring.entries, hint);
  const observe = (slots: readonly Slot[]): RotationState => ({
    slots,
    entries: hintedEntries(),
    policy,
    removed,
    ...platform.clock.agreement(),
  });
  const state = observe(recallVerified(listed, hintedEntries()));
  warnOfUnstatedVerification(context.runner, state.slots);
  // While the clocks differ it is not known what is due. A plan goes on with a warning.
  if (apply) platform.clock.require("make");
  const decided = await decideWithoutRemoved(procedure, removed, state.slots, () => {
    const rotation = decideRotation(state);
    const refusal = findRefusal(rotation, state, wanted, keyring);
    if (rotation.refused !== undefined || refusal !== undefined) throw refusal;
    return { decided: rotation, sends: findUpload(rotation) };
  });
  const plan = describeRotation(decided, state.now);
  context.runner.info(`Slots in use: ${state.slots.length} of ${SLOT_LIMIT}.`);
  context.runner.group(
    "Plan",
    plan.map(({ step, at, due, commonName, certificateId, does }) => {
      const which = certificateId === undefined ? commonName : `${commonName} (${certificateId})`;
      return `${due ? "now" : at} ${step} ${which}: ${does}`;
    }),
  );

  const { steps, slots } = apply
    ? await applyPlan(procedure, order, decided, state)
    : { steps: [], slots: state.slots };
  const after = apply && isDue(decided) ? observe(slots) : state;
  const decidedAfter = decideRotation(after);
  const next = decidedAfter.refused === undefined ? decidedAfter : undefined;
  return {
    applied: apply,
    outcome: rotationOutcome(apply, steps, next),
    plan,
    newest: next?.newest,
    upcoming: next?.upcoming ?? [],
    slots,
    retiredId: steps.findLast((step) => step.step === "retire")?.slot.id,
    nextStepAt: nextStepAt(after),
    forecast: [
      ...forecastProblems(after, wanted, keyring),
      ...refusedEntries(after.slots, after.entries).map(describeRefusal),
    ],
    now: after.now,
  };
}

/** @returns the CA that is due to be uploaded from the keyring */
function findUpload({ due }: RotationPlan): KeyringEntry | undefined {
  return due.find((step) => step.step === "stage" && step.from === "upload")?.ca;
}

/**
 * Carries out what is due.
 * @returns the steps that were carried out, and the slots after them
 * @throws ActionError of the steps; `CLOCK_DOUBTFUL`, after the other steps, where a step needs a second
 * clock
 */
async function applyPlan(
  procedure: ProcedureContext,
  order: RotationOrder,
  plan: RotationPlan,
  state: RotationState,
): Promise<{ readonly steps: readonly RotationStep[]; readonly slots: readonly Slot[] }> {
  const { keyring, platform } = procedure;
  // The CA is tried before the first step. So nothing is retired, written or sent for a successor that cannot
  // issue.
  const upload = findUpload(plan);
  if (upload !== undefined) await order.tryCa(upload);
  await keyring.writeImport();
  // The keyring remembers what the user says of a slot. So a later run does not need the hint.
  const { newest } = plan;
  if (newest !== undefined && !keyring.keyring.entries.includes(newest.ca))
    await noteOnPlatform(procedure, newest.slot, newest.ca);

  const agreed = state.standing === "agreed";
  const steps = agreed ? plan.due : plan.due.filter((step) => needsNoSecondClock(step, state.slots));
  let { slots } = state;
  if (agreed) await forget(procedure, plan.forgetFirst);
  for (const step of steps) slots = await applyStep(procedure, order, step, slots);
  if (agreed) {
    await forget(procedure, plan.forgetLast);
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

/**
 * @param slots as they are before the step
 * @returns the slots as they are after it
 * @throws ActionError
 */
async function applyStep(
  procedure: ProcedureContext,
  order: RotationOrder,
  step: RotationStep,
  slots: readonly Slot[],
): Promise<readonly Slot[]> {
  const { keyring, platform, context } = procedure;
  switch (step.step) {
    case "note": {
      const { tenant } = keyring;
      await keyring.update((current) =>
        changeEntry(current, step.ca, (entry) => ({
          ...noteVerified(entry, step.slot, platform.clock.agreement()),
          tenant,
        })),
      );
      return slots;
    }
    case "retire": {
      const { id } = step.slot;
      await retire(procedure, {
        id,
        ca: step.ca,
        guard: (listed) => requireSuccessor(procedure, id, listed),
        clock: platform.clock,
      });
      context.runner.info(`Deleted the CA certificate ${id} (${step.ca.certificate.commonName}).`);
      return slots.filter((slot) => slot.id !== id);
    }
    case "stage": {
      const staged = await stage(procedure, order, step);
      return [...slots.filter(({ id }) => id !== staged.id), staged];
    }
  }
}

/**
 * Removes keys that are of no use any more from the keyring, all in one write. The first of several writes
 * might add to the entries that stay, and a secret that is nearly full may have no room for that.
 * @throws ActionError
 */
async function forget(
  { keyring, platform, context }: ProcedureContext,
  cas: readonly KeyringEntry[],
): Promise<void> {
  if (cas.length === 0) return;
  const drop = (current: Keyring) => {
    platform.clock.require("end");
    return cas.reduce(dropEntry, current);
  };
  await keyring.update(drop, { forget: (entry) => cas.some((ca) => isSameCa(entry, ca)) });
  for (const { certificate } of cas)
    context.runner.info(`Removed the key of ${certificate.commonName} from the keyring.`);
}

/**
 * Creates, uploads and verifies the new CA beside the CA in use. It leaves out the steps that an earlier run
 * has done.
 */
async function stage(
  procedure: ProcedureContext,
  { wanted, nameOf }: RotationOrder,
  step: Extract<RotationStep, { step: "stage" }>,
): Promise<Slot> {
  const { keyring, commandDirectory, keys } = procedure;
  if (step.from === "create") {
    keyring.requireRoom(wanted.keyBits);
    keys.begin(caKeyFile(commandDirectory));
  }
  keys.begin(VERIFICATION_KEY_FILE);
  const ca =
    step.from === "create"
      ? await createAndStore(procedure, {
          subject: { ...wanted.subject, commonName: step.commonName },
          days: wanted.days,
        })
      : step.ca;
  const uploaded =
    step.from === "resume" ? step.slot : await uploadOrMarkRefused(procedure, ca, nameOf(ca.certificate));
  const slot = await prove(procedure, uploaded, ca);
  await noteOnPlatform(procedure, slot, ca);
  return slot;
}

const NO_SUCCESSOR =
  "Its successor is not usable any more. See both slots with tasks/status, then run again. The next run creates a successor if one is due.";

/**
 * Lets a CA go only while two clocks agree and another CA of the keyring is usable (guarantee 6). An expired
 * CA needs no successor.
 */
function requireSuccessor(
  { keyring, platform }: ProcedureContext,
  id: string,
  listed: readonly ListedSlot[],
): void {
  platform.clock.require("end");
  const { entries } = keyring.keyring;
  const slots = recallVerified(listed, entries);
  const held = matchSlots(slots, entries);
  const isActive = (ca: KeyringEntry | undefined) => ca !== undefined && ca.retiredAt === undefined;
  const counted = slots.filter((slot) => slot.id === id || isActive(held.get(slot.id)));
  requireNotLastUsable(counted, id, platform.clock.now(), NO_SUCCESSOR);
}
