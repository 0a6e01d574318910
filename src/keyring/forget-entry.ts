import { field, type Report } from "../action/inputs.ts";
import { isRetired, type Keyring, type KeyringEntry } from "../ca/keyring-entries.ts";
import { ActionError } from "../messages/errors.ts";
import { quoted } from "../messages/printable.ts";
import type { KeptKeyringInput } from "./keyring-inputs.ts";
import { hasTarget } from "./keyring-rules.ts";

/** Forgets CAs of the keyring: the input that names them, its rules, and the change of the keyring. */

/**
 * The CAs to forget, by their whole fingerprints. Two CAs may share a common name, or a part of a
 * fingerprint.
 */
export const forgetField = field({
  description:
    "SHA-256 fingerprint of a CA of the keyring to forget: all 64 hexadecimal digits, with or without colons. Separate several by commas or lines. The keyring must mark the CA as retired or refused. Its private key is gone for good.",
  parse: fingerprints,
});

/** @returns the fingerprints as certificates show them */
function fingerprints(text: string): ReadonlySet<string> {
  const words = text.split(/[\s,]+/).filter((word) => word !== "");
  return new Set(
    words.map((word) => {
      if (!/^(?:[0-9a-f]{64}|(?:[0-9a-f]{2}:){31}[0-9a-f]{2})$/i.test(word))
        throw new Error(
          `${quoted(word)} is not a whole SHA-256 fingerprint. Give all 64 hexadecimal digits, with or without colons, as the summary of tasks/keyring shows them`,
        );
      return (word.replaceAll(":", "").toUpperCase().match(/../g) ?? []).join(":");
    }),
  );
}

/** @returns whether an entry may be forgotten. No run uses a retired or refused CA again by itself */
function mayGo(entry: KeyringEntry): boolean {
  return isRetired(entry) || entry.refusedAt !== undefined;
}

/**
 * The rules for `forget`: each fingerprint names a CA that may be forgotten, and the keyring can be written.
 */
export function requireForgettable(
  forget: ReadonlySet<string>,
  input: KeptKeyringInput,
  report: Report,
): void {
  const { entries } = input.keyring;
  for (const fingerprint of forget) {
    const named = entries.filter(({ certificate }) => certificate.fingerprint === fingerprint);
    const inUse = named.find((entry) => !mayGo(entry));
    if (named.length === 0)
      report("forget", `names no CA of the keyring (${fingerprint}). ${whichMayGo(entries)}`);
    else if (inUse !== undefined)
      report(
        "forget",
        `names the CA ${quoted(inUse.certificate.commonName)}, which is neither retired nor refused. ${whichMayGo(entries)}`,
      );
  }
  if (input.target !== undefined)
    report(
      "forget",
      "is given together with a target, and a copy leaves the keyring as it is. Run once with forget, and then once with the target",
    );
  else if (!hasTarget(input))
    report(
      "forget",
      "changes the keyring, so it needs keyring-secret or keyring-file",
      "KEYRING_TARGET_MISSING",
    );
}

function whichMayGo(entries: readonly KeyringEntry[]): string {
  const names = entries
    .filter(mayGo)
    .map(({ certificate }) => `${quoted(certificate.commonName)} (${certificate.fingerprint})`);
  if (names.length === 0) return "The keyring has no CA that is retired or refused";
  return `Give one of these: ${names.join(", ")}`;
}

/**
 * @param current the keyring as it is stored right before the write
 * @returns the keyring without the CAs to forget
 * @throws ActionError `KEYRING_STALE` where another run has meanwhile put one of these CAs to use again
 */
export function withoutForgotten(current: Keyring, forget: ReadonlySet<string>): Keyring {
  const [gone, kept] = [true, false].map((goes) =>
    current.entries.filter(({ certificate }) => forget.has(certificate.fingerprint) === goes),
  ) as [KeyringEntry[], KeyringEntry[]];
  const back = gone.find((entry) => !mayGo(entry));
  if (back === undefined) return { ...current, entries: kept };
  throw new ActionError(
    "KEYRING_STALE",
    `The CA ${quoted(back.certificate.commonName)} came back while this run was about to forget it. The run forgot nothing.`,
    { next: "List the keyring with tasks/keyring. Remove from forget what is in use." },
  );
}
