import { isSupportedNode, refuseNode } from "./action/node-version.ts";
import { runTask } from "./run/run-task.ts";
import type { AnyTask } from "./run/task.ts";
import { TASKS, type TaskName } from "./tasks/all-tasks.ts";

/**
 * Runs a task as the step of a workflow; the `main.js` of each folder under `tasks/` is this call.
 * @param name the task's folder
 */
export async function run(name: TaskName): Promise<void> {
  const task: AnyTask = TASKS[name];
  if (isSupportedNode(process.versions.node)) await runTask(task);
  else refuseNode(process.versions.node, name);
  // Everything is done and wiped: leaving at once spares taking the heap apart, and nothing left over holds the step.
  process.stdout.write("", () => process.exit());
}

/** The process of the sandbox itself; its options are the process's arguments. */
export async function serveSandbox(): Promise<void> {
  await import("./sandbox/cli.ts");
}

/** The post steps: the `post.js` of a task's folder is one of these calls. */
export { cleanUpAfterMain as cleanUp } from "./run/clean-up.ts";
export { stopSandbox } from "./tasks/sandbox.ts";
