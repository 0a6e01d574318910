/** The task rotate: plans, or carries out, what is due today of a CA rotation inside the two slots. */
import { oneOf, trueOrFalse, wholeNumber } from "../action/input-parsers.ts";
import { field, plainGroup, type Report, type Resolved } from "../action/inputs.ts";
import type { Runner } from "../action/runner.ts";
import { isRotatedName } from "../ca/rotation-staging.ts";
import type { RotationPolicy } from "../ca/rotation-state.ts";
import { iso, MOST_DAYS } from "../ca/time.ts";
import { isLoopback } from "../http/proxy.ts";
import { backupInputs, backupOutput, checkRecipients } from "../keyring/backup-inputs.ts";
import { keyringInputs } from "../keyring/keyring-inputs.ts";
import { hasTarget, requireLastingFile, requireTenant } from "../keyring/keyring-rules.ts";
import { connectionInputs } from "../mindconnect/connection-inputs.ts";
import { knownIdsInputs } from "../mindconnect/id-inputs.ts";
import { KeyMaking } from "../openssl/key-making.ts";
import { opensslInputs } from "../openssl/program.ts";
import { encryptPlainKeys, sayFirstRun } from "../run/keyring-upkeep.ts";
import { defineTask } from "../run/task.ts";
import {
  caInputs,
  certificateNameInputs,
  LONGEST_PREFIX,
  renewBeforeField,
  rotatedSubjectInputs,
  subjectOf,
} from "./certificate-inputs.ts";
import { describeSameNamed } from "./delete-guards.ts";
import { defaultName, type ProcedureContext } from "./documented-steps.ts";
import { runRotation } from "./rotation-run.ts";
import { summarizeRotation } from "./rotation-summary.ts";
import { tryCa } from "./try-ca.ts";
import { warnOfTokenEnd } from "./warnings.ts";

/** How a rotation goes. */
const rotationInputs = plainGroup({
  apply: field({
    description:
      "Set to true to carry out the steps that are due. Otherwise the task only shows the plan. Defaults to false.",
    default: "false",
    parse: trueOrFalse,
  }),
  "renew-before": renewBeforeField,
  overlap: field({
    description:
      "Days that the old CA stays beside its verified successor: the longest life of your agent certificates. Defaults to 365.",
    default: "365",
    parse: wholeNumber(1, MOST_DAYS),
  }),
  retire: field({
    description:
      "When the old CA is deleted: after-overlap, now (in the next run with apply: true) or never (only once it has expired and its slot is needed). Defaults to after-overlap.",
    default: "after-overlap",
    parse: oneOf<RotationPolicy["retire"]>("after-overlap", "now", "never"),
  }),
  "retired-keys": field({
    description:
      "What happens to the private key of a retired CA. keep: it stays in the keyring until the certificate has expired, so that restore can bring the CA back. drop: it is removed at once. Defaults to keep.",
    default: "keep",
    parse: oneOf<RotationPolicy["retiredKeys"]>("keep", "drop"),
  }),
});

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

  async check(inputs, report) {
    const { connection, subject, rotation, keyring, backup } = inputs;
    checkRecipients(backup, keyring, report);
    await requireTenant(keyring, connection?.tenant, undefined, report);
    const tenant = connection?.tenant ?? "";
    if (subject?.["common-name-prefix"] === undefined && tenant.length > LONGEST_PREFIX) {
      report(
        "common-name-prefix",
        `is missing. The tenant is too long to be the prefix: a date must fit behind it. Give at most ${LONGEST_PREFIX} characters, for example acme`,
      );
    }
    // A plan writes nothing, so it may look at a keyring in any place.
    if (rotation?.apply === true) requireApplicable(inputs, report);
  },

  async run(inputs, context) {
    const { connection, subject, validity, naming, rotation, known } = inputs;
    const { tenant } = connection;
    const openssl = inputs.program["openssl-path"];
    const keyring = context.keyring(inputs.keyring, {
      program: openssl,
      tenant,
      connection,
      backup: inputs.backup,
    });
    const prefix = subject["common-name-prefix"] ?? tenant;
    const policy: RotationPolicy = {
      renewBefore: rotation["renew-before"],
      overlap: rotation.overlap,
      retire: rotation.retire,
      retiredKeys: rotation["retired-keys"],
      allowUnheld: known["allow-unheld"] ?? new Set(),
      commonNamePrefix: prefix,
    };
    sayFirstRun(context.runner, inputs.keyring.text, keyring.location);
    const commandDirectory = context.commandDirectory(openssl, tenant);
    const procedure: ProcedureContext = {
      context,
      platform: await context.connect(connection),
      keyring,
      commandDirectory,
      keys: new KeyMaking(commandDirectory, validity["key-bits"]),
    };
    const rotated = await runRotation(procedure, {
      policy,
      apply: rotation.apply,
      hint: { id: known["certificate-id"], name: naming["certificate-name"] },
      wanted: {
        subject: subjectOf(subject, prefix),
        isName: (commonName) => isRotatedName(commonName, prefix),
        days: validity.days,
        keyBits: validity["key-bits"],
      },
      nameOf: (certificate) => naming["certificate-name"] ?? defaultName(tenant, certificate),
      tryCa: (ca) => tryCa(context, procedure, ca, openssl),
    });
    const { outcome, newest, nextStepAt } = rotated;
    const refusedToApply = rotation.apply ? [] : reportApplyProblems(context.runner, inputs);
    // A write of the keyring carries a time, so two clocks must agree on it.
    const write = rotation.apply && procedure.platform.clock.agreement().standing === "agreed";
    const encrypted = await encryptPlainKeys(context.runner, keyring, { write });
    const { entries } = keyring.keyring;
    warnOfTokenEnd(context.runner, keyring, nextStepAt);
    for (const warning of describeSameNamed({ ...rotated, entries }, policy.allowUnheld))
      context.runner.warning(warning);
    const { days } = validity;
    const summary = { ...rotated, tenant, policy, days, entries, refusedToApply, encrypted };
    await summarizeRotation(context.runner, summary);
    return {
      outcome,
      plan: JSON.stringify(rotated.plan),
      "certificate-id": newest?.slot.id ?? "",
      expiration: newest?.slot.expiration ?? "",
      "retired-certificate-id": rotated.retiredId ?? "",
      "next-step-at": iso(nextStepAt),
      "keyring-backup-path": context.backupPath,
    };
  },
});

type Inputs = Resolved<typeof INPUTS>;

/** The rules for a run that carries the steps out. A plan needs less. */
function requireApplicable(
  { connection, validity, rotation, keyring }: Partial<Inputs>,
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
  if (rotation === undefined) return;
  const { "renew-before": renewBefore, overlap } = rotation;
  if (validity !== undefined && validity.days <= renewBefore)
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

/**
 * Checks a plan's inputs as a run with `apply: true` would. Inputs that contradict each other are a warning.
 * A plan without a place to write to gets no warning, because that may be intended.
 * @returns what to correct before the run with `apply: true`
 */
function reportApplyProblems(runner: Pick<Runner, "warning">, inputs: Inputs): string[] {
  const problems: string[] = [];
  requireApplicable(inputs, (input, message, code = "INPUT_INVALID") => {
    const problem = `With apply: true this run is refused (${code}). ${input}: ${message}. Correct that first.`;
    if (code === "INPUT_INVALID") runner.warning(problem);
    problems.push(problem);
  });
  return problems;
}
