import type { ErrorCode } from "../messages/errors.ts";

/**
 * Tells by times whether the keyring that came in is what a GitHub secret holds, for nobody can read a secret. `late` is how
 * much later than the keyring's own time of writing the secret was written:
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

/** What is known of a secret and of the keyring that came in; times in milliseconds since 1970. */
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

/** A text gets its time before it is sent: a secret written so little later was written with that text. */
const PROMPT_WRITE_MS = 5000;
/** A write whose reply was lost may take so long; that somebody else wrote so soon after it is as likely. */
const SLOW_WRITE_MS = 60_000;
/** Whole seconds, and what GitHub's clocks may differ among each other. */
const CLOCKS_DIFFER_MS = 10_000;
/** What they may differ by where the text says that nobody has compared them yet. */
const PROVISIONAL_MS = 90_000;
/** What `keyring-import` accepts by itself. */
const IMPORT_MS = 300_000;

/**
 * Judges whether the keyring that came in is what the secret holds, so that a write loses no key (guarantee 3). GitHub reads
 * a secret's value when a run is queued or its job starts, and a re-run gets the old value. So where the two times do not
 * decide, the keyring counts as old if the secret was written after the run was queued.
 * @returns the reason to refuse; `age-unknown` where `queuedAt` would decide and is not known: the caller asks for it, and
 * warns where GitHub does not say; undefined where the secret may be written
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

/** @returns whether two times are at most 5 minutes apart: so much `keyring-import` accepts as a difference of clocks */
export function mayBeClockDifference(writtenAt: number | undefined, updatedAt: number | undefined): boolean {
  if (writtenAt === undefined || updatedAt === undefined) return false;
  return Math.abs(updatedAt - writtenAt) <= IMPORT_MS;
}

/**
 * Tells whether `keyring-import: true` may lift a refusal. Where the times are more than 5 minutes apart, the text must be
 * provisional, and the run be queued later than the secret was written by as much as they are apart: so it read the
 * secret's value after that write by either of the two clocks.
 * @returns when the run must have been queued at the earliest, milliseconds since 1970; undefined where nothing is lifted
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
