import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { chainOf } from "../../ca/agent-due.ts";
import { agentFiles, fileStem } from "../../ca/agents.ts";
import type { Certificate } from "../../ca/certificate.ts";
import { ActionError } from "../../ca/errors.ts";
import type { Subject } from "../../ca/subject.ts";
import { type AgentOrder, type IssuedLeaf, issueAgent } from "../../openssl/agent.ts";
import { makeArchive } from "../../openssl/archive.ts";
import { type CaPair, placeCa, type Workplace } from "../../openssl/ca.ts";
import type { MemoryPlace } from "../../openssl/memory.ts";
import { asActionError } from "../failure.ts";
import type { AgentDirectory } from "./directory.ts";
import { pool } from "./pool.ts";
import type { Progress } from "./progress.ts";
import type { DueAgent, PlannedAgent } from "./scan.ts";

/** How agents are issued in one run. */
export interface Issuing {
  readonly ca: CaPair;
  /** As many as run at the same time. */
  readonly workers: readonly Workplace[];
  readonly directory: AgentDirectory;
  /** Undefined where every agent has a CSR. */
  readonly subject: Omit<Subject, "commonName"> | undefined;
  readonly keyBits: number;
  /** Days of a certificate issued now. @throws ActionError `CA_ENDS_FIRST` */
  readonly days: () => number;
  /** Keys go into archives alone. */
  readonly archive: { readonly memory: MemoryPlace; readonly passphrase: string } | undefined;
  readonly progress: Progress;
  /** Hears of each agent once its files are in their place, and which worker made it. */
  readonly issued: (name: string, certificate: Certificate, lane: number) => void;
}

/**
 * Issues agents, as many at a time as there are workers. Each is made in its worker's private directory and moved to its
 * place when it is complete; what it replaces goes aside right before.
 * @throws ActionError of the first failure, with how many were issued before
 */
export async function issueAll(due: readonly DueAgent[], issuing: Issuing): Promise<void> {
  const { workers, ca, progress } = issuing;
  try {
    await Promise.all(workers.map((worker) => placeCa(worker, ca)));
    await pool(workers.length, due, async (one, lane) => {
      const worker = workers[lane] as Workplace;
      const certificate = await issueOne(worker, one, issuing);
      progress.count();
      issuing.issued(one.agent.name, certificate, lane);
    });
  } catch (error) {
    const { code, message, next } = asActionError(error);
    const so = `${progress.done} of ${due.length} agents were issued by then and are complete in ${issuing.directory.path}; running again issues the others.`;
    throw new ActionError(code, `${message} ${so}`, { next, cause: error });
  }
}

async function issueOne(
  worker: Workplace,
  { agent, existing }: DueAgent,
  issuing: Issuing,
): Promise<Certificate> {
  const leaf = await issueAgent(worker, orderOf(agent, issuing));
  const complete = await complement(worker, agent.name, leaf, issuing);
  await issuing.directory.setAside(existing);
  for (const file of complete) await issuing.directory.put(file);
  await clear(worker, agent.name);
  return leaf.certificate;
}

function orderOf({ name, device }: PlannedAgent, { ca, days, subject, keyBits }: Issuing): AgentOrder {
  const common = { name, days: days(), ca: ca.certificate };
  if (device !== undefined) return { ...common, by: device };
  if (subject === undefined) throw new Error("an agent without CSR needs a subject");
  return { ...common, by: { subject: { ...subject, commonName: name }, keyBits } };
}

/**
 * Adds what the documented commands do not make: the chain, the archive.
 * @returns the files to hand out, in the order in which they are: a certificate is never there without its key
 */
async function complement(
  { directory }: Workplace,
  name: string,
  { pem, certificate, privateKey }: IssuedLeaf,
  { ca, archive }: Issuing,
): Promise<string[]> {
  const files = agentFiles(name);
  const own = { flag: "wx", mode: 0o600 } as const;
  const at = (file: string) => join(directory, file);
  await writeFile(at(files.chain), chainOf(pem, ca.certificate), own);
  const others = [at(files.certificate), at(files.chain)];
  if (privateKey === undefined) return others;
  if (archive === undefined) return [at(files.key), ...others];
  const content = { name, privateKey, certificate: certificate.pem, ca: ca.certificate.pem };
  await writeFile(at(files.archive), await makeArchive(archive.memory, content, archive.passphrase), own);
  return [at(files.archive), ...others];
}

/** A worker's directory stays small, however many agents it makes. */
async function clear({ directory }: Workplace, name: string): Promise<void> {
  const files = [...Object.values(agentFiles(name)), `${fileStem(name)}.csr`];
  await Promise.all(files.map((file) => rm(join(directory, file), { force: true })));
}
