/** What the summaries on the job's page are made of. */
import { escapeMarkdown, markdownTable } from "../action/markdown.ts";
import type { Runner } from "../action/runner.ts";
import type { Slot } from "../ca/slots.ts";

/** @returns rows of {@link factsTable}: what the platform says of one CA certificate */
export function slotRows(slot: Pick<Slot, "id" | "name" | "commonName" | "expiration">): string[][] {
  return [
    ["Id", slot.id],
    ["Name", slot.name],
    ["Common name", slot.commonName],
    ["Expires (UTC)", slot.expiration],
  ];
}

/** Shows what a single task did on the job's page: a headline and a table of names and values. */
export async function summarizeStep(
  runner: Pick<Runner, "summary">,
  headline: string,
  rows: readonly (readonly string[])[],
): Promise<void> {
  await runner.summary(`### ${headline}\n\n${factsTable(rows)}\n`);
}

/** @returns a table of names and values */
export function factsTable(rows: readonly (readonly string[])[]): string {
  return markdownTable(["Property", "Value"], rows);
}

/** @returns what to do next as a list; the steps are escaped here */
export function nextList(steps: readonly string[]): string {
  return `**Next**\n\n${steps.map((step) => `- ${escapeMarkdown(step)}`).join("\n")}\n`;
}
