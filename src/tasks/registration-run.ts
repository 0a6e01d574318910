/** One registration: observe the slots and the keyring, decide, and carry the decision out. */
import type { Certificate } from "../ca/certificate.ts";
import { type KeyringEntry, withoutPlatformHistory } from "../ca/keyring.ts";
import type { NewCaRequest } from "../ca/refused-cas.ts";
import { decideRegistration, type RegistrationDecision, unheldUsable } from "../ca/registration-decision.ts";
import {
  applyUserHint,
  type ListedSlot,
  recallVerified,
  SLOT_LIMIT,
  type Slot,
  type UserHint,
} from "../ca/slots.ts";
import { printableId } from "../messages/printable.ts";
import { createAndStore, type Procedure, prove } from "./documented-steps.ts";
import { doubtRefusal, registrationRefusal } from "./refusal-messages.ts";
import { decideWithoutRemoved } from "./removed-cas.ts";
import { refusedBefore, uploadOrMarkRefused } from "./upload-refused.ts";
import { warnOfUnstatedVerification } from "./warnings.ts";

/** What a registration is asked for. */
export interface RegistrationOrder {
  /** A new CA as it would be asked for. */
  readonly wanted: NewCaRequest;
  /** A CA that wins over the keyring: one that the user provides, or one of the keyring that is to come back. */
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

/** A decision that can be carried out. */
type Step = Exclude<RegistrationDecision, { step: "refuse" | "ambiguous" }>;

/** What was decided, and on what. */
export interface Decided {
  readonly decision: Step;
  /** As the order has it, with the id that the user says it has. */
  readonly provided: KeyringEntry | undefined;
  readonly entries: readonly KeyringEntry[];
  readonly slots: readonly Slot[];
}

/** What the log says comes next. */
const NEXT = {
  unchanged: "The CA is verified already. This run changes nothing on the platform.",
  resume: "An earlier run uploaded the CA certificate. This run verifies it.",
  upload: "The CA exists, but is not on the platform. This run uploads and verifies it.",
  create: "This run creates a CA key and certificate, stores them, uploads the certificate and verifies it.",
} as const satisfies Record<Step["step"], string>;

/**
 * Looks at what the platform shows and what is at hand, and decides (guarantee 4).
 * @param shown the platform's list
 * @throws ActionError where nothing can be done
 */
export async function observeAndDecide(
  procedure: Procedure,
  { wanted, provided: given, fromKeyring, hint, allowUnheld }: RegistrationOrder,
  shown: readonly ListedSlot[],
): Promise<Decided> {
  const { runner } = procedure.context;
  const { clock } = procedure.platform;
  const at = clock.agreement();
  const entries = applyUserHint(shown, procedure.keyring.keyring.entries, hint);
  const [provided] = applyUserHint(shown, given === undefined ? [] : [given], hint);
  const slots = recallVerified(shown, entries);
  const { commonName } = wanted.subject;
  const removed = new Set<string>();
  const seen = { slots, entries, provided, fromKeyring, removed, commonName, allowUnheld, ...at };
  runner.info(`Slots in use: ${slots.length} of ${SLOT_LIMIT}.`);
  const decision = await decideWithoutRemoved(procedure, removed, slots, () => {
    const decided = decideRegistration(seen);
    if (decided.step !== "unchanged") clock.require("make");
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
  const refused = decision.step === "create" ? refusedBefore(entries, wanted) : undefined;
  if (refused !== undefined) throw refused;
  runner.info(NEXT[decision.step]);
  if (decision.step === "unchanged") warnOfUnstatedVerification(runner, [decision.slot]);
  if (decision.step !== "upload") return { decision, provided, entries, slots };
  for (const { id } of unheldUsable(seen))
    runner.warning(`${printableId(id)} is usable on the platform, but its key is not in the keyring.`);
  // What the platform once said of it does not count any more.
  return { decision: { ...decision, ca: withoutPlatformHistory(decision.ca) }, provided, entries, slots };
}

/**
 * From the decision's step to the end: each step leaves a state from which the same decision goes on.
 * @returns the slot, verified, and the CA in it
 * @throws ActionError
 */
export async function completeRegistration(
  procedure: Procedure,
  decision: Step,
  { wanted: { subject, days }, nameOf }: RegistrationOrder,
): Promise<{ slot: Slot; ca: KeyringEntry }> {
  if (decision.step === "unchanged") return decision;
  if (decision.step === "resume")
    return { ca: decision.ca, slot: await prove(procedure, decision.slot, decision.ca) };
  const ca = decision.step === "upload" ? decision.ca : await createAndStore(procedure, { subject, days });
  const uploaded = await uploadOrMarkRefused(procedure, ca, nameOf(ca.certificate));
  return { ca, slot: await prove(procedure, uploaded, ca) };
}
