/**
 * Carries out work on items in their order, several at a time.
 * @param lanes how many at a time; the work is told which lane it is in, counted from 0
 * @throws the first error, once everything that was begun has ended; nothing new is begun after it
 */
export async function pool<T>(
  lanes: number,
  items: readonly T[],
  work: (item: T, lane: number) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  let next = 0;
  const drive = async (lane: number): Promise<void> => {
    while (next < items.length && failures.length === 0) {
      const item = items[next] as T;
      next += 1;
      try {
        await work(item, lane);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, (_, lane) => drive(lane)));
  if (failures.length > 0) throw failures[0];
}
