/**
 * Reads and writes the files that list agents, one agent a line: the manifest, and the list of an unfinished
 * run.
 */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { ActionError } from "../messages/errors.ts";
import { quoted } from "../messages/printable.ts";
import type { Environment } from "../mindconnect/connection-inputs.ts";
import type { AgentDirectory } from "./directory.ts";
import type { LeafFacts } from "./leaf.ts";
import { agentFiles, clientId, deliveredFiles, isAgentName, type KeyPlace } from "./names.ts";

/** The first value of a file that lists agents. */
const GENERATOR = "mindconnect-ca-action";
/** The action writes no longer line: another program's file is not read to its end. */
const LINE_LIMIT = 16 * 1024;

/** The values of an agent in a file that lists agents. */
export const COLUMNS = [
  "name",
  "clientId",
  "expiration",
  "serialNumber",
  "fingerprint",
  "certificate",
  "privateKey",
  "chain",
  "archive",
] as const;

/**
 * An agent and its certificate as outputs and manifest show them; nothing here is secret. `certificate`, `privateKey`, `chain`
 * and `archive` are names of files in the directory, empty where there is none.
 */
export interface IssuedAgent extends LeafFacts, Readonly<Record<(typeof COLUMNS)[number], string>> {}

/**
 * @param leaf facts of the certificate; without it they are empty, because the certificate is not issued yet
 * @returns an agent as outputs and manifest show it
 */
export function issuedAgent(
  name: string,
  environment: Environment,
  keyIn: KeyPlace,
  { expiration, serialNumber, fingerprint, x509Version }: LeafFacts = NOT_ISSUED,
): IssuedAgent {
  const { certificate, key, chain, archive } = agentFiles(name);
  return {
    name,
    clientId: clientId(name, environment),
    expiration,
    serialNumber,
    fingerprint,
    certificate,
    privateKey: keyIn === "file" ? key : "",
    chain,
    archive: keyIn === "archive" ? archive : "",
    x509Version,
  };
}

const NOT_ISSUED: LeafFacts = { expiration: "", serialNumber: "", fingerprint: "" };

/** @returns where an agent's key is kept */
export function keyPlaceOf({ privateKey, archive }: IssuedAgent): KeyPlace {
  if (privateKey !== "") return "file";
  return archive !== "" ? "archive" : "device";
}

/** @returns the names of an agent's files, the key first */
export function filesOf(agent: IssuedAgent): string[] {
  return deliveredFiles(agent.name, keyPlaceOf(agent));
}

/**
 * @param head what stands before the agents, besides the tenant
 * @returns agents as JSON, a line each, in parts
 */
export async function* linesOfAgents(
  tenant: string,
  head: Readonly<Record<string, unknown>>,
  agents: AsyncIterable<IssuedAgent> | Iterable<IssuedAgent>,
): AsyncGenerator<string> {
  yield `${JSON.stringify({ generator: GENERATOR, tenant, ...head }).slice(0, -1)},"agents":[`;
  let first = true;
  for await (const agent of agents) {
    yield `${first ? "" : ","}\n${JSON.stringify(agent)}`;
    first = false;
  }
  yield "\n]}\n";
}

/**
 * Reads a file that lists agents line by line, so that the file is never whole in memory. A file that does
 * not exist lists no agent.
 * @param file its name in the directory
 * @throws ActionError `FILE_EXISTS` where the file is not as {@link linesOfAgents} writes it, or of another
 * tenant
 */
export async function* readAgents(
  directory: AgentDirectory,
  file: string,
  tenant: string,
): AsyncGenerator<IssuedAgent> {
  const path = directory.at(file);
  const lines = linesOf(path);
  const head = await lines.next();
  if (head.done === true) return;
  const owner = parseHead(head.value);
  if (owner === undefined) throw notManifestError(path);
  if (owner !== tenant)
    throw new ActionError(
      "FILE_EXISTS",
      `${path} belongs to the tenant ${quoted(owner)}. A directory holds the agents of one tenant.`,
      { next: `Set directory to another one for the tenant ${quoted(tenant)}.` },
    );
  for await (const line of lines) {
    if (line === "]}") return;
    const agent = parseAgent(line.replace(/,$/, ""));
    if (agent === undefined) throw notManifestError(path);
    yield agent;
  }
}

/** @returns the error of a file under a name of the manifest that this action did not write */
export function notManifestError(path: string): ActionError {
  return new ActionError("FILE_EXISTS", `${path} exists and is no manifest of this action.`, {
    next: "Move that file away, or set directory to another one.",
  });
}

/**
 * @returns a file's lines; none where it does not exist
 * @throws ActionError `FILE_EXISTS` where it is no regular file, or has a line that is too long for a list of
 * agents
 */
export async function* linesOf(path: string): AsyncGenerator<string, void> {
  let rest = "";
  try {
    // Opening a pipe would wait for its writer.
    if (!(await stat(path)).isFile()) throw notManifestError(path);
    for await (const chunk of createReadStream(path, "utf8")) {
      const lines = `${rest}${chunk}`.split("\n");
      rest = lines.pop() ?? "";
      if (rest.length > LINE_LIMIT) throw notManifestError(path);
      yield* lines;
    }
    yield rest;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
}

/** @returns the tenant whose agents follow, or undefined where the action did not write the line */
function parseHead(line: string): string | undefined {
  if (!line.endsWith(',"agents":[')) return undefined;
  const { generator, tenant } = parseObject(`${line}]}`);
  return generator === GENERATOR && typeof tenant === "string" ? tenant : undefined;
}

/**
 * Reads the line of an agent. The action writes only these characters, and none of them needs an escape in
 * CSV.
 */
function parseAgent(line: string): IssuedAgent | undefined {
  const read = parseObject(line);
  const values = COLUMNS.map((column) => read[column]);
  if (!values.every((value) => typeof value === "string" && /^[\w:.%-]*$/.test(value))) return undefined;
  if (!isAgentName(String(read["name"]))) return undefined;
  const record = Object.fromEntries(COLUMNS.map((column) => [column, read[column]]));
  const x509Version =
    read["x509Version"] === 1 || read["x509Version"] === 3 ? read["x509Version"] : undefined;
  return { ...record, x509Version } as IssuedAgent;
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
