/** The task register: the whole documented procedure (create, upload, verify). It does nothing twice. */
import { trueOrFalse } from "../action/input-parsers.ts";
import { field, plainGroup, type Resolved } from "../action/inputs.ts";
import type { Certificate } from "../ca/certificate.ts";
import { unconfirmedAt } from "../ca/clocks.ts";
import {
  activeEntries,
  isSameCa,
  type Keyring,
  type KeyringEntry,
  ownKeyring,
} from "../ca/keyring-entries.ts";
import { findRefusedLike } from "../ca/refused-cas.ts";
import { wouldCreate } from "../ca/registration-decision.ts";
import { isLoopback } from "../http/proxy.ts";
import { backupInputs, backupOutput, checkRecipients } from "../keyring/backup-inputs.ts";
import { keyringInputs, restoreInputs } from "../keyring/keyring-inputs.ts";
import {
  checkRestored,
  findRestored,
  hasTarget,
  requireLastingFile,
  requirePassphrase,
  requireRoom,
  requireTenant,
} from "../keyring/keyring-rules.ts";
import { connectionInputs } from "../mindconnect/connection-inputs.ts";
import { knownIdsInputs } from "../mindconnect/id-inputs.ts";
import { KeyMaking } from "../openssl/key-making.ts";
import { caKeyFile, VERIFICATION_KEY_FILE } from "../openssl/make-certificates.ts";
import { opensslInputs } from "../openssl/program.ts";
import { sayFirstRun } from "../run/keyring-upkeep.ts";
import { defineTask } from "../run/task.ts";
import { caInputs, certificateNameInputs, subjectInputs, subjectOf } from "./certificate-inputs.ts";
import { defaultName, type ProcedureContext } from "./documented-steps.ts";
import { providedCaInputs, reportOddCommonName } from "./provided-ca-inputs.ts";
import { handOn, handOnPlan } from "./registration-results.ts";
import { type RegistrationOrder, runRegistration } from "./registration-run.ts";
import { tryCa } from "./try-ca.ts";

const INPUTS = {
  connection: connectionInputs,
  subject: subjectInputs,
  validity: caInputs,
  naming: certificateNameInputs,
  running: plainGroup({
    apply: field({
      description:
        "Set to false to only show the plan: what the task would do, and what stands in the way. It then changes nothing. Defaults to true.",
      default: "true",
      parse: trueOrFalse,
    }),
  }),
  provided: providedCaInputs,
  restored: restoreInputs,
  known: knownIdsInputs,
  keyring: keyringInputs,
  backup: backupInputs,
  program: opensslInputs,
};

export const register = defineTask({
  name: "register",
  description:
    "Create, upload and verify the CA certificate of an Insights Hub environment (MindConnect MQTT). It does nothing twice.",
  privateDirectory: true,
  inputs: INPUTS,
  outputs: {
    "certificate-id":
      "Id of the CA certificate on the platform. Empty if outcome is planned and it is not on the platform yet.",
    expiration:
      "When the CA certificate expires, as the platform writes it, for example 2031-05-30T09:22:55.000Z. Empty if outcome is planned and it does not exist yet.",
    "certificate-name":
      "Name of the CA certificate on the platform. Empty if outcome is planned and it is not on the platform yet.",
    "common-name": "Common name of the CA certificate.",
    verified:
      "true: the platform showed the CA certificate as verified when it was read back. false if outcome is planned.",
    fingerprint:
      "SHA-256 fingerprint of the CA certificate. Empty if outcome is planned and it does not exist yet.",
    "serial-number":
      "Serial number of the CA certificate in hexadecimal. Empty if outcome is planned and it does not exist yet.",
    "certificate-path":
      "Path of the CA certificate (PEM) for later steps of the job. Empty if it could not be written, or if outcome is planned.",
    outcome:
      "registered (a CA was uploaded and verified), resumed (an earlier upload was verified), unchanged (the CA was verified before) or planned (a step is due, but apply is false).",
    plan: "JSON array with an object for each step, as planned before anything was done: step, due, at, commonName, certificateId, does, calls. Empty array if nothing is due.",
    "receipt-path":
      "Path of the receipt (JSON): what was proven, with commands and calls. Empty if it could not be written, or if apply is false.",
    ...backupOutput,
  },

  async check({ connection, keyring, backup, provided, restored, validity }, report) {
    checkRecipients(backup, keyring, report, provided?.pair && [provided.pair]);
    requireLastingFile(keyring, connection && isLoopback(connection.gateway), report);
    if (!(await requireTenant(keyring, connection?.tenant, provided?.pair, report))) return;
    if (keyring === undefined || provided === undefined) return;
    const { tenant } = connection ?? {};
    const own = tenant === undefined ? keyring.keyring : ownKeyring(keyring.keyring, tenant);
    const ca = asEntry(provided.pair, own, tenant);
    // A CA whose platform id the keyring remembers is on the platform already.
    if (ca?.platformId === undefined) reportOddCommonName(provided.pair?.certificate, report);
    if (restored?.restore !== undefined) {
      await checkRestored(restored.restore, keyring, { ...provided, tenant }, report);
      return;
    }
    if (ca !== undefined && !keyring.keyring.entries.some((entry) => isSameCa(entry, ca)))
      requirePassphrase(keyring, report);
    if (!wouldCreate({ entries: own.entries, provided: ca, ...unconfirmedAt(Date.now()) })) return;
    if (validity !== undefined) requireRoom(keyring, validity["key-bits"], report);
    if (hasTarget(keyring)) return;
    report(
      "keyring-file",
      "is missing, and so is keyring-secret. The task would make a CA key and could not keep it. Give one of them, for example keyring-file: /srv/mindconnect/keyring.pem",
      "KEYRING_TARGET_MISSING",
    );
  },

  start(inputs, context) {
    const { connection, running, keyring, validity, program } = inputs;
    const commandDirectory = context.commandDirectory(program["openssl-path"], connection.tenant);
    const { entries } = ownKeyring(keyring.keyring, connection.tenant);
    const order = orderOf(inputs);
    const creates = wouldCreate({ entries, provided: order.provided, ...unconfirmedAt(Date.now()) });
    // No key is begun for a request that the platform has refused already. No key is begun before it is known
    // that it can be kept: only GitHub's reply tells whether a secret can be written (guarantee 3). A plan
    // begins no key.
    const refused = creates && findRefusedLike(entries, order.wanted) !== undefined;
    const early = running.apply && keyring.secret === undefined && creates && !refused;
    const keys = new KeyMaking(commandDirectory, validity["key-bits"]);
    if (early) keys.begin(caKeyFile(commandDirectory));
    return { commandDirectory, keys, early, refused, order };
  },

  async run(inputs, context, { commandDirectory, keys, early, refused, order }) {
    const { connection, running, backup } = inputs;
    const { tenant } = connection;
    const { runner } = context;
    const program = inputs.program["openssl-path"];
    const keyring = context.keyring(inputs.keyring, { program, tenant, connection, backup });
    const platform = await context.connect(connection);
    const listing = platform.caCertificates.list();
    // If the keyring is refused, the run fails with that and not with an error of the list.
    listing.catch(() => {});
    await keyring.check();
    sayFirstRun(runner, inputs.keyring.text, keyring.location);
    // The verification key begins later than the CA key: three busy processes on two cores would slow both
    // keys (measured).
    if (running.apply && (early || (!refused && !isLikelyUnchanged(order, keyring.keyring)))) {
      keys.begin(VERIFICATION_KEY_FILE);
      void commandDirectory.openssl.version();
    }
    const procedure: ProcedureContext = { context, platform, keyring, commandDirectory, keys };
    const registration = {
      ...procedure,
      tryCa: (ca: KeyringEntry) => tryCa(context, procedure, ca, program),
    };
    const run = await runRegistration(registration, order, listing, running.apply);
    const outputs =
      run.outcome === "planned"
        ? await handOnPlan(procedure, order, run, inputs.keyring)
        : await handOn(context, procedure, order, run, connection);
    return { ...outputs, "keyring-backup-path": context.backupPath };
  },
});

type Inputs = Resolved<typeof INPUTS>;

/** What these inputs ask for. */
function orderOf({
  connection: { tenant },
  subject,
  validity,
  naming,
  provided,
  restored: { restore },
  known,
  keyring,
}: Inputs): RegistrationOrder {
  const own = ownKeyring(keyring.keyring, tenant);
  const commonName = subject["common-name"] ?? tenant;
  const name = naming["certificate-name"];
  return {
    wanted: {
      subject: subjectOf(subject, commonName),
      isName: (other) => other === commonName,
      days: validity.days,
      keyBits: validity["key-bits"],
    },
    provided: restore === undefined ? asEntry(provided.pair, own, tenant) : findRestored(own, restore),
    fromKeyring: restore !== undefined,
    hint: { id: known["certificate-id"], name },
    allowUnheld: known["allow-unheld"] ?? new Set(),
    nameOf: (certificate) => name ?? defaultName(tenant, certificate),
  };
}

/** @returns whether the keyring remembers a verified CA, so that a verification key is not likely to be needed */
function isLikelyUnchanged({ provided }: RegistrationOrder, keyring: Keyring): boolean {
  const [newest] = activeEntries(keyring);
  return provided === undefined && newest?.verifiedAt !== undefined;
}

/** @returns a provided CA, with what the keyring remembers of it while it is not retired */
function asEntry(
  pair: { certificate: Certificate; privateKey: string } | undefined,
  keyring: Keyring,
  tenant: string | undefined,
): KeyringEntry | undefined {
  if (pair === undefined) return undefined;
  const known = activeEntries(keyring).find((entry) => isSameCa(entry, pair));
  return { notes: [], ...known, ...pair, ...(tenant !== undefined && { tenant }) };
}
