import { expect } from "vitest";
import type { Fault } from "../../src/sandbox/start.ts";
import { type FaultyRun, faultCase } from "./faulty-run.ts";
import type { MatrixCase } from "./matrix-case.ts";
import { ALWAYS, CALLS } from "./network-faults.ts";
import { SCENARIOS } from "./scenarios.ts";

/** Several faults in one run, and faults within the documented limits. */
export function combinedCases(): MatrixCase[] {
  return [...LOST_AND_BLIND, ...EACH_CALL, ...WITHIN_LIMITS].map((run) =>
    faultCase({ ...run, name: `network, combined: ${run.name}` }),
  );
}

/** What a change is asked for once, whatever happens: the list that would allow a second time never comes. */
const LOST_AND_BLIND = (["upload", "verify"] as const).flatMap((call) =>
  (
    [
      ["reset", "status", "PLATFORM_ERROR"],
      ["reset-before", "reset", "PLATFORM_UNREACHABLE"],
      ["status", "garbage", "PLATFORM_REPLY_UNEXPECTED"],
      ["garbage", "rate-limit", "RATE_LIMITED"],
    ] as const
  ).map(
    ([kind, list, code]): FaultyRun => ({
      name: `${call} meets ${kind}, every list after it ${list}`,
      faults: [
        { call, kind },
        { call: "list", kind: list, nth: 2, times: ALWAYS, retryAfter: 3600 },
      ],
      endings: [code],
      afterwards: ({ sandbox }) => {
        expect(sandbox.calls.filter((seen) => seen.call === call)).toHaveLength(1);
      },
    }),
  ),
);

const EACH_CALL = (
  [
    ["reset", { kind: "reset" }],
    ["reset before it was carried out", { kind: "reset-before" }],
    ["429 with Retry-After", { kind: "rate-limit", retryAfter: 1 }],
    ["503", { kind: "status", status: 503 }],
    ["truncated body", { kind: "truncated" }],
  ] as const satisfies readonly (readonly [string, Omit<Fault, "call">])[]
).map(
  ([name, fault]): FaultyRun => ({
    name: `each of the five calls meets ${name} once`,
    scenario: SCENARIOS.fresh,
    faults: CALLS.map((call) => ({ ...fault, call })),
    endings: ["done"],
  }),
);

/** Two uploads and two verifies in 30 s are all there is: one repeat is paid for, and the next run's are not needed. */
const WITHIN_LIMITS = (["upload", "verify"] as const).flatMap((call) =>
  (["reset", "reset-before", "hang-after"] as const).map(
    (kind): FaultyRun => ({
      name: `${call} meets ${kind} within the documented limits`,
      scenario: SCENARIOS.fresh,
      options: { limits: "documented" },
      faults: [{ call, kind }],
      ...(kind === "hang-after" ? { inputs: { "timeout-minutes": "0.2" } } : {}),
      endings: kind === "hang-after" ? ["done", "PLATFORM_TIMEOUT"] : ["done"],
      afterwards: ({ sandbox }) => {
        expect(sandbox.calls.filter(({ status }) => status === 429)).toEqual([]);
      },
    }),
  ),
);
