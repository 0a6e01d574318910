import { stripVTControlCharacters } from "node:util";

/** Secrets of this run: hostile text may echo one, and changing that text would hide it from the runner's masks. */
const hidden = new Set<string>();

/** Shorter texts would garble what is printed. */
export const SHORTEST_SECRET = 4;
/** Shorter parts of one stand in innocent texts by chance. */
const TELLING_LENGTH = 16;
/** PATH_MAX of Linux. */
const LONGEST_PATH = 4096;
/** What tokens, secrets and base64 consist of. */
const LONG_WORD = /[\w.~+/=-]{16,}/g;

/** From here on {@link printable} shows `***` instead of this text. */
export function hide(secret: string): void {
  for (const form of [secret, readable(secret)]) if (form.length >= SHORTEST_SECRET) hidden.add(form);
}

/** @returns the text without what cannot be seen: it may stand in the middle of a secret */
function readable(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/[\p{Cf}\p{Cs}]/gu, "");
}

/**
 * @param text hostile, such as a name or an id in a reply
 * @returns whether it holds a secret of this run, or a telling part of one
 */
export function repeatsSecret(text: string): boolean {
  return [...hidden].some(
    (secret) =>
      (secret.length >= TELLING_LENGTH / 2 && text.includes(secret)) ||
      (text.length >= TELLING_LENGTH && secret.includes(text)),
  );
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
  const line = withoutSecrets(readable(text))
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

/** Most characters of a hostile text that nobody has to copy; names in certificates have at most 64. */
const SHOWN_LIMIT = 120;

/** @returns the text in quotes, cut and safe to print */
export function quoted(text: string): string {
  return `"${shown(text)}"`;
}

/** @returns the text in quotes and safe to print, in full: somebody copies it (an agent's name, a path) */
export function quotedInFull(text: string): string {
  return `"${printable(text, LONGEST_PATH)}"`;
}

/**
 * A name or common name as it enters a message: hostile, and of many lines it could forge the message's own.
 * @returns one short line
 */
export function shown(text: string): string {
  return printable(text, SHOWN_LIMIT);
}

/** @returns an id that the user has to copy as it enters a message: one line, not cut (an id has at most 1,024 characters) */
export function wholeId(id: string): string {
  return printable(id, 1024);
}

/** @returns the text with `***` for secrets: they may lie inside one another or overlap, and telling parts of one go, too */
export function withoutSecrets(text: string): string {
  const found = [...hidden].flatMap((secret) => occurrences(text, secret)).sort(([a], [b]) => a - b);
  let safe = "";
  let end = 0;
  for (const [from, to] of found) {
    if (from >= end) safe += `${text.slice(end, from)}***`;
    end = Math.max(end, to);
  }
  return (safe + text.slice(end)).replaceAll(LONG_WORD, (word) => (repeatsSecret(word) ? "***" : word));
}

function occurrences(text: string, secret: string): [from: number, to: number][] {
  const found: [number, number][] = [];
  for (let from = text.indexOf(secret); from >= 0; from = text.indexOf(secret, from + 1)) {
    found.push([from, from + secret.length]);
  }
  return found;
}
