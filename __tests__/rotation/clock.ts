/** Milliseconds. */
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 3600 * SECOND;
export const DAY = 24 * HOUR;

/** The time of a simulated world: it stands still until somebody lets it pass. Whoever lives there has a clock of his own. */
export class Clock {
  /** Milliseconds that the clock of the action's machine is ahead of the time, negative for behind. */
  machineAhead = 0;
  /** The same of the platform's. */
  platformAhead = 0;
  #now: number;

  constructor(start: number) {
    this.#now = start;
  }

  /** The time itself; GitHub's clock, and every steady one, goes by it. */
  readonly now = (): number => this.#now;

  readonly machine = (): number => this.#now + this.machineAhead;

  readonly platform = (): number => this.#now + this.platformAhead;

  pass(milliseconds: number): void {
    this.#now += milliseconds;
  }

  passUntil(time: number): void {
    this.#now = Math.max(this.#now, time);
  }

  /** Lets something run on the machine: the action asks `Date.now`. */
  async governs<T>(play: () => Promise<T>): Promise<T> {
    const real = Date.now;
    Date.now = this.machine;
    try {
      return await play();
    } finally {
      Date.now = real;
    }
  }
}
