/** The manifest of a directory, as JSON and as a table: every agent that has a certificate there. */
import { open, stat } from "node:fs/promises";
import type { Certificate } from "../ca/certificate.ts";
import type { AgentDirectory } from "./directory.ts";
import { type IssuedAgent, linesOfAgents, notManifestError, readAgents } from "./issued-agent.ts";

/** The manifest's files; no agent's file has such a name. */
export const MANIFEST = "agents.json";
const CSV = "agents.csv";
const CSV_HEAD = "name,clientId,expiration,serialNumber,fingerprint,certificate,privateKey,chain,archive";

/** Whose agents a manifest lists, and who issues them now. */
export interface ManifestHead {
  readonly tenant: string;
  readonly ca: Certificate;
}

/**
 * Checks that a file under the table's name is an earlier table: nothing else is replaced. The JSON is checked when it is
 * read.
 * @throws ActionError `FILE_EXISTS`
 */
export async function requireOwnTable(directory: AgentDirectory): Promise<void> {
  const begin = await beginning(directory.at(CSV), CSV_HEAD.length);
  if (begin === undefined || begin === CSV_HEAD) return;
  throw notManifestError(directory.at(CSV));
}

/**
 * Writes the manifest as JSON and CSV, without secrets: this run's agents, then those of earlier runs whose certificates
 * are still there.
 * @returns the path of the JSON
 * @throws ActionError `FILE_FAILED`; the earlier manifest stays
 */
export async function writeManifest(
  directory: AgentDirectory,
  { tenant, ca }: ManifestHead,
  agents: readonly IssuedAgent[],
): Promise<string> {
  const mine = new Set(agents.map(({ name }) => name));
  const all = () => withEarlier(directory, tenant, agents, mine);
  const { commonName, expiration, fingerprint } = ca;
  await directory.replace(CSV, csvParts(all()));
  return await directory.replace(
    MANIFEST,
    linesOfAgents(tenant, { ca: { commonName, expiration, fingerprint } }, all()),
  );
}

async function* withEarlier(
  directory: AgentDirectory,
  tenant: string,
  agents: readonly IssuedAgent[],
  mine: ReadonlySet<string>,
): AsyncGenerator<IssuedAgent> {
  yield* agents;
  for await (const agent of readAgents(directory, MANIFEST, tenant)) {
    if (!mine.has(agent.name) && (await directory.has(agent.certificate))) yield agent;
  }
}

/** RFC 4180; no value has a comma, a quote or a line break in it. */
async function* csvParts(agents: AsyncIterable<IssuedAgent>): AsyncGenerator<string> {
  yield `${CSV_HEAD}\r\n`;
  for await (const agent of agents) {
    const { name, clientId, expiration, serialNumber, fingerprint } = agent;
    const { certificate, privateKey, chain, archive } = agent;
    const own = [name, clientId, expiration, serialNumber, fingerprint];
    yield `${[...own, certificate, privateKey, chain, archive].join(",")}\r\n`;
  }
}

/** @returns a file's first characters; undefined where it is not there, empty where it is no file */
async function beginning(path: string, length: number): Promise<string | undefined> {
  try {
    // Opening a pipe would wait for its writer.
    if (!(await stat(path)).isFile()) return "";
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
      return buffer.toString("utf8", 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
