import { describe, expect, test, vi } from "vitest";
import { allStates, describeState, type State } from "../ca/registration-states.ts";
import { inParts } from "../support/in-parts.ts";
import type { Ended } from "./machine.ts";
import { setUpRegistration } from "./registrations.ts";

vi.mock("node:crypto", async (original) => {
  const { remembering } = await import("./remembering-crypto.ts");
  return remembering(await original());
});

const callsOf = ({ calls }: Ended) => calls.map(({ what }) => what);

/** Plays a state twice, as a plan and in earnest. @returns what a plan must not do or say, and where it led */
async function play(state: State, index: number): Promise<{ problems: string[]; end: string }> {
  const { machine, order } = setUpRegistration(state, index % 2 === 0);
  const problems: string[] = [];
  const lying = () => JSON.stringify({ ...machine.snapshot(), now: 0 });
  const before = lying();
  const planned = await machine.register(order, { apply: false });
  if (lying() !== before) problems.push("it changed something");
  const beside = planned.trace.filter(({ kind, what }) => kind !== "request" || !what.startsWith("GET "));
  if (beside.length > 0) problems.push(`it came to ${beside.map(({ what }) => what).join(", ")}`);

  const earnest = await machine.register(order);
  if (planned.ending !== earnest.ending)
    problems.push(`it ended in ${planned.ending}, not in ${earnest.ending}`);
  const { plan = [], outcome } = planned.registered ?? {};
  const promised = [...callsOf(planned), ...plan.flatMap(({ calls }) => calls)];
  if (promised.join() !== callsOf(earnest).join())
    problems.push(`planned were [${promised}], made were [${callsOf(earnest)}]`);
  const did = earnest.registered?.outcome;
  const fits = did === undefined || did === "unchanged" ? did : "planned";
  if (outcome !== fits) problems.push(`it said ${outcome}, the run in earnest ${did}`);
  if (plan.every(({ due }) => due) !== true || plan.length !== (outcome === "planned" ? 1 : 0))
    problems.push("its steps are not those that are due");
  // The time of the second run is a little later.
  const told = (steps: typeof plan) => JSON.stringify(steps.map((step) => ({ ...step, at: "" })));
  if (did !== undefined && told(plan) !== told(earnest.registered?.plan ?? []))
    problems.push("the run in earnest planned something else");
  if (outcome === "unchanged" && planned.registered?.slot?.id !== earnest.registered?.slot?.id)
    problems.push("it handed on another certificate");
  return { problems, end: did ?? earnest.ending };
}

/** Common names and the CAs that may come in, for the same slots and keyring. */
const [NAMES, PROVIDED] = [2, 7];

/** All slots meet all keyrings. The common name takes turns, and so do the CAs that come in. */
function isPlayed(_: State, index: number): boolean {
  const [turn, rest] = [Math.floor(index / (NAMES * PROVIDED)), index % (NAMES * PROVIDED)];
  if (rest < NAMES) return rest === turn % NAMES;
  return turn % 3 === 0 && rest === NAMES + ((turn / 3) % (NAMES * (PROVIDED - 1)));
}

const states = [...allStates()].filter(isPlayed);
const ends = new Set<string>();

describe("a plan makes no change, and its calls are those of the run in earnest (guarantees 4, 7)", () => {
  test.each(inParts(states, 40))("for the decision's states %s", async (_, part) => {
    const broken: string[] = [];
    for (const [index, state] of part) {
      const { problems, end } = await play(state, index);
      ends.add(end);
      if (problems.length > 0) broken.push(`${describeState(state)}: ${problems.join("; ")}`);
    }
    expect(broken.slice(0, 5)).toEqual([]);
  });

  test("for every state of the decision, and each of its ends", () => {
    process.stdout.write(`registration: ${states.length} states, each as a plan and in earnest\n`);
    expect([...ends].toSorted()).toEqual([
      "CA_DOUBTFUL",
      "CA_NOT_HELD",
      "CA_SLOTS_FULL",
      "CA_SUBJECT_IN_USE",
      "PLATFORM_REPLY_UNEXPECTED",
      "registered",
      "resumed",
      "unchanged",
    ]);
    expect(states.length).toBeGreaterThan(5000);
  });
});
