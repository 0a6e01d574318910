// What the main.js and post.js of each folder under tasks/ call; the entry of the bundle.
import { isMainThread } from "node:worker_threads";
import { firstLine } from "./action/action-ref.ts";
import { failWithoutToolkit } from "./action/runner.ts";
import { ERROR_CODES } from "./messages/errors.ts";
import { runInBoundedThread } from "./run/bounded-thread.ts";
import { runTask } from "./run/run-task.ts";
import type { Task } from "./run/task.ts";
import { TASKS, type TaskName } from "./tasks/all-tasks.ts";

/** `runs.using: node24` of every action.yml: all tests run on it, and undici does not load on much older ones. */
const NEEDED_NODE = 24;

/**
 * Runs a task as the step of a workflow; the `main.js` of each folder under `tasks/` is this call.
 * @param name the task's folder
 */
export async function run(name: TaskName): Promise<void> {
  const task: Task = TASKS[name];
  const { node } = process.versions;
  // Every file made here or by OpenSSL can be read by the user only (0600 in 0700). A thread may not set this.
  if (isMainThread) process.umask(0o077);
  if (Number(node.split(".")[0]) < NEEDED_NODE) refuseNode(node, name);
  else if (task.boundedHeap && isMainThread) await runInBoundedThread(process.argv[1] ?? "");
  else await runTask(task);
  // Everything is done and wiped: leaving at once spares taking the heap apart, and nothing left over holds the step.
  process.stdout.write("", () => process.exit());
}

/** Says what is needed, with nothing that an old Node.js may lack. */
function refuseNode(version: string, task: TaskName): void {
  process.stdout.write(`${firstLine(task)}\n`);
  const message = `This action needs Node.js ${NEEDED_NODE}, and Node.js ${version} started it.`;
  failWithoutToolkit("NODE_UNSUPPORTED", message, ERROR_CODES.NODE_UNSUPPORTED.next);
}

/** The process of the sandbox itself; its options are the process's arguments. */
export async function serveSandbox(): Promise<void> {
  await import("./sandbox/cli.ts");
}

/** The post steps: the `post.js` of a task's folder is one of these calls. */
export { cleanUpAfterMain as cleanUp } from "./run/clean-up.ts";
export { stopSandbox } from "./tasks/sandbox.ts";
