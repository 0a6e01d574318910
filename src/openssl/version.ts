import { ActionError } from "../ca/errors.ts";

/** The oldest OpenSSL the documented commands are proven on (the page's own is 1.1.1k). */
const OLDEST = [1, 1, 1] as const;

/**
 * Reads the output of `openssl version`.
 * @param output e.g. `OpenSSL 3.0.19 27 Jan 2026 (Library: …)` or `LibreSSL 3.3.6`
 * @returns the first line without what is in brackets, e.g. `OpenSSL 3.0.19 27 Jan 2026`
 * @throws ActionError `OPENSSL_UNSUPPORTED` for LibreSSL, another program, or an OpenSSL before 1.1.1
 */
export function supportedVersion(output: string): string {
  const line = (output.split(/\r?\n/, 1)[0] ?? "").replace(/\s*\(.*/, "").trim();
  const version = /^OpenSSL (\d+)\.(\d+)\.(\d+)/.exec(line);
  if (version === null) {
    const found = line.startsWith("LibreSSL") ? line : "another program";
    throw new ActionError(
      "OPENSSL_UNSUPPORTED",
      `The openssl found is ${found}, not OpenSSL 1.1.1 or later.`,
    );
  }
  const [major, minor, patch] = version.slice(1, 4).map(Number) as [number, number, number];
  const [oldMajor, oldMinor, oldPatch] = OLDEST;
  const order = major - oldMajor || minor - oldMinor || patch - oldPatch;
  if (order < 0)
    throw new ActionError("OPENSSL_UNSUPPORTED", `${line} is too old; OpenSSL 1.1.1 or later is needed.`);
  return line;
}
