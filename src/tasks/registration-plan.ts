/**
 * Plans a registration (`apply: false`): checks what its steps need, and shows them. A plan changes nothing.
 */
import type { Runner } from "../action/runner.ts";
import type { KeyringEntry } from "../ca/keyring-entries.ts";
import type { PlannedStep } from "../ca/plan-output.ts";
import type { RegistrationStep } from "../ca/registration-decision.ts";
import { ActionError } from "../messages/errors.ts";
import { printableName } from "../messages/printable.ts";
import { type ProcedureContext, requireTarget, storingTakes } from "./documented-steps.ts";
import { requireSendable } from "./try-ca.ts";
import { warnOfOtherCommonName } from "./warnings.ts";

/** What a run with `apply: true` would do beyond the steps of its plan; a sentence each. */
export interface Ahead {
  /** What the run also writes into the keyring. */
  readonly writes: readonly string[];
  /** Why the run would be refused. The plan goes on with a warning. */
  readonly refused: readonly string[];
  /** Common name of the CA whose key it adds to the keyring. */
  readonly storesKeyOf: string | undefined;
}

/** For a run that carries out every step. */
export const NOTHING_AHEAD: Ahead = { writes: [], refused: [], storesKeyOf: undefined };

/** The parts of the procedure that a plan reads. */
type Looking = Pick<ProcedureContext, "context" | "platform" | "keyring">;
interface Decision {
  readonly decision: RegistrationStep;
  /** The CA that wins over the keyring. */
  readonly provided: KeyringEntry | undefined;
}

/**
 * Checks what a run with `apply: true` needs for the decision. The check starts no process, writes nothing,
 * and sends at most the request for a token.
 * @param commonName of a new CA
 * @throws ActionError that would stop such a run before its first change. Clocks that differ are only a
 * warning
 */
export async function lookAhead(looking: Looking, decided: Decision, commonName: string): Promise<Ahead> {
  await requireFeasible(looking, decided, commonName);
  const { context, platform, keyring } = looking;
  const { decision, provided } = decided;
  const stored = keyring.location === undefined ? undefined : provided;
  const storing = stored && storingTakes(keyring.keyring, stored, decision.step === "upload");
  if (stored !== undefined && storing === "make") keyring.requireRoomFor(stored);
  const takes = storing ?? (decision.step === "unchanged" ? undefined : "make");
  const refused = takes === undefined ? [] : clockRefusal(() => platform.clock.require(takes));
  for (const said of refused) context.runner.warning(said);
  const name = stored?.certificate.commonName ?? "";
  const writes = describeWrites(keyring, storing, printableName(name));
  for (const said of writes)
    context.runner.info(`With apply: true this run also changes the keyring: ${said}`);
  const added = storing === "make" ? name : undefined;
  return { writes, refused, storesKeyOf: decision.step === "create" ? commonName : added };
}

/**
 * @param storing the result of {@link storingTakes} for the CA that came in
 * @param name the common name of that CA
 */
function describeWrites(
  keyring: ProcedureContext["keyring"],
  storing: ReturnType<typeof storingTakes>,
  name: string,
): string[] {
  const { location, needsImport } = keyring;
  if (location === undefined) return [];
  const plain = keyring.plainKeys().join(", ");
  return [
    ...(needsImport ? [`Write the keyring that came in to ${location}.`] : []),
    ...(storing === "make" ? [`Store the key of ${name} in ${location}.`] : []),
    ...(storing === "end" ? [`Note in ${location} that ${name} is used again.`] : []),
    ...(plain === "" ? [] : [`Encrypt the private key of ${plain} in ${location}.`]),
  ];
}

/** Checks what a run needs before its first change, as far as no process has to start. */
async function requireFeasible(
  { context, platform, keyring }: Looking,
  { decision, provided }: Decision,
  commonName: string,
): Promise<void> {
  if (decision.step === "unchanged") return;
  if (decision.step === "create") requireTarget(keyring);
  if (decision.step === "upload") requireSendable(decision.ca);
  if (decision.step === "upload" && provided === undefined)
    warnOfOtherCommonName(context.runner, decision.ca, commonName, { apply: false });
  await platform.caCertificates.requireTokenForChange();
}

/** @returns in one sentence or two why a run is refused while the clocks differ; nothing where they agree */
function clockRefusal(require: () => void): string[] {
  try {
    require();
    return [];
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    return [`With apply: true this run is refused (${error.code}). ${error.message}`];
  }
}

/** Shows the steps in the log. */
export function showPlan(runner: Pick<Runner, "group">, plan: readonly PlannedStep[]): void {
  const lines = plan.map(({ step, commonName, certificateId, does }) => {
    const which = certificateId === undefined ? commonName : `${commonName} (${certificateId})`;
    return `now ${step} ${which}: ${does}`;
  });
  if (lines.length > 0) runner.group("Plan", lines);
}
