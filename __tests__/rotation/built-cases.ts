import { once } from "node:events";
import { expect } from "vitest";
import type { Fault } from "../../src/sandbox/start.ts";
import { describeState, Shown } from "../faults/same-state.ts";
import { distinctStates, lastBoundaries, probed, readTrace } from "../faults/trace.ts";
import { letLockAge } from "../faults/trial.ts";
import { keyringFile } from "../support/inputs.ts";
import { DAY } from "./clock.ts";
import { type SeededCa, WatchedAction } from "./watched-action.ts";

const APPLY = { apply: "true" };

/** Where a run begins, and what it comes to undisturbed. */
interface Situation {
  readonly name: string;
  readonly seeded: readonly SeededCa[];
  readonly outcome: string;
  readonly calls: readonly Fault["call"][];
  /** Boundaries of the built action at which it is killed. */
  readonly boundaries: RegExp;
}

const SITUATIONS: readonly Situation[] = [
  {
    name: "stage beside the old one",
    seeded: [{ commonName: "acme-old", daysLeft: 200, verified: 3000 }],
    outcome: "staged",
    calls: ["list", "upload", "code", "verify", "get"],
    boundaries: /at the end of|(?:writeFile|rename|rmdir) lasting|before the request/,
  },
  {
    name: "retire after the overlap",
    seeded: [
      { commonName: "acme-new", daysLeft: 3000, verified: 400 },
      { commonName: "acme-old", daysLeft: 200, verified: 3000 },
    ],
    outcome: "retired",
    calls: ["list", "list", "delete"],
    boundaries: /(?:writeFile|rename|rmdir) lasting|before the request/,
  },
];

const FAULTS: Readonly<Record<string, Omit<Fault, "call">>> = {
  "reset before it was carried out": { kind: "reset-before" },
  "reply lost": { kind: "reset" },
  "429": { kind: "rate-limit", retryAfter: 1 },
  "503": { kind: "status", status: 503 },
  "503 although it was carried out": { kind: "status", status: 503, carriedOut: true },
  "403": { kind: "status", status: 403 },
};

/** One case, with a sandbox and a machine of its own. */
interface BuiltCase {
  readonly name: string;
  readonly play: () => Promise<void>;
}

/** @returns a kill at each recorded boundary, a kill while each reply is on its way, and each fault of each change */
export async function builtCases(): Promise<BuiltCase[]> {
  const cases = await Promise.all(
    SITUATIONS.map(async (situation) => {
      const boundaries = distinctStates(await record(situation), situation.boundaries);
      return [
        ...boundaries.map((label) => ({
          name: `${situation.name}, killed ${label}`,
          play: () => inSituation(situation, (built) => killAt(built, label)),
        })),
        ...situation.calls.map((call, index) => ({
          name: `${situation.name}, killed when ${call} was carried out and its reply on the way`,
          play: () => inSituation(situation, (built) => killBeforeReply(built, index)),
        })),
        ...situation.calls
          .filter((call) => ["upload", "verify", "delete"].includes(call))
          .flatMap((call) =>
            Object.entries(FAULTS).map(([name, fault]) => ({
              name: `${situation.name}, ${call} meets: ${name}`,
              play: () => inSituation(situation, (built) => meet(built, situation, { ...fault, call })),
            })),
          ),
      ];
    }),
  );
  return cases.flat();
}

async function inSituation<T>({ seeded }: Situation, play: (built: WatchedAction) => Promise<T>): Promise<T> {
  const built = await WatchedAction.start();
  try {
    built.seed(...seeded);
    built.watch();
    return await play(built);
  } finally {
    await built.stop();
  }
}

async function record(situation: Situation): Promise<string[]> {
  return await inSituation(situation, async (built) => {
    const result = await built.run({ ...probed(built), inputs: APPLY });
    expect({
      outcome: result.outputs["outcome"],
      calls: built.sandbox.calls.map(({ call }) => call),
    }).toEqual({
      outcome: situation.outcome,
      calls: situation.calls,
    });
    return readTrace(built);
  });
}

async function killAt(built: WatchedAction, label: string): Promise<void> {
  const killed = await built.run({ ...probed(built, label), inputs: APPLY });
  expect(killed.signal, `it never came to "${label}"; it ended after ${lastBoundaries(built)}`).toBe(
    "SIGKILL",
  );
  await expectRecovery(built);
}

/** @param index which request of the run, from 0 */
async function killBeforeReply(built: WatchedAction, index: number): Promise<void> {
  const { sandbox } = built;
  const killed = await built.run({
    inputs: APPLY,
    onStart(child) {
      const ended = once(child, "exit");
      const stop = sandbox.onCarriedOut(async () => {
        if (sandbox.calls.length <= index) return;
        stop();
        child.kill("SIGKILL");
        await ended;
      });
    },
  });
  expect({ signal: killed.signal, calls: sandbox.calls.length }).toEqual({
    signal: "SIGKILL",
    calls: index + 1,
  });
  await expectRecovery(built);
}

async function meet(built: WatchedAction, situation: Situation, fault: Fault): Promise<void> {
  built.sandbox.faults.add(fault);
  const result = await built.run({ inputs: APPLY });
  const ending = result.exitCode === 0 ? result.outputs["outcome"] : "failed";
  expect(ending).toBe(fault.status === 403 ? "failed" : situation.outcome);
  await expectRecovery(built);
}

/** From which states a rotation comes to its end. */
const SHOWN = new Shown();

/** Guarantee 4: run again, with nothing in the way, it finishes; and then nothing is due. It is shown once from each state. */
async function expectRecovery(built: WatchedAction, before: readonly string[] = []): Promise<void> {
  letLockAge(keyringFile(built.stage));
  expect(built.problems).toEqual([]);
  expect(before.length, "three runs more, and something is still due").toBeLessThan(3);
  const state = stateOf(built);
  expect(before, "a run left everything as it was").not.toContain(state);
  await SHOWN.once(state, async () => {
    const { errors, outputs } = await built.run({ inputs: APPLY });
    expect(errors).toEqual([]);
    if (!["nothing-due", "waiting"].includes(outputs["outcome"] ?? ""))
      return await expectRecovery(built, [...before, state]);
    expect({ problems: built.problems, unfinished: built.unfinished }).toEqual({
      problems: [],
      unfinished: [],
    });
  });
}

/** A rotation depends on dates, and its watch on what a run has read as verified. */
function stateOf(built: WatchedAction): string {
  const { now, keyring, readAsVerified } = built.snapshot();
  const dates = [
    ...built.sandbox.certificates.map(({ expiration }) => expiration),
    ...(keyring.match(TIME) ?? []),
  ];
  const days = dates.map((date) => Math.round((Date.parse(date) - now) / DAY));
  return describeState(built.sandbox, built.stage, [days, [...readAsVerified]]);
}

const TIME = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;
