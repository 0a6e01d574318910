/** The task register, the main job. */
import type { Resolved } from "../action/inputs.ts";
import type { Certificate } from "../ca/certificate.ts";
import { unconfirmedAt } from "../ca/clocks.ts";
import { activeEntries, isSameCa, type Keyring, type KeyringEntry, ownKeyring } from "../ca/keyring.ts";
import { findRefusedLike, refusedEntries } from "../ca/refused-cas.ts";
import { REGISTRATION_OUTCOMES, wouldCreate } from "../ca/registration-decision.ts";
import { rotationDueAt } from "../ca/slot-status.ts";
import { matchSlots, type Slot } from "../ca/slots.ts";
import { isLoopback } from "../http/proxy.ts";
import { backupInputs, backupOutput, checkRecipients } from "../keyring/backup-inputs.ts";
import {
  checkRestored,
  findRestored,
  hasTarget,
  requireLastingFile,
  requirePassphrase,
  requireRoom,
  requireTenant,
} from "../keyring/input-rules.ts";
import { keyringInputs, restoreInputs } from "../keyring/inputs.ts";
import { connectionInputs } from "../mindconnect/connection-inputs.ts";
import { knownIdsInputs } from "../mindconnect/id-inputs.ts";
import { KeyMaking } from "../openssl/key-making.ts";
import { caKeyFile, VERIFICATION_KEY_FILE } from "../openssl/make-certificates.ts";
import { opensslInputs } from "../openssl/program.ts";
import { encryptPlainKeys, sayFirstRun } from "../run/given-keyring.ts";
import { warnOfSkew } from "../run/run-context.ts";
import { defineTask } from "../run/task.ts";
import { caInputs, certificateNameInputs, subjectInputs, subjectOf } from "./certificate-inputs.ts";
import { describeRemaining, describeSameNamed, type Observation } from "./delete-guards.ts";
import { defaultName, noteOnPlatform, type ProcedureContext, storeEntry } from "./documented-steps.ts";
import { providedCaInputs, reportOddCommonName } from "./provided-ca-inputs.ts";
import { writeOptional, writeReceipt } from "./receipt.ts";
import { completeRegistration, observeAndDecide, type RegistrationOrder } from "./registration-run.ts";
import { summarizeRegistration } from "./registration-summary.ts";
import { rehearse } from "./try-ca.ts";
import { warnOfOtherCommonName, warnOfTokenEnd } from "./warnings.ts";

const INPUTS = {
  connection: connectionInputs,
  subject: subjectInputs,
  validity: caInputs,
  naming: certificateNameInputs,
  provided: providedCaInputs,
  restored: restoreInputs,
  known: knownIdsInputs,
  keyring: keyringInputs,
  backup: backupInputs,
  program: opensslInputs,
};

/** The main job: the whole documented procedure, and nothing twice. */
export const register = defineTask({
  name: "register",
  description:
    "Create, upload and verify the CA certificate of an Insights Hub environment (MindConnect MQTT). It does nothing twice.",
  privateDirectory: true,
  inputs: INPUTS,
  outputs: {
    "certificate-id": "Id of the CA certificate on the platform.",
    expiration:
      "When the CA certificate expires, as the platform writes it, for example 2031-05-30T09:22:55.000Z.",
    "certificate-name": "Name of the CA certificate on the platform.",
    "common-name": "Common name of the CA certificate.",
    verified: "true: the platform showed the CA certificate as verified when it was read back.",
    fingerprint: "SHA-256 fingerprint of the CA certificate.",
    "serial-number": "Serial number of the CA certificate in hexadecimal.",
    "certificate-path":
      "Path of the CA certificate (PEM) for later steps of the job. Empty if it could not be written.",
    outcome:
      "registered (a CA was uploaded and verified), resumed (an earlier upload was verified) or unchanged (the CA was verified before).",
    "receipt-path":
      "Path of the receipt (JSON): what was proven, with commands and calls. Empty if it could not be written.",
    ...backupOutput,
  },

  check({ connection, keyring, backup, provided, restored, validity }, report) {
    checkRecipients(backup, keyring, report, provided?.pair && [provided.pair]);
    requireLastingFile(keyring, connection && isLoopback(connection.gateway), report);
    if (!requireTenant(keyring, connection?.tenant, provided?.pair, report)) return;
    if (keyring === undefined || provided === undefined) return;
    const { tenant } = connection ?? {};
    const own = tenant === undefined ? keyring.keyring : ownKeyring(keyring.keyring, tenant);
    const along = asEntry(provided.pair, own, tenant);
    // One that the keyring remembers from the platform is there already.
    if (along?.platformId === undefined) reportOddCommonName(provided.pair?.certificate, report);
    if (restored?.restore !== undefined) {
      checkRestored(restored.restore, keyring, { ...provided, tenant }, report);
      return;
    }
    if (along !== undefined && !keyring.keyring.entries.some((entry) => isSameCa(entry, along)))
      requirePassphrase(keyring, report);
    if (!wouldCreate({ entries: own.entries, provided: along, ...unconfirmedAt(Date.now()) })) return;
    if (validity !== undefined) requireRoom(keyring, validity["key-bits"], report);
    if (hasTarget(keyring)) return;
    report(
      "keyring-file",
      "is missing, and so is keyring-secret. The task would make a CA key and could not keep it. Give one of them, for example keyring-file: /srv/mindconnect/keyring.pem",
      "KEYRING_TARGET_MISSING",
    );
  },

  start(inputs, context) {
    const { connection, keyring, validity, program } = inputs;
    const commandDirectory = context.commandDirectory(program["openssl-path"], connection.tenant);
    const { entries } = ownKeyring(keyring.keyring, connection.tenant);
    const order = orderOf(inputs);
    const creates = wouldCreate({ entries, provided: order.provided, ...unconfirmedAt(Date.now()) });
    // No key is begun for what the platform has refused already, or before it is known that it can be kept: whether a
    // secret can be written is known only after GitHub was asked (guarantee 3).
    const refused = creates && findRefusedLike(entries, order.wanted) !== undefined;
    const early = keyring.secret === undefined && creates && !refused;
    const keys = new KeyMaking(commandDirectory, validity["key-bits"]);
    if (early) keys.begin(caKeyFile(commandDirectory));
    return { commandDirectory, keys, early, refused, order };
  },

  async run(inputs, context, { commandDirectory, keys, early, refused, order }) {
    const { connection, validity } = inputs;
    const { tenant } = connection;
    const program = inputs.program["openssl-path"];
    const keyring = context.keyring(inputs.keyring, {
      program,
      tenant,
      connection,
      backup: inputs.backup,
    });
    const platform = await context.connect(connection);
    const listed = platform.caCertificates.list();
    // Where the keyring is refused, what became of the list is of no interest.
    listed.catch(() => {});
    await keyring.check();
    sayFirstRun(context.runner, inputs.keyring.text, keyring.location);
    // Not at the same time as the first key: three busy processes on two cores would slow both keys (measured).
    if (early || (!refused && !isLikelyUnchanged(order, keyring.keyring))) {
      keys.begin(VERIFICATION_KEY_FILE);
      void commandDirectory.openssl.version();
    }
    const procedure: ProcedureContext = { context, platform, keyring, commandDirectory, keys };

    const shown = await listed;
    warnOfSkew(context.runner, platform.clock);
    const { decision, provided, entries, slots } = await observeAndDecide(procedure, order, shown);
    if (decision.step === "create" && !early) keyring.requireRoom(validity["key-bits"]);
    if (decision.step !== "unchanged")
      context.runner.info(`Using ${await commandDirectory.openssl.version()}.`);
    const rehearsal =
      decision.step === "upload" ? await rehearse(context, procedure, decision.ca, program) : [];
    await keyring.writeImport();
    if (provided !== undefined) {
      const uploading = decision.step === "upload";
      await storeEntry({ context, clock: platform.clock, keyring }, provided, { uploading });
    } else if (decision.step === "upload") {
      warnOfOtherCommonName(context.runner, decision.ca, order.wanted.subject.commonName);
    }

    const { slot: proven, ca } = await completeRegistration(procedure, decision, order);
    const outcome = REGISTRATION_OUTCOMES[decision.step];
    const slotsUsed = slots.some(({ id }) => id === proven.id) ? slots.length : slots.length + 1;
    const { certificate } = ca;
    // What a reply makes of the common name is not what it is.
    const slot = { ...proven, commonName: certificate.commonName };
    warnOfTokenEnd(context.runner, keyring, rotationDueAt(slot));
    const place = placeOf([...slots.filter(({ id }) => id !== slot.id), slot], procedure);
    for (const warning of describeSameNamed(place, order.allowUnheld)) context.runner.warning(warning);
    const [certificatePath, receiptPath] = await Promise.all([
      writeOptional(context.runner, "The certificate file for later steps", () =>
        context.writeResult(`${tenant}.pem`, certificate.pem),
      ),
      writeOptional(context.runner, "The receipt", () =>
        writeReceipt(context, procedure, { connection, outcome, slot, certificate, rehearsal }),
      ),
      noteOnPlatform(procedure, slot, ca),
    ]);
    // The write is stamped with a time.
    const write = platform.clock.agreement().standing === "agreed";
    await summarizeRegistration(context.runner, {
      outcome,
      slot,
      certificate,
      slotsUsed,
      place: keyring.location,
      refused: refusedEntries({ slots: [slot, ...slots], entries }).filter((entry) => !isSameCa(entry, ca)),
      stays: tellUnheld(place),
      encrypted: await encryptPlainKeys(context.runner, keyring, { write }),
    });
    return {
      "certificate-id": slot.id,
      expiration: slot.expiration,
      "certificate-name": slot.name,
      "common-name": slot.commonName,
      verified: String(slot.isVerified),
      fingerprint: certificate.fingerprint,
      "serial-number": certificate.serialNumber,
      "certificate-path": certificatePath,
      outcome,
      "receipt-path": receiptPath,
      "keyring-backup-path": context.backupPath,
    };
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

/** @returns what to do with usable CAs that no run of this keyring will ever retire */
function tellUnheld(place: Observation): string[] {
  return describeRemaining(place, new Set(matchSlots(place.slots, place.entries).keys()));
}

function placeOf(slots: readonly Slot[], { keyring, platform }: ProcedureContext): Observation {
  return { slots, entries: keyring.keyring.entries, now: platform.clock.now() };
}

/** @returns whether the keyring remembers a verified CA, so that a verification key is not likely to be needed */
function isLikelyUnchanged({ provided }: RegistrationOrder, keyring: Keyring): boolean {
  const [newest] = activeEntries(keyring);
  return provided === undefined && newest?.verifiedAt !== undefined;
}

/** A CA brought along, with what the keyring remembers of it while it is not retired. */
function asEntry(
  pair: { certificate: Certificate; privateKey: string } | undefined,
  keyring: Keyring,
  tenant: string | undefined,
): KeyringEntry | undefined {
  if (pair === undefined) return undefined;
  const known = activeEntries(keyring).find((entry) => isSameCa(entry, pair));
  return { notes: [], ...known, ...pair, ...(tenant !== undefined && { tenant }) };
}
