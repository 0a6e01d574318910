import { emptySecret, oneLine } from "../action/input-texts.ts";
import { field, plainGroup, type Report } from "../action/inputs.ts";
import type { Certificate } from "../ca/certificate.ts";
import { forgetPast, type Keyring, type KeyringEntry, ownKeyring } from "../ca/keyring.ts";
import { KeyEncryptionError, PrivateKeyError } from "../ca/private-key.ts";
import { quoted } from "../messages/printable.ts";
import { hasTarget, type KeyringInput } from "./inputs.ts";

/** A CA of the keyring that comes back after its retirement, or is offered again after a refusal. */
export const restoreInputs = plainGroup({
  restore: field({
    description:
      "CA of the keyring to upload and use again: its common name, or its SHA-256 fingerprint with or without colons. Use it for a CA that was retired too early, that somebody removed from the platform, or that the platform refused before.",
    parse: oneLine,
  }),
});

/**
 * Finds the CA that is to come back. One that is neither retired nor refused any more is found as well: a run that died
 * goes on.
 * @param keyring without other tenants' CAs
 * @param name its common name, or its fingerprint: with or without colons, in any case
 * @returns the entry, not retired and without what was remembered of its former life; that it was refused counts until
 * it is seen on the platform. Undefined where there is none
 */
export function findRestored({ entries }: Keyring, name: string): KeyringEntry | undefined {
  const named = entries.filter(({ certificate }) => isNamed(certificate, name));
  const found =
    named.find(({ retiredAt }) => retiredAt !== undefined) ??
    named.find(({ refusedAt }) => refusedAt !== undefined) ??
    named[0];
  return found?.retiredAt === undefined ? found : forgetPast(found);
}

function isNamed({ commonName, fingerprint }: Certificate, name: string): boolean {
  const bare = (text: string) => text.replaceAll(":", "").toUpperCase();
  return commonName === name || bare(fingerprint) === bare(name);
}

/** The rules for `restore`: it names a CA that can come back, and the keyring can be written. */
export function checkRestored(
  name: string,
  keyring: KeyringInput,
  { pair, tenant = "" }: { readonly pair?: unknown; readonly tenant?: string | undefined },
  report: Report,
): void {
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

/** Of a retired one the key was not opened yet. */
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
        passphrases.first === undefined ? emptySecret("keyring-passphrase") : undefined,
      );
  }
}
