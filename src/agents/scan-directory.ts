import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { readCertificate } from "../ca/certificate.ts";
import type { AgentDirectory } from "./directory.ts";
import type { DeviceRequest } from "./documented-commands.ts";
import { type DueReason, dueReason, type FoundAgent, provesItself, type WantedAgent } from "./due.ts";
import { type LeafFacts, leafFacts } from "./leaf.ts";
import { agentFiles, handedOut, type KeyPlace } from "./names.ts";
import { notOurs } from "./ownership.ts";
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
  readonly kept: ReadonlyMap<string, LeafFacts>;
}

/** Where to look, and for what. */
export interface Looking {
  readonly directory: AgentDirectory;
  /** The files that the directory's records name as ours. */
  readonly own: ReadonlySet<string>;
  readonly wanted: Omit<WantedAgent, "name">;
  /** Whether keys are kept in archives alone. */
  readonly archived: boolean;
}

/** Files read at the same time. */
const LANES = 16;

/** @returns where an agent's key is kept */
export function keyPlace({ device }: PlannedAgent, archived: boolean): KeyPlace {
  if (device !== undefined) return "device";
  return archived ? "archive" : "file";
}

/**
 * Looks at what lies in the directory for each agent. What is good stays, whoever put it there; what would have to go
 * aside must be ours.
 * @throws ActionError `FILE_EXISTS` where something under a name that is needed cannot be shown to be ours
 */
export async function scan(agents: readonly PlannedAgent[], looking: Looking): Promise<Scan> {
  const entries = await looking.directory.entries();
  const found = new Map<string, LeafFacts | DueAgent>();
  const strange: string[] = [];
  await pool(LANES, agents, async (agent) => {
    const state = await look(agent, entries, looking);
    if (Array.isArray(state)) strange.push(...state);
    else found.set(agent.name, state);
  });
  if (strange.length > 0) throw notOurs(strange.toSorted(), looking.directory);
  const due: DueAgent[] = [];
  const kept = new Map<string, LeafFacts>();
  for (const { name } of agents) {
    const state = found.get(name);
    if (state !== undefined && "reason" in state) due.push(state);
    else if (state !== undefined) kept.set(name, state);
  }
  return { due, kept };
}

/** @returns the certificate that stays, what is due, or the files that are in the way */
async function look(
  agent: PlannedAgent,
  entries: ReadonlyMap<string, boolean>,
  { directory, own, wanted, archived }: Looking,
): Promise<LeafFacts | DueAgent | string[]> {
  const { name, device } = agent;
  const files = agentFiles(name);
  // Whatever has the name of a device's key is the device's.
  const possible = [
    files.chain,
    files.certificate,
    ...(device === undefined ? [files.archive, files.key] : []),
  ];
  const existing = possible.filter((file) => entries.has(file));
  const odd = existing.filter((file) => entries.get(file) !== true);
  if (odd.length > 0) return odd;
  const text = (file: string) => (existing.includes(file) ? readText(directory, file) : undefined);
  const certificate = attempt(readCertificate, await text(files.certificate));
  const keyBeside = existing.includes(files.key) ? attempt(publicHalf, await text(files.key)) : "none";
  const missing = !handedOut(name, keyPlace(agent, archived)).every((file) => existing.includes(file));
  const judge = async (): Promise<DueReason | LeafFacts> => {
    if (missing) return "missing";
    const publicKey = device?.publicKey ?? publicKeyOf(keyBeside, archived);
    const agentFound: FoundAgent = { certificate, publicKey, chain: (await text(files.chain)) ?? "" };
    return dueReason(agentFound, { ...wanted, name }) ?? (certificate ? leafFacts(certificate) : "broken");
  };
  const state = await judge();
  if (typeof state !== "string") return state;
  const strange = notShownOurs(existing, own, provesItself(name, certificate, keyBeside));
  return strange.length > 0 ? strange : { agent, reason: state, existing };
}

/**
 * @param proven whether an agent's files prove by themselves to be ours: where a record tells of the agent, that counts
 * @returns those of an agent's files that nothing shows to be ours
 */
export function notShownOurs(
  existing: readonly string[],
  own: ReadonlySet<string>,
  proven: boolean,
): string[] {
  const unrecorded = existing.filter((file) => !own.has(file));
  return proven && unrecorded.length === existing.length ? [] : unrecorded;
}

/** The key of an archive lies nowhere in plain beside it. */
function publicKeyOf(
  keyBeside: KeyObject | "none" | undefined,
  archived: boolean,
): KeyObject | "unknown" | undefined {
  if (archived) return keyBeside === "none" ? "unknown" : undefined;
  return keyBeside === "none" ? undefined : keyBeside;
}

/** @returns a file's text with LF line ends; undefined where it is too large to be an agent's */
async function readText(directory: AgentDirectory, file: string): Promise<string | undefined> {
  return (await directory.read(file))?.toString("utf8").replaceAll("\r\n", "\n");
}

function publicHalf(pem: string): KeyObject {
  return createPublicKey(createPrivateKey(pem));
}

function attempt<T>(read: (text: string) => T, text: string | undefined): T | undefined {
  if (text === undefined) return undefined;
  try {
    return read(text);
  } catch {
    return undefined;
  }
}
