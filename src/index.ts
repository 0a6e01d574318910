import { ActionError } from "./ca/errors.ts";
import { requireNode } from "./github/run-environment.ts";
import { failPlainly } from "./github/runner.ts";
import { TASKS, type TaskName } from "./tasks/catalogue.ts";
import { runTask } from "./tasks/run.ts";
import type { AnyTask } from "./tasks/task.ts";

/**
 * Runs a task as the step of a workflow; the `main.js` of each folder under `tasks/` is this call.
 * @param name the task's folder
 */
export async function run(name: TaskName): Promise<void> {
  try {
    requireNode(process.versions.node);
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    // What prints otherwise cannot be loaded there.
    failPlainly(error);
    return;
  }
  const task: AnyTask = TASKS[name];
  await runTask(task);
  // Everything is done and wiped: leaving at once spares taking the heap apart, and nothing left over holds the step.
  process.stdout.write("", () => process.exit());
}

/** The process of the sandbox itself; its options are the process's arguments. */
export async function serveSandbox(): Promise<void> {
  await import("./sandbox/cli.ts");
}

/** The post steps: the `post.js` of a task's folder is one of these calls. */
export { cleanUpAfterMain as cleanUp } from "./tasks/clean-up.ts";
export { stopSandbox } from "./tasks/stop-sandbox.ts";
