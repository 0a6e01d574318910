// The secrets of this run, kept for the whole process, and how they are removed from texts. A text from
// outside may repeat a secret. Such a text is cut, escaped and joined to other texts before the runner masks
// it. The masks would then not find the secret. So each text loses its secrets where it is made printable.
import { stripVTControlCharacters } from "node:util";

const secrets = new Set<string>();

/** Characters. Shorter texts would garble what is printed. */
export const SHORTEST_SECRET = 4;
/** Shorter parts of a secret stand in innocent texts by chance. */
const TELLING_LENGTH = 16;
/** What tokens, secrets and base64 consist of. */
const LONG_WORD = /[\w.~+/=-]{16,}/g;

/**
 * Makes {@link withoutSecrets} put `***` in the place of this text. A text of fewer than 4 characters is not
 * taken.
 */
export function addSecret(secret: string): void {
  for (const form of [secret, visible(secret)]) if (form.length >= SHORTEST_SECRET) secrets.add(form);
}

/** @returns the text without escape sequences and characters that cannot be seen: they may stand in the middle of a secret */
export function visible(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/[\p{Cf}\p{Cs}]/gu, "");
}

/**
 * @param text hostile, such as a name or an id in a reply
 * @returns whether it holds a secret of this run, or a telling part of one
 */
export function repeatsSecret(text: string): boolean {
  return [...secrets].some(
    (secret) =>
      (secret.length >= TELLING_LENGTH / 2 && text.includes(secret)) ||
      (text.length >= TELLING_LENGTH && secret.includes(text)),
  );
}

/**
 * @returns the text with `***` for each secret and each telling part of one. Secrets may overlap or lie
 * inside one another
 */
export function withoutSecrets(text: string): string {
  const found = [...secrets].flatMap((secret) => occurrences(text, secret)).sort(([a], [b]) => a - b);
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
