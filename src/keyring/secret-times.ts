import type { ErrorCode } from "../messages/errors.ts";

/**
 * Compares times to tell whether the keyring that came in is the text of a GitHub secret: nobody can read a
 * secret. The scale is the secret's time of writing minus the keyring's own time of writing (`late` in the
 * code):
 *
 * ```text
 *          -5 min      -90 s       -10 s         +5 s       +60 s      +90 s      +5 min
 * ───────────┼───────────┼───────────┼────────────┼───────────┼──────────┼───────────┼──────────
 *  elsewhere │ elsewhere │ elsewhere │  the same  │ was this  │  newer   │   newer   │  newer
 *  (a)       │ (b)       │ (b, c)    │            │  run      │  (b, c)  │   (b)     │  (a)
 *            │           │           │            │  queued   │          │           │
 *            │           │           │            │  after?   │          │           │
 * ```
 *
 * - elsewhere: the keyring came from another place, `KEYRING_SECRET_MISMATCH`.
 * - newer: somebody wrote the secret since, `KEYRING_STALE`.
 * - (a), (b): `keyring-import: true` lets the time at which the run was queued decide. For (a) the keyring must be
 *   provisional, and the run queued later by as much as the times are apart.
 * - (c): for a provisional keyring that time decides.
 *
 * A keyring without a time is judged by the time at which the run was queued.
 */

/** The known facts about a secret and the keyring that came in; times in milliseconds since 1970. */
export interface SecretFacts {
  /** Whether a keyring came in at all. */
  readonly cameIn: boolean;
  /** The keyring's own time of writing; undefined for one made by hand. */
  readonly writtenAt: number | undefined;
  /** Whether the keyring says that this time was not compared with the secret's own. */
  readonly provisional: boolean;
  /** When the secret was last written, in whole seconds; undefined where it does not exist. */
  readonly updatedAt: number | undefined;
  /** When this run was queued; undefined before GitHub was asked, null where that cannot be known. */
  readonly queuedAt: number | null | undefined;
  readonly mayImport: boolean;
}

/**
 * A text gets its time before it is sent. A secret that was written at most this much later was written with
 * that text.
 */
const PROMPT_WRITE_MS = 5000;
/**
 * A write whose reply was lost may take this long. It is as likely that somebody else wrote within this time.
 */
const SLOW_WRITE_MS = 60_000;
/**
 * The most that a secret's time may be too early: it is in whole seconds, and GitHub's clocks differ a
 * little.
 */
const CLOCKS_DIFFER_MS = 10_000;
/**
 * The most that GitHub's clocks may differ where the keyring is provisional: nobody has compared them yet.
 */
const PROVISIONAL_MS = 90_000;
/** The largest difference of clocks that `keyring-import` accepts for any keyring. */
const IMPORT_MS = 300_000;

/**
 * Judges whether the keyring that came in is what the secret holds, so that a write loses no key (guarantee 3). GitHub reads
 * a secret's value when a run is queued or its job starts, and a re-run gets the old value. So where the two times do not
 * decide, the keyring counts as old if the secret was written after the run was queued.
 * @returns the reason to refuse; undefined where the secret may be written; `age-unknown` where `queuedAt`
 * would decide and is not known. Then the caller asks GitHub for it, and warns where GitHub does not say
 */
export function compareWithSecret(facts: SecretFacts): ErrorCode | "age-unknown" | undefined {
  const { cameIn, writtenAt, updatedAt, mayImport } = facts;
  if (!cameIn) return updatedAt === undefined ? undefined : "KEYRING_NOT_PASSED_IN";
  if (updatedAt === undefined) return mayImport ? undefined : "KEYRING_SECRET_MISMATCH";
  if (writtenAt === undefined) return compareWithQueueing(facts, updatedAt);
  if (isSameWrite(writtenAt, updatedAt)) return undefined;
  const late = updatedAt - writtenAt;
  const mayBeProvisional = facts.provisional && Math.abs(late) <= PROVISIONAL_MS;
  const mayBeImported = mayImport && importableFrom(facts) !== undefined;
  const mayBeSlow = late > 0 && late <= SLOW_WRITE_MS;
  if (mayBeProvisional || mayBeImported || mayBeSlow) return compareWithQueueing(facts, updatedAt);
  return late < 0 ? "KEYRING_SECRET_MISMATCH" : "KEYRING_STALE";
}

/** Judges by the time at which the run was queued, where the two times do not decide. */
function compareWithQueueing(facts: SecretFacts, updatedAt: number): ErrorCode | "age-unknown" | undefined {
  const { writtenAt, queuedAt } = facts;
  if (queuedAt === undefined) return "age-unknown";
  if (writtenAt === undefined || mayBeClockDifference(writtenAt, updatedAt)) {
    if (queuedAt === null) return "age-unknown";
    return updatedAt > queuedAt ? "KEYRING_STALE" : undefined;
  }
  const from = importableFrom(facts);
  if (from !== undefined && queuedAt !== null && queuedAt >= from) return undefined;
  return updatedAt < writtenAt ? "KEYRING_SECRET_MISMATCH" : "KEYRING_STALE";
}

/** @returns whether a secret's time shows that it was written with the text of this time */
export function isSameWrite(writtenAt: number, updatedAt: number): boolean {
  const late = updatedAt - writtenAt;
  return late >= -CLOCKS_DIFFER_MS && late <= PROMPT_WRITE_MS;
}

/**
 * @returns whether two times are at most 5 minutes apart, which `keyring-import` accepts as a difference of
 * clocks
 */
export function mayBeClockDifference(writtenAt: number | undefined, updatedAt: number | undefined): boolean {
  if (writtenAt === undefined || updatedAt === undefined) return false;
  return Math.abs(updatedAt - writtenAt) <= IMPORT_MS;
}

/**
 * Tells whether `keyring-import: true` may lift a refusal. Where the two times are more than 5 minutes apart,
 * the keyring must be provisional. The run must then be queued later than the secret was written, by as much
 * as the times are apart. By either of the two clocks, such a run read the secret's value after that write.
 * @returns when the run must have been queued at the earliest, milliseconds since 1970; undefined where
 * nothing is lifted
 */
export function importableFrom({
  writtenAt,
  provisional,
  updatedAt,
}: Pick<SecretFacts, "writtenAt" | "provisional" | "updatedAt">): number | undefined {
  if (writtenAt === undefined || updatedAt === undefined) return undefined;
  if (mayBeClockDifference(writtenAt, updatedAt)) return updatedAt;
  return provisional ? updatedAt + Math.abs(updatedAt - writtenAt) : undefined;
}
