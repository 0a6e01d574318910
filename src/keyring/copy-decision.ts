import { compareCopies, copyOf, holdsSame } from "../ca/copy-state.ts";
import { type Keyring, lostEntries } from "../ca/keyring-entries.ts";
import { isEncrypted } from "../ca/pem.ts";
import { ActionError, type ErrorCode } from "../messages/errors.ts";
import { capitalize, quoted } from "../messages/printable.ts";
import { describeSecret, type SecretAddress } from "./github-secret-inputs.ts";
import type { KeyringSession } from "./keyring-session.ts";
import type { Passphrases } from "./passphrases.ts";

/**
 * Copies a keyring to another place. A text at that place is replaced only where no key of it is lost
 * (guarantee 3).
 */

/** Why a copy may not be written; the message follows the name of the target. */
export interface CopyProblem {
  readonly code: ErrorCode;
  readonly message: string;
}

/**
 * Judges whether a copy may replace the text at the target. Three things must hold: the copy has every key of
 * the target, no encrypted key becomes plain, and nobody has written the target since it was copied from this
 * keyring.
 * @returns why the copy may not be written; undefined where it may
 */
export function copyProblem(
  source: Keyring,
  target: Keyring,
  { first }: Pick<Passphrases, "first">,
): CopyProblem | undefined {
  if (target.entries.length === 0) return undefined;
  const state = holdsSame(source, target) ? "older" : compareCopies(source, target);
  const lost = lostEntries(target, source).map(
    ({ certificate }) => `${quoted(certificate.commonName)} (${certificate.fingerprint})`,
  );
  const apart = `The keyring is used in two places: this one says ${written(source)}, the target says ${written(target)}`;
  if (lost.length > 0) {
    const also = state === "older" ? "" : `. ${apart}`;
    return {
      code: "KEYRING_TARGET_HAS_KEYS",
      message: `holds keys that the copy would not have: ${lost.join(", ")}${also}`,
    };
  }
  if (state !== "older") {
    const also = state === "newer" ? "" : ", and so was this keyring";
    return {
      code: "KEYRING_FORKED",
      message: `was written after the one was copied from the other${also}. A copy would undo what was written there. ${apart}`,
    };
  }
  const plain = target.entries.find(
    (entry) =>
      isEncrypted(entry.privateKey) &&
      source.entries.some(
        ({ certificate, privateKey }) =>
          certificate.fingerprint === entry.certificate.fingerprint && !isEncrypted(privateKey),
      ),
  );
  if (first !== undefined || plain === undefined) return undefined;
  return {
    code: "PASSPHRASE_WRONG",
    message: `holds the key of ${quoted(plain.certificate.commonName)} encrypted, and without keyring-passphrase the copy would hold it plain`,
  };
}

function written({ generation, writtenAt }: Keyring): string {
  return `generation ${generation}${writtenAt === undefined ? "" : `, written ${writtenAt}`}`;
}

/** @returns whether the target holds the copy already, with each key as the copy would have it */
export function holdsCopy(source: Keyring, target: Keyring, passphrases: Passphrases): boolean {
  if (!holdsSame(source, target)) return false;
  return target.entries.every(({ privateKey }, index) =>
    passphrases.first === undefined
      ? privateKey === source.entries[index]?.privateKey
      : passphrases.isUnderFirst(privateKey),
  );
}

/**
 * Checks, before anything is written, that the target can be written and that nothing is lost there. Nobody can read a
 * secret, and its times say only when it was written, not with which text. So a secret that exists is never replaced.
 * @throws ActionError `KEYRING_TARGET_HAS_KEYS`, and those of the storage's check
 */
export async function requireFreeTarget(
  target: KeyringSession,
  secret: SecretAddress | undefined,
): Promise<void> {
  try {
    await target.check();
  } catch (error) {
    if (!(error instanceof ActionError) || error.code !== "KEYRING_NOT_PASSED_IN" || secret === undefined)
      throw error;
    const { name, environment } = secret;
    const of = environment === undefined ? "" : ` --env ${quoted(environment)}`;
    throw new ActionError(
      "KEYRING_TARGET_HAS_KEYS",
      `${capitalize(describeSecret(secret))} exists. Nobody can read a secret, so it may hold keys that the copy would not have.`,
      {
        next: [
          `See what it holds: run tasks/keyring with keyring: \${{ secrets.${name} }}. It may be the copy that an earlier run wrote.`,
          `If this keyring has every CA of it, and no workflow uses it, delete it: gh secret delete ${name}${of}. Then run again.`,
          "If not, give another keyring-target-secret.",
        ],
        cause: error,
      },
    );
  }
}

/**
 * Writes the copy in one atomic write. Its keys are encrypted with the first passphrase, the source stays as it is.
 * @throws ActionError as {@link copyProblem} says, and those of the write
 */
export async function copyTo(
  target: KeyringSession,
  source: Keyring,
  passphrases: Passphrases,
): Promise<void> {
  await target.update((current) => {
    const problem = copyProblem(source, current, passphrases);
    if (problem === undefined) return copyOf(source);
    throw new ActionError(problem.code, `${capitalize(target.location ?? "")} ${problem.message}.`);
  });
}
