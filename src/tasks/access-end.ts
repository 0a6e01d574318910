import type { Runner } from "../github/runner.ts";
import type { KeyringKeeper } from "../keyring/store.ts";

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
  const [ends, due] = [accessEnds, dueAt].map((time) => new Date(time).toISOString().slice(0, 10));
  runner.warning(
    `github-token ends on ${ends}, before ${place} has to be written next: the rotation is due on ${due}. Renew it in time.`,
  );
}
