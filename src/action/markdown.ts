// Escapes hostile text for the job's page, in Markdown.
import { printable } from "../messages/printable.ts";

/**
 * Characters that have a meaning in Markdown, in formulas, or in addresses that GitHub turns into links. A
 * `_` between letters has no meaning, so error codes stay readable.
 */
const MEANINGFUL = /[\\`*[\]!|@~$]|:(?=\/\/)|(?<=www)\.|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/giu;

/** Most characters of a text: an annotation has no more. */
const LINE_LIMIT = 4096;
/** Most characters of a table's cell. */
const CELL_LIMIT = 300;

/**
 * Escapes hostile text (a certificate's name, a common name) for Markdown on the job's page.
 * @returns one line in which nothing is a tag, a link, emphasis, a mention or a table's border
 */
export function escapeMarkdown(text: string): string {
  return escapeUpTo(text, LINE_LIMIT);
}

function escapeUpTo(text: string, limit: number): string {
  return printable(text, limit)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(MEANINGFUL, entity);
}

/**
 * GitHub looks for addresses and mentions in the text that entities stand for, but not across tags. So `@`
 * gets a tag.
 */
function entity(character: string): string {
  const code = `&#${character.codePointAt(0)};`;
  return character === "@" ? `<span>${code}</span>` : code;
}

/**
 * Text for a table, or a name as a code span. In a code span GitHub gives `_` no meaning and makes no emoji
 * of `:…:`.
 */
export type Cell = string | { readonly code: string };

/** @returns a Markdown table; every cell is escaped here */
export function markdownTable(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const cell = (content: Cell) =>
    typeof content === "string" ? escapeUpTo(content, CELL_LIMIT) : codeSpan(content.code, CELL_LIMIT);
  const line = (cells: readonly Cell[]) => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), `|${" --- |".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

/**
 * Shows a name or a path as code. Nothing can be escaped in a code span. A character that would end the span
 * or a table's cell becomes an apostrophe.
 * @param limit most characters
 */
export function codeSpan(code: string, limit = LINE_LIMIT): string {
  return `\`${printable(code, limit).replaceAll(/[`|]/g, "'")}\``;
}
