import { accessSync, constants } from "node:fs";
import { dirname } from "node:path";
import { emptySecretHint } from "../action/input-parsers.ts";
import type { Report } from "../action/inputs.ts";
import type { Runner } from "../action/runner.ts";
import type { Certificate } from "../ca/certificate.ts";
import {
  isOfTenant,
  isRetired,
  isSameCa,
  type Keyring,
  type KeyringEntry,
  ownKeyring,
  withoutPlatformHistory,
} from "../ca/keyring-entries.ts";
import { KeyEncryptionError, PrivateKeyError } from "../ca/private-key.ts";
import { quoted } from "../messages/printable.ts";
import { plainKeyProblem } from "./encryption-rules.ts";
import { formatKeyring, roomForOneMore } from "./keyring-format.ts";
import type { KeyringInput } from "./keyring-inputs.ts";
import { folderProblem } from "./read-keyring-input.ts";
import { SECRET_LIMIT_BYTES } from "./secret-storage.ts";

/** The rules of the tasks for the keyring that came in: each depends on how the task uses the keyring. */

/**
 * The rules for a task that writes the keyring: its folder can be written, on a disk that lasts (guarantee 2).
 * @param rehearsal whether the gateway is on loopback; undefined where the gateway's inputs were refused
 * @param input the one that names the file
 */
export function requireLastingFile(
  keyring: KeyringInput | undefined,
  rehearsal: boolean | undefined,
  report: Report,
  input = "keyring-file",
): void {
  if (keyring?.file === undefined) return;
  try {
    accessSync(dirname(keyring.file), constants.W_OK);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    report(input, folderProblem(dirname(keyring.file), code));
  }
  if (keyring.vanishes?.sure !== true || rehearsal !== false) return;
  report(
    input,
    `${keyring.vanishes.says}, which does not last. Use a path on a disk that outlasts the job, or set keyring-ephemeral: true and store the file in a later step`,
    "KEYRING_EPHEMERAL",
  );
}

/**
 * The rules for a task that works for a tenant (guarantee 12): at least one CA of the keyring may be this
 * tenant's, the CA that came in by `ca-certificate` is not another tenant's, and the tenant's own keys open.
 * An empty keyring is fine.
 * @param tenant undefined where it is not valid
 * @param givenCa the CA that came in by `ca-certificate`
 * @returns false where no further rule can be judged: every CA is another tenant's, or a key does not open
 */
export async function requireTenant(
  keyring:
    | (Pick<KeyringInput, "keyring" | "file" | "openMore"> & {
        readonly certificates?: readonly KeyringEntry[];
      })
    | undefined,
  tenant: string | undefined,
  givenCa: { readonly certificate: Certificate } | undefined,
  report: Report,
): Promise<boolean> {
  if (keyring === undefined || tenant === undefined) return true;
  const entries = keyring.certificates ?? keyring.keyring.entries;
  const others = entries.filter((entry) => !isOfTenant(entry, tenant));
  if (others.length > 0 && others.length === entries.length) {
    const whose = [...new Set(others.map((entry) => quoted(entry.tenant ?? "")))].join(", ");
    report(
      keyring.file === undefined ? "keyring" : "keyring-file",
      `holds only CAs of another tenant (${whose}), and tenant is ${quoted(tenant)}`,
      "KEYRING_OTHER_TENANT",
    );
    return false;
  }
  const theirs = givenCa && others.find((entry) => isSameCa(entry, givenCa));
  if (theirs !== undefined) {
    const whose = quoted(theirs.tenant ?? "");
    report("ca-certificate", `is the CA of tenant ${whose} in the keyring`, "KEYRING_OTHER_TENANT");
  }
  const open = await keyring.openMore?.((entry) => isRetired(entry) || !isOfTenant(entry, tenant));
  return open ?? true;
}

/**
 * Warns of a file that may not last. A task that writes it has refused the surest cases: see {@link requireLastingFile}.
 * @param rehearsal whether the gateway is on loopback
 * @param input the one that names the file
 */
export function warnOfVanishingFile(
  { warning }: Pick<Runner, "warning">,
  { vanishes }: Pick<KeyringInput, "vanishes">,
  rehearsal: boolean,
  input = "keyring-file",
): void {
  if (vanishes === undefined || rehearsal) return;
  warning(`${input} ${vanishes.says}: a CA key that is kept only there may be lost.`);
}

/** @returns whether there is a place to write the keyring to */
export function hasTarget({ file, secret }: KeyringInput): boolean {
  return file !== undefined || secret !== undefined;
}

/**
 * The rules for a task that would make a CA key: no plain key goes beside an encrypted one, and a secret must have room for
 * one more CA (guarantee 9).
 * @param keyBits size of the key that would be made
 */
export function requireRoom(input: KeyringInput, keyBits: number, report: Report): void {
  const { keyring, secret } = input;
  requirePassphrase(input, report);
  if (secret === undefined) return;
  const room = roomForOneMore(keyBits);
  const size = Buffer.byteLength(formatKeyring(keyring));
  if (size + room <= SECRET_LIMIT_BYTES) return;
  report(
    "keyring",
    `has ${size} bytes, and one more CA needs up to ${room} bytes. A GitHub secret holds at most ${SECRET_LIMIT_BYTES} bytes`,
    "KEYRING_TOO_LARGE",
  );
}

/** The rule for a task that would add a key to the keyring: see {@link plainKeyProblem}. */
export function requirePassphrase(input: KeyringInput, report: Report): void {
  if (!hasTarget(input)) return;
  const problem = plainKeyProblem(input.keyring, input.passphrases);
  if (problem !== undefined)
    report("keyring-passphrase", problem, "PASSPHRASE_WRONG", emptySecretHint("keyring-passphrase"));
}

/**
 * Finds the CA that `restore` names. A CA that is neither retired nor refused any more is found, too: an
 * earlier run may have restored it and stopped before the upload.
 * @param keyring without other tenants' CAs
 * @param name its common name, or its fingerprint: with or without colons, in any case
 * @returns the entry, no longer marked as retired, and without what it says of its earlier time on the
 * platform. A refusal stays noted until the CA is seen on the platform. Undefined where no CA has that name
 */
export function findRestored({ entries }: Keyring, name: string): KeyringEntry | undefined {
  const named = entries.filter(({ certificate }) => isNamed(certificate, name));
  const found =
    named.find(({ retiredAt }) => retiredAt !== undefined) ??
    named.find(({ refusedAt }) => refusedAt !== undefined) ??
    named[0];
  return found?.retiredAt === undefined ? found : withoutPlatformHistory(found);
}

function isNamed({ commonName, fingerprint }: Certificate, name: string): boolean {
  const bare = (text: string) => text.replaceAll(":", "").toUpperCase();
  return commonName === name || bare(fingerprint) === bare(name);
}

/** The rules for `restore`: it names a CA that can be used again, and the keyring can be written. */
export async function checkRestored(
  name: string,
  keyring: KeyringInput,
  { pair, tenant = "" }: { readonly pair?: unknown; readonly tenant?: string | undefined },
  report: Report,
): Promise<void> {
  if (pair !== undefined) report("restore", "is given together with ca-certificate. Give one of the two");
  const own = tenant === "" ? keyring.keyring : ownKeyring(keyring.keyring, tenant);
  const found = findRestored(own, name);
  const theirs = keyring.keyring.entries.find(({ certificate }) => isNamed(certificate, name));
  if (found === undefined && theirs !== undefined) {
    report(
      "restore",
      `names a CA of tenant ${quoted(theirs.tenant ?? "")}. Give a CA of your own tenant`,
      "KEYRING_OTHER_TENANT",
    );
  } else if (found === undefined) {
    const names = own.entries.map(({ certificate }) => quoted(certificate.commonName));
    report(
      "restore",
      `names no CA of the keyring. ${names.length === 0 ? "The keyring holds none" : `Give one of these: ${names.join(", ")}`}`,
    );
  } else if (found.certificate.notAfter <= Date.now()) {
    report(
      "restore",
      `names a CA that expired on ${found.certificate.expiration}. Give a CA that is still valid`,
    );
  } else {
    await keyring.passphrases.openAll([found.privateKey]);
    reportUnopened(found, name, keyring, report);
  }
  if (!hasTarget(keyring)) {
    report(
      "restore",
      "changes the keyring, so it needs keyring-secret or keyring-file",
      "KEYRING_TARGET_MISSING",
    );
  }
}

/** Reports a key that does not open. The key of a retired CA was not opened when the keyring was read. */
function reportUnopened(
  { privateKey }: KeyringEntry,
  name: string,
  { passphrases }: KeyringInput,
  report: Report,
): void {
  try {
    passphrases.open(privateKey);
  } catch (error) {
    if (!(error instanceof PrivateKeyError)) throw error;
    if (error instanceof KeyEncryptionError) report("restore", `names a CA of which ${error.message}`);
    else
      report(
        "keyring-passphrase",
        `is missing, or does not open the key of ${quoted(name)}. Give the passphrase that the key is encrypted with`,
        "PASSPHRASE_WRONG",
        passphrases.first === undefined ? emptySecretHint("keyring-passphrase") : undefined,
      );
  }
}
