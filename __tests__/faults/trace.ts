import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { RunOptions } from "../support/action.ts";
import type { Scenario } from "./scenarios.ts";
import { Trial } from "./trial.ts";

const PROBE = join(import.meta.dirname, "probe.mjs");

/** What one undisturbed run passed. */
interface Trace {
  /** The boundaries in order, by label. */
  readonly labels: readonly string[];
  /** The requests in order, by the sandbox's name for them. */
  readonly calls: readonly string[];
}

/** @returns the run options that load the probe, and kill at a boundary where one is named */
export function probed(trial: Pick<Trial, "stage">, killAt?: string): RunOptions {
  return {
    preload: [PROBE],
    env: {
      FAULT_TRACE: join(trial.stage.root, "trace"),
      ...(killAt === undefined ? {} : { FAULT_KILL_AT: killAt }),
    },
  };
}

/** @returns the last boundaries that a run passed, for the message of a case whose boundary never came */
export function lastBoundaries(trial: Pick<Trial, "stage">): string {
  return readTrace(trial).slice(-3).join(", then ");
}

/** Records an undisturbed run. @throws Error where it does not end as the scenario says */
export async function recordTrace(scenario: Scenario): Promise<Trace> {
  return await Trial.with(scenario, {}, async (trial) => {
    const result = await trial.run({ ...probed(trial), inputs: trial.quick });
    if (result.outputs["outcome"] !== scenario.outcome) {
      throw new Error(
        `"${scenario.name}" was to end as ${scenario.outcome}: ${result.stdout}${result.stderr}`,
      );
    }
    return {
      labels: readTrace(trial).filter(isEachTime),
      calls: trial.sandbox.calls.map(({ call }) => call),
    };
  });
}

/** A lock that is held for seconds, as on a busy machine, is renewed; no other run would come to that. */
export function isEachTime(label: string): boolean {
  return !/^(?:before|after) utimes .*\.lock \((?:[3-9]|\d\d)\)$/.test(label);
}

/** @returns the boundaries that a run passed, in order */
export function readTrace(trial: Pick<Trial, "stage">): string[] {
  const path = join(trial.stage.root, "trace");
  return existsSync(path) ? readFileSync(path, "utf8").trimEnd().split("\n") : [];
}

/**
 * Selects the boundaries to stop at, without those that would only show the same state again:
 * - `after X` right before a selected `before Y`: nothing happens in between, and killing at the latter is killing after X;
 * - in a row of the same step, such as one `appendFile` for each output, all but the first and the last.
 */
export function distinctStates(labels: readonly string[], selected: RegExp): string[] {
  return withoutMiddles(labels).filter((label, index, all) => {
    const next = all[index + 1];
    const again = label.startsWith("after ") && next?.startsWith("before ") && selected.test(next);
    return selected.test(label) && !again;
  });
}

function withoutMiddles(labels: readonly string[]): string[] {
  const step = (label: string | undefined) =>
    label?.replace(/^(?:before|after) /, "").replace(/ \(\d+\)$/, "");
  return labels.filter((label, index) => {
    const own = step(label);
    return !(own === step(labels[index - 2]) && own === step(labels[index + 2]));
  });
}
