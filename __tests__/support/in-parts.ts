/**
 * Splits what one test would go through into several tests, each with the time limit of any other: on a busy machine what takes half a
 * minute takes ten.
 * @param count of parts
 * @returns the parts in order: a name for the test, and the items with their index among all of them
 */
export function inParts<T>(
  items: readonly T[],
  count: number,
): [name: string, part: [index: number, item: T][]][] {
  const size = Math.max(1, Math.ceil(items.length / count));
  const numbered = items.map((item, index): [number, T] => [index, item]);
  return Array.from({ length: Math.ceil(items.length / size) }, (_, part) => {
    const own = numbered.slice(part * size, (part + 1) * size);
    return [`${part * size + 1} to ${part * size + own.length}`, own];
  });
}
