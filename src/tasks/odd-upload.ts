import type { KeyringEntry } from "../ca/keyring.ts";
import type { Runner } from "../github/runner.ts";

/**
 * Warns before a CA of the keyring is uploaded that may not be meant for this environment: the keyring may be another's.
 * @param asked the common name that a new CA would have got
 */
export function warnOfOddUpload(
  runner: Pick<Runner, "warning">,
  { certificate: { commonName }, platformId, verifiedAt }: KeyringEntry,
  asked: string,
): void {
  if (verifiedAt !== undefined) {
    const known = platformId === undefined ? "" : ` (as ${platformId})`;
    runner.warning(
      `"${commonName}" was verified at ${verifiedAt}${known} and is not on the platform now: it is uploaded again. Whether it was deleted by hand or the keyring is of another environment, see tasks/status.`,
    );
  }
  if (commonName !== asked) {
    runner.warning(
      `The CA of the keyring that is uploaded has the common name "${commonName}", and "${asked}" was asked for. If the keyring is of another environment, delete that CA again (tasks/delete).`,
    );
  }
}
