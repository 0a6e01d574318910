/** A copy of a keyring: what it remembers of where it came from, and how the two have gone on since. */
import type { Keyring, Origin } from "./keyring-entries.ts";

/**
 * How a keyring and the text that a copy of it would replace have gone on:
 * - `older`: the text is an earlier state of the keyring, or says nothing of its age. A copy loses nothing.
 * - `newer`: only the text was written since. A copy would undo that.
 * - `forked`: both were written since, each on its own: they are used in two places.
 */
export type CopyState = "older" | "newer" | "forked";

/** @returns the keyring as a copy has it, before its write is counted */
export function copyOf(source: Keyring): Keyring {
  return { ...source, copyOf: originOf(source) };
}

/**
 * Compares a keyring with the text that a copy of it would replace, by the generations: a copy counts one more than what it
 * was copied from, and each further write of it one more.
 */
export function compareCopies(source: Keyring, target: Keyring): CopyState {
  const [sourceWentOn, targetWentOn] = wentOn(source, target);
  if (!targetWentOn) return "older";
  return sourceWentOn ? "forked" : "newer";
}

/** @returns of both whether they were written since the one was copied from the other, or since they were the same */
function wentOn(source: Keyring, target: Keyring): [source: boolean, target: boolean] {
  if (target.copyOf !== undefined)
    return [isAfter(source, target.copyOf), isUsed(target, target.copyOf) || isAfter(target.copyOf, source)];
  if (source.copyOf !== undefined) return [isUsed(source, source.copyOf), isAfter(target, source.copyOf)];
  return [isAfter(source, target), isAfter(target, source)];
}

/** @returns whether a copy was written again after it was made */
function isUsed(copy: Origin, origin: Origin): boolean {
  return copy.generation > origin.generation + 1;
}

/** @returns whether a text is a later one. Two of one generation that are not the same are both later than what they came from */
function isAfter(later: Origin, earlier: Origin): boolean {
  return later.generation >= earlier.generation && !isSame(later, earlier);
}

/** @returns whether the target holds every CA of the source and no other one, in the same order and with the same marks */
export function holdsSame(source: Keyring, target: Keyring): boolean {
  return describe(source) === describe(target);
}

/** All that a keyring says, but for its keys and its first line. */
function describe({ entries, after = [] }: Keyring): string {
  return JSON.stringify([
    entries.map(({ privateKey, certificate, ...marks }) => [
      certificate.fingerprint,
      Object.entries(marks).toSorted(),
    ]),
    after,
  ]);
}

function originOf({ generation, writtenAt }: Keyring): Origin {
  return { generation, ...(writtenAt !== undefined && { writtenAt }) };
}

function isSame(a: Origin, b: Origin): boolean {
  return a.generation === b.generation && a.writtenAt === b.writtenAt;
}
