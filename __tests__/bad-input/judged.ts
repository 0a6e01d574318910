import { chdir, cwd } from "node:process";
import { readInputs } from "../../src/action/inputs.ts";
import { explain } from "../../src/action/runner.ts";
import { type ActionError, inputError } from "../../src/messages/errors.ts";
import type { Task } from "../../src/run/task.ts";
import { TASKS, type TaskName } from "../../src/tasks/all-tasks.ts";
import type { Annotation } from "../support/action.ts";

/** What a run would say of its inputs. */
export interface Judged {
  readonly error: Annotation;
  /** What the log has beside the annotation. */
  readonly inFull: readonly string[];
}

/**
 * Judges inputs by the task's own declaration, in this process: what a run does before it starts anything. Nothing is
 * hidden here that a message would repeat.
 * @param environment as a run gets it
 * @param folder as the current one of a run
 * @returns undefined where nothing is wrong with the inputs by themselves
 */
export async function judge(
  task: string,
  environment: Readonly<Record<string, string>>,
  folder: string,
): Promise<Judged | undefined> {
  const [own, here] = [process.env, cwd()];
  process.env = { ...environment };
  chdir(folder);
  try {
    const { inputs, check }: Task = TASKS[task as TaskName];
    const read = await readInputs(inputs);
    await check?.(read.inputs, read.report);
    return read.problems.length === 0 ? undefined : judged(inputError(read.problems));
  } finally {
    process.env = own;
    chdir(here);
  }
}

function judged(error: ActionError): Judged {
  const title = `MindConnect CA: ${error.code}`;
  return { error: { title, message: explain(error) }, inFull: error.log };
}
