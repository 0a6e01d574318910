import type { CallName } from "../../src/sandbox/start.ts";
import { type Ending, faultCase } from "./faulty-run.ts";
import type { MatrixCase } from "./matrix-case.ts";
import { ALWAYS, CALLS, codeOf, NETWORK_FAULTS, type NetworkFault, survives } from "./network-faults.ts";

/** Each fault on each of the five calls, once and each time; where it fails at once the latter shows nothing more. */
export function networkCases(): MatrixCase[] {
  return NETWORK_FAULTS.flatMap((kind) =>
    (kind.calls ?? CALLS).flatMap((call) => [
      networkCase(call, kind, 1),
      ...(kind.once === "fails" || kind.onceOnly ? [] : [networkCase(call, kind, ALWAYS)]),
    ]),
  );
}

function networkCase(call: CallName, kind: NetworkFault, times: number): MatrixCase {
  const { name } = kind;
  const { fault, timeoutMinutes } = times === 1 ? (kind.oneTime ?? kind) : kind;
  return faultCase({
    name: `network, ${call}: ${name}, ${times === 1 ? "once" : "each time"}`,
    faults: [{ ...fault, call, times }],
    inputs: timeoutMinutes === undefined ? {} : { "timeout-minutes": timeoutMinutes },
    recovery: kind.recovery?.[call],
    endings: times === 1 ? onceEndings(call, kind) : lastingEndings(call, kind),
  });
}

function onceEndings(call: CallName, kind: NetworkFault): Ending[] {
  const code = codeOf(call, kind);
  return { passes: ["done"], fails: [code], either: ["done", code] }[kind.once];
}

function lastingEndings(call: CallName, kind: NetworkFault): Ending[] {
  if (!survives(call, kind)) return [codeOf(call, kind)];
  return kind.once === "either" ? ["done", codeOf(call, kind)] : ["done"];
}
