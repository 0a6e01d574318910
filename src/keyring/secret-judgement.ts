import type { ErrorCode } from "../ca/errors.ts";

/** What is known of a secret and of the keyring that came in; times in milliseconds since 1970. */
export interface SecretFacts {
  /** Whether a keyring came in at all. */
  readonly cameIn: boolean;
  /** The time that the keyring itself says; undefined for one made by hand. */
  readonly writtenAt: number | undefined;
  /** When the secret was last written, in whole seconds; undefined where it does not exist. */
  readonly updatedAt: number | undefined;
  /** When this run was queued; undefined where that is not known. */
  readonly queuedAt: number | undefined;
  readonly mayImport: boolean;
}

/** A text is stamped before it is sent: a secret that shows a time so little later was written with that text. */
export const PROMPT_WRITE_MS = 5000;
/** A write whose reply was lost may have taken so long; another write that soon after the first is as likely. */
const SLOW_WRITE_MS = 60_000;
/** Whole seconds, and what GitHub's clocks may differ among each other. */
export const CLOCKS_DIFFER_MS = 10_000;

/**
 * Judges whether the keyring that came in is what the secret holds, so that writing it anew loses no key (guarantee 3).
 * A secret's value is read when a run is queued or its job starts, and a re-run may replay it: so where the keyring's
 * own time does not decide, it counts as old if the secret was written after the run was queued.
 * @returns the reason to refuse; `age-unknown` where `queuedAt` would decide and is not known; undefined where it may
 * be written
 */
export function judgeSecret(facts: SecretFacts): ErrorCode | "age-unknown" | undefined {
  const { cameIn, writtenAt, updatedAt, queuedAt, mayImport } = facts;
  if (!cameIn) return updatedAt === undefined ? undefined : "KEYRING_NOT_PASSED_IN";
  if (updatedAt === undefined) return mayImport ? undefined : "KEYRING_SECRET_MISMATCH";
  if (writtenAt !== undefined) {
    if (updatedAt > writtenAt + SLOW_WRITE_MS) return "KEYRING_STALE";
    if (updatedAt < writtenAt - CLOCKS_DIFFER_MS) return "KEYRING_SECRET_MISMATCH";
    if (updatedAt <= writtenAt + PROMPT_WRITE_MS) return undefined;
  }
  if (queuedAt === undefined) return "age-unknown";
  return updatedAt > queuedAt ? "KEYRING_STALE" : undefined;
}
