/** The task rotate. */
import type { Report, Resolved } from "../action/inputs.ts";
import type { Runner } from "../action/runner.ts";
import { iso } from "../ca/time.ts";
import { isLoopback } from "../http/proxy.ts";
import { backupInputs, backupOutput, checkRecipients } from "../keyring/backup-inputs.ts";
import { hasTarget, requireLastingFile, requireTenant } from "../keyring/input-rules.ts";
import { keyringInputs } from "../keyring/inputs.ts";
import { connectionInputs } from "../mindconnect/connection-inputs.ts";
import { knownIdsInputs } from "../mindconnect/id-inputs.ts";
import { KeyMaking } from "../openssl/key-making.ts";
import { opensslInputs } from "../openssl/program.ts";
import { encryptPlainKeys, sayFirstRun } from "../run/given-keyring.ts";
import { defineTask } from "../run/task.ts";
import {
  caInputs,
  certificateNameInputs,
  LONGEST_PREFIX,
  rotatedSubjectInputs,
  subjectOf,
} from "./certificate-inputs.ts";
import { describeSameNamed } from "./delete-guards.ts";
import { defaultName, type ProcedureContext } from "./documented-steps.ts";
import { rehearse } from "./try-ca.ts";
import { rotationInputs } from "./rotation-inputs.ts";
import { runRotation } from "./rotation-run.ts";
import type { RotationProcedure } from "./rotation-steps.ts";
import { summarizeRotation } from "./rotation-summary.ts";
import { warnOfTokenEnd } from "./warnings.ts";

const INPUTS = {
  connection: connectionInputs,
  subject: rotatedSubjectInputs,
  validity: caInputs,
  naming: certificateNameInputs,
  rotation: rotationInputs,
  known: knownIdsInputs,
  keyring: keyringInputs,
  backup: backupInputs,
  program: opensslInputs,
};

/** Rotates the CA inside the two slots: plans, or carries out, what is due today. */
export const rotate = defineTask({
  name: "rotate",
  description:
    "Plan or carry out the next steps of a CA rotation in the two slots of an Insights Hub environment.",
  privateDirectory: true,
  inputs: INPUTS,
  outputs: {
    outcome:
      "nothing-due, planned (steps are due, but apply is false), staged (a new CA is verified), waiting (for the overlap to pass) or retired (the old CA was deleted).",
    plan: "JSON array with an object for each step, as planned before anything was done: step, due, at, commonName, certificateId, does, calls.",
    "certificate-id": "Id of your newest usable CA certificate. Empty if you have none yet.",
    expiration:
      "When your newest usable CA certificate expires, as the platform writes it, for example 2031-05-30T09:22:55.000Z.",
    "retired-certificate-id": "Id of the CA certificate that this run deleted. Empty if it deleted none.",
    "next-step-at":
      "When the next step is due, for example 2031-05-30T09:22:55.000Z. A time that has passed if a step is due now. The removal of a retired key is not counted as a step.",
    ...backupOutput,
  },

  check({ connection, subject, validity, rotation, keyring, backup }, report) {
    checkRecipients(backup, keyring, report);
    requireTenant(keyring, connection?.tenant, undefined, report);
    const tenant = connection?.tenant ?? "";
    if (subject?.["common-name-prefix"] === undefined && tenant.length > LONGEST_PREFIX) {
      report(
        "common-name-prefix",
        `is missing. The tenant is too long to be the prefix: a date must fit behind it. Give at most ${LONGEST_PREFIX} characters, for example acme`,
      );
    }
    // A plan writes nothing, so it may look at a keyring in any place.
    if (rotation?.apply === true) requireApplicable({ connection, validity, rotation, keyring }, report);
  },

  async run(inputs, context) {
    const { connection, subject, validity, naming, rotation, known, program } = inputs;
    const { tenant } = connection;
    const keyring = context.keyring(inputs.keyring, {
      program: program["openssl-path"],
      tenant,
      connection,
      backup: inputs.backup,
    });
    const policy = {
      renewBefore: rotation["renew-before"],
      overlap: rotation.overlap,
      retire: rotation.retire,
      retiredKeys: rotation["retired-keys"],
      allowUnheld: known["allow-unheld"] ?? new Set(),
      commonNamePrefix: subject["common-name-prefix"] ?? tenant,
    };
    sayFirstRun(context.runner, inputs.keyring.text, keyring.location);
    const commandDirectory = context.commandDirectory(program["openssl-path"], tenant);
    const procedure: ProcedureContext = {
      context,
      platform: await context.connect(connection),
      keyring,
      commandDirectory,
      keys: new KeyMaking(commandDirectory, validity["key-bits"]),
    };
    const work: RotationProcedure = {
      ...procedure,
      bits: validity["key-bits"],
      days: validity.days,
      subjectOf: (commonName) => subjectOf(subject, commonName),
      nameOf: (certificate) => naming["certificate-name"] ?? defaultName(tenant, certificate),
      rehearse: (ca) => rehearse(context, procedure, ca, program["openssl-path"]),
    };
    const rotated = await runRotation(work, policy, rotation.apply, {
      id: known["certificate-id"],
      name: naming["certificate-name"],
    });
    const { outcome, plan, newest, retiredId, nextStepAt } = rotated;
    const refusedToApply = rotation.apply ? [] : reportApplyProblems(context.runner, inputs);
    // The write is stamped with a time.
    const agreed = procedure.platform.clock.agreement().standing === "agreed";
    const encrypted = await encryptPlainKeys(context.runner, keyring, { write: rotation.apply && agreed });
    const { entries } = keyring.keyring;
    warnOfTokenEnd(context.runner, keyring, nextStepAt);
    const { slots, now } = rotated;
    for (const warning of describeSameNamed({ slots, entries, now }, policy.allowUnheld))
      context.runner.warning(warning);
    await summarizeRotation(context.runner, {
      ...rotated,
      tenant,
      policy,
      days: validity.days,
      entries,
      refusedToApply,
      encrypted,
    });
    return {
      outcome,
      plan: JSON.stringify(plan),
      "certificate-id": newest?.slot.id ?? "",
      expiration: newest?.slot.expiration ?? "",
      "retired-certificate-id": retiredId ?? "",
      "next-step-at": iso(nextStepAt),
      "keyring-backup-path": context.backupPath,
    };
  },
});

type Inputs = Resolved<typeof INPUTS>;

/** What carrying out asks of the inputs, beyond what a plan does. */
function requireApplicable(
  {
    connection,
    validity,
    rotation,
    keyring,
  }: { readonly [Name in "connection" | "validity" | "rotation" | "keyring"]: Inputs[Name] | undefined },
  report: Report,
): void {
  requireLastingFile(keyring, connection && isLoopback(connection.gateway), report);
  if (keyring !== undefined && !hasTarget(keyring)) {
    report(
      "keyring-file",
      "is missing, and so is keyring-secret. With apply: true the task writes the keyring. Give one of them, for example keyring-file: /srv/mindconnect/keyring.pem",
      "KEYRING_TARGET_MISSING",
    );
  }
  if (rotation !== undefined)
    requireOrder(validity?.days, rotation["renew-before"], rotation.overlap, report);
}

/**
 * A plan that apply would refuse says so. Inputs that contradict each other are a warning. A plan without a place to write
 * to may be meant so.
 * @returns what to correct before the run with `apply: true`
 */
function reportApplyProblems(runner: Pick<Runner, "warning">, inputs: Inputs): string[] {
  const told: string[] = [];
  requireApplicable(inputs, (input, message, code = "INPUT_INVALID") => {
    const said = `With apply: true this run is refused (${code}). ${input}: ${message}. Correct that first.`;
    if (code === "INPUT_INVALID") runner.warning(said);
    told.push(said);
  });
  return told;
}

/** Otherwise every new CA would be due at once, or the old one would expire before its agents. */
function requireOrder(days: number | undefined, renewBefore: number, overlap: number, report: Report): void {
  if (days !== undefined && days <= renewBefore)
    report(
      "days",
      `must be more than renew-before (${renewBefore}), or every new CA would be due for rotation at once. Give at least ${renewBefore + 1}, for example ${renewBefore * 10}`,
    );
  if (renewBefore <= overlap)
    report(
      "renew-before",
      `must be more than overlap (${overlap}), or the old CA would expire before its agents do. Give at least ${overlap + 1}, for example ${overlap + 30}`,
    );
}
