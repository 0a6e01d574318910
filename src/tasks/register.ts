import type { Certificate } from "../ca/certificate.ts";
import { aloneAt } from "../ca/clocks.ts";
import { type Decision, decideRegistration, OUTCOMES, unheldUsable, wouldCreate } from "../ca/decide.ts";
import {
  activeEntries,
  forgetPast,
  isSameCa,
  type Keyring,
  type KeyringEntry,
  ownKeyring,
} from "../ca/keyring.ts";
import { refusedAlike, refusedOnes, type Wanted } from "../ca/refused.ts";
import { confirm, type ListedSlot, recallVerified, SLOT_LIMIT, type Slot } from "../ca/slots.ts";
import { rotationDueAt } from "../ca/status.ts";
import type { Resolved } from "../github/inputs.ts";
import { isLoopback } from "../mindconnect/loopback.ts";
import { caKeyFile, VERIFICATION_KEY_FILE } from "../openssl/ca.ts";
import { KeyRace } from "../openssl/key-race.ts";
import { warnOfAccessEnd } from "./access-end.ts";
import { asActionError } from "./failure.ts";
import {
  broughtCaInputs,
  caInputs,
  certificateNameInputs,
  opensslInputs,
  reportOddCommonName,
  subjectInputs,
  subjectOf,
} from "./inputs/certificate.ts";
import { connectionInputs } from "./inputs/connection.ts";
import { knownIdsInputs } from "./inputs/identifiers.ts";
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
  sayFirstRun,
  storeEntry,
  warnOfSkew,
} from "./procedure.ts";
import { writeReceipt } from "./receipt.ts";
import { doubt, refusal } from "./refusal.ts";
import { refusedBefore, uploadOwn } from "./refused-upload.ts";
import { rehearse } from "./rehearsal.ts";
import { decideKnowingGone, warnOfSilence } from "./removed.ts";
import { summarizeRegistration } from "./summaries.ts";
import { defineTask } from "./task.ts";
import type { Tools } from "./tools.ts";

const INPUTS = {
  connection: connectionInputs,
  subject: subjectInputs,
  validity: caInputs,
  naming: certificateNameInputs,
  brought: broughtCaInputs,
  restored: restoreInputs,
  known: knownIdsInputs,
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
    "certificate-path":
      "Path of the CA certificate (PEM) for later steps of the job; empty where it could not be written.",
    outcome: "registered, resumed or unchanged.",
    "receipt-path":
      "Path of the receipt (JSON): what was proven, with commands and calls; empty where it could not be written.",
  },

  check({ connection, keyring, brought, restored, validity }, report) {
    requireLastingFile(keyring, connection && isLoopback(connection.gateway), report);
    if (!requireTenant(keyring, connection?.tenant, brought?.pair, report)) return;
    if (keyring === undefined || brought === undefined) return;
    const { tenant } = connection ?? {};
    const own = tenant === undefined ? keyring.keyring : ownKeyring(keyring.keyring, tenant);
    const along = asEntry(brought.pair, own, tenant);
    // One that the keyring remembers from the platform is there already.
    if (along?.platformId === undefined) reportOddCommonName(brought.pair?.certificate, report);
    if (restored?.restore !== undefined) {
      checkRestored(restored.restore, keyring, { ...brought, tenant }, report);
      return;
    }
    if (along !== undefined && !keyring.keyring.entries.some((entry) => isSameCa(entry, along)))
      requirePassphrase(keyring, report);
    if (!wouldCreate({ entries: own.entries, brought: along, ...aloneAt(Date.now()) })) return;
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
    const creates = wouldCreate({ entries, brought: broughtAlong(inputs), ...aloneAt(Date.now()) });
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
    sayFirstRun(tools.runner, inputs.keyring.text, keyring.place);
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

    const shown = await listed;
    warnOfSkew(procedure);
    const commonName = subject["common-name"] ?? connection.tenant;
    const { decision, brought, entries, slots } = await decide(procedure, inputs, { shown, commonName });
    if (decision.step === "create" && !early) keyring.requireRoom(validity["key-bits"]);
    if (decision.step !== "unchanged")
      tools.runner.info(`Working with ${await workplace.openssl.version()}.`);
    const rehearsal =
      decision.step === "upload"
        ? await rehearse(tools, procedure, decision.ca, program["openssl-path"])
        : [];
    await keyring.adopt();
    if (brought !== undefined)
      await storeEntry({ tools, clock: platform.clock, keyring }, brought, {
        anew: decision.step === "upload",
      });

    if (decision.step === "upload" && brought === undefined)
      warnOfOddUpload(tools.runner, decision.ca, commonName);

    const { slot: proven, ca } = await carryOut(procedure, decision, {
      subject: subjectOf(subject, commonName),
      days: validity.days,
      nameOf: (certificate) => naming["certificate-name"] ?? defaultName(connection.tenant, certificate),
    });
    const outcome = OUTCOMES[decision.step];
    const slotsUsed = slots.some(({ id }) => id === proven.id) ? slots.length : slots.length + 1;
    const { certificate } = ca;
    // What a reply makes of the common name is not what it is.
    const slot = { ...proven, commonName: certificate.commonName };
    warnOfAccessEnd(tools.runner, keyring, rotationDueAt(slot));
    const [certificatePath, receiptPath] = await Promise.all([
      handOut(tools.runner, "The copy of the certificate for later steps", () =>
        tools.writeResult(`${connection.tenant}.pem`, certificate.pem),
      ),
      handOut(tools.runner, "The receipt", () =>
        writeReceipt(tools, procedure, { connection, outcome, slot, certificate, rehearsal }),
      ),
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

/**
 * Writes what tells of a registration that is finished: it decides nothing any more (guarantee 11).
 * @param what the name of it, to begin a sentence
 * @returns its path; empty where it could not be written, which is a warning
 */
async function handOut(
  { warning }: Pick<Tools["runner"], "warning">,
  what: string,
  write: () => Promise<string>,
): Promise<string> {
  try {
    return await write();
  } catch (error) {
    const { message } = asActionError(error);
    warning(
      `${what} could not be written, so its output is empty; the CA is verified all the same. ${message}`,
    );
    return "";
  }
}

/** What the log says comes next. */
const NEXT = {
  unchanged: "The CA is verified already: nothing is to be done.",
  resume: "An earlier run uploaded the CA certificate: it is verified now.",
  upload: "The CA certificate is uploaded and verified.",
  create: "A CA key and certificate are made, stored, uploaded and verified.",
} as const satisfies Record<Exclude<Decision<KeyringEntry>["step"], "refuse" | "doubt">, string>;

/** Looks at what the platform shows and what is at hand, and decides (guarantee 4). @throws ActionError where nothing can be done */
async function decide(
  procedure: Procedure,
  inputs: Resolved<typeof INPUTS>,
  { shown, commonName }: { shown: readonly ListedSlot[]; commonName: string },
) {
  const { runner } = procedure.tools;
  const { clock } = procedure.platform;
  const at = clock.agreement();
  const { "certificate-id": id, "allow-unheld": allowUnheld } = inputs.known;
  const word = { id, name: inputs.naming["certificate-name"] };
  const entries = confirm(shown, procedure.keyring.keyring.entries, word);
  const slots = recallVerified(shown, entries);
  const along = broughtAlong(inputs);
  const [brought] = confirm(shown, along === undefined ? [] : [along], word);
  const fromKeyring = inputs.restored.restore !== undefined;
  const gone = new Set<string>();
  const seen = {
    slots,
    entries,
    brought,
    fromKeyring,
    gone,
    commonName,
    ...at,
    ...(allowUnheld && { allowUnheld }),
  };
  runner.info(`Slots in use: ${slots.length} of ${SLOT_LIMIT}.`);
  const decision = await decideKnowingGone(procedure, gone, slots, () => {
    const decided = decideRegistration(seen);
    if (decided.step !== "unchanged") clock.require("make");
    if (decided.step === "doubt") throw doubt(decided, at.now);
    if (decided.step === "refuse") throw refusal(decided, entries, at.now);
    const byItself = decided.step === "upload" && brought === undefined;
    return { decided, sends: byItself ? decided.ca : undefined };
  });
  const refused = decision.step === "create" ? refusedBefore(entries, wantedBy(inputs)) : undefined;
  if (refused !== undefined) throw refused;
  runner.info(NEXT[decision.step]);
  if (decision.step === "unchanged") warnOfSilence(runner, [decision.slot]);
  if (decision.step !== "upload") return { decision, brought, entries, slots };
  for (const { id } of unheldUsable(seen))
    runner.warning(`A usable CA certificate is on the platform whose key is not in the keyring: ${id}.`);
  // Whatever the platform once said of it: it begins anew.
  return { decision: { ...decision, ca: forgetPast(decision.ca) }, brought, entries, slots };
}

interface Request {
  readonly subject: ReturnType<typeof subjectOf>;
  readonly days: number;
  readonly nameOf: (certificate: Certificate) => string;
}

/** From the decision's step to the end: each step leaves a state from which the same decision goes on. */
async function carryOut(
  procedure: Procedure,
  decision: Exclude<Decision<KeyringEntry>, { step: "refuse" | "doubt" }>,
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
  const own = ownKeyring(keyring.keyring, tenant);
  return restored.restore === undefined
    ? asEntry(brought.pair, own, tenant)
    : findRestored(own, restored.restore);
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
