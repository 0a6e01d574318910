// Texts from outside (replies, OpenSSL's words, names in certificates, inputs) made safe to stand in a message.
import { visible, withoutSecrets } from "./secrets.ts";

/** Most characters of a hostile text that the user need not copy; names in certificates have at most 64. */
const NAME_LIMIT = 120;
/** Most characters of an id of the platform. */
const ID_LIMIT = 1024;
/** PATH_MAX of Linux. */
const PATH_LIMIT = 4096;

/**
 * Makes hostile text (a reply, an OpenSSL message, a certificate's name) safe to print. The Actions runner obeys
 * `::cmd::` at the start of a line and `##[cmd]` anywhere in a line, on stdout and on stderr.
 * @param text anything
 * @param limit most characters of the result
 * @returns one line without secrets, control, escape and direction characters, in which no workflow command is left. A part
 * of a line may still have a `::` (`fe80::1`): whole lines go through this before they are printed
 */
export function printable(text: string, limit = 1000): string {
  const line = withoutSecrets(visible(text))
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

/**
 * @returns a name or common name for a message: one short line, so that it cannot forge lines of the message
 */
export function printableName(text: string): string {
  return printable(text, NAME_LIMIT);
}

/** @returns an id for a message: one line, not cut, because the user copies it */
export function printableId(id: string): string {
  return printable(id, ID_LIMIT);
}

/** @returns the text in quotes, cut and safe to print */
export function quoted(text: string): string {
  return `"${printableName(text)}"`;
}

/** @returns the text in quotes and safe to print, in full: the user copies it (an agent's name, a path) */
export function quotedInFull(text: string): string {
  return `"${printable(text, PATH_LIMIT)}"`;
}

/** @returns the text with a capital letter at its beginning, as a sentence has it */
export function capitalize(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
