import type { ErrorCode } from "../messages/errors.ts";

/** What is known of a secret and of the keyring that came in; times in milliseconds since 1970. */
export interface SecretFacts {
  /** Whether a keyring came in at all. */
  readonly cameIn: boolean;
  /** The time that the keyring itself says; undefined for one made by hand. */
  readonly writtenAt: number | undefined;
  /** Whether it says that this time was not compared with the secret's own. */
  readonly provisional: boolean;
  /** When the secret was last written, in whole seconds; undefined where it does not exist. */
  readonly updatedAt: number | undefined;
  /** When this run was queued; undefined before anybody asked, null where it cannot be known. */
  readonly queuedAt: number | null | undefined;
  readonly mayImport: boolean;
}

/** A text is stamped before it is sent: a secret that shows a time so little later was written with that text. */
const PROMPT_WRITE_MS = 5000;
/** A write whose reply was lost may have taken so long; another write that soon after the first is as likely. */
const SLOW_WRITE_MS = 60_000;
/** Whole seconds, and what GitHub's clocks may differ among each other. */
const CLOCKS_DIFFER_MS = 10_000;
/** What they may differ by where a text says itself that nobody has compared them yet. */
const PROVISIONAL_MS = 90_000;
/** What the user's own word lifts (`keyring-import`); beyond that more must speak for clocks that differ. */
const IMPORT_MS = 300_000;

/** @returns whether a secret's time of writing shows that it was written with the text of that stamp */
export function belongTogether(writtenAt: number, updatedAt: number): boolean {
  const late = updatedAt - writtenAt;
  return late >= -CLOCKS_DIFFER_MS && late <= PROMPT_WRITE_MS;
}

/** @returns whether two times differ by no more than GitHub's clocks may, as far as the user's own word counts */
export function mayBeClocks(writtenAt: number | undefined, updatedAt: number | undefined): boolean {
  if (writtenAt === undefined || updatedAt === undefined) return false;
  return Math.abs(updatedAt - writtenAt) <= IMPORT_MS;
}

/**
 * Tells whether `keyring-import: true` may lift a refusal for the sake of the two times. Where they are more than 5 minutes
 * apart, the text must say that nobody compared them, and the run be queued later than the secret was written by as much
 * as they are apart: with the worse of the two clocks it read the secret's value after that write, too.
 * @returns when the run must have been queued at the earliest; undefined where nothing is lifted
 */
export function importableFrom({
  writtenAt,
  provisional,
  updatedAt,
}: Pick<SecretFacts, "writtenAt" | "provisional" | "updatedAt">): number | undefined {
  if (writtenAt === undefined || updatedAt === undefined) return undefined;
  if (mayBeClocks(writtenAt, updatedAt)) return updatedAt;
  return provisional ? updatedAt + Math.abs(updatedAt - writtenAt) : undefined;
}

/**
 * Judges whether the keyring that came in is what the secret holds, so that writing it anew loses no key (guarantee 3).
 * A secret's value is read when a run is queued or its job starts, and a re-run may replay it: so where the keyring's
 * own time does not decide, it counts as old if the secret was written after the run was queued.
 * @returns the reason to refuse; `age-unknown` where `queuedAt` would decide and is not known: it must be asked for, and
 * where that was in vain the user is warned; undefined where it may be written
 */
export function judgeSecret(facts: SecretFacts): ErrorCode | "age-unknown" | undefined {
  const { cameIn, updatedAt, queuedAt, mayImport } = facts;
  if (!cameIn) return updatedAt === undefined ? undefined : "KEYRING_NOT_PASSED_IN";
  if (updatedAt === undefined) return mayImport ? undefined : "KEYRING_SECRET_MISMATCH";
  const verdict = judgeTimes(facts, updatedAt);
  if (verdict !== "open") return verdict;
  return queuedAt === undefined ? "age-unknown" : judgeQueueing(facts, updatedAt, queuedAt);
}

/** Judges by the time at which the run was queued what the two times leave open. */
function judgeQueueing(
  facts: SecretFacts,
  updatedAt: number,
  queuedAt: number | null,
): ErrorCode | "age-unknown" | undefined {
  const { writtenAt } = facts;
  if (writtenAt === undefined || mayBeClocks(writtenAt, updatedAt)) {
    if (queuedAt === null) return "age-unknown";
    return updatedAt > queuedAt ? "KEYRING_STALE" : undefined;
  }
  const from = importableFrom(facts);
  if (from !== undefined && queuedAt !== null && queuedAt >= from) return undefined;
  return updatedAt < writtenAt ? "KEYRING_SECRET_MISMATCH" : "KEYRING_STALE";
}

/** @returns what the two times say by themselves; `open` where they do not decide */
function judgeTimes(
  { writtenAt, provisional, mayImport }: SecretFacts,
  updatedAt: number,
): ErrorCode | "open" | undefined {
  if (writtenAt === undefined) return "open";
  if (belongTogether(writtenAt, updatedAt)) return undefined;
  const late = updatedAt - writtenAt;
  if (provisional && Math.abs(late) <= PROVISIONAL_MS) return "open";
  if (mayImport && importableFrom({ writtenAt, provisional, updatedAt }) !== undefined) return "open";
  if (late < 0) return "KEYRING_SECRET_MISMATCH";
  return late > SLOW_WRITE_MS ? "KEYRING_STALE" : "open";
}
