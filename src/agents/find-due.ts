/** Finds in the directory which agents of the list need a certificate, and which keep theirs. */
import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { readCertificate } from "../ca/certificate.ts";
import { forEachConcurrently } from "./concurrency.ts";
import type { AgentDirectory } from "./directory.ts";
import { type DueReason, dueReason, provesAgent, type Requirements } from "./due-reason.ts";
import { deviceKey, type PlannedAgent } from "./fleet.ts";
import { type LeafFacts, leafFacts } from "./leaf.ts";
import { foreignFilesError } from "./manifest.ts";
import { agentFiles, deliveredFiles, type KeyPlace } from "./names.ts";

/** Why an agent needs a certificate, and what is replaced. */
export interface Due {
  readonly reason: DueReason;
  /** The agent's files that are moved away, in the order of the moves: the key last. */
  readonly existing: readonly string[];
}

/** Every agent of the list: those that need a certificate, and by name the certificates of the others. */
export interface FleetState {
  readonly due: ReadonlyMap<PlannedAgent, Due>;
  readonly kept: ReadonlyMap<string, LeafFacts>;
}

/** Where to look, and what agents must have. */
export interface Search {
  readonly directory: AgentDirectory;
  /** The files that this action wrote, by the directory's own records. */
  readonly own: ReadonlySet<string>;
  readonly required: Requirements;
}

/** Agents whose files are read at the same time. */
const CONCURRENCY = 16;

/**
 * Reads what the directory has for each agent. Good files stay, no matter who wrote them. Files are moved away
 * only if this action wrote them.
 * @returns what is due, in the order of the list, and what stays
 * @throws ActionError `FILE_EXISTS` where nothing shows that this action wrote a file whose name is needed
 */
export async function findDue(agents: readonly PlannedAgent[], search: Search): Promise<FleetState> {
  const entries = await search.directory.entries();
  const states = new Map<PlannedAgent, LeafFacts | Due>();
  const foreign: string[] = [];
  await forEachConcurrently(CONCURRENCY, agents, async (agent) => {
    const state = await stateOf(agent, entries, search);
    if (Array.isArray(state)) foreign.push(...state);
    else states.set(agent, state);
  });
  if (foreign.length > 0) throw foreignFilesError(foreign.toSorted(), search.directory);
  const due = new Map<PlannedAgent, Due>();
  const kept = new Map<string, LeafFacts>();
  for (const agent of agents) {
    const state = states.get(agent);
    if (state !== undefined && "reason" in state) due.set(agent, state);
    else if (state !== undefined) kept.set(agent.name, state);
  }
  return { due, kept };
}

/** @returns the certificate that stays, why one is due, or the files that are in the way */
async function stateOf(
  agent: PlannedAgent,
  entries: ReadonlyMap<string, boolean>,
  { directory, own, required }: Search,
): Promise<LeafFacts | Due | string[]> {
  const { name, keyIn } = agent;
  const files = agentFiles(name);
  // A file with the name of a device's key belongs to the device.
  const possible = [
    files.chain,
    files.certificate,
    ...(keyIn === "device" ? [] : [files.archive, files.key]),
  ];
  const existing = possible.filter((file) => entries.has(file));
  const irregular = existing.filter((file) => entries.get(file) !== true);
  if (irregular.length > 0) return irregular;
  const text = (file: string) => (existing.includes(file) ? readText(directory, file) : undefined);
  const certificate = attempt(readCertificate, await text(files.certificate));
  const plainKey = existing.includes(files.key) ? attempt(publicHalf, await text(files.key)) : "none";
  let reason: DueReason | undefined = "missing";
  if (deliveredFiles(name, keyIn).every((file) => existing.includes(file))) {
    const publicKey = deviceKey(agent) ?? publicKeyOf(plainKey, keyIn);
    const stored = { certificate, publicKey, chain: (await text(files.chain)) ?? "" };
    reason = dueReason(name, stored, required);
  }
  if (reason === undefined && certificate !== undefined) return leafFacts(certificate);
  const foreign = foreignFiles(existing, own, provesAgent(name, certificate, plainKey));
  return foreign.length > 0 ? foreign : { reason: reason ?? "broken", existing };
}

/**
 * @param proven whether an agent's files prove by themselves to be the agent's; counts only where no record
 * names any of them
 * @returns the agent's files of which nothing shows that this action wrote them
 */
export function foreignFiles(
  existing: readonly string[],
  own: ReadonlySet<string>,
  proven: boolean,
): string[] {
  const unrecorded = existing.filter((file) => !own.has(file));
  return proven && unrecorded.length === existing.length ? [] : unrecorded;
}

/** A plain key beside an archive makes its agent due. */
function publicKeyOf(
  plainKey: KeyObject | "none" | undefined,
  keyIn: KeyPlace,
): KeyObject | "unknown" | undefined {
  if (keyIn === "archive") return plainKey === "none" ? "unknown" : undefined;
  return plainKey === "none" ? undefined : plainKey;
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
