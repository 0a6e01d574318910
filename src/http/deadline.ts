import { setTimeout as sleep } from "node:timers/promises";

/** The largest `timeout-minutes`: the longest run of a job on GitHub-hosted runners. */
export const LONGEST_TIMEOUT_MINUTES = 360;

/** What is left of `timeout-minutes`: all dealings with the platform and GitHub share it, waits for rate limits included. */
export class Deadline {
  readonly #end: number;

  /** @param milliseconds from now; measured on a clock that nobody sets */
  constructor(milliseconds: number) {
    this.#end = performance.now() + milliseconds;
  }

  /** @returns milliseconds left, 0 or more */
  get left(): number {
    return Math.max(0, this.#end - performance.now());
  }

  /** Waits; callers ask {@link left} first: a wait longer than what is left fails at once instead. */
  async wait(milliseconds: number): Promise<void> {
    await sleep(milliseconds);
  }
}
