/** Mutation testing (`npm run mutation`) runs a test again for each mutant that it reaches: a part of the states is enough. */
export const MUTATION = process.env["MUTATION_TESTING"] === "yes";

/** Of how many states one is played: each of them, but one of seventeen during mutation testing. */
export const EVERY = MUTATION ? 17 : 1;

/**
 * @returns what is computed once for all tests of a file. During mutation testing each test computes it by itself: Stryker runs
 * the tests that reach a mutant, and must see which they are
 */
export function once<T>(compute: () => T): () => T {
  let known: { readonly value: T } | undefined;
  return () => {
    if (MUTATION) return compute();
    known ??= { value: compute() };
    return known.value;
  };
}
