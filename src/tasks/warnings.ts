import type { Runner } from "../action/runner.ts";
import { day } from "../ca/time.ts";
import type { KeyringKeeper } from "../keyring/keeper.ts";

/**
 * Warns where the token that writes the keyring ends before it is needed next: nobody would notice until then.
 * @param keyring after its `check`
 * @param dueAt when the keyring is written next, milliseconds since 1970
 */
export function warnOfAccessEnd(
  runner: Pick<Runner, "warning">,
  { accessEnds, place = "" }: Pick<KeyringKeeper, "accessEnds" | "place">,
  dueAt: number,
): void {
  if (accessEnds === undefined || !(accessEnds < dueAt)) return;
  runner.warning(
    `github-token expires on ${day(accessEnds)}. A run has to write ${place} on ${day(dueAt)}, after that. Replace the token before it expires.`,
  );
}
