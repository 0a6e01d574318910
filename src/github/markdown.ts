import { printable } from "../ca/printable.ts";

/**
 * What Markdown gives a meaning, formulas and the addresses that GitHub makes links of included. Between letters `_` is
 * none: error codes stay readable.
 */
const MEANINGFUL = /[\\`*[\]!|@~$]|:(?=\/\/)|(?<=www)\.|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/giu;

/** As much as an annotation shows: ids and paths that a user copies from the job's page are never cut. */
const TEXT_LIMIT = 4000;

/**
 * Escapes hostile text (a certificate's name, a common name) for Markdown on the job's page.
 * @returns one line in which nothing is a tag, a link, emphasis, a mention or a table's border
 */
export function escapeMarkdown(text: string): string {
  return printable(text, TEXT_LIMIT)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(MEANINGFUL, entity);
}

/** GitHub looks for addresses and mentions in the text that the entities come to, but not across tags. */
function entity(character: string): string {
  const code = `&#${character.codePointAt(0)};`;
  return character === "@" ? `<span>${code}</span>` : code;
}

/** Text for a table: a name in a code span, in which GitHub makes nothing of `_` and no emoji of `:…:`. */
export type Cell = string | { readonly code: string };

/** @returns a Markdown table; every cell is escaped here */
export function markdownTable(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const cell = (content: Cell) => (typeof content === "string" ? escapeMarkdown(content) : codeSpan(content));
  const line = (cells: readonly Cell[]) => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), `|${" --- |".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

/** Nothing can be escaped in it: what would end it, or the cell, becomes an apostrophe. */
function codeSpan({ code }: { readonly code: string }): string {
  return `\`${printable(code, TEXT_LIMIT).replaceAll(/[`|]/g, "'")}\``;
}
