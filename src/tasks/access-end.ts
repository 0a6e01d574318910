import type { Slot } from "../ca/slots.ts";
import type { Runner } from "../github/runner.ts";
import type { KeyringKeeper } from "../keyring/store.ts";

/** Days before a CA's end from which a rotation is due where the user says nothing else. */
const RENEW_BEFORE_DAYS = 395;
const DAY_MS = 24 * 60 * 60 * 1000;

/** @returns when the rotation of a CA is due, milliseconds since 1970 */
export function rotationDueAt(
  { expiration }: Pick<Slot, "expiration">,
  renewBeforeDays = RENEW_BEFORE_DAYS,
): number {
  return Date.parse(expiration) - renewBeforeDays * DAY_MS;
}

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
