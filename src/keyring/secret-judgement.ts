import type { ErrorCode } from "../ca/errors.ts";

/** What is known of a secret and of the keyring that came in; times in milliseconds since 1970. */
export interface SecretFacts {
  /** Whether a keyring came in at all. */
  readonly cameIn: boolean;
  /** The time that the keyring itself says; undefined for one made by hand. */
  readonly writtenAt: number | undefined;
  /** When the secret was last written, in whole seconds; undefined where it does not exist. */
  readonly updatedAt: number | undefined;
  /** When this run was queued; undefined where that is not known. Only a keyring made by hand is judged by it. */
  readonly queuedAt: number | undefined;
  readonly mayImport: boolean;
}

/** A text is stamped before it is sent, and sending takes its time. */
const WRITE_TAKES_MS = 60_000;
/** Whole seconds, and what GitHub's clocks may differ among each other. */
const CLOCKS_DIFFER_MS = 10_000;

/**
 * Judges whether the keyring that came in is what the secret holds, so that writing it anew loses no key (guarantee 3).
 * A secret's value is read when a run is queued or its job starts, and a re-run may replay it: so a keyring without a
 * time of its own counts as old where the secret was written after the run was queued.
 * @returns the reason to refuse; `age-unknown` where nothing speaks against it but nothing for it either; undefined
 * where it may be written
 */
export function judgeSecret(facts: SecretFacts): ErrorCode | "age-unknown" | undefined {
  const { cameIn, writtenAt, updatedAt, queuedAt, mayImport } = facts;
  if (!cameIn) return updatedAt === undefined ? undefined : "KEYRING_NOT_PASSED_IN";
  if (updatedAt === undefined) return mayImport ? undefined : "KEYRING_SECRET_MISMATCH";
  if (writtenAt !== undefined) {
    if (updatedAt > writtenAt + WRITE_TAKES_MS) return "KEYRING_STALE";
    return updatedAt < writtenAt - CLOCKS_DIFFER_MS ? "KEYRING_SECRET_MISMATCH" : undefined;
  }
  if (queuedAt === undefined) return "age-unknown";
  return updatedAt > queuedAt ? "KEYRING_STALE" : undefined;
}
