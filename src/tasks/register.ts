import type { Certificate } from "../ca/certificate.ts";
import { type Decision, decideRegistration, OUTCOMES, wouldCreate } from "../ca/decide.ts";
import { activeEntries, isSameCa, type KeyringEntry, ownKeyring } from "../ca/keyring.ts";
import { refusedAlike, refusedOnes, type Wanted } from "../ca/refused.ts";
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
import {
  hasTarget,
  keyringInputs,
  requireLastingFile,
  requirePassphrase,
  requireRoom,
  requireTenant,
  warnOfVanishingFile,
} from "./inputs/keyring.ts";
import { checkRestored, findRestored, restoreInputs } from "./inputs/restore.ts";
import { warnOfOddUpload } from "./odd-upload.ts";
import {
  createAndStore,
  defaultName,
  noteOnPlatform,
  type Procedure,
  prove,
  storeEntry,
  warnOfSkew,
} from "./procedure.ts";
import { writeReceipt } from "./receipt.ts";
import { refusal } from "./refusal.ts";
import { requireNotRefused, uploadOwn } from "./refused-upload.ts";
import { rehearse } from "./rehearsal.ts";
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
    requireLastingFile(keyring, connection && isLoopback(connection.gateway), report);
    if (!requireTenant(keyring, connection?.tenant, brought?.pair, report)) return;
    if (keyring === undefined || brought === undefined) return;
    if (restored?.restore !== undefined) {
      checkRestored(restored.restore, keyring, { ...brought, tenant: connection?.tenant }, report);
      return;
    }
    const { tenant } = connection ?? {};
    const { entries } = tenant === undefined ? keyring.keyring : ownKeyring(keyring.keyring, tenant);
    const seen = { entries, brought: asEntry(brought.pair, tenant), now: Date.now() };
    const { brought: own } = seen;
    if (own !== undefined && !keyring.keyring.entries.some((entry) => isSameCa(entry, own)))
      requirePassphrase(keyring, report);
    if (!wouldCreate(seen)) return;
    if (validity !== undefined) requireRoom(keyring, validity["key-bits"], report);
    if (hasTarget(keyring)) return;
    report(
      "keyring-file",
      "is missing, and so is keyring-secret: a CA key would be made and has no place to be kept",
      "KEYRING_TARGET_MISSING",
    );
  },

  start(inputs, tools) {
    const { connection, keyring, validity, program } = inputs;
    const workplace = tools.workplace(program["openssl-path"], connection.tenant);
    const { entries } = ownKeyring(keyring.keyring, connection.tenant);
    const creates = wouldCreate({ entries, brought: broughtAlong(inputs), now: Date.now() });
    // No key is begun for what the platform has refused already, or before it is known that it can be kept: whether a
    // secret can be written is known only after GitHub was asked (guarantee 3).
    const refused = creates && refusedAlike(entries, wantedBy(inputs)) !== undefined;
    const early = keyring.secret === undefined && creates && !refused;
    const keys = new KeyRace(workplace, validity["key-bits"]);
    if (early) keys.begin(caKeyFile(workplace));
    return { workplace, keys, early, refused };
  },

  async run(inputs, tools, { workplace, keys, early, refused }) {
    const { connection, subject, validity, naming, program } = inputs;
    const keyring = tools.keyring(inputs.keyring, program["openssl-path"], connection.tenant);
    warnOfVanishingFile(tools.runner, inputs.keyring, isLoopback(connection.gateway));
    const platform = await tools.connect(connection);
    const listed = platform.caCertificates.list();
    // Where the keyring is refused, what became of the list is of no interest.
    listed.catch(() => {});
    await keyring.check();
    // Not at the same time as the other one: three busy processes on two cores would slow both keys (measured).
    if (early || (!refused && !isLikelyUnchanged(inputs))) {
      keys.begin(VERIFICATION_KEY_FILE);
      void workplace.openssl.version();
    }
    const procedure: Procedure = {
      tools,
      platform,
      keyring,
      workplace,
      keys,
    };

    const { entries } = keyring.keyring;
    const slots = recallVerified(await listed, entries);
    warnOfSkew(procedure);
    const brought = broughtAlong(inputs);
    const commonName = subject["common-name"] ?? connection.tenant;
    const now = platform.clock.now();
    const decision = decideRegistration({ slots, entries, brought, commonName, now });
    tools.runner.info(`Slots in use: ${slots.length} of ${SLOT_LIMIT}.`);
    if (decision.step === "refuse") throw refusal(decision, entries, now);
    if (decision.step === "create") {
      requireNotRefused(entries, wantedBy(inputs));
      // The inputs were checked by what the keyring remembers; the platform may have decided otherwise.
      keyring.requireRoom(validity["key-bits"]);
    }
    tools.runner.info(NEXT[decision.step]);
    if (decision.step !== "unchanged")
      tools.runner.info(`Working with ${await workplace.openssl.version()}.`);
    const rehearsal =
      decision.step === "upload"
        ? await rehearse(tools, procedure, decision.ca, program["openssl-path"])
        : [];
    await keyring.adopt();
    if (brought !== undefined) await storeEntry(tools, keyring, brought, now);

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
      writeReceipt(tools, procedure, { connection, outcome, slot, certificate, rehearsal }),
      noteOnPlatform(procedure, slot, ca),
      summarizeRegistration(tools.runner, {
        outcome,
        slot,
        certificate,
        slotsUsed,
        place: keyring.place,
        refused: refusedOnes({ slots: [slot, ...slots], entries }).filter((entry) => !isSameCa(entry, ca)),
      }),
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

/** What the log says comes next. */
const NEXT = {
  unchanged: "The CA is verified already: nothing is to be done.",
  resume: "An earlier run uploaded the CA certificate: it is verified now.",
  upload: "The CA certificate is uploaded and verified.",
  create: "A CA key and certificate are made, stored, uploaded and verified.",
} as const satisfies Record<Exclude<Decision<KeyringEntry>["step"], "refuse">, string>;

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
  const uploaded = await uploadOwn(procedure, ca, request.nameOf(ca.certificate));
  return { ca, slot: await prove(procedure, uploaded, ca) };
}

/** @returns whether the keyring remembers a verified CA, so that a verification key is not likely to be needed */
function isLikelyUnchanged(
  inputs: Pick<Resolved<typeof INPUTS>, "connection" | "keyring" | "brought" | "restored">,
): boolean {
  const [newest] = activeEntries(ownKeyring(inputs.keyring.keyring, inputs.connection.tenant));
  return broughtAlong(inputs) === undefined && newest?.verifiedAt !== undefined;
}

/** The CA that wins over the keyring: one brought along, or one of the keyring that is to come back. */
function broughtAlong({
  connection: { tenant },
  keyring,
  brought,
  restored,
}: Pick<Resolved<typeof INPUTS>, "connection" | "keyring" | "brought" | "restored">):
  | KeyringEntry
  | undefined {
  return restored.restore === undefined
    ? asEntry(brought.pair, tenant)
    : findRestored(ownKeyring(keyring.keyring, tenant), restored.restore);
}

/** A new CA as these inputs would ask for it. */
function wantedBy({
  connection,
  subject,
  validity,
}: Pick<Resolved<typeof INPUTS>, "connection" | "subject" | "validity">): Wanted {
  const commonName = subject["common-name"] ?? connection.tenant;
  return {
    subject: subjectOf(subject, commonName),
    isName: (other) => other === commonName,
    days: validity.days,
    keyBits: validity["key-bits"],
  };
}

/** A CA brought along, as an entry that the keyring does not have yet. */
function asEntry(
  pair: { certificate: Certificate; privateKey: string } | undefined,
  tenant: string | undefined,
): KeyringEntry | undefined {
  return pair === undefined ? undefined : { ...pair, ...(tenant !== undefined && { tenant }), notes: [] };
}
