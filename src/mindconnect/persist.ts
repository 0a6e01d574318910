import type { ActionError } from "../ca/errors.ts";
import type { Deadline } from "./deadline.ts";

/** What one attempt at a call came to. Definite refusals are thrown instead. */
export type Outcome<T> =
  | { readonly kind: "done"; readonly value: T }
  /** Not carried out, may be tried again: a rate limit (429), or a token that had to be renewed (401). */
  | { readonly kind: "again"; readonly waitMs: number; readonly error: ActionError }
  /** No usable answer: it may have been carried out. */
  | { readonly kind: "unclear"; readonly waitMs: number | undefined; readonly error: ActionError };

/** Attempts at a call that ends unclear; every retry is bounded because peers answer 5xx to a user's mistake too. */
const UNCLEAR_ATTEMPTS = 3;
/** Attempts that a rate limit turned away; the deadline is the real bound. */
const TURNED_AWAY_LIMIT = 20;
const BACKOFF_MS = 500;

/** A call that is to be repeated, and what its repetition needs. */
export interface Persistence<T> {
  readonly deadline: Pick<Deadline, "left" | "wait">;
  readonly attempt: () => Promise<Outcome<T>>;
  /**
   * For a call that changes something: looks whether it happened, before it is tried again and before giving up.
   * @param maybeDone false where every attempt so far was turned away
   */
  readonly look?: (maybeDone: boolean) => Promise<T | undefined>;
  /** Told of each attempt that ends unclear: whatever comes after it, it may be carried out yet. */
  readonly onUnclear?: (() => void) | undefined;
  /** Told of each wait that a person would notice, in milliseconds. */
  readonly onWait: (milliseconds: number, error: ActionError) => void;
}

/**
 * Repeats a call until it is done, refused, or the bounds are reached. A call that changes something is never
 * repeated before a look shows that it did not happen (guarantee 7).
 * @throws ActionError of the last attempt, or `RATE_LIMITED` / `PLATFORM_TIMEOUT` where a wait would pass the deadline
 */
export async function persist<T>({ deadline, attempt, look, onUnclear, onWait }: Persistence<T>): Promise<T> {
  let unclear = 0;
  for (let turn = 1; ; turn += 1) {
    const outcome = await attempt();
    if (outcome.kind === "done") return outcome.value;
    if (outcome.kind === "unclear") {
      unclear += 1;
      onUnclear?.();
    }
    const last = unclear >= UNCLEAR_ATTEMPTS || turn >= TURNED_AWAY_LIMIT;
    if (last && look === undefined) throw outcome.error;
    await pause(outcome.waitMs ?? backoff(unclear), outcome.error, deadline, onWait);
    const happened = await look?.(unclear > 0);
    if (happened !== undefined) return happened;
    if (last) throw outcome.error;
  }
}

async function pause(
  milliseconds: number,
  error: ActionError,
  deadline: Pick<Deadline, "left" | "wait">,
  onWait: Persistence<unknown>["onWait"],
): Promise<void> {
  if (milliseconds >= deadline.left) throw error;
  if (milliseconds >= 1000) onWait(milliseconds, error);
  await deadline.wait(milliseconds);
}

/** Doubling, with a spread so that parallel runs do not come back together. */
function backoff(count: number): number {
  return BACKOFF_MS * 2 ** (count - 1) * (0.75 + Math.random() / 2);
}
