/** Explains why an OpenSSL process failed: an error with a code, a hint and a next step. */
import { ActionError, type ErrorCode, RAISE_LIMITS } from "../messages/errors.ts";
import { printable } from "../messages/printable.ts";
import { type Argv, commandLine } from "./commands.ts";

/**
 * The causes that OpenSSL's messages point to. They only choose the hint. The exit code tells whether it
 * failed.
 */
const CATEGORIES: readonly { says: RegExp; code: ErrorCode; hint: string }[] = [
  {
    says: /private keys? (?:do(?:es)? not match|mismatch)|key values mismatch|do(?:es)? not match.*key/i,
    code: "KEY_MISMATCH",
    hint: "the CA certificate and the CA private key do not belong together",
  },
  {
    says: /bad decrypt|bad password|maybe wrong password|password read/i,
    code: "PASSPHRASE_WRONG",
    hint: "a passphrase is missing or wrong",
  },
  { says: /no space left|disk full/i, code: "FILE_FAILED", hint: "the disk is full" },
  { says: /permission denied/i, code: "FILE_FAILED", hint: "a file or its directory cannot be written" },
  {
    says: /string too (?:long|short)|invalid characters/i,
    code: "OPENSSL_FAILED",
    hint: "a part of the subject is too long, or has characters that a certificate cannot contain",
  },
  {
    says: /unknown option|unrecognized flag|invalid command|Use -help/i,
    code: "OPENSSL_UNSUPPORTED",
    hint: "this OpenSSL does not know an option of the documented commands",
  },
];

/** What the system lacks when it does not start a process, by its error names (POSIX). */
const SCARCE: Readonly<Record<string, string>> = {
  EMFILE: "file descriptors",
  ENFILE: "file descriptors",
  EAGAIN: "processes",
  ENOMEM: "memory",
};

/**
 * Maps a failed OpenSSL process to an error with a hint.
 * @param exitCode null where a signal ended it, undefined where it could not be started
 * @param stderr hostile text, or why it could not be started. The message shows the decisive part of it, safe
 * to print
 */
export function opensslFailure(argv: Argv, exitCode: number | null | undefined, stderr: string): ActionError {
  const command = `"${commandLine(argv)}"`;
  if (exitCode === undefined) return notStarted(command, stderr);
  if (isEndedBySignal(exitCode)) {
    return new ActionError("OPENSSL_FAILED", `${command} ${howItEnded(exitCode)}.${said(stderr)}`, {
      next: "Give the job more memory: a system that lacks memory ends processes. Or set openssl-path to another OpenSSL, because this one may have crashed. Then run again: it goes on where it stopped.",
    });
  }
  const category = CATEGORIES.find(({ says }) => says.test(stderr));
  const hint = category === undefined ? "" : `: ${category.hint}`;
  return new ActionError(
    category?.code ?? "OPENSSL_FAILED",
    `${command} ${howItEnded(exitCode)}${hint}.${said(stderr, category?.says)}`,
  );
}

/**
 * @param milliseconds the time limit of the process
 * @param stderr hostile text: the output on stderr until then
 * @returns the error of a process that was ended because it exceeded its time limit
 */
export function timedOut(argv: Argv, milliseconds: number, stderr: string): ActionError {
  return new ActionError(
    "OPENSSL_FAILED",
    `"${commandLine(argv)}" did not end within ${milliseconds / 60_000} minutes, so this run ended it.${said(stderr)}`,
    {
      next: "The program waits for something: a PIN, a device, a network disk. Run the command by hand on this runner to see what, or point openssl-path to another OpenSSL. Then run again: it goes on where it stopped.",
    },
  );
}

/**
 * The error of a program that fails at `openssl version`. It cannot run at all, for example because it loads
 * libraries of another version, or it is not OpenSSL.
 * @param exitCode as in {@link opensslFailure}
 * @param stderr hostile text
 * @returns the error `OPENSSL_NOT_FOUND`
 */
export function cannotRun(exitCode: number | null, stderr: string): ActionError {
  const misled = LIBRARY_VARIABLES.filter((name) => (process.env[name] ?? "") !== "");
  const next =
    misled.length > 0
      ? `${misled.join(" and ")} of this step may lead it to libraries of another version. Unset that for this step, or set openssl-path to an OpenSSL with libraries of its own. Then run again.`
      : "Install OpenSSL and its libraries in one version, or set openssl-path to another OpenSSL. Then run again.";
  return new ActionError(
    "OPENSSL_NOT_FOUND",
    `The openssl program does not run. It may load libraries of another version. "openssl version" ${howItEnded(exitCode)}.${said(stderr)}`,
    { next },
  );
}

/** Where Linux and macOS look for libraries first. */
const LIBRARY_VARIABLES = ["LD_LIBRARY_PATH", "LD_PRELOAD", "DYLD_LIBRARY_PATH", "DYLD_INSERT_LIBRARIES"];

/**
 * Some versions of OpenSSL do not notice a full disk: they exit with 0, and their file is missing or
 * incomplete.
 * @param file as the command names it
 * @param found what is wrong with it: `is empty`
 * @returns the error `FILE_FAILED`
 */
export function incompleteFile(file: string, directory: string, found: string): ActionError {
  return new ActionError(
    "FILE_FAILED",
    `OpenSSL ended with exit code 0, but the file ${file} that it should have written in ${directory} ${found}. The disk may be full.`,
    { next: "Free space on that disk, or set RUNNER_TEMP to a folder on another disk. Then run again." },
  );
}

function notStarted(command: string, reason: string): ActionError {
  const [name = ""] = /\bE[A-Z]+\b/.exec(reason) ?? [];
  const scarce = SCARCE[name];
  if (scarce === undefined)
    return new ActionError("OPENSSL_NOT_FOUND", `${command} could not be started: ${printable(reason, 300)}`);
  const message = `${command} could not be started. The system gives this job no more ${scarce} (${name}).`;
  return new ActionError("OPENSSL_FAILED", message, { next: RAISE_LIMITS });
}

/**
 * @param exitCode null where a signal ended the process itself
 * @returns whether a signal ended the process, or the program that a wrapper script ran. In the second case a
 * shell exits with 128 plus the signal's number (POSIX)
 */
export function isEndedBySignal(exitCode: number | null): boolean {
  return exitCode === null || exitCode > 128;
}

function howItEnded(exitCode: number | null): string {
  if (exitCode === null) return "was ended by a signal before it was finished";
  const code = `ended with exit code ${exitCode}`;
  return isEndedBySignal(exitCode)
    ? `${code}: signal ${exitCode - 128} ended it before it was finished`
    : code;
}

/** Most of OpenSSL's words that a message shows, in characters. */
const SAID_LIMIT = 600;

/**
 * @param decisive matches the decisive line
 * @returns a sentence with OpenSSL's output. A long output is shortened to the decisive line, or else the
 * first line, and the last lines
 */
function said(stderr: string, decisive?: RegExp): string {
  // Lines of dots and plus signs show the progress of a new key.
  const lines = stderr.split(/[\r\n]+/).filter((line) => !/^[\s.+*]*$/.test(line));
  const whole = printable(lines.join("\n"), stderr.length);
  if (whole === "") return "";
  if (whole.length <= SAID_LIMIT) return ` OpenSSL said: ${whole}`;
  const [line = ""] = decisive === undefined ? lines : lines.filter((text) => decisive.test(text));
  return ` OpenSSL said: ${printable(line, SAID_LIMIT / 2)} … ${whole.slice(-SAID_LIMIT / 2)}`;
}
