import { stripVTControlCharacters } from "node:util";

/** Secrets of this run: hostile text may echo one, and changing that text would hide it from the runner's masks. */
const hidden = new Set<string>();

/** Shorter texts would garble what is printed. */
const SHORTEST_SECRET = 4;

/** From here on {@link printable} shows `***` instead of this text. */
export function hide(secret: string): void {
  if (secret.length >= SHORTEST_SECRET) hidden.add(secret);
}

/**
 * Makes hostile text (a reply, an OpenSSL message, a certificate's name) safe to print. The Actions runner obeys
 * `::cmd::` at the start of a line and `##[cmd]` anywhere in a line, on stdout and on stderr.
 * @param text anything
 * @param limit most characters of the result
 * @returns one line without control, escape and direction characters, in which no workflow command is left. A part of a
 * line may still bring a `::` along (`fe80::1`): whole lines go through this before they are printed
 */
export function printable(text: string, limit = 1000): string {
  const line = stripVTControlCharacters(withoutSecrets(text))
    .replaceAll(/[\p{Cf}\p{Cs}]/gu, "")
    .split(/[\p{Cc}\p{Zl}\p{Zp}]/u)
    .map(withoutCommand)
    .join(" ")
    .replaceAll("##[", "## [")
    .trim();
  return line.length > limit ? `${line.slice(0, limit).replace(/\p{Cs}$/u, "")}…` : line;
}

/** A line that begins like a command keeps no `::` at all. */
function withoutCommand(line: string): string {
  return line.trimStart().startsWith("::") ? line.replaceAll("::", ": :") : line;
}

/** @returns the text in quotes, cut and safe to print */
export function quoted(text: string): string {
  return `"${printable(text, 60)}"`;
}

function withoutSecrets(text: string): string {
  let safe = text;
  for (const secret of hidden) safe = safe.replaceAll(secret, "***");
  return safe;
}
