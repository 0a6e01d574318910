import { readFile } from "node:fs/promises";
import { agentFiles } from "../../ca/agents.ts";
import type { Certificate } from "../../ca/certificate.ts";
import { ActionError } from "../../ca/errors.ts";
import type { AgentDirectory } from "./directory.ts";

/** The manifest's files; no agent's file has such a name. */
const JSON_FILE = "agents.json";
const CSV_FILE = "agents.csv";
/** How a manifest of ours begins. */
const GENERATOR = "mindconnect-ca-action";

/** An agent as outputs and manifest show it; nothing in it is secret. */
export interface AgentRecord {
  readonly name: string;
  /** For the MQTT connection. */
  readonly clientId: string;
  /** Names of its files in the directory; empty where there is none. */
  readonly files: {
    readonly certificate: string;
    readonly privateKey: string;
    readonly chain: string;
    readonly archive: string;
  };
  readonly expiration: string;
  readonly serialNumber: string;
  readonly fingerprint: string;
}

/** @returns an agent's record; `keyIn` is where its key is kept: nowhere here where the device has it */
export function recordOf(
  name: string,
  clientId: string,
  certificate: Certificate,
  keyIn: "key" | "archive" | "device",
): AgentRecord {
  const { expiration, serialNumber, fingerprint } = certificate;
  const files = agentFiles(name);
  return {
    name,
    clientId,
    files: {
      certificate: files.certificate,
      privateKey: keyIn === "key" ? files.key : "",
      chain: files.chain,
      archive: keyIn === "archive" ? files.archive : "",
    },
    expiration,
    serialNumber,
    fingerprint,
  };
}

/**
 * Checks that files under the manifest's names are earlier manifests: those are replaced, nothing else is.
 * @throws ActionError `FILE_EXISTS`
 */
export async function requireOwnManifest(directory: AgentDirectory): Promise<void> {
  const begins = { [JSON_FILE]: `{"generator":"${GENERATOR}"`, [CSV_FILE]: CSV_HEAD };
  for (const [file, begin] of Object.entries(begins)) {
    const text = await readFile(directory.at(file), "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return begin;
      throw error.code === "EISDIR" ? notOurs(directory, file) : error;
    });
    if (!text.startsWith(begin)) throw notOurs(directory, file);
  }
}

/**
 * Writes the manifest of this run's agents as JSON and CSV, without secrets.
 * @returns the path of the JSON
 */
export async function writeManifest(
  directory: AgentDirectory,
  tenant: string,
  ca: Certificate,
  records: readonly AgentRecord[],
): Promise<string> {
  const { commonName, expiration, fingerprint } = ca;
  const head = JSON.stringify({ generator: GENERATOR, tenant, ca: { commonName, expiration, fingerprint } });
  // A line an agent: a fleet's manifest can be read, compared and searched line by line.
  const agents = records.map(({ files, ...record }) => JSON.stringify({ ...record, ...files }));
  await directory.replace(CSV_FILE, `${[CSV_HEAD, ...records.map(csvLine)].join("\r\n")}\r\n`);
  return await directory.replace(JSON_FILE, `${head.slice(0, -1)},"agents":[\n${agents.join(",\n")}\n]}\n`);
}

const CSV_HEAD =
  "name,clientId,expiration,serialNumber,fingerprint,certificate,privateKey,chain,archive" as const;

/** RFC 4180; no value has a comma, a quote or a line break in it. */
function csvLine({ name, clientId, expiration, serialNumber, fingerprint, files }: AgentRecord): string {
  const { certificate, privateKey, chain, archive } = files;
  const own = [name, clientId, expiration, serialNumber, fingerprint];
  return [...own, certificate, privateKey, chain, archive].join(",");
}

function notOurs(directory: AgentDirectory, file: string): ActionError {
  return new ActionError("FILE_EXISTS", `${directory.at(file)} is there already and is no manifest of ours.`);
}
