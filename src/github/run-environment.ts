import { closeSync, constants, openSync } from "node:fs";
import { ActionError } from "../ca/errors.ts";
import { printable } from "../ca/printable.ts";

/** `runs.using: node24`; a later Node that GitHub may run the action with is as good. */
const OLDEST_NODE = 24;

/**
 * Requires the Node.js that action.yml asks for. Tools that imitate the runner, and old runners, start what they have: parts
 * that are loaded late would fail there in the middle of a registration.
 * @param version such as `24.18.1`
 * @throws ActionError `NODE_UNSUPPORTED`
 */
export function requireNode(version: string): void {
  if (Number.parseInt(version, 10) >= OLDEST_NODE) return;
  const message = `The action was started with Node.js ${version}; it needs Node.js ${OLDEST_NODE} (runs.using: node24).`;
  throw new ActionError("NODE_UNSUPPORTED", message);
}

/**
 * Looks whether the places for outputs and for the post step's state can be written, where the runner names them.
 * @throws ActionError `RUNNER_FILE_FAILED`
 */
export function requireRunnerFiles(environment: NodeJS.ProcessEnv): void {
  for (const variable of ["GITHUB_OUTPUT", "GITHUB_STATE"]) {
    const path = environment[variable] ?? "";
    if (path === "") continue;
    try {
      // The runner has made it: what is not there is not made here, where nobody would read it.
      closeSync(openSync(path, constants.O_WRONLY | constants.O_APPEND));
    } catch (error) {
      throw runnerFileFailed(`${variable}, the runner's file for ${WHAT[variable]},`, error);
    }
  }
}

const WHAT: Readonly<Record<string, string>> = { GITHUB_OUTPUT: "outputs", GITHUB_STATE: "the post step" };

/** @param what could not be written */
export function runnerFileFailed(what: string, error: unknown): ActionError {
  const reason = printable((error as Error).message, 300);
  return new ActionError("RUNNER_FILE_FAILED", `${what} could not be written: ${reason}.`, { cause: error });
}
