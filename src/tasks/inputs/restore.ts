import { forgetPast, type Keyring, type KeyringEntry } from "../../ca/keyring.ts";
import { quoted } from "../../ca/printable.ts";
import { field, plainGroup, type Report } from "../../github/inputs.ts";
import { hasTarget, type KeyringInput } from "./keyring.ts";
import { oneLine } from "./texts.ts";

/** A CA of the keyring that comes back after its retirement. */
export const restoreInputs = plainGroup({
  restore: field({
    description:
      "Common name or SHA-256 fingerprint (with or without colons, in any case) of a CA of the keyring that was retired too early, or removed from the platform by somebody: upload and use it again.",
    parse: oneLine,
  }),
});

/**
 * Finds the CA that is to come back. One that is not retired any more is found as well: a run that died goes on.
 * @param name its common name, or its fingerprint: with or without colons, in any case
 * @returns the entry, not retired and without what was remembered of its former life; undefined where there is none
 */
export function findRestored({ entries }: Keyring, name: string): KeyringEntry | undefined {
  const bare = (text: string) => text.replaceAll(":", "").toUpperCase();
  const named = entries.filter(
    ({ certificate }) => certificate.commonName === name || bare(certificate.fingerprint) === bare(name),
  );
  const found = named.find(({ retiredAt }) => retiredAt !== undefined) ?? named[0];
  return found?.retiredAt === undefined ? found : forgetPast(found);
}

/** The rules for `restore`: it names a CA that can come back, and the keyring can be written. */
export function checkRestored(
  name: string,
  keyring: KeyringInput,
  { pair }: { readonly pair?: unknown },
  report: Report,
): void {
  if (pair !== undefined) report("restore", "and ca-certificate are both given; only one CA can win");
  const found = findRestored(keyring.keyring, name);
  if (found === undefined) {
    const names = keyring.keyring.entries.map(({ certificate }) => quoted(certificate.commonName));
    report("restore", `names no CA of the keyring; it holds ${names.join(", ") || "none"}`);
  } else if (found.certificate.notAfter <= Date.now()) {
    report("restore", `names a CA that expired on ${found.certificate.expiration}`);
  }
  if (!hasTarget(keyring)) {
    report(
      "restore",
      "changes the keyring, so it needs keyring-secret or keyring-file",
      "KEYRING_TARGET_MISSING",
    );
  }
}
