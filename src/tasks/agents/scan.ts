import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { lstat, readFile } from "node:fs/promises";
import { type DueReason, dueReason, type FoundAgent, type WantedAgent } from "../../ca/agent-due.ts";
import { type AgentFiles, agentFiles } from "../../ca/agents.ts";
import { type Certificate, readCertificate } from "../../ca/certificate.ts";
import { ActionError } from "../../ca/errors.ts";
import type { DeviceRequest } from "../../openssl/agent.ts";
import type { AgentDirectory } from "./directory.ts";
import { pool } from "./pool.ts";

/** An agent whose line, and whose CSR, are good. */
export interface PlannedAgent {
  readonly name: string;
  /** Undefined where its key is made here. */
  readonly device?: DeviceRequest;
}

/** One that needs a certificate. */
export interface DueAgent {
  readonly agent: PlannedAgent;
  readonly reason: DueReason;
  /** Its files that are there and go aside, in the order in which they go: the key last. */
  readonly existing: readonly string[];
}

/** What is to do, and the certificates that stay, by the agents' names. */
export interface Scan {
  readonly due: readonly DueAgent[];
  readonly kept: ReadonlyMap<string, Certificate>;
}

/** A file of an agent is never larger; another is not read. */
const FILE_LIMIT_BYTES = 1024 * 1024;
/** Files read at the same time. */
const LANES = 16;

/**
 * Looks at what lies in the directory for each agent.
 * @param archived whether keys are kept in archives alone
 * @throws ActionError `FILE_EXISTS` where something under a name that is needed is not from this action
 */
export async function scan(
  agents: readonly PlannedAgent[],
  directory: AgentDirectory,
  wanted: Omit<WantedAgent, "name">,
  archived: boolean,
): Promise<Scan> {
  const entries = await directory.entries();
  const found = new Map<string, Certificate | DueAgent>();
  const foreign: string[] = [];
  await pool(LANES, agents, async (agent) => {
    const files = agentFiles(agent.name);
    const existing = [files.chain, files.certificate, files.archive, files.key].filter((file) =>
      entries.has(file),
    );
    const strange = await foreignFiles(existing, entries, directory);
    foreign.push(...strange);
    if (strange.length > 0) return;
    const state = await look(agent, files, { existing, directory, wanted, archived });
    found.set(agent.name, typeof state === "string" ? { agent, reason: state, existing } : state);
  });
  if (foreign.length > 0) throw notOurs(foreign, directory);
  const states = agents.map(({ name }) => [name, found.get(name)] as const);
  return {
    due: states.flatMap(([, state]) => (state !== undefined && "reason" in state ? [state] : [])),
    kept: new Map(
      states.flatMap(([name, state]) => (state !== undefined && "pem" in state ? [[name, state]] : [])),
    ),
  };
}

async function look(
  { name, device }: PlannedAgent,
  files: AgentFiles,
  {
    existing,
    directory,
    wanted,
    archived,
  }: {
    existing: readonly string[];
    directory: AgentDirectory;
    wanted: Omit<WantedAgent, "name">;
    archived: boolean;
  },
): Promise<Certificate | DueReason> {
  const made = archived ? files.archive : files.key;
  const needed = [files.certificate, files.chain, ...(device === undefined ? [made] : [])];
  if (!needed.every((file) => existing.includes(file))) return "missing";
  // The key of an archive lies nowhere in plain beside it.
  if (archived && device === undefined && existing.includes(files.key)) return "broken";
  const text = async (file: string) => (await readFile(directory.at(file), "utf8")).replaceAll("\r\n", "\n");
  const certificate = attempt(readCertificate, await text(files.certificate));
  const here = async () => (archived ? "unknown" : attempt(publicHalf, await text(files.key)));
  const publicKey = device?.publicKey ?? (await here());
  const found: FoundAgent = { certificate, publicKey, chain: await text(files.chain) };
  return dueReason(found, { ...wanted, name }) ?? certificate ?? "broken";
}

function publicHalf(pem: string): KeyObject {
  return createPublicKey(createPrivateKey(pem));
}

function attempt<T>(read: (text: string) => T, text: string): T | undefined {
  try {
    return read(text);
  } catch {
    return undefined;
  }
}

/** @returns those that no run of this action can have made: they are not moved, let alone replaced */
async function foreignFiles(
  existing: readonly string[],
  entries: ReadonlyMap<string, boolean>,
  directory: AgentDirectory,
): Promise<string[]> {
  const strange: string[] = [];
  for (const file of existing) {
    if (entries.get(file) !== true || (await isForeign(directory.at(file)))) strange.push(file);
  }
  return strange;
}

/** A damaged file of ours is empty or begins as it should: PEM, or the SEQUENCE of a PKCS#12. */
async function isForeign(path: string): Promise<boolean> {
  if ((await lstat(path)).size > FILE_LIMIT_BYTES) return true;
  const content = await readFile(path);
  if (content.length === 0) return false;
  return path.endsWith(".p12") ? content[0] !== 0x30 : !content.toString("latin1").startsWith("-----BEGIN ");
}

function notOurs(files: readonly string[], directory: AgentDirectory): ActionError {
  const shown = files
    .slice(0, 10)
    .map((file) => `"${file}"`)
    .join(", ");
  const more = files.length > 10 ? ` and ${files.length - 10} more` : "";
  return new ActionError(
    "FILE_EXISTS",
    `${directory.path} has what this action did not write under names that it needs: ${shown}${more}.`,
  );
}
