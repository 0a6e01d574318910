// What a task is: its declaration and its recipe.
import type { Groups, Report, Resolved } from "../action/inputs.ts";
import type { RunContext } from "./run-context.ts";

/** What a task hands on: every declared output, as text. */
export type Outputs<O extends string> = Readonly<Record<O, string>>;

/**
 * A composable task as a value. The declaration types the recipe's inputs and outputs. The task's action.yml, its reusable
 * workflow and the tables of docs/reference.md are generated from it. `Task` is any task, where only the declaration matters.
 */
export interface Task<G extends Groups = Groups, O extends string = string, W = unknown> {
  /** The folder under `tasks/`; `register` is the root action. */
  readonly name: string;
  readonly description: string;
  readonly inputs: G;
  /** Each output with its description. */
  readonly outputs: Readonly<Record<O, string>>;
  /**
   * Whether files with secrets are made or OpenSSL runs, which needs a place for its configuration: the task then gets a
   * private directory, wiped at the end and by the post step.
   */
  readonly privateDirectory: boolean;
  /** Whether a run works on so much that its heap needs a limit: it then has a thread of its own (bounded-thread.ts). */
  readonly boundedHeap?: boolean;
  /** Rules between groups of inputs; part of the check before anything runs. */
  check?(inputs: Partial<Resolved<G>>, report: Report): void | Promise<void>;
  /** Starts the work that takes long and needs no reply of the platform, such as OpenSSL's keys. */
  start?(inputs: Resolved<G>, context: RunContext): W;
  /** The recipe. */
  run(inputs: Resolved<G>, context: RunContext, started: W): Promise<Outputs<O>>;
  /** A last judgement, after the outputs were handed on: what it throws turns the run red. */
  verdict?(inputs: Resolved<G>, outputs: Outputs<O>): void;
}

/** Declares a task, inferring its types. */
export function defineTask<G extends Groups, const O extends string, W>(task: Task<G, O, W>): Task<G, O, W> {
  return task;
}
