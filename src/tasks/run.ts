import { inputError } from "../ca/errors.ts";
import { type Groups, type Resolved, readInputs } from "../github/inputs.ts";
import { loadRunner, type Runner } from "../github/runner.ts";
import { asActionError } from "./failure.ts";
import { summarizeFailure } from "./summaries.ts";
import type { Outputs, Task } from "./task.ts";
import { Tools } from "./tools.ts";

/**
 * Runs one task as a step of a workflow: read and check the inputs, start the keys, mask, follow the recipe, hand on
 * the outputs. Whatever fails becomes one annotation, and the exit code 1.
 */
export async function runTask<G extends Groups, O extends string, W>(task: Task<G, O, W>): Promise<void> {
  // Every file made here or by OpenSSL is the user's alone (0600 in 0700).
  process.umask(0o077);
  let secrets: readonly string[] = [];
  let runner: Runner | undefined;
  let tools: Tools | undefined;
  const follow = async (complete: Resolved<G>): Promise<void> => {
    tools = Tools.prepare(task.privateDirectory, () => runner as Runner);
    const started = task.start?.(complete, tools) as W;
    await tools.launched();
    runner = await loadMasked(secrets);
    const outputs: Outputs<O> = await task.run(complete, tools, started);
    for (const [name, value] of Object.entries<string>(outputs)) runner.output(name, value);
    task.verdict?.(complete, outputs);
  };
  try {
    const read = readInputs(task.inputs, process.env);
    secrets = read.secrets;
    task.check?.(read.inputs, read.report);
    if (read.problems.length > 0) throw inputError(read.problems);
    const { inputs } = read;
    const missing = Object.keys(task.inputs).filter((name) => !(name in inputs));
    if (missing.length > 0) throw new Error(`inputs were neither read nor reported: ${missing.join(", ")}`);
    await Promise.race([follow(inputs as Resolved<G>), crash()]);
  } catch (error) {
    runner ??= await loadMasked(secrets);
    tools?.showCommands("OpenSSL");
    const failure = asActionError(error);
    if (failure.log.length > 0) runner.group("In full", failure.log);
    runner.fail(failure);
    await summarizeFailure(runner, task.name, failure);
  } finally {
    tools?.showCalls();
    await tools?.cleanUp();
  }
}

/** Loads the runner's side; what must be hidden is the first thing it hears of. */
async function loadMasked(secrets: readonly string[]): Promise<Runner> {
  const runner = await loadRunner();
  for (const secret of secrets) runner.mask(secret);
  return runner;
}

/** Rejects with an error that nobody awaits: Node would print it raw, hostile text included. */
function crash(): Promise<never> {
  return new Promise((_, reject) => {
    process.once("uncaughtException", reject);
  });
}
