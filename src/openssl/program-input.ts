import { path } from "../action/input-texts.ts";
import { field, plainGroup } from "../action/inputs.ts";
import type { ErrorCode } from "../messages/errors.ts";
import { quoted } from "../messages/printable.ts";
import { isExecutable, locate } from "./locate.ts";

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
 * The name `openssl`, looked up on PATH here and now, or the path of a program.
 * @throws Error with the code `OPENSSL_NOT_FOUND`
 */
function program(text: string): string {
  if (text !== "openssl") {
    const file = path(text);
    // Programs are started by a command line, and looked up along PATH.
    if (ODD_PATH.test(file))
      throw notFound(
        `${quoted(text)} contains a quotation mark, a backslash or a colon. Make a link to the program at another path`,
      );
    if (isProgram(file)) return file;
    throw notFound(`${quoted(text)} is not a program that can be run`);
  }
  const found = locate(text);
  if (found === undefined) throw notFound("openssl is not on PATH");
  return found;
}

function notFound(reason: string): Error {
  const code: ErrorCode = "OPENSSL_NOT_FOUND";
  return Object.assign(
    new Error(`${reason}. Give the path of OpenSSL 1.1.1 or later, for example /usr/bin/openssl`),
    { code },
  );
}

/** Windows starts a program without its extension too. */
function isProgram(file: string): boolean {
  return isExecutable(file) || (process.platform === "win32" && isExecutable(`${file}.exe`));
}
