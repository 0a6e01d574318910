import type { Runner } from "../action/runner.ts";
import type { KeyringEntry } from "../ca/keyring.ts";

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
      `This run uploads a CA of the keyring. Its common name is "${commonName}", but the input common-name (or tenant) asks for "${asked}". If the keyring belongs to another environment, delete that CA again (tasks/delete).`,
    );
  }
}
