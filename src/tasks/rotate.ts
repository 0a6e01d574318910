import { iso } from "../ca/time.ts";
import type { Report, Resolved } from "../github/inputs.ts";
import type { Runner } from "../github/runner.ts";
import { isLoopback } from "../mindconnect/loopback.ts";
import { KeyRace } from "../openssl/key-race.ts";
import { warnOfAccessEnd } from "./access-end.ts";
import { sayFirstRun, takeKeyring } from "./given-keyring.ts";
import {
  caInputs,
  certificateNameInputs,
  LONGEST_PREFIX,
  opensslInputs,
  rotatedSubjectInputs,
  subjectOf,
} from "./inputs/certificate.ts";
import { connectionInputs } from "./inputs/connection.ts";
import { knownIdsInputs } from "./inputs/identifiers.ts";
import { hasTarget, keyringInputs, requireLastingFile, requireTenant } from "./inputs/keyring.ts";
import { rotationInputs } from "./inputs/rotation.ts";
import { defaultName, type Procedure } from "./procedure.ts";
import { rehearse } from "./rehearsal.ts";
import { rotateOnce } from "./rotation.ts";
import type { RotationWork } from "./rotation-steps.ts";
import { summarizeRotation } from "./rotation-summary.ts";
import { warnOfSchedule } from "./schedule-end.ts";
import { defineTask } from "./task.ts";

const INPUTS = {
  connection: connectionInputs,
  subject: rotatedSubjectInputs,
  validity: caInputs,
  naming: certificateNameInputs,
  rotation: rotationInputs,
  known: knownIdsInputs,
  keyring: keyringInputs,
  program: opensslInputs,
};

/** Rotates the CA inside the two slots: plans, or carries out, what is due today. */
export const rotate = defineTask({
  name: "rotate",
  description:
    "Plan or carry out the next steps of a CA rotation inside the two slots of an Insights Hub environment.",
  privateDirectory: true,
  inputs: INPUTS,
  outputs: {
    outcome: "nothing-due, planned, staged, waiting or retired.",
    plan: "JSON array of the steps, as decided before anything was done: step, due, at, commonName, certificateId, does, calls.",
    "certificate-id": "Id of the newest usable CA certificate of ours; empty where there is none yet.",
    expiration: "When that one expires, as the platform writes it.",
    "retired-certificate-id": "Id of the CA certificate that this run deleted; empty where it deleted none.",
    "next-step-at":
      "When the next step is due (2031-05-30T09:22:55.000Z); not in the future where one is due now. Forgetting a key is no step that it waits for.",
  },

  check({ connection, subject, validity, rotation, keyring }, report) {
    requireTenant(keyring, connection?.tenant, undefined, report);
    const tenant = connection?.tenant ?? "";
    if (subject?.["common-name-prefix"] === undefined && tenant.length > LONGEST_PREFIX) {
      const limit = `${LONGEST_PREFIX} characters`;
      report(
        "common-name-prefix",
        `is missing. The tenant is longer than ${limit}, which leave room for a date: set a shorter prefix`,
      );
    }
    // A plan writes nothing, so it may look at a keyring wherever that lies.
    if (rotation?.apply === true) requireApplicable({ connection, validity, rotation, keyring }, report);
  },

  async run(inputs, tools) {
    const { connection, subject, validity, naming, rotation, known, program } = inputs;
    const { tenant } = connection;
    const keyring = takeKeyring(tools, inputs.keyring, {
      program: program["openssl-path"],
      tenant,
      connection,
    });
    const policy = {
      renewBefore: rotation["renew-before"],
      overlap: rotation.overlap,
      retire: rotation.retire,
      retiredKeys: rotation["retired-keys"],
      allowUnheld: known["allow-unheld"] ?? new Set(),
      commonNamePrefix: subject["common-name-prefix"] ?? tenant,
    };
    sayFirstRun(tools.runner, inputs.keyring.text, keyring.place);
    const workplace = tools.workplace(program["openssl-path"], tenant);
    const procedure: Procedure = {
      tools,
      platform: await tools.connect(connection),
      keyring,
      workplace,
      keys: new KeyRace(workplace, validity["key-bits"]),
    };
    const work: RotationWork = {
      ...procedure,
      bits: validity["key-bits"],
      days: validity.days,
      subjectOf: (commonName) => subjectOf(subject, commonName),
      nameOf: (certificate) => naming["certificate-name"] ?? defaultName(tenant, certificate),
      rehearse: (ca) => rehearse(tools, procedure, ca, program["openssl-path"]),
    };
    const rotated = await rotateOnce(work, policy, rotation.apply, {
      id: known["certificate-id"],
      name: naming["certificate-name"],
    });
    const { outcome, plan, newest, retiredId, nextStepAt } = rotated;
    const refusedToApply = rotation.apply ? [] : sayWhatApplySays(tools.runner, inputs);
    const { entries } = keyring.keyring;
    warnOfAccessEnd(tools.runner, keyring, nextStepAt);
    warnOfSchedule(tools.runner);
    await summarizeRotation(tools.runner, {
      ...rotated,
      tenant,
      policy,
      days: validity.days,
      entries,
      refusedToApply,
    });
    return {
      outcome,
      plan: JSON.stringify(plan),
      "certificate-id": newest?.slot.id ?? "",
      expiration: newest?.slot.expiration ?? "",
      "retired-certificate-id": retiredId ?? "",
      "next-step-at": iso(nextStepAt),
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
      "is missing, and so is keyring-secret. With apply: true the keyring is written: set one of the two",
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
function sayWhatApplySays(runner: Pick<Runner, "warning">, inputs: Inputs): string[] {
  const told: string[] = [];
  requireApplicable(inputs, (input, message, code = "INPUT_INVALID") => {
    const said = `With apply: true this run is refused (${code}). ${input}: ${message}. Correct that first.`;
    if (code === "INPUT_INVALID") runner.warning(said);
    told.push(said);
  });
  return told;
}

/** Otherwise every CA would be due at its birth, or the old one would end before its agents. */
function requireOrder(days: number | undefined, renewBefore: number, overlap: number, report: Report): void {
  if (days !== undefined && days <= renewBefore)
    report(
      "days",
      `must be more than renew-before (${renewBefore}). Otherwise a new CA is due for rotation at once`,
    );
  if (renewBefore <= overlap)
    report(
      "renew-before",
      `must be more than overlap (${overlap}). Otherwise the old CA expires before its agents do`,
    );
}
