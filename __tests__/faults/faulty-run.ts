import { expect } from "vitest";
import type { Fault, SandboxOptions } from "../../src/sandbox/start.ts";
import type { Result } from "../support/action.ts";
import { WITHOUT_PAUSES } from "../support/without-pauses.ts";
import type { MatrixCase } from "./matrix-case.ts";
import { SCENARIOS, type Scenario } from "./scenarios.ts";
import { Trial } from "./trial.ts";

/** How a run may end: `done`, or the code that it fails with. */
export type Ending = "done" | (string & {});

/** A run that meets faults, and then another one without. */
export interface FaultyRun {
  readonly name: string;
  readonly faults: readonly Fault[];
  readonly endings: readonly Ending[];
  /** Default {@link SCENARIOS.stored}: the same five calls, and no time spent on a CA key. */
  readonly scenario?: Scenario;
  /** For the faulty run alone. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** For all runs, made when the sandbox is there; an empty one takes an input away. */
  readonly connection?: (sandbox: Trial["sandbox"]) => Record<string, string>;
  readonly options?: SandboxOptions;
  /** For the runs afterwards alone. */
  readonly recovery?: Readonly<Record<string, string>> | undefined;
  /** More to look at after the faulty run. */
  readonly afterwards?: (trial: Trial, faulty: Result) => void;
}

/** @returns the case: it ends as it may, keeps every invariant, and a run without faults finishes the job */
export function faultCase(run: FaultyRun): MatrixCase {
  const { name, scenario = SCENARIOS.stored, options = {} } = run;
  return { name, play: () => Trial.with(scenario, options, (trial) => play(trial, run)) };
}

async function play(trial: Trial, run: FaultyRun): Promise<void> {
  const { sandbox } = trial;
  const connection = run.connection?.(sandbox);
  const faults: Mutable<Fault>[] = run.faults.map((fault) => ({ ...fault }));
  for (const fault of faults) sandbox.faults.add(fault);
  trial.expectSafe();
  const inputs = { ...trial.quick, ...connection, ...run.inputs };
  // Where a case is about the time limit, pauses count against it.
  const preload = "timeout-minutes" in inputs ? [] : [WITHOUT_PAUSES];
  const faulty = await trial.run({ inputs, preload });
  trial.expectSafe();
  trial.expectClear();
  const ending = endingOf(faulty);
  expect(run.endings, `${ending}: ${faulty.stdout}`).toContain(ending);
  if (ending === "done") trial.expectDone(faulty);
  run.afterwards?.(trial, faulty);
  // The sandbox looks at a fault each time it may strike: none strikes any more.
  for (const fault of faults) fault.times = 0;
  await trial.expectRecovery({ ...connection, ...run.recovery });
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** One annotation at most, and its title ends with the code. */
function endingOf({ exitCode, errors }: Result): Ending {
  if (exitCode === 0 && errors.length === 0) return "done";
  expect({ exitCode, annotations: errors.length }).toEqual({ exitCode: 1, annotations: 1 });
  return errors[0]?.title.split(": ").at(-1) ?? "";
}
