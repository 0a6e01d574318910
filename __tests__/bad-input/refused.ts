import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect } from "vitest";
import type { Sandbox } from "../../src/sandbox/start.ts";
import {
  createStage,
  environmentOf,
  type Result,
  type RunOptions,
  runAction,
  type Stage,
} from "../support/action.ts";
import type { Judged } from "./judged.ts";

/** A stage on which every OpenSSL that is started leaves a trace. */
export interface Watched {
  readonly stage: Stage;
  /** For `openssl-path`; it also stands first on PATH. */
  readonly openssl: string;
  /** The command lines that OpenSSL was started with. */
  started(): string[];
}

/** @returns a stage with an openssl that notes that it was called, and then does what it should */
export function createWatched(): Watched {
  const stage = createStage();
  const folder = join(stage.root, "bin");
  const [openssl, trace] = [join(folder, "openssl"), join(stage.root, "openssl.log")];
  mkdirSync(folder);
  const program = join(stage.root, "programs", "openssl");
  writeFileSync(openssl, `#!/bin/sh\necho "$@" >> '${trace}'\nexec '${program}' "$@"\n`);
  chmodSync(openssl, 0o755);
  const started = () => (existsSync(trace) ? readFileSync(trace, "utf8").trimEnd().split("\n") : []);
  return { stage, openssl, started };
}

/** Everything in a stage that a step could have written to. */
function written({ root }: Stage): string[] {
  return ["temp", "workspace", "lasting"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => `${folder}/${name}`),
  );
}

/** What a refused step said. */
export interface Refusal {
  /** Of the annotation's title. */
  readonly code: string;
  /** A line for each problem: `input: what is wrong and what is valid`. */
  readonly problems: string[];
  readonly result: Seen;
}

/** What a user or a later step sees of a refusal. */
export type Seen = Pick<Result, "log" | "stderr" | "summary" | "outputs" | "state" | "errors">;

/** What was shown by a process in this test file: tasks, each with a code. */
const shown = new Set<string>();

/**
 * Checks what holds for every bad input (guarantee 9): it fails with one annotation and a next step, and nothing was run,
 * sent or written. The first refusal of a task by a code is a process of the built action, and its annotation is what
 * the task's own check says; further ones are that check alone. What only the recipe refuses, and what the log has more
 * of, is a process each time.
 */
export async function refused(
  task: string,
  { stage, openssl, started }: Watched,
  sandbox: Sandbox,
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): Promise<Refusal> {
  const { judge } = await import("./judged.ts");
  const before = written(stage);
  const calls = sandbox.calls.length;
  const path = `${join(openssl, "..")}${delimiter}${stage.path}`;
  const options = { inputs, env: { PATH: path, ...env } };
  const judged = await judge(task, environmentOf(stage, options), stage.root);
  const kind = `${task} ${judged?.error.title}`;
  const isPlain = judged !== undefined && judged.inFull.length === 0;
  const result = isPlain && shown.has(kind) ? seenOf(judged) : await refusedRun(task, stage, options);
  shown.add(kind);
  if (judged !== undefined) expect(result.errors).toEqual([judged.error]);
  expect(sandbox.calls.slice(calls)).toEqual([]);
  expect(started()).toEqual([]);
  expect(written(stage)).toEqual(before);
  const [{ title = "", message = "" } = {}] = result.errors;
  const code = title.replace("MindConnect CA: ", "");
  expect(message.startsWith(`${code}: `)).toBe(true);
  return { code, problems: problemsOf(code, message), result };
}

/** Runs a step that is refused: with one annotation, on the log and on the job's page, and nothing for later steps. */
async function refusedRun(task: string, stage: Stage, options: RunOptions): Promise<Result> {
  const result = await runAction(task, stage, options);
  expect(result.exitCode, result.log + result.stderr).toBe(1);
  expect(result.stdout.match(/^::error/gm) ?? [], result.log + result.stderr).toHaveLength(1);
  expect(result.errors).toHaveLength(1);
  expect({ warnings: result.warnings, stderr: result.stderr }).toEqual({ warnings: [], stderr: "" });
  expect({ outputs: result.outputs, state: result.state }).toEqual({ outputs: {}, state: {} });
  // The job's page says the same as the annotation, and nothing of a registration.
  const code = result.errors[0]?.title.replace("MindConnect CA: ", "");
  expect(result.summary).toMatch(new RegExp(`failed\\s+${code}: `));
  return result;
}

function seenOf({ error }: Judged): Seen {
  return { log: error.message, stderr: "", summary: "", outputs: {}, state: {}, errors: [error] };
}

function problemsOf(code: string, message: string): string[] {
  const [first = "", ...others] = message.split("\n");
  const next = others.findLastIndex((line) => line.startsWith("Next:"));
  // One step beside the word, or a numbered list below it.
  expect(others.slice(next, -1).join("\n")).toMatch(/^Next: .+$|^Next:(?:\n[1-9]\. .+){2,}$/);
  expect(others.at(-1)).toContain(`docs/errors.md#${code.toLowerCase()}`);
  const listed = others.slice(0, next).map((line) => line.replace(/^- /, ""));
  // A single code is explained by the problem itself; INPUT_INVALID by a sentence of its own.
  return code === "INPUT_INVALID" ? listed : [first.slice(code.length + 2), ...listed];
}

/** @returns the names of the inputs that a refusal complains of, sorted, each once */
export function namesOf({ problems }: Refusal): string[] {
  return [...new Set(problems.map((line) => line.slice(0, line.indexOf(":"))))].toSorted();
}

/** Checks that a secret is in nothing that a user or a later step can see (guarantee 8). */
export function expectNoTrace(result: Seen, secrets: readonly string[]): void {
  const { log, stderr, summary, outputs, state } = result;
  const seen = [log, stderr, summary, JSON.stringify(outputs), JSON.stringify(state)].join("\n");
  for (const secret of secrets) {
    const bytes = Buffer.from(secret);
    const lines = secret.split("\n").filter((line) => line.length > 16 && !line.startsWith("-----"));
    for (const form of [secret, ...lines, bytes.toString("base64"), bytes.toString("hex")]) {
      expect(seen.includes(form), `a secret was shown: ${form.slice(0, 12)}…`).toBe(false);
    }
  }
}
