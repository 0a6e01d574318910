import { withoutKeyDump } from "../ca/key-material.ts";
import { activeEntries, type Keyring, type KeyringEntry } from "../ca/keyring-entries.ts";
import { isEncrypted } from "../ca/pem.ts";
import { plainPem } from "../ca/private-key.ts";
import { ActionError } from "../messages/errors.ts";
import { printableName } from "../messages/printable.ts";
import { Passphrases } from "./passphrases.ts";

/**
 * The rules for encrypted keys in a keyring: how a key is encrypted, and that no plain key is added beside
 * it.
 */

/** Encrypts a private key. @returns it in PEM */
export type Encrypt = (privateKey: string, passphrase: string) => Promise<string>;

/**
 * Encrypts a key that is plain, or encrypted with another passphrase than the first. An OpenSSL may fail without saying
 * so: the result is opened once and compared. A retired key that no passphrase opens stays as it is.
 * @returns the key in PEM, as it is to be written
 * @throws ActionError `KEYRING_WRITE_FAILED`, and those of the encryption
 */
export async function encryptKey(
  { privateKey, certificate }: Pick<KeyringEntry, "privateKey" | "certificate">,
  passphrases: Passphrases,
  encrypt: Encrypt,
): Promise<string> {
  const { first } = passphrases;
  if (first === undefined) return privateKey;
  if (isEncrypted(privateKey)) {
    if (!passphrases.several) return privateKey;
    await passphrases.openAll([privateKey]);
    if (!passphrases.opens(privateKey)) return privateKey;
    if (passphrases.isUnderFirst(privateKey)) return privateKey;
  }
  const plain = plainPem(passphrases.open(privateKey));
  const encrypted = await encrypt(plain, first);
  await passphrases.openAll([encrypted]);
  // Node.js also opens a plain key whose label says ENCRYPTED PRIVATE KEY. So the key must not open under the
  // plain label.
  const renamed = encrypted.replaceAll("ENCRYPTED PRIVATE KEY", "PRIVATE KEY");
  const isEncryptedNow = passphrases.isUnderFirst(encrypted) && !new Passphrases().opens(renamed);
  if (isEncryptedNow && plainPem(passphrases.open(encrypted)) === plain) return encrypted;
  throw new ActionError(
    "KEYRING_WRITE_FAILED",
    `The run did not write the keyring. OpenSSL did not encrypt the key of ${printableName(certificate.commonName)}, or what it encrypted does not open to the same key.`,
    {
      next: "Set openssl-path to another OpenSSL: this one does not encrypt as it was asked. Then start a new run.",
    },
  );
}

/**
 * The rule that no plain key is added to a keyring with an encrypted one: its owner wants them encrypted.
 * @returns why no key may be added without a passphrase, to follow `keyring-passphrase`; undefined where one may
 */
export function plainKeyProblem({ entries }: Keyring, { first }: Passphrases): string | undefined {
  const sealed = entries.find(({ privateKey }) => isEncrypted(privateKey));
  if (first !== undefined || sealed === undefined) return undefined;
  return `is missing. The keyring holds an encrypted key (${printableName(sealed.certificate.commonName)}), so the run adds no plain key to it`;
}

/**
 * The rule for a run that encrypts every key of a keyring: its passphrases must open every encrypted key.
 * Without a passphrase the run encrypts no key, and the rule does not apply.
 * @throws ActionError `PASSPHRASE_WRONG` that names the CA
 */
export function requireEveryKeyOpens({ entries }: Keyring, passphrases: Passphrases): void {
  if (passphrases.first === undefined) return;
  const closed = entries.find(({ privateKey }) => isEncrypted(privateKey) && !passphrases.opens(privateKey));
  if (closed === undefined) return;
  throw new ActionError(
    "PASSPHRASE_WRONG",
    `keyring-passphrase does not open the private key of ${printableName(closed.certificate.commonName)}, which came into the keyring during this run.`,
  );
}

/** @throws ActionError `PASSPHRASE_WRONG` as {@link plainKeyProblem} says */
export function requireNoPlainKeyBesideEncrypted(keyring: Keyring, passphrases: Passphrases): void {
  const problem = plainKeyProblem(keyring, passphrases);
  if (problem !== undefined) throw new ActionError("PASSPHRASE_WRONG", `keyring-passphrase ${problem}.`);
}

/** @returns the CAs in use whose key is not encrypted */
export function plainEntries(keyring: Keyring): KeyringEntry[] {
  return activeEntries(keyring).filter(({ privateKey }) => !isEncrypted(privateKey));
}

/** @returns the common names of CAs, printable */
export function namesOf(entries: readonly KeyringEntry[]): string[] {
  return entries.map(({ certificate }) => printableName(certificate.commonName));
}

/**
 * @param names of the CAs whose key is plain
 * @param location of the keyring, for messages; undefined where it is only read
 * @returns a remark on them, with the way to encrypt them
 */
export function storedPlain(names: readonly string[], location = "the input keyring"): string {
  return `The private key of ${names.join(", ")} is stored plain in ${location}, because keyring-passphrase is empty. To encrypt it, check that the secret of the passphrase exists and that this job may read it. Then run register: it encrypts the key.`;
}

/** @returns the keyring without lines that spell a key out, where a key of it is encrypted; see {@link withoutKeyDump} */
export function withoutKeyDumps(keyring: Keyring): Keyring {
  if (!keyring.entries.some(({ privateKey }) => isEncrypted(privateKey))) return keyring;
  const entries = keyring.entries.map((entry) => ({ ...entry, notes: withoutKeyDump(entry.notes) }));
  const { after } = keyring;
  return { ...keyring, entries, ...(after && { after: withoutKeyDump(after) }) };
}

/** @returns a remark on the lines that {@link withoutKeyDumps} removed; none where it removed nothing */
export function dumpsDropped(before: Keyring, after: Keyring): string[] {
  const count = notesOf(before).length - notesOf(after).length;
  if (count === 0) return [];
  return [
    `${count} lines of the keyring contained a private key in clear (as openssl … -text or asn1parse prints it), beside an encrypted key. The run removed these lines. Copies of the keyring still contain them.`,
  ];
}

function notesOf({ entries, after = [] }: Keyring): string[] {
  return [...entries.flatMap(({ notes }) => notes), ...after];
}
