import { join } from "node:path";
import type { Certificate } from "../../ca/certificate.ts";
import { escapeMarkdown, markdownTable } from "../../github/markdown.ts";
import { OUTPUT_LIMIT, type Runner } from "../../github/runner.ts";
import type { AgentRecord } from "./record.ts";

/** Rows of the job's page: GitHub takes 1 MiB, and nobody reads a thousand. */
const MOST_ROWS = 50;

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
 * @returns the JSON array of the output `agents`; empty, with a warning, beyond 120,000 bytes: an empty text fails in a
 * fromJSON, an empty array would silently do nothing
 */
export function agentsOutput(
  runner: Pick<Runner, "warning">,
  records: readonly AgentRecord[],
  directory: string,
): string {
  const path = (file: string) => (file === "" ? "" : join(directory, file));
  const agents: string[] = [];
  let size = 2;
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
    const text = JSON.stringify(agent);
    size += Buffer.byteLength(text) + 1;
    if (size > OUTPUT_LIMIT) {
      runner.warning(
        `The output agents is empty: for ${records.length} agents it would have more than ${OUTPUT_LIMIT.toLocaleString("en")} bytes, and a step could not take it as env. Read the manifest instead (output manifest-path).`,
      );
      return "";
    }
    agents.push(text);
  }
  return `[${agents.join(",")}]`;
}
