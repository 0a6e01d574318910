/**
 * Issues agents' certificates. The documented commands make keys and certificates. The action adds chains and
 * archives, and puts the files into place.
 */
import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Certificate, readCertificate } from "../ca/certificate.ts";
import { needsUtf8, type Subject, subjectAttributes, toSubjArgument } from "../ca/subject.ts";
import { ActionError } from "../messages/errors.ts";
import { generateKey, signingRequest, signRequest } from "../openssl/commands.ts";
import { type CaPair, placeCa } from "../openssl/make-certificates.ts";
import { type CommandDirectory, readMade } from "../openssl/process.ts";
import { forEachConcurrently } from "./concurrency.ts";
import type { AgentDirectory } from "./directory.ts";
import type { Due } from "./find-due.ts";
import { deviceKey, type PlannedAgent } from "./fleet.ts";
import { chainOf, type LeafFacts, leafFacts, leafProblem } from "./leaf.ts";
import { agentFiles, deliveredFiles } from "./names.ts";
import { type ArchiveAccess, makeArchive } from "./pkcs12.ts";

/** What one certificate is issued with. */
interface LeafOptions {
  /** The CA whose files lie in the command directory. */
  readonly ca: Pick<CaPair, "certificate">;
  /** The subject of an agent; undefined where every agent has a CSR. */
  readonly subject: ((name: string) => Subject) | undefined;
  readonly keyBits: number;
  /**
   * Days of a certificate issued now. Called right before it is signed, because making its key takes a while.
   * @throws ActionError `CA_EXPIRES_BEFORE_AGENT`, `CLOCK_DOUBTFUL`
   */
  readonly days: () => number;
  /** Milliseconds since 1970. Called after it is signed: a certificate that is not valid yet is not handed out. */
  readonly now: () => number;
}

/** How the agents of a run are issued. */
interface IssueOptions extends LeafOptions {
  readonly ca: CaPair;
  /** One for each agent that is worked on at a time. */
  readonly workers: readonly CommandDirectory[];
  readonly directory: AgentDirectory;
  /** Undefined where keys go into plain files. */
  readonly archives: ArchiveAccess | undefined;
  /** Called for each agent when its files are in their place, with the worker that made it. */
  readonly issued: (name: string, leaf: LeafFacts, worker: number) => void;
}

/** An agent's certificate as it was issued. Its files are in the command directory. */
interface IssuedLeaf {
  readonly certificate: Certificate;
  /** PEM; undefined where the device keeps its key. */
  readonly privateKey: string | undefined;
}

/**
 * Issues agents, as many at a time as there are workers. Each is made in its worker's private directory and moved to its
 * place when it is complete; what it replaces is moved away right before.
 * @throws ActionError or Error of the first failure, after everything that was begun has ended
 */
export async function issueAgents(due: ReadonlyMap<PlannedAgent, Due>, options: IssueOptions): Promise<void> {
  const { workers, ca } = options;
  await Promise.all(workers.map((worker) => placeCa(worker, ca)));
  await forEachConcurrently(workers.length, [...due], async ([agent, { existing }], index) => {
    const leaf = await issueInto(workers[index] as CommandDirectory, agent, existing, options);
    options.issued(agent.name, leaf, index);
  });
}

async function issueInto(
  worker: CommandDirectory,
  agent: PlannedAgent,
  existing: readonly string[],
  options: IssueOptions,
): Promise<LeafFacts> {
  const leaf = await issueLeaf(worker, agent, options);
  await addChainAndArchive(worker, agent.name, leaf, options);
  const at = (file: string) => join(worker.directory, file);
  const fresh = deliveredFiles(agent.name, agent.keyIn);
  await options.directory.replaceFiles(existing, fresh.map(at));
  // The directory of a worker stays small, however many agents it makes.
  await Promise.all(Object.values(agentFiles(agent.name)).map((file) => rm(at(file), { force: true })));
  return leafFacts(leaf.certificate);
}

/**
 * Issues one agent's certificate with the documented commands and checks it.
 * @throws ActionError `OPENSSL_…`, `CERTIFICATE_INVALID` where the certificate is not exactly what was asked for, and what
 * `days` and `now` throw
 */
export async function issueLeaf(
  { openssl, directory, tenant }: CommandDirectory,
  agent: PlannedAgent,
  { ca, subject: subjectOf, keyBits, days, now }: LeafOptions,
): Promise<IssuedLeaf> {
  const { name, csr: given } = agent;
  const { key, csr, certificate: out } = agentFiles(name);
  const at = (file: string) => join(directory, file);
  const subject = given === undefined && subjectOf ? subjectAttributes(subjectOf(name)) : undefined;
  if (given !== undefined) await writeFile(at(csr), given.pem, { flag: "wx", mode: 0o600 });
  if (subject !== undefined) {
    const subj = toSubjArgument(subject);
    await openssl.run(generateKey(key, keyBits));
    await openssl.run(signingRequest({ key, out: csr, subj, utf8: needsUtf8(subject) }));
  }
  await openssl.run(signRequest({ csr, tenant, out, days: days() }));
  const certificate = await readMade(directory, out, readCertificate);
  const device = deviceKey(agent);
  const { publicKey, privateKey } = device
    ? { publicKey: device, privateKey: undefined }
    : await readMade(directory, key, keyPairOf);
  const expected = {
    commonName: name,
    ca: ca.certificate,
    publicKey,
    now: now(),
    ...(subject && { subject }),
  };
  const problem = leafProblem(certificate, expected);
  if (problem === undefined) return { certificate, privateKey };
  throw new ActionError(
    "CERTIFICATE_INVALID",
    `The action did not hand out the certificate of ${name}: ${problem}.`,
  );
}

function keyPairOf(privateKey: string): { publicKey: KeyObject; privateKey: string } {
  return { publicKey: createPublicKey(createPrivateKey(privateKey)), privateKey };
}

/** Makes what the documented commands do not make: the chain, the archive. */
async function addChainAndArchive(
  { directory }: CommandDirectory,
  name: string,
  { certificate, privateKey }: IssuedLeaf,
  { ca, archives }: IssueOptions,
): Promise<void> {
  const files = agentFiles(name);
  const own = { flag: "wx", mode: 0o600 } as const;
  await writeFile(join(directory, files.chain), chainOf(certificate, ca.certificate), own);
  if (privateKey === undefined || archives === undefined) return;
  const archive = await makeArchive(archives, name, privateKey, certificate, ca.certificate);
  await writeFile(join(directory, files.archive), archive, own);
}
