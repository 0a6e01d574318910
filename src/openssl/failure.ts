import { ActionError, type ErrorCode } from "../ca/errors.ts";
import { printable } from "../ca/printable.ts";
import { type Argv, commandLine } from "./commands.ts";

/** What OpenSSL's own words point to. They only choose the hint: the exit code alone decided that it failed. */
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
    hint: "a part of the subject is too long or has characters that a certificate cannot hold",
  },
  {
    says: /unknown option|unrecognized flag|invalid command|Use -help/i,
    code: "OPENSSL_UNSUPPORTED",
    hint: "this OpenSSL does not know an option of the documented commands",
  },
  {
    says: /error (?:while )?loading shared|library not (?:found|loaded)|version .* not found/i,
    code: "OPENSSL_NOT_FOUND",
    hint: "the OpenSSL program cannot load its libraries",
  },
];

/**
 * Maps a failed OpenSSL process to an error with a hint.
 * @param exitCode not 0, or undefined where the process could not be started
 * @param stderr hostile text; the first lines of it are shown, made safe to print
 */
export function opensslFailure(argv: Argv, exitCode: number | undefined, stderr: string): ActionError {
  const command = commandLine(argv);
  if (exitCode === undefined) {
    return new ActionError(
      "OPENSSL_NOT_FOUND",
      `"${command}" could not be started: ${printable(stderr, 300)}`,
    );
  }
  const category = CATEGORIES.find(({ says }) => says.test(stderr));
  const hint = category === undefined ? "" : `: ${category.hint}`;
  const said = printable(stderr.trim(), 600);
  return new ActionError(
    category?.code ?? "OPENSSL_FAILED",
    `"${command}" ended with exit code ${exitCode}${hint}.${said === "" ? "" : ` OpenSSL said: ${said}`}`,
  );
}
