/** Work on the thousands of agents of a fleet: several at a time, with lines in the log that tell how far it is. */

/**
 * Does work on items in their order, several at a time.
 * @param limit how many at a time
 * @param work is told which of the workers it is, from 0 to `limit - 1`
 * @throws the first error, after everything that was begun has ended; nothing new is begun after it
 */
export async function forEachConcurrently<T>(
  limit: number,
  items: readonly T[],
  work: (item: T, worker: number) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  let next = 0;
  const runWorker = async (worker: number): Promise<void> => {
    while (next < items.length && failures.length === 0) {
      const item = items[next] as T;
      next += 1;
      try {
        await work(item, worker);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, (_, worker) => runWorker(worker)));
  if (failures.length > 0) throw failures[0];
}

/** A line of progress at least this often. */
const INTERVAL_MS = 10_000;
/** And never more often: a percent of a small fleet would be a line an agent. */
const PAUSE_MS = 1000;

/** Tells how far the work on a fleet is: a line a percent, at least every 10 s, at most every second, and one at the end. */
export class Progress {
  readonly #verb: string;
  readonly #total: number;
  readonly #print: (line: string) => void;
  readonly #now: () => number;
  readonly #began: number;
  #done = 0;
  #shownPercent = 0;
  #shownAt: number;

  /**
   * @param verb what is done to each: `Issued`
   * @param now a clock in milliseconds that never goes back
   */
  constructor(
    verb: string,
    total: number,
    print: (line: string) => void,
    now: () => number = () => performance.now(),
  ) {
    this.#verb = verb;
    this.#total = total;
    this.#print = print;
    this.#now = now;
    this.#began = now();
    this.#shownAt = this.#began;
  }

  /** How many are done. */
  get done(): number {
    return this.#done;
  }

  /** One more is done. */
  count(): void {
    this.#done += 1;
    const now = this.#now();
    const percent = Math.floor((this.#done / this.#total) * 100);
    const since = now - this.#shownAt;
    const due = percent > this.#shownPercent && since >= PAUSE_MS;
    if (!due && since < INTERVAL_MS && this.#done < this.#total) return;
    this.#shownPercent = percent;
    this.#shownAt = now;
    this.#print(`${this.#verb} ${this.#done} of ${this.#total} (${percent} %)${this.#pace(now)}`);
  }

  #pace(now: number): string {
    const seconds = (now - this.#began) / 1000;
    if (seconds < 1) return "";
    const left = Math.round((seconds / this.#done) * (this.#total - this.#done));
    return `, ${(this.#done / seconds).toFixed(1)} a second, ${left} s left`;
  }
}
