import { join } from "node:path";
import type { Certificate } from "../../ca/certificate.ts";
import { escapeMarkdown, markdownTable } from "../../github/markdown.ts";
import type { Runner } from "../../github/runner.ts";
import type { AgentRecord } from "./record.ts";

/** Rows of the job's page: GitHub takes 1 MiB, and nobody reads a thousand. */
const MOST_ROWS = 50;
/** Characters: a job's outputs have 1 MB together, and GitHub counts two bytes a character (UTF-16). */
const OUTPUT_LIMIT = 450_000;

/** Shows what a run issued: a notice, and a table of the first agents. */
export async function summarizeAgents(
  runner: Runner,
  shown: {
    records: readonly AgentRecord[];
    issued: number;
    ca: Certificate;
    directory: string;
    /** Sentences for log and page. */
    remarks: readonly string[];
  },
): Promise<void> {
  const { records, issued, ca, directory, remarks } = shown;
  const headline = `Agent certificates: ${issued} issued, ${records.length - issued} unchanged`;
  runner.notice(`${headline}, by the CA ${ca.commonName}, in ${directory}.`);
  const rows = records
    .slice(0, MOST_ROWS)
    .map(({ name, clientId, expiration, serialNumber }) => [
      { code: name },
      { code: clientId },
      expiration,
      serialNumber,
    ]);
  const more = records.length > MOST_ROWS ? `\n\n… and ${records.length - MOST_ROWS} more.` : "";
  const table = markdownTable(["Agent", "Client id", "Expiration", "Serial number"], rows);
  for (const remark of remarks) runner.info(remark);
  const said = remarks.map((remark) => `\n\n${escapeMarkdown(remark)}`).join("");
  const by = `Issued by ${ca.commonName}, which expires ${ca.expiration}. Directory: ${directory}`;
  await runner.summary(`### ${headline}\n\n${escapeMarkdown(by)}${said}\n\n${table}${more}\n`);
}

/**
 * @param directory absolute, where the files are
 * @returns the JSON array of the output `agents`, or empty, with a warning, where a job's outputs would not hold it: an
 * empty text fails in a fromJSON, an empty array would silently do nothing
 */
export function agentsOutput(
  runner: Pick<Runner, "warning">,
  records: readonly AgentRecord[],
  directory: string,
): string {
  const path = (file: string) => (file === "" ? "" : join(directory, file));
  let json = "[";
  for (const { name, clientId, expiration, ...files } of records) {
    const agent = {
      name,
      clientId,
      certificatePath: path(files.certificate),
      privateKeyPath: path(files.privateKey),
      chainPath: path(files.chain),
      archivePath: path(files.archive),
      expiration,
    };
    json += `${json === "[" ? "" : ","}${JSON.stringify(agent)}`;
    if (json.length > OUTPUT_LIMIT) break;
  }
  if (json.length <= OUTPUT_LIMIT) return `${json}]`;
  runner.warning(
    "The output agents is empty: it would be larger than a job's outputs may be. The manifest (manifest-path) has it all.",
  );
  return "";
}
