/** Issues what is due, and tells what came of it: the manifest, the warnings, the outputs, or the error of a partial failure. */
import type { Runner } from "../action/runner.ts";
import { inRunnersFolders } from "../keyring/vanishing-disk.ts";
import { ActionError } from "../messages/errors.ts";
import type { Environment } from "../mindconnect/connection-inputs.ts";
import type { RunContext } from "../run/run-context.ts";
import { asActionError } from "../run/run-task.ts";
import { OPENSSL_PROCESSES, progressOf } from "./concurrency.ts";
import type { AgentDirectory } from "./directory.ts";
import type { DueReason } from "./due-reason.ts";
import type { Due, FleetState } from "./find-due.ts";
import type { Fleet, PlannedAgent } from "./fleet.ts";
import { issueAgents } from "./issue-certificates.ts";
import { daysUntilCaEnds, type LeafFacts } from "./leaf.ts";
import { listUnfinished, MANIFEST, unlistFinished, writeManifest } from "./manifest.ts";
import { type IssuedAgent, issuedAgent } from "./manifest-lines.ts";
import { agentsOutput, summarizeAgents } from "./summary.ts";

/** Commands for one agent. The log shows the commands of the first agent of a fleet. */
const SHOWN_COMMANDS = 3;
/** Names of agents that the error of a partial failure has room for. */
const MOST_NAMED = 5;

/** The outputs of the task. */
export type FleetOutputs = Record<"agents" | "directory" | "manifest-path" | "issued", string>;

type DueAgents = ReadonlyMap<PlannedAgent, Due>;

/**
 * Issues what is due and writes the manifest, also of a run that fails midway.
 * @returns the outputs of the task
 * @throws ActionError that says which agents were issued before the failure
 */
export async function issueDue(
  context: RunContext,
  fleet: Fleet,
  directory: AgentDirectory,
  { due, kept }: FleetState,
): Promise<FleetOutputs> {
  const { inputs, planned, ca } = fleet;
  const { runner } = context;
  const { environment } = inputs;
  runner.info(`${due.size} of ${planned.length} agents need a certificate${reasons(due)}.`);
  const manifest = directory.at(MANIFEST);
  // The next job on a hosted runner has another disk. On any runner, the runner's own folders are empty for
  // the next job.
  const lasting =
    inputs.directory !== undefined &&
    process.env["RUNNER_ENVIRONMENT"] !== "github-hosted" &&
    inRunnersFolders(manifest, process.env) === undefined;
  if (due.size > 0) {
    context.clock.require("make");
    warnOfCaEnd(runner, fleet);
  }

  const leaves = new Map(kept);
  const issued = new Set<string>();
  const failure = await failureOf(async () => {
    if (due.size > 0) await listUnfinished(directory, environment.tenant, unissued(due, environment));
    await issue(context, fleet, directory, due, (name, leaf) => {
      leaves.set(name, leaf);
      issued.add(name);
    });
  });
  const agents = planned.flatMap(({ name, keyIn }) => {
    const leaf = leaves.get(name);
    return leaf === undefined ? [] : [issuedAgent(name, environment, keyIn, leaf)];
  });
  const manifestFailure = await failureOf(async () => {
    await writeManifest(directory, environment.tenant, ca.certificate, agents);
    if (failure === undefined) await unlistFinished(directory, environment.tenant, planned);
  });
  warnOfPlainKeys(runner, fleet, directory, due);
  const { path } = directory;
  const common = { directory: path, issued: String(issued.size) };
  if (failure !== undefined || manifestFailure !== undefined) {
    for (const [name, value] of Object.entries(common)) runner.output(name, value);
    if (manifestFailure === undefined) runner.output("manifest-path", manifest);
    throw partialFailure({ failure, manifestFailure, directory, issued, total: due.size, lasting });
  }
  await summarizeAgents(runner, { fleet, directory, agents, issued, lasting });
  return { agents: agentsOutput(runner, agents, path), ...common, "manifest-path": manifest };
}

/** Yields what a list of unfinished agents says of each: an array would stay in memory for as long as the run issues. */
function* unissued(due: DueAgents, environment: Environment): Generator<IssuedAgent> {
  for (const { name, keyIn } of due.keys()) yield issuedAgent(name, environment, keyIn);
}

async function issue(
  context: RunContext,
  { inputs, ca, archives }: Fleet,
  directory: AgentDirectory,
  due: DueAgents,
  issued: (name: string, leaf: LeafFacts) => void,
): Promise<void> {
  const { runner, clock } = context;
  const { opensslProgram, environment, subject, keyBits } = inputs;
  const count = progressOf("Issued", due.size, runner.info);
  const processes = Math.min(OPENSSL_PROCESSES, due.size);
  const workers = context.workers(opensslProgram, environment.tenant, processes, SHOWN_COMMANDS);
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
      archives,
      issued(name, leaf, worker) {
        if (count() === 1)
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
  const lines = workers
    .flatMap(({ openssl }) => openssl.finished)
    .flatMap(({ failed, lines }) => (failed || !failedOnly ? lines : []));
  if (lines.length > 0) runner.group(title, lines);
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
  { archives }: Fleet,
  { superseded }: AgentDirectory,
  due: DueAgents,
): void {
  const plain = [...due.values()].some(({ existing }) => existing.some((file) => file.endsWith(".key")));
  if (archives === undefined || !plain || superseded === undefined) return;
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

/** @returns the error of a run that failed midway: what is there by then, where, and whether a later run goes on from it */
function partialFailure(run: {
  /** Why no more agents were issued; undefined where all of them were. */
  failure: unknown;
  /** Why the manifest was not written; undefined where it was. */
  manifestFailure: unknown;
  directory: AgentDirectory;
  /** Names of the issued agents, in the order in which they were issued. */
  issued: ReadonlySet<string>;
  total: number;
  /** Whether a later run finds the directory again. */
  lasting: boolean;
}): ActionError {
  const { failure, manifestFailure, directory, issued, total, lasting } = run;
  const { code, message, next } = asActionError(failure ?? manifestFailure);
  const names = [...issued].slice(0, MOST_NAMED).join(", ");
  const more = issued.size > MOST_NAMED ? " …" : "";
  const some = issued.size > 0;
  const which = some ? ` and are complete in ${directory.path} (${names}${more})` : "";
  const done = `${issued.size} of ${total} agents were issued by then${which}.`;
  const unlisted =
    some && manifestFailure !== undefined
      ? ` The manifest ${directory.at(MANIFEST)} does not list them: ${sentence(asActionError(manifestFailure).message)}`
      : "";
  const later = lasting
    ? " Running again issues the others."
    : " A later run does not find these files, and issues all agents again: set directory to a path that lasts.";
  const text = failure === undefined ? "" : `${sentence(message)} `;
  return new ActionError(code, `${text}${done}${unlisted}${later}`, {
    next,
    cause: failure ?? manifestFailure,
  });
}

/** The system's own words have no full stop. */
function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
