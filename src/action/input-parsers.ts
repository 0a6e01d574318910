// Parsers of input texts. Each throws an Error whose message says what would be valid.

import { accessSync, constants, lstatSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { foreignFormat, pemFromBase64, pemHint } from "../ca/pem-hints.ts";
import { hasInvisible, subjectValueProblem } from "../ca/subject.ts";
import { NEW_RUN } from "../messages/errors.ts";
import { quoted } from "../messages/printable.ts";
import { SHORTEST_SECRET } from "../messages/secrets.ts";
import type { Report } from "./inputs.ts";

/** No file with a certificate or a few keys is larger; a device or a log given by mistake is not read. */
const FILE_LIMIT_BYTES = 1024 * 1024;

/** PATH_MAX of Linux; elsewhere the system refuses what is too long for it. */
const LONGEST_PATH = 4096;

/** GitHub passes a secret that a job may not read as an empty text, without a word. */
export const EMPTY_SECRETS_HINT = {
  next: "If these values are secrets: they are empty where environment of the job is missing or misspelled, and in runs of a fork's pull request and of Dependabot.",
} as const;

/** @returns what to do where a secret is needed, and the input that it comes in by is empty */
export function emptySecretHint(input: string): { next: string } {
  return {
    next: `The secret of ${input} is empty. Check the name of the secret. Check that the job names the environment of the secret. Then ${NEW_RUN}. If the secret was deleted and nobody knows its value, see docs/recovery.md.`,
  };
}

/** @returns a parser for a value of a subject, issued exactly as given or refused */
export function subjectValue(limit: number): (text: string) => string {
  return (text) => {
    const problem = subjectValueProblem(text, limit);
    if (problem !== undefined) throw new Error(`${problem}. Give one line of visible text, for example Acme`);
    if (text.trim() === "") throw new Error("is blank. Give one line of visible text, for example Acme");
    return text;
  };
}

/** @returns a parser for a whole number in a range, written in decimal digits only */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most)) {
      throw new Error(
        `${quoted(text)} is not valid. Give a whole number from ${least} to ${most}, for example ${Math.min(most, Math.max(least, 365))}`,
      );
    }
    return value;
  };
}

/** Sizes of an RSA key that the platform's examples and every broker accept. */
export function keyBits(text: string): number {
  if (!["2048", "3072", "4096"].includes(text))
    throw new Error(`${quoted(text)} is not a size of a key. Give 2048, 3072 or 4096`);
  return Number(text);
}

/** Booleans are written `true` or `false`, as in YAML; nothing else. */
export function trueOrFalse(text: string): boolean {
  if (!/^(?:true|false)$/i.test(text))
    throw new Error(`${quoted(text)} is neither true nor false. Give true or false`);
  return text.toLowerCase() === "true";
}

/** @returns a parser for one of a few words */
export function oneOf<T extends string>(...words: readonly T[]): (text: string) => T {
  return (text) => {
    const found = words.find((word) => word === text);
    if (found === undefined)
      throw new Error(`${quoted(text)} is not valid. Give one of: ${words.join(", ")}`);
    return found;
  };
}

/** One line of printable text. */
export function oneLine(text: string): string {
  return lineUpTo(256, text);
}

/** The name of a certificate: one line of visible characters, so that no two names look alike. */
export function visibleLine(text: string): string {
  if (hasInvisible(text))
    throw new Error("contains an invisible character. Type the value again instead of copying it");
  return oneLine(text);
}

/** @returns why a secret cannot be hidden: a mask of a letter or two would blank the whole log; undefined where it can */
export function maskProblem(text: string): string | undefined {
  if (text.length >= SHORTEST_SECRET) return undefined;
  return `is shorter than ${SHORTEST_SECRET} characters. So short a secret cannot be masked in the log. Use a longer one`;
}

/** A secret that can be hidden. */
export function maskable(text: string): string {
  const problem = maskProblem(text);
  if (problem !== undefined) throw new Error(problem);
  return text;
}

/** A path, made absolute so that it means the same in every working directory. */
export function path(text: string): string {
  const line = lineUpTo(LONGEST_PATH, text);
  try {
    return resolve(line);
  } catch {
    throw new Error(
      "is relative to the step's working directory, which no longer exists. Give an absolute path",
    );
  }
}

function lineUpTo(limit: number, text: string): string {
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text))
    throw new Error("contains a control character or a line break. Give one line of printable text");
  if (text.length > limit)
    throw new Error(`is ${text.length} characters long. The limit is ${limit} characters`);
  return text;
}

/**
 * A text in PEM, or the path of a file with it. Both may also be base64 of a whole PEM text.
 * @returns the text
 */
export function pemOrPath(text: string): string {
  const file = pathOfPem(text);
  if (file === undefined) return pemFromBase64(text) ?? text;
  const problem = (reason: string) =>
    new Error(
      pemHint(text) ??
        `is neither PEM text nor a file that can be read (${reason}). Give the PEM text or the path of a PEM file, for example ca.pem`,
    );
  const bytes = readRegularBytes(file, FILE_LIMIT_BYTES, problem);
  const decoded = pemFromBase64(bytes.toString("latin1"));
  if (decoded !== undefined) return decoded;
  const foreign = foreignFormat(bytes);
  if (foreign !== undefined) throw new Error(foreign);
  return bytes.toString("utf8");
}

/** @returns the absolute path that a text for {@link pemOrPath} is, or undefined where it is PEM itself */
export function pathOfPem(text: string): string | undefined {
  const isText = text.includes("-----BEGIN") || text.includes("\n") || pemFromBase64(text) !== undefined;
  return isText ? undefined : path(text);
}

/**
 * Reads a regular file of moderate size.
 * @param file absolute path
 * @param limit most bytes of the file
 * @param problem makes an error of the reason why not: the system's code, or words
 * @throws what `problem` makes
 */
export function readRegularBytes(file: string, limit: number, problem: (reason: string) => Error): Buffer {
  try {
    const found = statSync(file);
    if (!found.isFile()) throw new Error("it is not a regular file");
    if (found.size > limit) {
      const size = limit < 1024 * 1024 ? `${limit / 1024} KiB` : `${limit / 1024 / 1024} MiB`;
      throw new Error(`it is larger than ${size}`);
    }
    return readFileSync(file);
  } catch (error) {
    throw problem((error as NodeJS.ErrnoException).code ?? (error as Error).message);
  }
}

/**
 * Reports a directory that cannot be written, or could not be made.
 * @param names of new files, which it must not hold yet: no file is overwritten
 */
export function reportUnfitDirectory(
  directory: string | undefined,
  report: Report,
  names: readonly string[] = [],
): void {
  if (directory === undefined || !isWritable(directory, report)) return;
  for (const name of names) {
    if (lstatSync(join(directory, name), { throwIfNoEntry: false }) !== undefined) {
      report(
        "directory",
        `already holds a file ${quoted(name)}. No file is overwritten. Give another directory, or move the file away`,
        "FILE_EXISTS",
      );
    }
  }
}

function isWritable(directory: string, report: Report): boolean {
  try {
    let there = directory;
    while (lstatSync(there, { throwIfNoEntry: false }) === undefined) there = dirname(there);
    accessSync(there, constants.W_OK | constants.X_OK);
    if (statSync(there).isDirectory()) return true;
    report(
      "directory",
      "is not a directory, or lies under a file. Give the path of a directory",
      "FILE_FAILED",
    );
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    report(
      "directory",
      `cannot be written (${code}). Give the path of a directory that the runner can write`,
      "FILE_FAILED",
    );
  }
  return false;
}
