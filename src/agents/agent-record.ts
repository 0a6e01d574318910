import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { ActionError } from "../messages/errors.ts";
import { quoted } from "../messages/printable.ts";
import type { AgentDirectory } from "./directory.ts";
import type { LeafFacts } from "./leaf.ts";
import { isAgentName } from "./name-input.ts";
import { agentFiles, handedOut, type KeyPlace } from "./names.ts";

/** How a list of records of ours begins. */
const GENERATOR = "mindconnect-ca-action";
/** Longest line of ours; somebody else's file is not read to its end. */
const LINE_LIMIT = 16 * 1024;

/** An agent as outputs and manifest show it; nothing in it is secret. */
export interface AgentRecord extends LeafFacts {
  readonly name: string;
  /** For the MQTT connection. */
  readonly clientId: string;
  /** Names of its files in the directory; empty where there is none. */
  readonly certificate: string;
  readonly privateKey: string;
  readonly chain: string;
  readonly archive: string;
}

/** @returns an agent's record */
export function recordOf(
  name: string,
  clientId: string,
  { expiration, serialNumber, fingerprint, x509Version }: LeafFacts,
  keyIn: KeyPlace,
): AgentRecord {
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

/** @returns the names of a record's files, the key first */
export function filesOf({ name, privateKey, archive }: AgentRecord): string[] {
  if (privateKey !== "") return handedOut(name, "file");
  return handedOut(name, archive !== "" ? "archive" : "device");
}

/**
 * Writes records as JSON, a line each: a fleet's can be read, compared and searched line by line.
 * @param head what stands before them, besides the tenant
 */
export async function* recordsText(
  tenant: string,
  head: Readonly<Record<string, unknown>>,
  records: AsyncIterable<AgentRecord>,
): AsyncGenerator<string> {
  yield `${JSON.stringify({ generator: GENERATOR, tenant, ...head }).slice(0, -1)},"agents":[`;
  let first = true;
  for await (const record of records) {
    yield `${first ? "" : ","}\n${JSON.stringify(record)}`;
    first = false;
  }
  yield "\n]}\n";
}

/**
 * Reads a list of records line by line, so that it is never whole in memory; none where the file is not there.
 * @param file its name in the directory
 * @throws ActionError `FILE_EXISTS` where it is not as {@link recordsText} writes it, or of another tenant
 */
export async function* readRecords(
  directory: AgentDirectory,
  file: string,
  tenant: string,
): AsyncGenerator<AgentRecord> {
  const path = directory.at(file);
  const lines = linesOf(path);
  const head = await lines.next();
  if (head.done === true) return;
  requireOwner(head.value, tenant, path);
  for await (const line of lines) {
    if (line === "]}") return;
    const record = parseRecord(line.replace(/,$/, ""));
    if (record === undefined) throw notOurs(path);
    yield record;
  }
}

/** @throws ActionError `FILE_EXISTS` where the first line is not ours, or of another tenant */
function requireOwner(head: string, tenant: string, path: string): void {
  const owner = parseHead(head);
  if (owner === undefined) throw notOurs(path);
  if (owner === tenant) return;
  throw new ActionError(
    "FILE_EXISTS",
    `${path} belongs to the tenant ${quoted(owner)}. A directory holds the agents of one tenant.`,
    { next: `Set directory to another one for the tenant ${quoted(tenant)}.` },
  );
}

function notOurs(path: string): ActionError {
  return new ActionError("FILE_EXISTS", `${path} exists and is no manifest of this action.`, {
    next: "Move that file away, or set directory to another one.",
  });
}

/** @returns a file's lines; none where it is not there */
async function* linesOf(path: string): AsyncGenerator<string, void> {
  let rest = "";
  try {
    // Opening a pipe would wait for whoever writes into it.
    if (!(await stat(path)).isFile()) throw notOurs(path);
    for await (const chunk of createReadStream(path, "utf8")) {
      const lines = `${rest}${chunk}`.split("\n");
      rest = lines.pop() ?? "";
      if (rest.length > LINE_LIMIT) throw notOurs(path);
      yield* lines;
    }
    yield rest;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
}

/** @returns whose records follow, or undefined where the line is not ours */
function parseHead(line: string): string | undefined {
  if (!line.endsWith(',"agents":[')) return undefined;
  const { generator, tenant } = parseObject(`${line}]}`);
  return generator === GENERATOR && typeof tenant === "string" ? tenant : undefined;
}

/** No value of ours has other characters: none of them needs an escape in CSV either. */
function parseRecord(line: string): AgentRecord | undefined {
  const read = parseObject(line);
  const value = (key: keyof AgentRecord) => {
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
  // One of an earlier release does not have it.
  return { ...record, ...(x509Version === 1 || x509Version === 3 ? { x509Version } : {}) } as AgentRecord;
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
