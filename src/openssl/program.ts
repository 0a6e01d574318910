/**
 * The OpenSSL program: the input that names it, the search for it, the supported versions, and the
 * environment of its processes.
 */
import { isAbsolute } from "node:path";
import { findInPath } from "@actions/io";
import { path } from "../action/input-parsers.ts";
import { field, plainGroup } from "../action/inputs.ts";
import { ActionError, type ErrorCode } from "../messages/errors.ts";
import { quoted } from "../messages/printable.ts";

/** The input that names the OpenSSL program. */
export const opensslInputs = plainGroup({
  "openssl-path": field({
    description:
      "OpenSSL 1.1.1 or later: openssl for the one on PATH, or the path of the program. Defaults to openssl.",
    default: "openssl",
    parse: program,
  }),
});

const ODD_PATH = process.platform === "win32" ? /;/ : /["\\:]/;

/** @returns the absolute path of the program @throws Error with the code `OPENSSL_NOT_FOUND` */
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
  // A relative folder on PATH depends on the working directory, which differs between processes.
  return (await findInPath(name)).find((found) => isAbsolute(found));
}

function refuse(reason: string): never {
  const code: ErrorCode = "OPENSSL_NOT_FOUND";
  throw Object.assign(
    new Error(`${reason}. Give the path of OpenSSL 1.1.1 or later, for example /usr/bin/openssl`),
    { code },
  );
}

/** The program of a run, with the directory and the configuration of its processes. */
export interface OpenSslProgram {
  /** Absolute, of the program. */
  readonly path: string;
  /** Private directory, absolute. */
  readonly directory: string;
  /** Absolute path of the file for OPENSSL_CONF. */
  readonly configuration: string;
}

/**
 * The variables that OpenSSL processes do not get: the inputs, the runner's credentials, NODE_DEBUG, and an
 * OPENSSL_CONF of others. NODE_DEBUG would make a substitute for OpenSSL that is written in Node.js print the
 * data that it handles.
 */
const WITHHELD = /^(?:INPUT_|STATE_|ACTIONS_|GITHUB_|NODE_DEBUG|OPENSSL_CONF$)/i;

/**
 * @param own variables of the child's own
 * @returns the environment of a child: the variables of this process except {@link WITHHELD}, and `own`
 */
export function childEnvironment(own: Readonly<Record<string, string>>): Record<string, string> {
  const inherited = Object.entries(process.env).filter(
    (pair): pair is [string, string] => pair[1] !== undefined && !WITHHELD.test(pair[0]),
  );
  return { ...Object.fromEntries(inherited), ...own };
}

type Version = readonly [major: number, minor: number, patch: number];

const VERSION = /^OpenSSL (\d+)\.(\d+)\.(\d+)/;
/** The oldest OpenSSL that the documented commands are tested with (the page's own is 1.1.1k). */
const OLDEST: Version = [1, 1, 1];

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
    throw unsupported(`The openssl program that was found is not OpenSSL. Its version is ${says}.`);
  }
  if (!isFrom(line, OLDEST)) throw unsupported(`${line} is too old.`);
  return line;
}

function unsupported(why: string): ActionError {
  return new ActionError("OPENSSL_UNSUPPORTED", `${why} The action needs OpenSSL 1.1.1 or later.`);
}

/**
 * @param line as {@link supportedVersion} returns it
 * @returns whether it is this version or a later one
 */
export function isFrom(line: string, [major, minor, patch]: Version): boolean {
  const [, a = 0, b = 0, c = 0] = (VERSION.exec(line) ?? []).map(Number);
  return (a - major || b - minor || c - patch) >= 0;
}
