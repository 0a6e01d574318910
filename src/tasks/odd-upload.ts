import type { KeyringEntry } from "../ca/keyring.ts";
import type { Runner } from "../github/runner.ts";

/**
 * Warns before a CA of the keyring is uploaded that may not be meant for this environment: the keyring may be another's.
 * @param asked the common name that a new CA would have got
 */
export function warnOfOddUpload(
  runner: Pick<Runner, "warning">,
  { certificate: { commonName } }: KeyringEntry,
  asked: string,
): void {
  if (commonName !== asked) {
    runner.warning(
      `The CA of the keyring that is uploaded has the common name "${commonName}", and "${asked}" was asked for. If the keyring is of another environment, delete that CA again (tasks/delete).`,
    );
  }
}
