// One run of a task, from its inputs to its outputs or its error.
import { errorPage, firstLine } from "../action/action-ref.ts";
import { type Groups, type Resolved, readInputs } from "../action/inputs.ts";
import { escapeMarkdown } from "../action/markdown.ts";
import {
  cutFromExplanation,
  explain,
  loadRunner,
  type Runner,
  reasonOf,
  requireRunnerFiles,
} from "../action/runner.ts";
import { ActionError, inputError, lacksDescriptors, RAISE_LIMITS } from "../messages/errors.ts";
import { printable } from "../messages/printable.ts";
import { opensslFailure } from "../openssl/failure.ts";
import { backupSummary } from "./backup-messages.ts";
import { RunContext } from "./run-context.ts";
import type { Outputs, Task } from "./task.ts";

/**
 * Runs one task as a step of a workflow: read and check the inputs, mask, start the keys, follow the recipe, hand on
 * the outputs. Whatever fails becomes one annotation, and the exit code 1.
 */
export async function runTask<G extends Groups, O extends string, W>(task: Task<G, O, W>): Promise<void> {
  const runner = await loadRunner();
  if (runner === undefined) return;
  let context: RunContext | undefined;
  const follow = async (inputs: Resolved<G>): Promise<void> => {
    context = new RunContext(task.privateDirectory, runner);
    const started = task.start?.(inputs, context) as W;
    const outputs: Outputs<O> = await task.run(inputs, context, started);
    for (const [name, value] of Object.entries<string>(outputs)) runner.output(name, value);
    task.verdict?.(inputs, outputs);
  };
  try {
    const { inputs, problems, report } = await readMasked(task, runner);
    await task.check?.(inputs, report);
    if (problems.length > 0) throw inputError(problems);
    const missing = Object.keys(task.inputs).filter((name) => !(name in inputs));
    if (missing.length > 0) throw new Error(`inputs were neither read nor reported: ${missing.join(", ")}`);
    await Promise.race([follow(inputs as Resolved<G>), crash()]);
  } catch (error) {
    context?.showCommands("OpenSSL");
    const failure = asActionError(error);
    const full = [...cutFromExplanation(failure), ...failure.log];
    if (full.length > 0) runner.group("In full", full);
    runner.fail(failure);
    await summarizeFailure(runner, task.name, failure);
  } finally {
    context?.showCalls();
    await context?.cleanUp().catch((error: unknown) => {
      runner.warning(
        `The working directory could not be removed (${reasonOf(error)}). It may hold private keys.`,
      );
    });
    // The page shows the warnings that came after its last text.
    await runner.summary(backupSummary(context?.backupPath ?? ""));
  }
}

/**
 * Reads and checks each input by itself, and begins the log: the masks, then the line that names version and task.
 * @throws ActionError `RUNNER_FILE_FAILED`, `INPUT_INVALID`
 */
async function readMasked<G extends Groups>(task: { name: string; inputs: G }, runner: Runner) {
  try {
    requireRunnerFiles();
    requireQuietNode();
    const read = await readInputs(task.inputs);
    for (const secret of read.secrets) runner.mask(secret);
    return read;
  } finally {
    runner.info(firstLine(task.name));
  }
}

/**
 * Node.js would print what passes through it before anything can be masked: the environment of children, with passphrases,
 * and what is written to streams. It reads these variables when it starts: to delete them here would be too late.
 * @throws ActionError `INPUT_INVALID`, before a secret is read
 */
function requireQuietNode(): void {
  const loud = ["NODE_DEBUG", "NODE_DEBUG_NATIVE"].filter((name) => (process.env[name] ?? "") !== "");
  if (loud.length === 0) return;
  const message = "is set, so Node.js would print secrets into the log. Unset it for this step";
  throw inputError(loud.map((input) => ({ input, message })));
}

/** Rejects with the first error that no code awaits. Node would print every such error raw, hostile text included. */
function crash(): Promise<never> {
  return new Promise((_, reject) => {
    process.on("uncaughtException", reject);
  });
}

/**
 * @returns any error as one that the user can act on: `OPENSSL_…` where a process could not be started,
 * `FILE_FAILED` for any other error of the system, else `INTERNAL`
 */
export function asActionError(error: unknown): ActionError {
  if (error instanceof ActionError) return error;
  const { code, message, syscall } = error as NodeJS.ErrnoException;
  // Node throws some errors of a start where @actions/exec awaits nothing. They reach this process as
  // uncaught.
  if (syscall?.startsWith("spawn")) return opensslFailure([], undefined, message);
  const system = typeof code === "string" && /^E[A-Z]+$/.test(code);
  const next = lacksDescriptors(error) ? RAISE_LIMITS : undefined;
  const words = printable(message, 500);
  return new ActionError(system ? "FILE_FAILED" : "INTERNAL", words, { next, cause: error });
}

/** Shows a failure on the job's page: the same as the annotation says, with a link to where the code is explained. */
async function summarizeFailure(runner: Runner, task: string, error: ActionError): Promise<void> {
  const lines = explain(error).split("\n").map(escapeMarkdown);
  const page = errorPage(error.code);
  if (page.startsWith("https://")) lines.splice(-1, 1, `Details: <${page}>`);
  await runner.summary(`### MindConnect CA: ${task} failed\n\n${lines.join("\n\n")}\n`);
}
