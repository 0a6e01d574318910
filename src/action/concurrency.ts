/** Does the same work on many items, several at a time. */
import { availableParallelism } from "node:os";

/** How many processes, or threads, a machine runs at a time. */
export const AT_ONCE = availableParallelism();

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
