/** One registration: observe the slots and the keyring, decide, and carry the decision out. */
import type { Certificate } from "../ca/certificate.ts";
import { type KeyringEntry, withoutPlatformHistory } from "../ca/keyring-entries.ts";
import { describeRegistration, type PlannedStep } from "../ca/plan-output.ts";
import type { NewCaRequest } from "../ca/refused-cas.ts";
import {
  decideRegistration,
  REGISTRATION_OUTCOMES,
  type RegistrationOutcome,
  type RegistrationStep,
  unheldUsable,
} from "../ca/registration-decision.ts";
import {
  applyUserHint,
  type ListedSlot,
  recallVerified,
  SLOT_LIMIT,
  type Slot,
  type UserHint,
} from "../ca/slots.ts";
import { printableId } from "../messages/printable.ts";
import { warnOfSkew } from "../run/run-context.ts";
import { createAndStore, type ProcedureContext, prove, storeEntry } from "./documented-steps.ts";
import { doubtRefusal, registrationRefusal } from "./refusal-messages.ts";
import { type Ahead, lookAhead, NOTHING_AHEAD, showPlan } from "./registration-plan.ts";
import { decideWithoutRemoved, earlierRefusal, uploadOrMarkRefused } from "./upload-stored-ca.ts";
import { warnOfOtherCommonName, warnOfUnstatedVerification } from "./warnings.ts";

/** What a registration is asked for. */
export interface RegistrationOrder {
  /** The request for a new CA. */
  readonly wanted: NewCaRequest;
  /** A CA that wins over the keyring: one that the user provides, or one of the keyring that is restored. */
  readonly provided: KeyringEntry | undefined;
  /** Whether `provided` comes from the keyring itself. */
  readonly fromKeyring: boolean;
  /** What the user says of certificates on the platform. */
  readonly hint: UserHint;
  /** Ids of usable CAs that may be on the platform without being in the keyring. */
  readonly allowUnheld: ReadonlySet<string>;
  /** The `name` attribute of an upload. */
  readonly nameOf: (certificate: Certificate) => string;
}

/** What a registration works with. */
export interface RegistrationProcedure extends ProcedureContext {
  /**
   * Tries a CA that this run did not make.
   * @returns the commands, as a person would type them
   * @throws ActionError `CERTIFICATE_INVALID`, …
   */
  readonly tryCa: (ca: KeyringEntry) => Promise<readonly string[]>;
}

/** What was decided, and on what. */
interface Decided {
  readonly decision: RegistrationStep;
  /** The CA of the order, with the id that the user's hint gives it. */
  readonly provided: KeyringEntry | undefined;
  readonly entries: readonly KeyringEntry[];
  readonly slots: readonly Slot[];
}

/** What every run of a registration reports. */
interface Observed {
  /** Whether the run carries out the steps (`apply`). */
  readonly applied: boolean;
  /** The steps as planned before the first one was carried out. */
  readonly plan: readonly PlannedStep[];
  /** The keyring's entries as the decision saw them. */
  readonly entries: readonly KeyringEntry[];
  /** The slots after the run. */
  readonly slots: readonly Slot[];
  /** What a run with `apply: true` would do beyond this one; nothing where this is such a run. */
  readonly ahead: Ahead;
}

/** The registration is done: the CA was usable before, or this run verified it. */
export interface Registered extends Observed {
  readonly outcome: RegistrationOutcome;
  readonly slot: Slot;
  readonly ca: KeyringEntry;
  /** Commands that tried a CA before its upload. Their files are gone. */
  readonly rehearsal: readonly string[];
}

/** Steps are due, and this run only plans. */
export interface PlannedRegistration extends Observed {
  readonly outcome: "planned";
  /** The slot of the CA; undefined where it is not on the platform yet. */
  readonly slot: Slot | undefined;
  /** Undefined where the CA does not exist yet. */
  readonly ca: KeyringEntry | undefined;
}

/** What the log says comes next. */
const NEXT = {
  unchanged: "The CA is verified already. This run changes nothing on the platform.",
  resume: "An earlier run uploaded the CA certificate. This run verifies it.",
  upload: "The CA exists, but is not on the platform. This run uploads and verifies it.",
  create: "This run creates a CA key and certificate, stores them, uploads the certificate and verifies it.",
} as const satisfies Record<RegistrationStep["step"], string>;

/**
 * One registration: observe (list the slots, read the keyring), decide, act.
 * @param listing the platform's list; it was asked for early
 * @param apply false: only decide, and check what the steps need
 * @throws ActionError where nothing can be done, and those of the steps
 */
export async function runRegistration(
  procedure: RegistrationProcedure,
  order: RegistrationOrder,
  listing: Promise<readonly ListedSlot[]>,
  apply: boolean,
): Promise<Registered | PlannedRegistration> {
  const { context, platform, keyring, commandDirectory } = procedure;
  const listed = await listing;
  warnOfSkew(context.runner, platform.clock);
  const { now } = platform.clock.agreement();
  const decided = await observeAndDecide(procedure, order, listed, apply);
  const { decision, entries, slots } = decided;
  const { commonName } = order.wanted.subject;
  const plan = describeRegistration(decision, {
    now,
    commonName,
    source: order.provided === undefined ? "earlier run" : order.fromKeyring ? "restore" : "ca-certificate",
  });
  if (decision.step === "create") keyring.requireRoom(order.wanted.keyBits);
  if (decision.step !== "unchanged")
    context.runner.info(`Using ${await commandDirectory.openssl.version()}.`);
  if (!apply) {
    const ahead = await lookAhead(procedure, decided, commonName);
    showPlan(context.runner, plan);
    const observed = { applied: false, plan, entries, slots, ahead };
    if (decision.step === "unchanged")
      return { ...observed, outcome: "unchanged", ...named(decision), rehearsal: [] };
    const { slot, ca } = { slot: undefined, ca: undefined, ...decision };
    return { ...observed, outcome: "planned", slot, ca };
  }
  const rehearsal = decision.step === "upload" ? await procedure.tryCa(decision.ca) : [];
  const done = named(await carryOut(procedure, decided, order));
  return {
    applied: true,
    plan,
    entries,
    slots: [...slots.filter(({ id }) => id !== done.slot.id), done.slot],
    ahead: NOTHING_AHEAD,
    outcome: REGISTRATION_OUTCOMES[decision.step],
    ...done,
    rehearsal,
  };
}

/** Takes the common name from the certificate. A reply may show it in another form. */
function named<T extends { readonly slot: Slot; readonly ca: KeyringEntry }>({ slot, ca }: T) {
  return { slot: { ...slot, commonName: ca.certificate.commonName }, ca };
}

/**
 * Reads the platform's list and the keyring, and decides (guarantee 4).
 * @param listed the platform's list
 * @param apply false: goes on while the clocks differ. A run with true does not, because it is not known what
 * is due (guarantee 3)
 * @throws ActionError where nothing can be done
 */
async function observeAndDecide(
  procedure: ProcedureContext,
  order: RegistrationOrder,
  listed: readonly ListedSlot[],
  apply: boolean,
): Promise<Decided> {
  const { wanted, fromKeyring, hint, allowUnheld } = order;
  const { runner } = procedure.context;
  const { clock } = procedure.platform;
  const at = clock.agreement();
  const entries = applyUserHint(listed, procedure.keyring.keyring.entries, hint);
  const [provided] = applyUserHint(listed, order.provided === undefined ? [] : [order.provided], hint);
  const slots = recallVerified(listed, entries);
  const { commonName } = wanted.subject;
  const removed = new Set<string>();
  const seen = { slots, entries, provided, fromKeyring, removed, commonName, allowUnheld, ...at };
  runner.info(`Slots in use: ${slots.length} of ${SLOT_LIMIT}.`);
  const decision = await decideWithoutRemoved(procedure, removed, slots, () => {
    const decided = decideRegistration(seen);
    if (apply && decided.step !== "unchanged") clock.require("make");
    if (decided.step === "ambiguous") throw doubtRefusal(decided, at.now);
    if (decided.step === "refuse")
      throw registrationRefusal(decided, {
        slots,
        entries,
        now: at.now,
        keyring: procedure.keyring,
      });
    const byItself = decided.step === "upload" && provided === undefined;
    return { decided, sends: byItself ? decided.ca : undefined };
  });
  const refused = decision.step === "create" ? earlierRefusal(entries, wanted) : undefined;
  if (refused !== undefined) throw refused;
  if (apply || decision.step === "unchanged") runner.info(NEXT[decision.step]);
  if (decision.step === "unchanged") warnOfUnstatedVerification(runner, [decision.slot]);
  if (decision.step !== "upload") return { decision, provided, entries, slots };
  for (const { id } of unheldUsable(seen))
    runner.warning(`${printableId(id)} is usable on the platform, but its key is not in the keyring.`);
  // What the platform said of an earlier upload does not count any more.
  return { decision: { ...decision, ca: withoutPlatformHistory(decision.ca) }, provided, entries, slots };
}

/**
 * Stores what came in, then carries out the decision's step and all steps after it. Each step leaves a state
 * from which the next run goes on.
 * @returns the slot, verified, and the CA in it
 * @throws ActionError
 */
async function carryOut(
  procedure: ProcedureContext,
  { decision, provided }: Decided,
  { wanted: { subject, days }, nameOf }: RegistrationOrder,
): Promise<{ slot: Slot; ca: KeyringEntry }> {
  const { context, platform, keyring } = procedure;
  await keyring.writeImport();
  if (provided !== undefined) {
    const uploading = decision.step === "upload";
    await storeEntry({ context, clock: platform.clock, keyring }, provided, { uploading });
  } else if (decision.step === "upload") {
    warnOfOtherCommonName(context.runner, decision.ca, subject.commonName);
  }
  if (decision.step === "unchanged") return decision;
  if (decision.step === "resume")
    return { ca: decision.ca, slot: await prove(procedure, decision.slot, decision.ca) };
  const ca = decision.step === "upload" ? decision.ca : await createAndStore(procedure, { subject, days });
  const uploaded = await uploadOrMarkRefused(procedure, ca, nameOf(ca.certificate));
  return { ca, slot: await prove(procedure, uploaded, ca) };
}
