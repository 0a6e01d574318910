/**
 * The OpenSSL program: the input that says which one, where it is found, which versions are supported, and what a process
 * of it gets.
 */
import { isAbsolute } from "node:path";
import { findInPath } from "@actions/io";
import { path } from "../action/input-parsers.ts";
import { field, plainGroup } from "../action/inputs.ts";
import { ActionError, type ErrorCode } from "../messages/errors.ts";
import { quoted } from "../messages/printable.ts";

/** Where OpenSSL runs. */
export const opensslInputs = plainGroup({
  "openssl-path": field({
    description:
      "OpenSSL 1.1.1 or later: openssl for the one on PATH, or the path of the program. Defaults to openssl.",
    default: "openssl",
    parse: program,
  }),
});

const ODD_PATH = process.platform === "win32" ? /;/ : /["\\:]/;

/**
 * Finds the program before anything runs.
 * @param text the name `openssl`, looked up on PATH, or the path of a program
 * @returns its absolute path
 * @throws Error with the code `OPENSSL_NOT_FOUND`
 */
async function program(text: string): Promise<string> {
  if (text === "openssl") return (await findProgram(text)) ?? refuse("openssl is not on PATH");
  const file = path(text);
  // @actions/exec splits a command line, and openssl-wrapper looks along PATH.
  if (ODD_PATH.test(file))
    refuse(
      `${quoted(text)} contains a quotation mark, a backslash or a colon. Make a link to the program at another path`,
    );
  return (await findProgram(file)) ?? refuse(`${quoted(text)} is not a program that can be run`);
}

/**
 * @param name a name to look up on PATH, or an absolute path; on Windows without its extension, too
 * @returns the absolute path of a program that may be run; undefined where there is none
 */
export async function findProgram(name: string): Promise<string | undefined> {
  // A relative folder on PATH would be another one for each process.
  return (await findInPath(name)).find((found) => isAbsolute(found));
}

function refuse(reason: string): never {
  const code: ErrorCode = "OPENSSL_NOT_FOUND";
  throw Object.assign(
    new Error(`${reason}. Give the path of OpenSSL 1.1.1 or later, for example /usr/bin/openssl`),
    { code },
  );
}

/** The program of a run, and what each of its processes is started with. */
export interface OpenSslProgram {
  /** Absolute, of the program. */
  readonly path: string;
  /** Private directory, absolute. */
  readonly directory: string;
  /** Absolute path of the file for OPENSSL_CONF. */
  readonly configuration: string;
}

/**
 * Inputs and the runner's credentials are in this process's environment, and children do not need them. With the Node.js
 * variables, a stand-in for OpenSSL that is written in Node.js would print what it handles.
 */
const WITHHELD = /^(?:INPUT_|STATE_|ACTIONS_|GITHUB_|NODE_DEBUG|OPENSSL_CONF$)/i;

/**
 * @param own variables of the child's own
 * @returns the environment of a child: this process's without what is withheld, and `own`
 */
export function childEnvironment(own: Readonly<Record<string, string>>): Record<string, string> {
  const inherited = Object.entries(process.env).filter(
    (pair): pair is [string, string] => pair[1] !== undefined && !WITHHELD.test(pair[0]),
  );
  return { ...Object.fromEntries(inherited), ...own };
}

type Version = readonly [major: number, minor: number, patch: number];

/** The oldest OpenSSL that the documented commands are tested with (the page's own is 1.1.1k). */
const OLDEST: Version = [1, 1, 1];
/** From here on `pkcs12 -export` knows `-iter`. */
export const ARCHIVE_ROUNDS: Version = [3, 0, 0];

/**
 * Reads the output of `openssl version`.
 * @param output e.g. `OpenSSL 3.0.19 27 Jan 2026 (Library: …)` or `LibreSSL 3.3.6`
 * @returns the first line without what is in brackets, e.g. `OpenSSL 3.0.19 27 Jan 2026`
 * @throws ActionError `OPENSSL_UNSUPPORTED` for LibreSSL, another program, or an OpenSSL before 1.1.1
 */
export function supportedVersion(output: string): string {
  const first = output.split(/\r?\n/, 1)[0] ?? "";
  const line = first.replace(/\s*\(.*/, "").trim();
  // A fork says which OpenSSL it is like: "OpenSSL 1.1.1 (compatible; AWS-LC 1.30.0)".
  if (!VERSION.test(line) || /\(compatible;/.test(first)) {
    const says = first.trim() === "" ? "empty" : quoted(first.trim());
    throw new ActionError(
      "OPENSSL_UNSUPPORTED",
      `The openssl program that was found is not OpenSSL. Its version is ${says}. The action needs OpenSSL 1.1.1 or later.`,
    );
  }
  if (!isFrom(line, OLDEST))
    throw new ActionError(
      "OPENSSL_UNSUPPORTED",
      `${line} is too old. The action needs OpenSSL 1.1.1 or later.`,
    );
  return line;
}

const VERSION = /^OpenSSL (\d+)\.(\d+)\.(\d+)/;

/**
 * @param line as {@link supportedVersion} returns it
 * @returns whether it is this version or a later one
 */
export function isFrom(line: string, [major, minor, patch]: Version): boolean {
  const [, a = 0, b = 0, c = 0] = (VERSION.exec(line) ?? []).map(Number);
  return (a - major || b - minor || c - patch) >= 0;
}
