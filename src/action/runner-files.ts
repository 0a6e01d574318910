// The files through which a step hands on its results.
import { accessSync, constants, statSync } from "node:fs";
import { ActionError } from "../messages/errors.ts";
import { printable } from "../messages/printable.ts";

/** The files by which a step hands on its results: outputs for later steps, the state for its own post step. */
const NEEDED = ["GITHUB_OUTPUT", "GITHUB_STATE"] as const;

/**
 * Checks, before anything begins, that outputs and state can be written (guarantee 11). Otherwise a CA would be registered
 * and its id lost. Outside of a workflow there are no such files.
 * @throws ActionError `RUNNER_FILE_FAILED`
 */
export function requireRunnerFiles(environment: NodeJS.ProcessEnv): void {
  for (const name of NEEDED) {
    const path = environment[name] ?? "";
    if (path === "") continue;
    try {
      if (!statSync(path).isFile()) throw new Error("it is not a regular file");
      accessSync(path, constants.W_OK);
    } catch (error) {
      throw runnerFileFailed(`${name}, ${path}, cannot be written`, error);
    }
  }
}

/** @returns the error of a file of the runner's that cannot be written; the reason is the system's code, else its words */
export function runnerFileFailed(what: string, error: unknown): ActionError {
  return new ActionError("RUNNER_FILE_FAILED", `${what} (${reasonOf(error)}).`, { cause: error });
}

/** @returns the system's code of an error, else its words: short and safe to print */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return printable(code ?? message, 200);
}
