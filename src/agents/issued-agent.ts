/** An issued agent, and the files that list such agents, a line each: the manifest, and the list of an unfinished run. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { ActionError } from "../messages/errors.ts";
import { quoted } from "../messages/printable.ts";
import type { AgentDirectory } from "./directory.ts";
import type { LeafFacts } from "./leaf.ts";
import { agentFiles, handedOut, isAgentName, type KeyPlace } from "./names.ts";

/** The first value of such a file. */
const GENERATOR = "mindconnect-ca-action";
/** Longest line that the action writes: another program's file is not read to its end. */
const LINE_LIMIT = 16 * 1024;

/** An agent and its certificate as outputs and manifest show them; nothing here is secret. */
export interface IssuedAgent extends LeafFacts {
  readonly name: string;
  /** For the MQTT connection. */
  readonly clientId: string;
  /** Names of its files in the directory; empty where there is none. */
  readonly certificate: string;
  readonly privateKey: string;
  readonly chain: string;
  readonly archive: string;
}

/** @returns an agent as outputs and manifest show it */
export function issuedAgent(
  name: string,
  clientId: string,
  { expiration, serialNumber, fingerprint, x509Version }: LeafFacts,
  keyIn: KeyPlace,
): IssuedAgent {
  const { certificate, key, chain, archive } = agentFiles(name);
  return {
    name,
    clientId,
    expiration,
    serialNumber,
    fingerprint,
    certificate,
    privateKey: keyIn === "file" ? key : "",
    chain,
    archive: keyIn === "archive" ? archive : "",
    ...(x509Version === undefined ? {} : { x509Version }),
  };
}

/** @returns the names of an agent's files, the key first */
export function filesOf({ name, privateKey, archive }: IssuedAgent): string[] {
  if (privateKey !== "") return handedOut(name, "file");
  return handedOut(name, archive !== "" ? "archive" : "device");
}

/**
 * Writes agents as JSON, a line each: a fleet can be read, compared and searched line by line.
 * @param head what stands before them, besides the tenant
 * @returns the text in parts
 */
export async function* linesOfAgents(
  tenant: string,
  head: Readonly<Record<string, unknown>>,
  agents: AsyncIterable<IssuedAgent>,
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
 * Reads such a file line by line, so that it is never whole in memory. No agent comes where the file is not there.
 * @param file its name in the directory
 * @throws ActionError `FILE_EXISTS` where it is not as {@link linesOfAgents} writes it, or of another tenant
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
  requireOwner(head.value, tenant, path);
  for await (const line of lines) {
    if (line === "]}") return;
    const agent = parseAgent(line.replace(/,$/, ""));
    if (agent === undefined) throw notManifestError(path);
    yield agent;
  }
}

/** @throws ActionError `FILE_EXISTS` where the action did not write the first line, or wrote it for another tenant */
function requireOwner(head: string, tenant: string, path: string): void {
  const owner = parseHead(head);
  if (owner === undefined) throw notManifestError(path);
  if (owner === tenant) return;
  throw new ActionError(
    "FILE_EXISTS",
    `${path} belongs to the tenant ${quoted(owner)}. A directory holds the agents of one tenant.`,
    { next: `Set directory to another one for the tenant ${quoted(tenant)}.` },
  );
}

/** @returns the error of a file under a name of the manifest that this action did not write */
export function notManifestError(path: string): ActionError {
  return new ActionError("FILE_EXISTS", `${path} exists and is no manifest of this action.`, {
    next: "Move that file away, or set directory to another one.",
  });
}

/** @returns a file's lines; none where it is not there */
async function* linesOf(path: string): AsyncGenerator<string, void> {
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

/** The action writes no other characters; none of them needs an escape in CSV either. */
function parseAgent(line: string): IssuedAgent | undefined {
  const read = parseObject(line);
  const value = (key: keyof IssuedAgent) => {
    const text = read[key];
    return typeof text === "string" && /^[\w:.%-]*$/.test(text) ? text : undefined;
  };
  const name = value("name");
  const record = {
    name,
    clientId: value("clientId"),
    expiration: value("expiration"),
    serialNumber: value("serialNumber"),
    fingerprint: value("fingerprint"),
    certificate: value("certificate"),
    privateKey: value("privateKey"),
    chain: value("chain"),
    archive: value("archive"),
  };
  const complete = Object.values(record).every((text) => text !== undefined);
  if (!complete || name === undefined || !isAgentName(name)) return undefined;
  const { x509Version } = read;
  // Earlier releases did not write it.
  return { ...record, ...(x509Version === 1 || x509Version === 3 ? { x509Version } : {}) } as IssuedAgent;
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
