import type { Runner } from "../action/runner.ts";
import { inRunnersFolders } from "../keyring/vanishing-disk.ts";
import type { Tools, WorkerPlace } from "../run/tools.ts";
import type { AgentRecord } from "./agent-record.ts";
import type { AgentDirectory } from "./directory.ts";
import type { DueReason } from "./due.ts";
import { issueAll } from "./issue.ts";
import type { LeafFacts } from "./leaf.ts";
import { daysUntilCaEnds } from "./lifetime.ts";
import { MANIFEST, writeManifest } from "./manifest.ts";
import { type Prepared, recordIn } from "./order.ts";
import { noteFinished, noteUnfinished } from "./ownership.ts";
import { setbackError } from "./partial-failure.ts";
import { makesStrongArchives } from "./pkcs12.ts";
import { Progress } from "./progress.ts";
import type { DueAgent, Scan } from "./scan-directory.ts";
import { agentsOutput, summarizeAgents } from "./summary.ts";

/** The commands of one agent: of a fleet, the first one's are shown. */
const SHOWN_COMMANDS = 3;

/**
 * Issues what is due and writes the manifest, also of a run that fails midway.
 * @returns the outputs of the task
 * @throws ActionError that says what is there by then
 */
export async function carryOut(
  tools: Tools,
  prepared: Prepared,
  directory: AgentDirectory,
  { due, kept }: Scan,
): Promise<Record<"agents" | "directory" | "manifest-path" | "issued", string>> {
  const { order, planned, ca } = prepared;
  const { runner } = tools;
  const { tenant } = order.home;
  runner.info(`${due.length} of ${planned.length} agents need a certificate${reasons(due)}.`);
  // The next job on a hosted runner has another disk, and finds the runner's own folders empty.
  const lasting =
    order.directory !== undefined &&
    process.env["RUNNER_ENVIRONMENT"] !== "github-hosted" &&
    inRunnersFolders(directory.at(MANIFEST), process.env) === undefined;
  if (due.length > 0) {
    tools.clock.require("make");
    warnOfCaEnd(runner, prepared);
  }

  const leaves = new Map(kept);
  const issued: string[] = [];
  const failure = await failureOf(async () => {
    if (due.length > 0) await noteUnfinished(directory, tenant, coming(prepared, due));
    await issue(tools, prepared, directory, due, (name, leaf) => {
      leaves.set(name, leaf);
      issued.push(name);
    });
  });
  const records = planned.flatMap((agent) => {
    const leaf = leaves.get(agent.name);
    return leaf === undefined ? [] : [recordIn(prepared, agent, leaf)];
  });
  const manifest = directory.at(MANIFEST);
  const manifestFailure = await failureOf(async () => {
    await writeManifest(directory, { tenant, ca: ca.certificate }, records);
    if (failure === undefined) await noteFinished(directory, tenant, planned);
  });
  warnOfPlainKeys(runner, prepared, directory, due);
  const { path } = directory;
  const common = { directory: path, issued: String(issued.length) };
  const outputs = manifestFailure === undefined ? { ...common, "manifest-path": manifest } : common;
  if (failure !== undefined || manifestFailure !== undefined) {
    for (const [name, value] of Object.entries(outputs)) runner.output(name, value);
    const left = { manifest, directory: path, issued, total: due.length, lasting };
    throw setbackError({ failure, manifestFailure, ...left });
  }
  await summarizeAgents(runner, {
    records,
    issued: new Set(issued),
    home: order.home,
    ca: ca.certificate,
    directory: path,
    lasting,
    aside: directory.aside,
    renewBefore: order.renewBefore,
    remarks: remarks(prepared, records),
  });
  return { agents: agentsOutput(runner, records, path), ...common, "manifest-path": manifest };
}

/** @returns what this OpenSSL leaves to be desired: facts for log and summary, not worth an annotation on every run */
function remarks({ order, version }: Prepared, records: readonly AgentRecord[]): string[] {
  const old = records.filter(({ x509Version }) => x509Version === 1).length;
  const instead = (release: string) => `openssl-path to OpenSSL ${release} or later`;
  const v1 =
    old === 0
      ? []
      : [
          `${old} of ${records.length} agent certificates are X.509 v1, because OpenSSL before 3.2 makes v1 with the documented command. Verifiers written in Rust (rustls) and Python (cryptography) refuse v1. If you need v3, set ${instead("3.2")}, move the agents' files away and run this task again.`,
        ];
  const weak =
    order.archivePassphrase === undefined || makesStrongArchives(version)
      ? []
      : [
          `${version} encrypts archives with 2,048 rounds of PBKDF2. OpenSSL 3.0 and later use 100,000. Choose a long archive-passphrase, or set ${instead("3.0")}.`,
        ];
  return [...v1, ...weak];
}

/** One at a time: the records of a whole fleet would lie in the memory for nothing. */
function* coming(prepared: Prepared, due: readonly DueAgent[]): Generator<AgentRecord> {
  for (const { agent } of due) yield recordIn(prepared, agent);
}

async function issue(
  tools: Tools,
  { order, ca, memory, version, lanes }: Prepared,
  directory: AgentDirectory,
  due: readonly DueAgent[],
  issued: (name: string, leaf: LeafFacts) => void,
): Promise<void> {
  const { runner, clock } = tools;
  const { opensslProgram, archivePassphrase: passphrase, subject, keyBits } = order;
  const daysPossible = daysUntilCaEnds(order, ca.certificate);
  const progress = new Progress("Issued", due.length, runner.info);
  const workers = tools.workers(
    opensslProgram,
    order.home.tenant,
    Math.min(lanes, due.length),
    SHOWN_COMMANDS,
  );
  try {
    await issueAll(due, {
      ca,
      workers,
      directory,
      subject,
      keyBits,
      days() {
        clock.require("make");
        return daysPossible();
      },
      now: () => clock.require("make"),
      archive: passphrase === undefined ? undefined : { memory, passphrase, version },
      issued(name, leaf, lane) {
        progress.count();
        if (progress.done === 1)
          showCommands(
            runner,
            `Commands for ${name}, the first of ${due.length}`,
            workers.slice(lane, lane + 1),
          );
        issued(name, leaf);
      },
    });
  } catch (error) {
    showCommands(runner, "OpenSSL commands that failed", workers, true);
    throw error;
  }
}

function showCommands(
  runner: Runner,
  title: string,
  workers: readonly WorkerPlace[],
  failedOnly = false,
): void {
  const shown = workers
    .flatMap(({ openssl }) => openssl.transcripts)
    .filter(({ failed }) => failed || !failedOnly);
  if (shown.length > 0)
    runner.group(
      title,
      shown.flatMap(({ lines }) => lines),
    );
}

/** @throws ActionError `CA_EXPIRES_BEFORE_AGENT` */
function warnOfCaEnd(runner: Runner, { order, ca: { certificate } }: Prepared): void {
  const days = daysUntilCaEnds(order, certificate)();
  if (days === order.days) return;
  runner.warning(
    `The CA ${certificate.commonName} expires ${certificate.expiration}. The new agent certificates are valid for ${days} days instead of ${order.days}, because none outlives the CA. Rotate the CA.`,
  );
}

function warnOfPlainKeys(
  runner: Runner,
  { order }: Prepared,
  { aside }: AgentDirectory,
  due: readonly DueAgent[],
): void {
  const plain = due.some(({ existing }) => existing.some((file) => file.endsWith(".key")));
  if (order.archivePassphrase === undefined || !plain || aside === undefined) return;
  runner.warning(
    `This run moved plain private keys of earlier runs to ${aside}. Remove that folder when the devices have their new archives.`,
  );
}

/** @returns what was thrown */
async function failureOf(work: () => Promise<void>): Promise<unknown> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** @returns e.g. ` (120 missing, 3 ending)` */
function reasons(due: readonly DueAgent[]): string {
  const words: Record<DueReason, string> = {
    missing: "missing",
    broken: "broken",
    "not-yet-valid": "not valid yet",
    ending: "expiring soon",
    "old-ca": "of another CA",
  };
  const counted = (Object.keys(words) as DueReason[]).flatMap((reason) => {
    const count = due.filter((one) => one.reason === reason).length;
    return count === 0 ? [] : [`${count} ${words[reason]}`];
  });
  return counted.length === 0 ? "" : ` (${counted.join(", ")})`;
}
