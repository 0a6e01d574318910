import { once } from "node:events";
import { expect } from "vitest";
import type { SandboxOptions } from "../../src/sandbox/start.ts";
import type { MatrixCase } from "./matrix-case.ts";
import { SCENARIOS, type Scenario } from "./scenarios.ts";
import { distinctStates, lastBoundaries, probed, recordTrace } from "./trace.ts";
import { Trial } from "./trial.ts";

/** Which of the recorded boundaries of a scenario become cases. */
interface Selection {
  readonly scenario: Scenario;
  readonly labels: RegExp;
  /** Whether each reply is also kept from arriving. Default true. */
  readonly replies?: boolean;
  readonly options?: SandboxOptions;
}

/**
 * The fresh scenario is killed everywhere. The others are there for what is different in them: there, the steps that
 * change something that lasts, and the requests, stand for the rest.
 */
const SELECTIONS: readonly Selection[] = [
  { scenario: SCENARIOS.fresh, labels: /^/ },
  { scenario: SCENARIOS.encrypted, labels: /pkcs8|rename lasting/, replies: false },
  { scenario: SCENARIOS.backedUp, labels: /cms|backup|rename lasting/, replies: false },
  {
    scenario: SCENARIOS.beside,
    labels: /(?:open|rename) lasting|request POST/,
    options: { limits: "documented" },
  },
  { scenario: SCENARIOS.silent, labels: /request POST|rename lasting/ },
  { scenario: SCENARIOS.removed, labels: /request (?:GET|POST)|rename lasting/, replies: false },
  { scenario: SCENARIOS.stored, labels: /request POST/ },
  { scenario: SCENARIOS.resume, labels: /POST|the start of|rename lasting/ },
  { scenario: SCENARIOS.adopt, labels: /(?:open|rename|rmdir) lasting|POST/ },
  { scenario: SCENARIOS.adoptVerified, labels: /(?:rename|rmdir) lasting/ },
];

/** Records a run of each scenario and makes a case of each boundary, and of each reply that never arrives. */
export async function killCases(): Promise<MatrixCase[]> {
  const cases = await Promise.all(SELECTIONS.map(casesOf));
  return cases.flat();
}

async function casesOf({ scenario, labels, replies = true, options = {} }: Selection): Promise<MatrixCase[]> {
  const trace = await recordTrace(scenario);
  const limits = options.limits === undefined ? "" : `, ${options.limits} limits`;
  const named = (point: string) => `kill, ${scenario.name}${limits}: ${point}`;
  const atBoundaries = distinctStates(trace.labels, labels).map((label, index) => ({
    name: named(label),
    // With and without the post step in between: a machine that lost its power never gets to it.
    play: () => Trial.with(scenario, options, (trial) => killAtBoundary(trial, label, index % 2 === 0)),
  }));
  const beforeReplies = (replies ? trace.calls : []).map((call, index) => ({
    name: named(`${call} carried out, its reply on the way`),
    play: () => Trial.with(scenario, options, (trial) => killBeforeReply(trial, index)),
  }));
  return [...atBoundaries, ...beforeReplies];
}

async function killAtBoundary(trial: Trial, label: string, clearFirst: boolean): Promise<void> {
  trial.expectSafe();
  const killed = await trial.run({ ...probed(trial, label), inputs: trial.quick });
  const instead = `the run never came to "${label}"; it ended after ${lastBoundaries(trial)}`;
  expect(killed.signal, instead).toBe("SIGKILL");
  trial.letTimePass();
  trial.expectSafe();
  if (clearFirst) return await trial.clear(killed, () => trial.expectRecovery());
  await trial.expectRecovery();
  await trial.clear(killed);
}

/** @param index which request of the run, from 0 */
async function killBeforeReply(trial: Trial, index: number): Promise<void> {
  trial.expectSafe();
  const { sandbox } = trial;
  const killed = await trial.run({
    onStart(child) {
      const ended = once(child, "exit");
      const stop = sandbox.onCarriedOut(async () => {
        if (sandbox.calls.length <= index) return;
        stop();
        child.kill("SIGKILL");
        // The reply is written only when nobody is there any more to read it.
        await ended;
      });
    },
  });
  expect(killed.signal, `request ${index + 1} never came`).toBe("SIGKILL");
  expect(sandbox.calls.length).toBe(index + 1);
  expect(sandbox.calls.at(-1)?.carriedOut).toBe(true);
  trial.letTimePass();
  trial.expectSafe();
  await trial.clear(killed, () => trial.expectRecovery());
}
