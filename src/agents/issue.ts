import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Subject } from "../ca/subject.ts";
import { type CaPair, placeCa } from "../openssl/make-certificates.ts";
import type { CommandDirectory } from "../openssl/process.ts";
import type { AgentDirectory } from "./directory.ts";
import { type AgentOrder, type IssuedLeaf, issueAgent } from "./documented-commands.ts";
import { chainOf } from "./due.ts";
import { tidyHeap } from "./heap.ts";
import { type LeafFacts, leafFacts } from "./leaf.ts";
import { agentFiles, handedOut } from "./names.ts";
import { type ArchivePlace, makeArchive } from "./pkcs12.ts";
import { pool } from "./pool.ts";
import { type DueAgent, keyPlace, type PlannedAgent } from "./scan-directory.ts";

/** How agents are issued in one run. */
export interface Issuing {
  readonly ca: CaPair;
  /** As many as run at the same time. */
  readonly workers: readonly CommandDirectory[];
  readonly directory: AgentDirectory;
  /** The subject of an agent; undefined where every one has a CSR. */
  readonly subject: ((name: string) => Subject) | undefined;
  readonly keyBits: number;
  /** Days of a certificate issued now. @throws ActionError `CA_EXPIRES_BEFORE_AGENT`, `CLOCK_DOUBTFUL` */
  readonly days: () => number;
  /** The time that decisions go by, milliseconds since 1970. */
  readonly now: () => number;
  /** Keys go into archives alone. */
  readonly archive: ArchivePlace | undefined;
  /** Hears of each agent once its files are in their place, and which worker made it. */
  readonly issued: (name: string, leaf: LeafFacts, lane: number) => void;
}

/**
 * Issues agents, as many at a time as there are workers. Each is made in its worker's private directory and moved to its
 * place when it is complete; what it replaces goes aside right before.
 * @throws ActionError or Error of the first failure, once everything that was begun has ended
 */
export async function issueAll(due: readonly DueAgent[], issuing: Issuing): Promise<void> {
  const { workers, ca } = issuing;
  await Promise.all(workers.map((worker) => placeCa(worker, ca)));
  const tidy = tidyHeap();
  await pool(workers.length, due, async (one, lane) => {
    const worker = workers[lane] as CommandDirectory;
    const leaf = await issueOne(worker, one, issuing);
    tidy();
    issuing.issued(one.agent.name, leaf, lane);
  });
}

async function issueOne(
  worker: CommandDirectory,
  { agent, existing }: DueAgent,
  issuing: Issuing,
): Promise<LeafFacts> {
  const leaf = await issueAgent(worker, orderOf(agent, issuing));
  await complement(worker, agent.name, leaf, issuing);
  const keyIn = keyPlace(agent, issuing.archive !== undefined);
  const fresh = handedOut(agent.name, keyIn).map((file) => join(worker.directory, file));
  await issuing.directory.exchange(existing, fresh);
  await clear(worker, agent.name);
  return leafFacts(leaf.certificate);
}

function orderOf({ name, device }: PlannedAgent, { ca, days, now, subject, keyBits }: Issuing): AgentOrder {
  const common = { name, days, now, ca: ca.certificate };
  if (device !== undefined) return { ...common, by: device };
  if (subject === undefined) throw new Error("an agent without CSR needs a subject");
  return { ...common, by: { subject: subject(name), keyBits } };
}

/** Adds what the documented commands do not make: the chain, the archive. */
async function complement(
  { directory }: CommandDirectory,
  name: string,
  { pem, certificate, privateKey }: IssuedLeaf,
  { ca, archive }: Issuing,
): Promise<void> {
  const files = agentFiles(name);
  const own = { flag: "wx", mode: 0o600 } as const;
  await writeFile(join(directory, files.chain), chainOf(pem, ca.certificate), own);
  if (privateKey === undefined || archive === undefined) return;
  const content = { name, privateKey, certificate: certificate.pem, ca: ca.certificate.pem };
  const made = await makeArchive(archive, content);
  await writeFile(join(directory, files.archive), made, own);
}

/** A worker's directory stays small, however many agents it makes. */
async function clear({ directory }: CommandDirectory, name: string): Promise<void> {
  await Promise.all(
    Object.values(agentFiles(name)).map((file) => rm(join(directory, file), { force: true })),
  );
}
