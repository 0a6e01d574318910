import { expect } from "vitest";
import type { CallName, Fault } from "../../src/sandbox/start.ts";
import { type FaultyRun, faultCase } from "./faulty-run.ts";
import type { MatrixCase } from "./matrix-case.ts";
import { ALWAYS, CALLS } from "./network-faults.ts";

const WRONG: Readonly<Record<string, Omit<Fault, "call">>> = {
  "Date 11 years ahead": { kind: "date", ahead: 4018 * 86_400 },
  "Date 400 days behind": { kind: "date", ahead: -400 * 86_400 },
};
const NONE: Readonly<Record<string, Omit<Fault, "call">>> = {
  "no HTTP date": { kind: "date", date: "Mon, 12" },
  "the age of a cache": { kind: "date", age: 60 },
};
/** After these something is still to be changed, which no clock that differs may decide on (guarantee 3). */
const DECIDES: readonly CallName[] = ["list", "upload", "code"];

/** Replies that say of the time what this machine's clock does not, or nothing that counts. */
export function clockCases(): MatrixCase[] {
  const single = CALLS.flatMap((call) => [
    ...Object.entries(WRONG).map(([name, fault]) => ({
      name: `${call}: ${name}`,
      faults: [{ ...fault, call }],
      endings: [DECIDES.includes(call) ? "CLOCK_DOUBTFUL" : "done"],
    })),
    ...Object.entries(NONE).map(([name, fault]) => ({
      name: `${call}: ${name}`,
      faults: [{ ...fault, call }],
      endings: ["done"],
    })),
  ]);
  const all = Object.entries({ ...WRONG, ...NONE }).map(
    ([name, fault]): FaultyRun => ({
      name: `every reply: ${name}`,
      faults: [{ ...fault, call: "any", times: ALWAYS }],
      endings: [name in WRONG ? "CLOCK_DOUBTFUL" : "done"],
      afterwards: ({ sandbox }) => {
        if (name in WRONG) expect(sandbox.calls.map(({ call }) => call)).toEqual(["list"]);
      },
    }),
  );
  return [...single, ...all].map((run) => faultCase({ ...run, name: `clocks, ${run.name}` }));
}
