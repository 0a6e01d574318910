import type { KeyringEntry } from "../../ca/keyring.ts";
import { field, plainGroup, type Report } from "../../github/inputs.ts";
import type { KeyringInput } from "./keyring.ts";
import { oneLine, quoted } from "./texts.ts";

/** A CA of the keyring that comes back after its retirement. */
export const restoreInputs = plainGroup({
  restore: field({
    description:
      "Common name or SHA-256 fingerprint of a retired CA of the keyring: upload and use it again, because it was retired too early.",
    parse: oneLine,
  }),
});

/**
 * Finds the CA that is to come back. One that is not retired any more is found as well: a run that died goes on.
 * @param name its common name, or its fingerprint as the keyring shows it
 * @returns the entry without what was remembered of its former life, or undefined where it was reported
 */
export function findRestored(
  { keyring }: Pick<KeyringInput, "keyring">,
  name: string,
  report: Report,
): KeyringEntry | undefined {
  const named = keyring.entries.filter(
    ({ certificate }) => certificate.commonName === name || certificate.fingerprint === name,
  );
  const found = named.find(({ retiredAt }) => retiredAt !== undefined) ?? named[0];
  if (found === undefined) {
    const names = keyring.entries.map(({ certificate }) => quoted(certificate.commonName)).join(", ");
    report("restore", `names no CA of the keyring; it holds ${names === "" ? "none" : names}`);
    return undefined;
  }
  if (found.certificate.notAfter <= Date.now()) {
    report("restore", `names a CA that expired on ${found.certificate.expiration}`);
    return undefined;
  }
  const { certificate, privateKey, notes } = found;
  return found.retiredAt === undefined ? found : { certificate, privateKey, notes };
}
