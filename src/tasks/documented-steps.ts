/**
 * The steps of the vendor's page that several recipes take: create and store, upload, prove possession, read
 * back, note.
 */
import type { Certificate } from "../ca/certificate.ts";
import { shortFingerprint } from "../ca/certificate.ts";
import type { Clocks } from "../ca/clocks.ts";
import { issuingAbility } from "../ca/issuing-ability.ts";
import {
  changeEntry,
  comesBack,
  isSameCa,
  type Keyring,
  type KeyringEntry,
  noteVerified,
  putEntry,
} from "../ca/keyring-entries.ts";
import { plainPem } from "../ca/private-key.ts";
import { endsTogether, type Slot } from "../ca/slots.ts";
import type { Subject } from "../ca/subject.ts";
import type { KeyringSession } from "../keyring/keyring-session.ts";
import { ActionError } from "../messages/errors.ts";
import { printableId } from "../messages/printable.ts";
import type { Platform } from "../mindconnect/connect.ts";
import type { KeyMaking } from "../openssl/key-making.ts";
import {
  createCa,
  createVerificationCertificate,
  placeCa,
  requireUploadable,
  VERIFICATION_KEY_FILE,
} from "../openssl/make-certificates.ts";
import type { CommandDirectory } from "../openssl/process.ts";
import type { RunContext } from "../run/run-context.ts";
import { warnOfCommonNameForm } from "./warnings.ts";

/** Days that the verification certificate of the documented commands is valid. */
const VERIFICATION_DAYS = 7;

/** What a step works with. */
export interface StepContext {
  readonly context: Pick<RunContext, "runner" | "showCommands">;
  readonly platform: Platform;
  readonly keyring: KeyringSession;
}

/** What the whole documented procedure works with in one run. */
export interface ProcedureContext extends StepContext {
  readonly commandDirectory: CommandDirectory;
  /**
   * Keys can be begun before the step that needs them. They depend neither on each other nor on the network.
   */
  readonly keys: KeyMaking;
}

/**
 * Makes the CA key and certificate and stores them before the certificate is uploaded (guarantee 2).
 * @returns the keyring's new entry
 * @throws ActionError `KEYRING_TARGET_MISSING`, `CLOCK_DOUBTFUL`, `OPENSSL_…`, and those of the keyring
 */
export async function createAndStore(
  { context, platform, keyring, commandDirectory, keys }: ProcedureContext,
  options: { subject: Subject; days: number },
): Promise<KeyringEntry> {
  requireTarget(keyring);
  platform.clock.require("make");
  await platform.caCertificates.requireTokenForChange();
  const { certificate, privateKey } = await createCa(commandDirectory, {
    ...options,
    keys,
    now: () => platform.clock.require("make"),
  });
  context.runner.mask(privateKey);
  context.showCommands("Create the CA key and the CA certificate");
  const entry: KeyringEntry = { certificate, privateKey, tenant: keyring.tenant, notes: [] };
  await storeEntry({ context, clock: platform.clock, keyring }, entry);
  return entry;
}

/**
 * Checks again that the key of a new CA can be kept. The check of the inputs used this machine's clock and
 * the keyring. By the platform's clock or slots a new CA may be needed all the same.
 * @throws ActionError `KEYRING_TARGET_MISSING` where the key of a new CA could not be kept
 */
export function requireTarget({ location }: Pick<KeyringSession, "location">): void {
  if (location !== undefined) return;
  throw new ActionError(
    "KEYRING_TARGET_MISSING",
    "A new CA is needed, but its key would have no place to be kept. By the platform's clock, the CA of the keyring has expired or is not valid yet, or it is gone from the platform.",
  );
}

/**
 * Puts a CA into the keyring as not retired, and reads it back. Without a place to write to, the log says
 * that no keyring was written. A CA that comes back after its retirement or its removal starts a new overlap.
 * Two clocks must agree on the start.
 * @param options.uploading whether this run is about to upload the CA
 * @throws ActionError `CLOCK_DOUBTFUL`, and those of the keyring
 */
export async function storeEntry(
  {
    context,
    clock,
    keyring,
  }: { context: Pick<RunContext, "runner">; clock: Clocks; keyring: KeyringSession },
  entry: KeyringEntry,
  { uploading = false }: { readonly uploading?: boolean } = {},
): Promise<void> {
  await keyring.update((current) => {
    const takes = storingTakes(current, entry, uploading);
    if (takes !== undefined) clock.require(takes);
    return putEntry(current, entry, clock.now(), { uploading });
  });
  context.runner.info(
    keyring.location === undefined
      ? "Wrote no keyring. You keep the CA's private key."
      : `Stored the key of ${entry.certificate.commonName} in ${keyring.location} (${keyring.writeCheck}).`,
  );
}

/**
 * @returns what {@link Clocks.require} must allow before the CA is stored; undefined where the keyring has
 * the CA already and it does not come back
 */
export function storingTakes(
  { entries }: Pick<Keyring, "entries">,
  ca: KeyringEntry,
  uploading: boolean,
): "make" | "end" | undefined {
  const known = entries.find((other) => isSameCa(other, ca));
  if (known === undefined) return "make";
  return comesBack(known, uploading) ? "end" : undefined;
}

/**
 * Uploads a CA certificate after the local preflight, while its key is still where it was put (guarantee 2).
 * @param steps the keyring is undefined where the user keeps the key
 * @returns its slot, not verified yet
 * @throws ActionError `CERTIFICATE_INVALID`, `KEYRING_STALE`, and those of the call
 */
export async function upload(
  { context, platform, keyring }: Pick<StepContext, "context" | "platform"> & Partial<StepContext>,
  certificate: Certificate,
  name: string,
): Promise<Slot> {
  requireUploadable(certificate, { now: platform.clock.require("make") });
  for (const warning of issuingAbility(certificate.x509).warnings) context.runner.warning(warning);
  await keyring?.requireUnchanged();
  const slot = await platform.caCertificates.upload(name, certificate);
  context.runner.info(
    `Uploaded the CA certificate ${printableId(slot.id)} ("${slot.name}"). It takes a slot and is not verified yet.`,
  );
  return slot;
}

/** @returns the default `name` attribute: the tenant and the start of the fingerprint, by which a slot is recognised */
export function defaultName(tenant: string, certificate: Certificate): string {
  return `${tenant}-${shortFingerprint(certificate)}`;
}

/**
 * Proves possession of the CA's key and reads the outcome back: registration code, verification certificate, verify,
 * get (guarantee 5).
 * @returns the slot as read back, verified
 */
export async function prove(procedure: ProcedureContext, slot: Slot, ca: KeyringEntry): Promise<Slot> {
  const { context, platform, commandDirectory, keys } = procedure;
  platform.clock.require("make");
  await platform.caCertificates.requireTokenForChange();
  keys.begin(VERIFICATION_KEY_FILE);
  const [registrationCode] = await Promise.all([
    // The lifetime of a code is not documented, so it is fetched right before use.
    platform.caCertificates.registrationCode(slot.id),
    writeCaFiles(procedure, ca),
  ]);
  platform.clock.require("make");
  const verification = await createVerificationCertificate(commandDirectory, {
    registrationCode,
    days: VERIFICATION_DAYS,
    keys,
    ca: ca.certificate,
    now: () => platform.clock.require("make"),
  });
  context.showCommands("Create the verification certificate");
  const verified = await platform.caCertificates.verify(slot.id, verification);
  return await readBack(procedure, slot.id, ca.certificate, verified);
}

/**
 * Reads a certificate back and compares it with the local one (guarantee 5).
 * @param replySaidVerified whether the reply to verify said verified. It counts, with a warning, where
 * neither GET nor list says anything
 * @param certificate undefined where there is no local certificate to compare with
 * @throws ActionError `VERIFY_NOT_CONFIRMED`
 */
export async function readBack(
  { context, platform }: Pick<StepContext, "context" | "platform">,
  id: string,
  certificate: Certificate | undefined,
  replySaidVerified: boolean,
): Promise<Slot> {
  const slot = await platform.caCertificates.readBack(id);
  if (certificate !== undefined && !endsTogether(slot, certificate)) {
    throw new ActionError(
      "VERIFY_NOT_CONFIRMED",
      `The platform shows that ${printableId(id)} expires ${slot.expiration}. The local certificate expires ${certificate.expiration}.`,
    );
  }
  if (certificate !== undefined) warnOfCommonNameForm(context.runner, slot, certificate.commonNames);
  if (slot.isVerified === undefined && replySaidVerified) {
    context.runner.warning(
      `Read back, the platform does not say whether ${printableId(id)} is verified. Its reply to the verification said so, and that counts.`,
    );
    return { ...slot, isVerified: true, verifiedBy: "reply" };
  }
  if (slot.isVerified !== true) {
    throw new ActionError(
      "VERIFY_NOT_CONFIRMED",
      `The platform accepted the verification, but does not show ${printableId(id)} as verified.`,
    );
  }
  return { ...slot, isVerified: true };
}

/**
 * Notes a verified CA in the keyring: its id, its tenant, and the time if the clocks agree. A keyring that
 * has id and time already is not written. The CA is usable and its key is stored, so a note that cannot be
 * written is a warning. The next run writes it.
 */
export async function noteOnPlatform(
  { context, platform, keyring }: StepContext,
  slot: Slot,
  ca: KeyringEntry,
): Promise<void> {
  // Only the keyring says that the CA is verified, so there is nothing new to note.
  if (slot.remembered === true) return;
  const at = platform.clock.agreement();
  const { tenant } = keyring;
  const noted = (entry: KeyringEntry): KeyringEntry => ({ ...noteVerified(entry, slot, at), tenant });
  const known = keyring.keyring.entries.find((entry) => isSameCa(entry, ca));
  if (known === undefined) return;
  // A missing name of the tenant is no reason to write the keyring.
  const { platformId, verifiedAt, refusedAt } = noted(known);
  if (known.platformId === platformId && known.verifiedAt === verifiedAt && known.refusedAt === refusedAt)
    return;
  try {
    await keyring.update((current) => changeEntry(current, ca, noted));
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    context.runner.warning(
      `The CA is verified, but the keyring could not be written to note that (${error.code}): ${error.message}`,
    );
  }
}

/** Writes the CA's files where the commands expect them. The files of a CA that this run made exist already. */
export async function writeCaFiles(
  { commandDirectory, keyring, context }: ProcedureContext,
  ca: KeyringEntry,
): Promise<void> {
  if (commandDirectory.openssl.made(`${commandDirectory.tenant}.pem`)) return;
  const privateKey = plainPem(keyring.open(ca));
  context.runner.mask(privateKey);
  await placeCa(commandDirectory, { certificate: ca.certificate, privateKey });
}
