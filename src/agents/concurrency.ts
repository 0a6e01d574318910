/** Works on the thousands of agents of a fleet: several at a time, with lines in the log that tell how far it is. */
import { availableParallelism } from "node:os";

/** How many OpenSSL processes work on a fleet at a time. */
export const OPENSSL_PROCESSES = availableParallelism();

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
/**
 * Shortest time between two such lines. Each agent of a small fleet is a percent or more and would get a
 * line.
 */
const PAUSE_MS = 1000;

/**
 * Tells how far the work on a fleet is: a line a percent, at least every 10 s, at most every second, and one
 * at the end.
 * @param verb what is done to each: `Issued`
 * @param clock in milliseconds, never goes back
 * @returns a function to call when one more is done. It returns how many are done
 */
export function progressOf(
  verb: string,
  total: number,
  print: (line: string) => void,
  clock: () => number = () => performance.now(),
): () => number {
  const began = clock();
  let done = 0;
  let shownPercent = 0;
  let shownAt = began;
  return () => {
    done += 1;
    const now = clock();
    const percent = Math.floor((done / total) * 100);
    const since = now - shownAt;
    if ((percent > shownPercent && since >= PAUSE_MS) || since >= INTERVAL_MS || done >= total) {
      shownPercent = percent;
      shownAt = now;
      const seconds = (now - began) / 1000;
      const left = Math.round((seconds / done) * (total - done));
      const pace = seconds < 1 ? "" : `, ${(done / seconds).toFixed(1)} a second, ${left} s left`;
      print(`${verb} ${done} of ${total} (${percent} %)${pace}`);
    }
    return done;
  };
}
