/** Issues what is due, keeps the manifest, and ends a run with outputs, summary or the error of a partial failure. */
import type { Runner } from "../action/runner.ts";
import { inRunnersFolders } from "../keyring/vanishing-disk.ts";
import type { RunContext } from "../run/run-context.ts";
import { Progress } from "./concurrency.ts";
import type { AgentDirectory } from "./directory.ts";
import type { DueReason } from "./due-reason.ts";
import type { Due, FleetState, PlannedAgent } from "./find-due.ts";
import { type Fleet, listedAs } from "./fleet.ts";
import { issueAgents } from "./issue-agents.ts";
import type { IssuedAgent } from "./issued-agent.ts";
import { daysUntilCaEnds, type LeafFacts } from "./leaf.ts";
import { MANIFEST, writeManifest } from "./manifest.ts";
import { listUnfinished, unlistFinished } from "./own-files.ts";
import { partialFailureError } from "./partial-failure.ts";
import { makesStrongArchives } from "./pkcs12.ts";
import { agentsOutput, summarizeAgents } from "./summary.ts";

/** The commands of one agent: of a fleet, the first one's are shown. */
const SHOWN_COMMANDS = 3;

/** The outputs of the task. */
export type FleetOutputs = Record<"agents" | "directory" | "manifest-path" | "issued", string>;

type DueAgents = ReadonlyMap<PlannedAgent, Due>;

/**
 * Issues what is due and writes the manifest, also of a run that fails midway.
 * @returns the outputs of the task
 * @throws ActionError that says what is there by then
 */
export async function issueDue(
  context: RunContext,
  fleet: Fleet,
  directory: AgentDirectory,
  { due, kept }: FleetState,
): Promise<FleetOutputs> {
  const { inputs, planned, ca } = fleet;
  const { runner } = context;
  const { tenant } = inputs.environment;
  runner.info(`${due.size} of ${planned.length} agents need a certificate${reasons(due)}.`);
  // The next job on a hosted runner has another disk, and finds the runner's own folders empty.
  const lasting =
    inputs.directory !== undefined &&
    process.env["RUNNER_ENVIRONMENT"] !== "github-hosted" &&
    inRunnersFolders(directory.at(MANIFEST), process.env) === undefined;
  if (due.size > 0) {
    context.clock.require("make");
    warnOfCaEnd(runner, fleet);
  }

  const leaves = new Map(kept);
  const issued: string[] = [];
  const failure = await failureOf(async () => {
    if (due.size > 0) await listUnfinished(directory, tenant, unfinished(fleet, due));
    await issue(context, fleet, directory, due, (name, leaf) => {
      leaves.set(name, leaf);
      issued.push(name);
    });
  });
  const agents = planned.flatMap((agent) => {
    const leaf = leaves.get(agent.name);
    return leaf === undefined ? [] : [listedAs(fleet, agent, leaf)];
  });
  const manifest = directory.at(MANIFEST);
  const manifestFailure = await failureOf(async () => {
    await writeManifest(directory, { tenant, ca: ca.certificate }, agents);
    if (failure === undefined) await unlistFinished(directory, tenant, planned);
  });
  warnOfPlainKeys(runner, fleet, directory, due);
  const { path } = directory;
  const common = { directory: path, issued: String(issued.length) };
  const outputs = manifestFailure === undefined ? { ...common, "manifest-path": manifest } : common;
  if (failure !== undefined || manifestFailure !== undefined) {
    for (const [name, value] of Object.entries(outputs)) runner.output(name, value);
    const left = { manifest, directory: path, issued, total: due.size, lasting };
    throw partialFailureError({ failure, manifestFailure, ...left });
  }
  await summarizeAgents(runner, {
    agents,
    issued: new Set(issued),
    home: inputs.environment,
    ca: ca.certificate,
    directory: path,
    lasting,
    superseded: directory.superseded,
    renewBefore: inputs.renewBefore,
    remarks: remarks(fleet, agents),
  });
  return { agents: agentsOutput(runner, agents, path), ...common, "manifest-path": manifest };
}

/** @returns what this OpenSSL leaves to be desired: facts for log and summary, not worth an annotation on every run */
function remarks({ inputs, version }: Fleet, agents: readonly IssuedAgent[]): string[] {
  const old = agents.filter(({ x509Version }) => x509Version === 1).length;
  const instead = (release: string) => `openssl-path to OpenSSL ${release} or later`;
  const v1 =
    old === 0
      ? []
      : [
          `${old} of ${agents.length} agent certificates are X.509 v1, because OpenSSL before 3.2 makes v1 with the documented command. Verifiers written in Rust (rustls) and Python (cryptography) refuse v1. If you need v3, set ${instead("3.2")}, move the agents' files away and run this task again.`,
        ];
  const weak =
    inputs.archivePassphrase === undefined || makesStrongArchives(version)
      ? []
      : [
          `${version} encrypts archives with 2,048 rounds of PBKDF2. OpenSSL 3.0 and later use 100,000. Choose a long archive-passphrase, or set ${instead("3.0")}.`,
        ];
  return [...v1, ...weak];
}

/** One at a time: those of a whole fleet would fill the memory. */
function* unfinished(fleet: Fleet, due: DueAgents): Generator<IssuedAgent> {
  for (const agent of due.keys()) yield listedAs(fleet, agent);
}

async function issue(
  context: RunContext,
  { inputs, ca, program, version, concurrency }: Fleet,
  directory: AgentDirectory,
  due: DueAgents,
  issued: (name: string, leaf: LeafFacts) => void,
): Promise<void> {
  const { runner, clock } = context;
  const { opensslProgram, archivePassphrase: passphrase, subject, keyBits } = inputs;
  const progress = new Progress("Issued", due.size, runner.info);
  const workers = context.workers(
    opensslProgram,
    inputs.environment.tenant,
    Math.min(concurrency, due.size),
    SHOWN_COMMANDS,
  );
  try {
    await issueAgents(due, {
      ca,
      workers,
      directory,
      subject,
      keyBits,
      days() {
        clock.require("make");
        return daysUntilCaEnds(inputs, ca.certificate);
      },
      now: () => clock.require("make"),
      archive: passphrase === undefined ? undefined : { program, passphrase, version },
      issued(name, leaf, worker) {
        progress.count();
        if (progress.done === 1)
          showCommands(
            runner,
            `Commands for ${name}, the first of ${due.size}`,
            workers.slice(worker, worker + 1),
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
  workers: ReturnType<RunContext["workers"]>,
  failedOnly = false,
): void {
  const shown = workers
    .flatMap(({ openssl }) => openssl.finished)
    .filter(({ failed }) => failed || !failedOnly);
  if (shown.length > 0)
    runner.group(
      title,
      shown.flatMap(({ lines }) => lines),
    );
}

/** @throws ActionError `CA_EXPIRES_BEFORE_AGENT` */
function warnOfCaEnd(runner: Runner, { inputs, ca: { certificate } }: Fleet): void {
  const days = daysUntilCaEnds(inputs, certificate);
  if (days === inputs.days) return;
  runner.warning(
    `The CA ${certificate.commonName} expires ${certificate.expiration}. The new agent certificates are valid for ${days} days instead of ${inputs.days}, because none outlives the CA. Rotate the CA.`,
  );
}

function warnOfPlainKeys(
  runner: Runner,
  { inputs }: Fleet,
  { superseded }: AgentDirectory,
  due: DueAgents,
): void {
  const plain = [...due.values()].some(({ existing }) => existing.some((file) => file.endsWith(".key")));
  if (inputs.archivePassphrase === undefined || !plain || superseded === undefined) return;
  runner.warning(
    `This run moved plain private keys of earlier runs to ${superseded}. Remove that folder when the devices have their new archives.`,
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
function reasons(due: DueAgents): string {
  const words: Record<DueReason, string> = {
    missing: "missing",
    broken: "broken",
    "not-yet-valid": "not valid yet",
    ending: "expiring soon",
    "old-ca": "of another CA",
  };
  const counted = (Object.keys(words) as DueReason[]).flatMap((reason) => {
    const count = [...due.values()].filter((one) => one.reason === reason).length;
    return count === 0 ? [] : [`${count} ${words[reason]}`];
  });
  return counted.length === 0 ? "" : ` (${counted.join(", ")})`;
}
