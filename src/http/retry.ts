// Repeats a call, within the time that `timeout-minutes` leaves, and without doing anything twice.
import { setTimeout as sleep } from "node:timers/promises";

/** The largest `timeout-minutes`: the longest run of a job on GitHub-hosted runners. */
export const LONGEST_TIMEOUT_MINUTES = 360;

/** The time left of `timeout-minutes`. All calls to the platform and to GitHub share it, also their waits. */
export interface Deadline {
  /** Milliseconds, 0 or more. */
  readonly left: number;
  /**
   * Waits. Callers compare the time with {@link left} first: a call whose wait would be too long fails at
   * once.
   */
  wait(milliseconds: number): Promise<void>;
}

/** @returns a deadline so many milliseconds from now, measured on the steady clock */
export function deadlineIn(milliseconds: number): Deadline {
  const end = performance.now() + milliseconds;
  return {
    get left() {
      return Math.max(0, end - performance.now());
    },
    wait: (time) => sleep(time),
  };
}

/** The result of one attempt at a call. Final refusals are thrown instead. */
export type AttemptResult<T> =
  | { readonly kind: "done"; readonly value: T }
  /** Not carried out, and worth another try after a wait: a rate limit (429), or a token that had to be renewed (401). */
  | { readonly kind: "try-later"; readonly waitMs: number; readonly error: Error }
  /** Not carried out: there was no connection. */
  | { readonly kind: "not-sent"; readonly waitMs?: undefined; readonly error: Error }
  /** No usable answer: it may have been carried out. */
  | { readonly kind: "maybe-done"; readonly waitMs?: number | undefined; readonly error: Error };

/** Attempts that end without an answer. They are bounded, because servers answer 5xx to a user's mistake too. */
const FAILED_ATTEMPTS = 3;
const BACKOFF_MS = 500;

/** A call, and what its repetition needs. */
export interface RetryOptions<T> {
  readonly deadline: Deadline;
  /** Sends the call once. It bounds by itself how often it asks for another try later. */
  readonly attempt: () => Promise<AttemptResult<T>>;
  /**
   * For a call that changes something: reads whether it was carried out. Asked after each attempt that may have done it,
   * before the next attempt and before giving up.
   * @returns the call's value where it was carried out, else undefined
   */
  readonly checkDone?: (() => Promise<T | undefined>) | undefined;
  /** Asked before the next attempt of a call that was not carried out. Throws where the call must not be made any more. */
  readonly checkAllowed?: (() => Promise<undefined>) | undefined;
  /** Called before each wait that a person would notice, with its length in milliseconds. */
  readonly onWait: (milliseconds: number, error: Error) => void;
}

/**
 * Repeats a call until it is done, refused, or the bounds are reached. A call that changes something is never
 * repeated before `checkDone` says that it was not carried out (guarantee 7).
 * @throws Error of the last attempt, also where a wait would pass the deadline
 */
export async function retry<T>(options: RetryOptions<T>): Promise<T> {
  const { attempt, checkDone, checkAllowed } = options;
  let failed = 0;
  for (;;) {
    const result = await attempt();
    if (result.kind === "done") return result.value;
    if (result.kind !== "try-later") failed += 1;
    const last = failed >= FAILED_ATTEMPTS;
    const check = result.kind === "maybe-done" ? checkDone : undefined;
    if (last && check === undefined) throw result.error;
    await pause(result, failed, options);
    const done = await (check ?? checkAllowed)?.();
    if (done !== undefined) return done;
    if (last) throw result.error;
  }
}

async function pause(
  { waitMs, error }: Exclude<AttemptResult<unknown>, { kind: "done" }>,
  failed: number,
  { deadline, onWait }: Pick<RetryOptions<unknown>, "deadline" | "onWait">,
): Promise<void> {
  const milliseconds = waitMs ?? backoff(failed, Math.random());
  if (milliseconds >= deadline.left) throw error;
  if (milliseconds >= 1000) onWait(milliseconds, error);
  await deadline.wait(milliseconds);
}

/**
 * The wait where the server names no time: half a second, doubled with each failure. A random part of up to a
 * quarter is added or taken off, so that parallel runs do not send again at the same moment.
 * @param failed attempts that failed, 1 or more
 * @param random from 0 to 1
 * @returns milliseconds
 */
export function backoff(failed: number, random: number): number {
  return BACKOFF_MS * 2 ** (failed - 1) * (0.75 + random / 2);
}
