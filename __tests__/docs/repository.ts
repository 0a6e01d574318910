import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { ROOT } from "../support/action.ts";

/** What an action.yml says, read as GitHub reads it: independent of the declarations it was generated from. */
export interface ActionFile {
  readonly name: string;
  readonly description: string;
  readonly inputs?: Readonly<
    Record<string, { readonly description: string; readonly required?: boolean; readonly default?: string }>
  >;
  readonly outputs?: Readonly<Record<string, { readonly description: string }>>;
  readonly runs: { readonly using: string; readonly main: string; readonly post?: string };
}

export interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, unknown>>;
}

export interface Job {
  readonly "timeout-minutes"?: number;
  readonly permissions?: unknown;
  readonly environment?: unknown;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
  /** A job that calls a reusable workflow has no steps. */
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, string>>;
}

export interface WorkflowInput {
  readonly description: string;
  readonly type: string;
  readonly required?: boolean;
  readonly default?: string | boolean;
  readonly options?: readonly string[];
}

export interface Workflow {
  readonly on: {
    readonly workflow_call?: {
      readonly inputs: Readonly<Record<string, WorkflowInput>>;
      readonly secrets: Readonly<
        Record<string, { readonly description: string; readonly required?: boolean }>
      >;
      readonly outputs: Readonly<Record<string, { readonly description: string; readonly value: string }>>;
    };
    readonly workflow_dispatch?: { readonly inputs?: Readonly<Record<string, WorkflowInput>> };
  };
  readonly permissions?: unknown;
  readonly concurrency?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** How the documents name this action: a placeholder for the owner, and the major tag. In a copy it is the copy's name. */
export const ACTION = "your-org/mindconnect-ca-action";
export const TAG = "v1";

export const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");

/** @returns paths relative to the root, with forward slashes, sorted */
export function find(pattern: string): string[] {
  return globSync(pattern, { cwd: ROOT })
    .map((path) => path.replaceAll("\\", "/"))
    .sort();
}

/** Every task's action.yml by the task's name; `register` is the root's. */
export const actionFiles: ReadonlyMap<string, string> = new Map([
  ...find("tasks/*/action.yml").map((path): [string, string] => [path.split("/")[1] ?? "", path]),
  ["register", "action.yml"],
]);

export function readAction(task: string): ActionFile {
  const path = actionFiles.get(task);
  if (path === undefined) throw new Error(`there is no task ${task}`);
  return parse(read(path)) as ActionFile;
}

/** @returns the task that a step uses, or undefined for an action of somebody else */
export function taskOf(uses: string): string | undefined {
  if (uses.startsWith("$/")) return uses.replace(/^\$\/tasks\//, "");
  const [path, tag] = uses.split("@");
  if (path !== ACTION && !path?.startsWith(`${ACTION}/`)) return undefined;
  if (tag !== TAG) throw new Error(`${uses} is not at ${TAG}`);
  const folder = path.slice(ACTION.length);
  return folder === "" ? "register" : folder.replace(/^\/tasks\//, "");
}

/** @returns the reusable workflow of this repository that a job calls, or undefined for somebody else's */
export function calledWorkflow(uses: string): string | undefined {
  const [path = "", tag] = uses.split("@");
  if (!path.startsWith(`${ACTION}/`)) return undefined;
  if (tag !== TAG) throw new Error(`${uses} is not at ${TAG}`);
  return path.slice(ACTION.length + 1);
}

/** @returns the text of a GitHub expression */
export const expression = (inside: string): string => `\${{ ${inside} }}`;

export const parseWorkflow = (text: string): Workflow => parse(text) as Workflow;

/** @returns the fenced blocks of a language in a Markdown text */
export function fencedBlocks(markdown: string, language: string): string[] {
  return [...markdown.matchAll(/^```(\w*)\r?\n([\s\S]*?)^```$/gm)]
    .filter(([, found]) => found === language)
    .map(([, , text = ""]) => text);
}
