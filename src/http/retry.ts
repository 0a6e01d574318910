import type { Deadline } from "./deadline.ts";

/** What one attempt at a call came to. Definite refusals are thrown instead. */
export type Outcome<T> =
  | { readonly kind: "done"; readonly value: T }
  /** Not carried out, and asked to wait: a rate limit (429), or a token that had to be renewed (401). */
  | { readonly kind: "again"; readonly waitMs: number; readonly error: Error }
  /** Not carried out: no connection came about. */
  | { readonly kind: "unsent"; readonly waitMs: undefined; readonly error: Error }
  /** No usable answer: it may have been carried out. */
  | { readonly kind: "unclear"; readonly waitMs: number | undefined; readonly error: Error };

/** Attempts that ended without an answer; every retry is bounded because peers answer 5xx to a user's mistake too. */
const FAILED_ATTEMPTS = 3;
const BACKOFF_MS = 500;

/** A call that is to be repeated, and what its repetition needs. */
export interface Persistence<T> {
  readonly deadline: Pick<Deadline, "left" | "wait">;
  /** Bounds by itself how often it is told to come again. */
  readonly attempt: () => Promise<Outcome<T>>;
  /**
   * For a call that changes something: looks whether it happened, after each attempt that may have done it; before it is
   * tried again and before giving up.
   */
  readonly look?: (() => Promise<T | undefined>) | undefined;
  /** Before it is tried again although nothing happened: throws where it must not happen any more. */
  readonly recheck?: (() => Promise<undefined>) | undefined;
  /** Told of each wait that a person would notice, in milliseconds. */
  readonly onWait: (milliseconds: number, error: Error) => void;
}

/**
 * Repeats a call until it is done, refused, or the bounds are reached. A call that changes something is never
 * repeated before a look shows that it did not happen (guarantee 7).
 * @throws Error of the last attempt, also where a wait would pass the deadline
 */
export async function persist<T>(persistence: Persistence<T>): Promise<T> {
  const { deadline, attempt, look, recheck, onWait } = persistence;
  let failed = 0;
  for (;;) {
    const outcome = await attempt();
    if (outcome.kind === "done") return outcome.value;
    if (outcome.kind !== "again") failed += 1;
    const last = failed >= FAILED_ATTEMPTS;
    const looks = outcome.kind === "unclear" ? look : undefined;
    if (last && looks === undefined) throw outcome.error;
    await pause(outcome, failed, deadline, onWait);
    const happened = await (looks ?? recheck)?.();
    if (happened !== undefined) return happened;
    if (last) throw outcome.error;
  }
}

async function pause(
  { waitMs, error }: Exclude<Outcome<unknown>, { kind: "done" }>,
  failed: number,
  deadline: Pick<Deadline, "left" | "wait">,
  onWait: Persistence<unknown>["onWait"],
): Promise<void> {
  const milliseconds = waitMs ?? backoff(failed);
  if (milliseconds >= deadline.left) throw error;
  if (milliseconds >= 1000) onWait(milliseconds, error);
  await deadline.wait(milliseconds);
}

/** Doubling, with a spread so that parallel runs do not come back together. */
function backoff(count: number): number {
  return BACKOFF_MS * 2 ** (count - 1) * (0.75 + Math.random() / 2);
}
