import { DAY } from "./clock.ts";
import { type KeyringCa, lookAt, readText } from "./keyring-text.ts";
import type { Rules, Snapshot } from "./watch.ts";

/** @returns what keeps a world from being where a rotation is to lead: nothing is due. Told without the decision */
export function unfinished(
  { now, slots, keyring }: Snapshot,
  rules: Rules & { readonly renewBefore: number },
  passphrase?: string,
): string[] {
  const { entries } = readText(keyring, passphrase);
  const ours = slots.flatMap(({ pem, isVerified }) => {
    const { fingerprint, notAfter } = lookAt(pem);
    const kept = entries.find((entry) => entry.fingerprint === fingerprint);
    return kept === undefined ? [] : [{ kept, isVerified, expired: notAfter <= now }];
  });
  const usable = ours.filter(({ kept, isVerified, expired }) => isVerified && !expired && !kept.retired);
  const newest = entries.find((entry) => usable.some(({ kept }) => kept === entry));
  if (newest === undefined) return ["no CA of ours is usable"];
  const problems: string[] = [];
  const staying = ours.some(
    ({ kept, expired }) => kept !== newest && !expired && mayStay(kept, newest, rules, now),
  );
  const waits = slots.length === SLOTS && rules.retire === "after-overlap" && staying;
  if (newest.notAfter - now < rules.renewBefore * DAY && !waits)
    problems.push("the newest CA of ours is due");
  for (const { kept, isVerified, expired } of ours) {
    if (kept === newest) continue;
    if (!isVerified && !expired && !kept.retired) problems.push("one of ours is not verified yet");
    else if (!mayStay(kept, newest, rules, now) || (kept.retired && rules.retire !== "never"))
      problems.push("one of ours should have left its slot");
  }
  return problems;
}

const SLOTS = 2;

/** Whether an older one may lie beside the newest one: for the overlap, which begins anew where it came back. */
function mayStay(older: KeyringCa, newest: KeyringCa, { retire, overlap }: Rules, now: number): boolean {
  if (retire === "never") return true;
  const lasts = [newest.verifiedAt, older.restoredAt].some((since) => since + overlap * DAY > now);
  return retire === "after-overlap" && lasts;
}
