import { printable } from "../ca/printable.ts";

/**
 * Escapes hostile text (a certificate's name, a common name) for Markdown on the job's page.
 * @returns one line in which nothing is a tag, a link, a mention or a table's border
 */
export function escapeMarkdown(text: string): string {
  return printable(text, 300)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(/[\\`*[\]!|@]|:(?=\/\/)/g, (character) => `&#${character.codePointAt(0)};`);
}

/** @returns a Markdown table; every cell is escaped here */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeMarkdown).join(" | ")} |`;
  return [line(head), `|${" --- |".repeat(head.length)}`, ...rows.map(line)].join("\n");
}
