/** Shows what a run did: a notice, the job summary, and the output `agents`. */
import { join } from "node:path";
import { type Cell, codeSpan, escapeMarkdown, markdownTable } from "../action/markdown.ts";
import { OUTPUT_LIMIT, type Runner } from "../action/runner.ts";
import type { IssuedAgent } from "./manifest-lines.ts";
import { nextSteps, type Situation } from "./next-steps.ts";
import { makesStrongArchives } from "./pkcs12.ts";

/** Rows of the job summary: GitHub takes 1 MiB, and nobody reads a thousand. */
const MOST_ROWS = 50;

/** Shows what a run issued: a notice, a table of the first agents, and what to do next. */
export async function summarizeAgents(runner: Runner, situation: Situation): Promise<void> {
  const { fleet, agents, issued } = situation;
  const ca = fleet.ca.certificate;
  const directory = situation.directory.path;
  const headline = `Agent certificates: ${issued.size} issued, ${agents.length - issued.size} unchanged`;
  runner.notice(`${headline}. Issuing CA: ${ca.commonName}. Directory: ${directory}`);
  const steps = nextSteps(situation);
  const remarks = remarksOf(situation);
  for (const remark of remarks) runner.info(remark);
  for (const step of steps) runner.info(`Next: ${step.map(plain).join("")}`);
  const parts = [
    `### ${headline}`,
    `Issuing CA: ${codeSpan(ca.commonName)}, expires ${ca.expiration}.\\\nDirectory: ${codeSpan(directory)}`,
    ...remarks.map((remark) => escapeMarkdown(remark)),
    tableOf(agents, issued),
    "**Next**",
    steps.map((step) => `- ${step.map(marked).join("")}`).join("\n"),
  ];
  await runner.summary(`${parts.join("\n\n")}\n`);
}

/** @returns what this OpenSSL leaves to be desired: facts for log and summary, not worth an annotation on every run */
function remarksOf({ agents, fleet: { archives } }: Situation): string[] {
  const old = agents.filter(({ x509Version }) => x509Version === 1).length;
  const instead = (release: string) => `openssl-path to OpenSSL ${release} or later`;
  const remarks: string[] = [];
  if (old > 0)
    remarks.push(
      `${old} of ${agents.length} agent certificates are X.509 v1, because OpenSSL before 3.2 makes v1 with the documented command. Verifiers written in Rust (rustls) and Python (cryptography) refuse v1. If you need v3, set ${instead("3.2")}, move the agents' files away and run this task again.`,
    );
  if (archives !== undefined && !makesStrongArchives(archives.version))
    remarks.push(
      `${archives.version} encrypts archives with 2,048 rounds of PBKDF2. OpenSSL 3.0 and later use 100,000. Choose a long archive-passphrase, or set ${instead("3.0")}.`,
    );
  return remarks;
}

const plain = (part: Cell) => (typeof part === "string" ? part : part.code);
/** The words are the action's: only code needs to be made safe. */
const marked = (part: Cell) => (typeof part === "string" ? part : codeSpan(part.code));

/** Those that were issued come first: their files go to devices. */
function tableOf(agents: readonly IssuedAgent[], issued: ReadonlySet<string>): string {
  const isIssued = ({ name }: IssuedAgent) => issued.has(name);
  const ordered = [...agents.filter(isIssued), ...agents.filter((agent) => !isIssued(agent))];
  const rows = ordered.slice(0, MOST_ROWS).map((agent): Cell[] => {
    const { name, clientId, expiration, serialNumber } = agent;
    const state = isIssued(agent) ? "issued" : "unchanged";
    return [{ code: name }, { code: clientId }, expiration, serialNumber, state];
  });
  const table = markdownTable(
    ["Agent", "MQTT client id", "Expires (UTC)", "Serial number", "This run"],
    rows,
  );
  const more = agents.length - MOST_ROWS;
  return more > 0 ? `${table}\n\n… and ${more} more. The file agents.csv lists all of them.` : table;
}

/**
 * @param directory absolute, where the files are
 * @returns the JSON array of the output `agents`; empty, with a warning, beyond 120,000 bytes: an empty text fails in a
 * fromJSON, an empty array would silently do nothing
 */
export function agentsOutput(
  runner: Pick<Runner, "warning">,
  agents: readonly IssuedAgent[],
  directory: string,
): string {
  const path = (file: string) => (file === "" ? "" : join(directory, file));
  const shown = agents.map(({ name, clientId, expiration, ...files }) => ({
    name,
    clientId,
    certificatePath: path(files.certificate),
    privateKeyPath: path(files.privateKey),
    chainPath: path(files.chain),
    archivePath: path(files.archive),
    expiration,
  }));
  const text = JSON.stringify(shown);
  if (Buffer.byteLength(text) <= OUTPUT_LIMIT) return text;
  runner.warning(
    `The output agents is empty. For ${agents.length} agents it would have more than ${OUTPUT_LIMIT.toLocaleString("en")} bytes, and no step could take it as env. Read the manifest instead: its path is the output manifest-path.`,
  );
  return "";
}
