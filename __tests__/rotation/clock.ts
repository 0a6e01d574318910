/** Milliseconds. */
export const SECOND = 1000;
export const HOUR = 3600 * SECOND;
export const DAY = 24 * HOUR;

/** The one clock of a simulated world: it stands still until somebody lets time pass. */
export class Clock {
  #now: number;

  constructor(start: number) {
    this.#now = start;
  }

  readonly now = (): number => this.#now;

  pass(milliseconds: number): void {
    this.#now += milliseconds;
  }

  passUntil(time: number): void {
    this.#now = Math.max(this.#now, time);
  }

  /** Lets something run by this clock: the action asks `Date.now`. */
  async governs<T>(play: () => Promise<T>): Promise<T> {
    const real = Date.now;
    Date.now = this.now;
    try {
      return await play();
    } finally {
      Date.now = real;
    }
  }
}
