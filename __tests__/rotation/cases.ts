import { faultsOf } from "./incident.ts";
import { type Played, playFault, playUndisturbed } from "./play.ts";
import { describeState, type Policy, policiesOf, type State } from "./states.ts";

/** How much is played. `ROTATION_CASES=all` plays each fault of each state, which takes half an hour of a core. */
export const EVERYTHING = process.env["ROTATION_CASES"] === "all";

/** What was played, and what was wrong. */
export class Tally {
  undisturbed = 0;
  faults = 0;
  /** Where the states lead, and how often. */
  readonly ends = new Map<string, number>();
  /** Each problem with the first cases that showed it. */
  readonly problems = new Map<string, string[]>();
  /** Traces and ends that were met already. */
  readonly shown = new Set<string>();
}

/**
 * Plays a state under every policy, and every fault of every point of their recorded traces. What one state shows under a
 * fault, others of the same trace and end show again: unless everything is asked for, the first stands for them.
 * @param index of the state among all of them
 */
export async function playState(state: State, index: number, tally: Tally): Promise<void> {
  for (const policy of policiesOf(state).filter((each) => EVERYTHING || isPlayed(each, index))) {
    const undisturbed = await playUndisturbed(state, policy);
    tally.undisturbed += 1;
    tally.ends.set(undisturbed.end, (tally.ends.get(undisturbed.end) ?? 0) + 1);
    note(tally, undisturbed.problems, describeState(state, policy));
    const alike = [undisturbed.end, ...undisturbed.trace.map(({ what }) => what)].join("|");
    if (EVERYTHING || !tally.shown.has(alike)) await playFaults(state, policy, undisturbed, tally);
    tally.shown.add(alike);
  }
}

/** What becomes of a retired key changes nothing before it: the states take turns. */
function isPlayed({ retiredKeys }: Policy, index: number): boolean {
  return retiredKeys === (index % 2 === 0 ? "keep" : "drop");
}

async function playFaults(state: State, policy: Policy, undisturbed: Played, tally: Tally): Promise<void> {
  for (const fault of faultsOf(undisturbed.trace)) {
    const { problems, end, uploads, keys } = await playFault(state, policy, fault);
    tally.faults += 1;
    const differences = [
      ...(end === undisturbed.end ? [] : [`4: it leads to ${end} instead of ${undisturbed.end}`]),
      ...(uploads === undisturbed.uploads ? [] : [`4: ${uploads} uploads instead of ${undisturbed.uploads}`]),
    ];
    if (keys !== undisturbed.keys)
      differences.push(`4: ${keys} keys in the end instead of ${undisturbed.keys}`);
    const where = `${fault.kind} at ${fault.point}, ${undisturbed.trace[fault.point]?.what}`;
    note(tally, [...problems, ...differences], `${describeState(state, policy)}: ${where}`);
  }
}

function note({ problems }: Tally, found: readonly string[], where: string): void {
  for (const problem of found) {
    const cases = problems.get(problem) ?? [];
    if (cases.length < 5) cases.push(where);
    problems.set(problem, cases);
  }
}
