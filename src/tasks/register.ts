import type { Certificate } from "../ca/certificate.ts";
import { aloneAt } from "../ca/clocks.ts";
import { type Decision, decideRegistration, OUTCOMES, wouldCreate } from "../ca/decide.ts";
import { activeEntries, type KeyringEntry } from "../ca/keyring.ts";
import { recallVerified, SLOT_LIMIT, type Slot } from "../ca/slots.ts";
import { rotationDueAt } from "../ca/status.ts";
import type { Resolved } from "../github/inputs.ts";
import { isLoopback } from "../mindconnect/loopback.ts";
import { caKeyFile, VERIFICATION_KEY_FILE } from "../openssl/ca.ts";
import { KeyRace } from "../openssl/key-race.ts";
import { warnOfAccessEnd } from "./access-end.ts";
import {
  broughtCaInputs,
  caInputs,
  certificateNameInputs,
  opensslInputs,
  subjectInputs,
  subjectOf,
} from "./inputs/certificate.ts";
import { connectionInputs } from "./inputs/connection.ts";
import { hasTarget, keyringInputs, requireLastingFile, requireRoom } from "./inputs/keyring.ts";
import { checkRestored, findRestored, restoreInputs } from "./inputs/restore.ts";
import { warnOfOddUpload } from "./odd-upload.ts";
import {
  createAndStore,
  defaultName,
  noteOnPlatform,
  type Procedure,
  prove,
  storeEntry,
  upload,
  warnOfSkew,
} from "./procedure.ts";
import { writeReceipt } from "./receipt.ts";
import { refusal } from "./refusal.ts";
import { summarizeRegistration } from "./summaries.ts";
import { defineTask } from "./task.ts";

const INPUTS = {
  connection: connectionInputs,
  subject: subjectInputs,
  validity: caInputs,
  naming: certificateNameInputs,
  brought: broughtCaInputs,
  restored: restoreInputs,
  keyring: keyringInputs,
  program: opensslInputs,
};

/** The main job: the whole documented procedure, and nothing twice. */
export const register = defineTask({
  name: "register",
  description:
    "Create, upload and verify the CA certificate of an Insights Hub environment (MindConnect MQTT), and nothing twice.",
  privateDirectory: true,
  inputs: INPUTS,
  outputs: {
    "certificate-id": "Id of the CA certificate on the platform.",
    expiration: "When it expires, as the platform writes it (2031-05-30T09:22:55.000Z).",
    "certificate-name": "Its name on the platform.",
    "common-name": "Its common name.",
    verified: "true: read back from the platform after the verification.",
    fingerprint: "SHA-256 fingerprint of the CA certificate.",
    "serial-number": "Serial number of the CA certificate, hexadecimal.",
    "certificate-path": "Path of the CA certificate (PEM) for later steps of the job.",
    outcome: "registered, resumed or unchanged.",
    "receipt-path": "Path of the receipt (JSON): what was proven, with commands and calls.",
  },

  check({ connection, keyring, brought, restored, validity }, report) {
    requireLastingFile(keyring, connection !== undefined && isLoopback(connection.gateway), report);
    if (keyring === undefined || brought === undefined) return;
    if (restored?.restore !== undefined) {
      checkRestored(restored.restore, keyring, brought, report);
      return;
    }
    const seen = { entries: keyring.keyring.entries, brought: asEntry(brought.pair), ...aloneAt(Date.now()) };
    if (!wouldCreate(seen)) return;
    if (validity !== undefined) requireRoom(keyring, validity["key-bits"], report);
    if (hasTarget(keyring)) return;
    report(
      "keyring-file",
      "is missing, and so is keyring-secret: a CA key would be made and has no place to be kept",
      "KEYRING_TARGET_MISSING",
    );
  },

  start({ connection, keyring, brought, restored, validity, program }, tools) {
    const workplace = tools.workplace(program["openssl-path"], connection.tenant);
    const seen = {
      entries: keyring.keyring.entries,
      brought: broughtAlong({ keyring, brought, restored }),
      ...aloneAt(Date.now()),
    };
    // Whether a secret can be written is known only after GitHub was asked: no key is made before (guarantee 3).
    const early = keyring.secret === undefined && wouldCreate(seen);
    const keys = new KeyRace(workplace, validity["key-bits"]);
    if (early) keys.begin(caKeyFile(workplace));
    return { workplace, keys, early };
  },

  async run(inputs, tools, { workplace, keys, early }) {
    const { connection, subject, validity, naming, program } = inputs;
    const keyring = tools.keyring(inputs.keyring, program["openssl-path"]);
    const platform = await tools.connect(connection);
    const listed = platform.caCertificates.list();
    // Where the keyring is refused, what became of the list is of no interest.
    listed.catch(() => {});
    await keyring.check();
    // Not at the same time as the other one: three busy processes on two cores would slow both keys (measured).
    if (early || !isLikelyUnchanged(inputs)) {
      keys.begin(VERIFICATION_KEY_FILE);
      void workplace.openssl.version();
    }
    const procedure: Procedure = {
      tools,
      platform,
      keyring,
      workplace,
      keys,
      passphrase: inputs.keyring.passphrase,
    };

    const { entries } = keyring.keyring;
    const slots = recallVerified(await listed, entries);
    warnOfSkew(procedure);
    const brought = broughtAlong(inputs);
    const commonName = subject["common-name"] ?? connection.tenant;
    const at = platform.clock.agreement();
    const decision = decideRegistration({ slots, entries, brought, commonName, ...at });
    tools.runner.info(`Slots in use: ${slots.length} of ${SLOT_LIMIT}. Next step: ${decision.step}.`);
    if (decision.step !== "unchanged") platform.clock.require("make");
    if (decision.step === "refuse") throw refusal(decision, entries, at.now);
    if (decision.step !== "unchanged")
      tools.runner.info(`Working with ${await workplace.openssl.version()}.`);
    await keyring.adopt();
    if (brought !== undefined) await storeEntry({ tools, clock: platform.clock, keyring }, brought);

    if (decision.step === "upload" && brought === undefined)
      warnOfOddUpload(tools.runner, decision.ca, commonName);

    const { slot, ca } = await carryOut(procedure, decision, {
      subject: subjectOf(subject, commonName),
      days: validity.days,
      nameOf: (certificate) => naming["certificate-name"] ?? defaultName(connection.tenant, certificate),
    });
    const outcome = OUTCOMES[decision.step];
    const slotsUsed = slots.some(({ id }) => id === slot.id) ? slots.length : slots.length + 1;
    const { certificate } = ca;
    warnOfAccessEnd(tools.runner, keyring, rotationDueAt(slot));
    const [certificatePath, receiptPath] = await Promise.all([
      tools.writeResult(`${connection.tenant}.pem`, certificate.pem),
      writeReceipt(tools, procedure, { connection, outcome, slot, certificate }),
      noteOnPlatform(procedure, slot, ca),
      summarizeRegistration(tools.runner, { outcome, slot, certificate, slotsUsed, place: keyring.place }),
    ]);
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
    };
  },
});

interface Request {
  readonly subject: ReturnType<typeof subjectOf>;
  readonly days: number;
  readonly nameOf: (certificate: Certificate) => string;
}

/** From the decision's step to the end: each step leaves a state from which the same decision goes on. */
async function carryOut(
  procedure: Procedure,
  decision: Exclude<Decision<KeyringEntry>, { step: "refuse" }>,
  request: Request,
): Promise<{ slot: Slot; ca: KeyringEntry }> {
  if (decision.step === "unchanged") return decision;
  if (decision.step === "resume") {
    return { ca: decision.ca, slot: await prove(procedure, decision.slot, decision.ca) };
  }
  const ca = decision.step === "upload" ? decision.ca : await createAndStore(procedure, request);
  const uploaded = await upload(procedure, ca.certificate, request.nameOf(ca.certificate));
  return { ca, slot: await prove(procedure, uploaded, ca) };
}

/** @returns whether the keyring remembers a verified CA, so that a verification key is not likely to be needed */
function isLikelyUnchanged(
  inputs: Pick<Resolved<typeof INPUTS>, "keyring" | "brought" | "restored">,
): boolean {
  const [newest] = activeEntries(inputs.keyring.keyring);
  return broughtAlong(inputs) === undefined && newest?.verifiedAt !== undefined;
}

/** The CA that wins over the keyring: one brought along, or one of the keyring that is to come back. */
function broughtAlong({
  keyring,
  brought,
  restored,
}: Pick<Resolved<typeof INPUTS>, "keyring" | "brought" | "restored">): KeyringEntry | undefined {
  return restored.restore === undefined
    ? asEntry(brought.pair)
    : findRestored(keyring.keyring, restored.restore);
}

/** A CA brought along, as an entry that the keyring does not have yet. */
function asEntry(
  pair: { certificate: Certificate; privateKey: string } | undefined,
): KeyringEntry | undefined {
  return pair === undefined ? undefined : { ...pair, notes: [] };
}
