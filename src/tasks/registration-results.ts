/** Hands on the results of a registration: outputs and summary, and the receipt if it was carried out. */
import { isSameCa } from "../ca/keyring-entries.ts";
import { refusedEntries } from "../ca/refused-cas.ts";
import { rotationDueAt } from "../ca/slot-status.ts";
import { matchSlots, type Slot } from "../ca/slots.ts";
import type { KeyringInput } from "../keyring/keyring-inputs.ts";
import { printableName } from "../messages/printable.ts";
import type { Connection } from "../mindconnect/connect.ts";
import { encryptPlainKeys } from "../run/keyring-upkeep.ts";
import type { RunContext } from "../run/run-context.ts";
import { describeRemaining, describeSameNamed, type Observation } from "./delete-guards.ts";
import { noteOnPlatform, type ProcedureContext } from "./documented-steps.ts";
import { writeOptional, writeReceipt } from "./receipt.ts";
import type { PlannedRegistration, Registered, RegistrationOrder } from "./registration-run.ts";
import { summarizeRegistration, summarizeRegistrationPlan } from "./registration-summary.ts";
import { warnOfTokenEnd } from "./warnings.ts";

/** Shows and hands on what was registered, and notes it in the keyring. */
export async function handOn(
  context: RunContext,
  procedure: ProcedureContext,
  { allowUnheld }: RegistrationOrder,
  run: Registered,
  connection: Connection,
) {
  const { runner } = context;
  const { keyring, platform } = procedure;
  const { slot, ca, outcome, plan } = run;
  const { certificate } = ca;
  warnOfTokenEnd(runner, keyring, rotationDueAt(slot));
  const place = placeOf(run, procedure);
  for (const warning of describeSameNamed(place, allowUnheld)) runner.warning(warning);
  const [certificatePath, receiptPath] = await Promise.all([
    writeOptional(runner, "The certificate file for later steps", () =>
      context.writeResult(`${connection.tenant}.pem`, certificate.pem),
    ),
    run.applied
      ? writeOptional(runner, "The receipt", () => writeReceipt(context, procedure, connection, run))
      : "",
    run.applied ? noteOnPlatform(procedure, slot, ca) : undefined,
  ]);
  // The write carries a time, so two clocks must agree on it.
  const write = run.applied && platform.clock.agreement().standing === "agreed";
  await summarizeRegistration(runner, run, {
    place: keyring.location,
    refused: refusedEntries(run.slots, run.entries).filter((entry) => !isSameCa(entry, ca)),
    stays: describeUnheld(place),
    encrypted: await encryptPlainKeys(runner, keyring, { write }),
  });
  return {
    ...outputsOf(run),
    "certificate-path": certificatePath,
    outcome,
    plan: JSON.stringify(plan),
    "receipt-path": receiptPath,
  };
}

/** Shows and hands on what is planned. */
export async function handOnPlan(
  procedure: ProcedureContext,
  { allowUnheld }: RegistrationOrder,
  run: PlannedRegistration,
  { passphrases }: Pick<KeyringInput, "passphrases">,
) {
  const { context, keyring } = procedure;
  const { runner } = context;
  const { storesKeyOf } = run.ahead;
  const place = placeOf(run, procedure);
  for (const warning of describeSameNamed(place, allowUnheld)) runner.warning(warning);
  await encryptPlainKeys(runner, keyring, { write: false });
  if (storesKeyOf !== undefined && passphrases.first === undefined)
    runner.warning(
      `keyring-passphrase is empty. A run with apply: true stores the key of ${printableName(storesKeyOf)} plain in ${keyring.location}.`,
    );
  await summarizeRegistrationPlan(runner, run, {
    place: keyring.location,
    refused: refusedEntries(run.slots, run.entries),
    stays: describeUnheld(place),
  });
  return {
    ...outputsOf(run),
    "certificate-path": "",
    outcome: run.outcome,
    plan: JSON.stringify(run.plan),
    "receipt-path": "",
  };
}

/** @returns the outputs about the CA. Id and name are empty while the CA is not on the platform */
function outputsOf({ outcome, slot, ca, plan }: Registered | PlannedRegistration) {
  const certificate = ca?.certificate;
  return {
    "certificate-id": slot?.id ?? "",
    expiration: slot?.expiration ?? certificate?.expiration ?? "",
    "certificate-name": slot?.name ?? "",
    "common-name": certificate?.commonName ?? plan[0]?.commonName ?? "",
    verified: String(outcome !== "planned" && slot?.isVerified),
    fingerprint: certificate?.fingerprint ?? "",
    "serial-number": certificate?.serialNumber ?? "",
  };
}

/** @returns what to do with usable CAs that no run of this keyring will ever retire */
function describeUnheld(place: Observation): string[] {
  return describeRemaining(place, new Set(matchSlots(place.slots, place.entries).keys()));
}

function placeOf(
  { slots }: { readonly slots: readonly Slot[] },
  { keyring, platform }: ProcedureContext,
): Observation {
  return { slots, entries: keyring.keyring.entries, now: platform.clock.now() };
}
