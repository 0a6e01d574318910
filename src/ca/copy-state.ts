/**
 * A copy of a keyring: the origin that it notes, and whether copy or original were written since the copy was
 * made.
 */
import type { Keyring, Origin } from "./keyring-entries.ts";

/**
 * The state of a text that a copy of the keyring would replace:
 * - `older`: the text is an earlier state of the keyring, or says nothing of its age. A copy loses nothing.
 * - `newer`: only the text was written since the two were the same. A copy would undo that write.
 * - `forked`: both were written since then. The keyring is used in two places.
 */
export type CopyState = "older" | "newer" | "forked";

/** @returns the keyring as a copy has it, before its write is counted */
export function copyOf(source: Keyring): Keyring {
  return { ...source, copyOf: originOf(source) };
}

/**
 * Compares a keyring with the text that a copy of it would replace, by their generations. The generation of a
 * new copy is that of its origin plus one, and each further write of the copy adds one.
 */
export function compareCopies(source: Keyring, target: Keyring): CopyState {
  const [sourceWentOn, targetWentOn] = wentOn(source, target);
  if (!targetWentOn) return "older";
  return sourceWentOn ? "forked" : "newer";
}

/**
 * @returns for each of the two whether it was written since one was copied from the other, or since they were
 * the same
 */
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

/**
 * @returns whether a text was written after another one. Two different texts of one generation count as
 * written after each other: both are later than their common origin
 */
function isAfter(later: Origin, earlier: Origin): boolean {
  return later.generation >= earlier.generation && !isSame(later, earlier);
}

/** @returns whether the target holds every CA of the source and no other one, in the same order and with the same marks */
export function holdsSame(source: Keyring, target: Keyring): boolean {
  return describe(source) === describe(target);
}

/** The content of a keyring without its keys and its first line. */
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
