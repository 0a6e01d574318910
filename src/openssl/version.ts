import { ActionError } from "../messages/errors.ts";
import { quoted } from "../messages/printable.ts";

type Version = readonly [major: number, minor: number, patch: number];

/** The oldest OpenSSL the documented commands are proven on (the page's own is 1.1.1k). */
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
