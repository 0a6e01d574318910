import { describe, expect, test, vi } from "vitest";
import { inParts } from "../support/in-parts.ts";
import { EVERYTHING, playState, Tally } from "./cases.ts";
import { allStates } from "./states.ts";

vi.mock("node:crypto", async (original) => {
  const { remembering } = await import("./remembering-crypto.ts");
  return remembering(await original());
});

const states = allStates();
const tally = new Tally();

describe("guarantees 2 to 7 hold at every instant, whatever the state, the policy and the fault; running again reaches the goal", () => {
  test.each(inParts(states, EVERYTHING ? 1000 : 50))("states %s", async (_, part) => {
    for (const [index, state] of part) await playState(state, index, tally);
    expect([...tally.problems]).toEqual([]);
  });

  test("all of them, and where they lead", () => {
    const { undisturbed, faults, ends } = tally;
    const cases = undisturbed + faults;
    process.stdout.write(
      `rotation: ${cases} cases, ${undisturbed} of a state (${states.length}) and a policy, and ${faults} of these and a fault\n`,
    );
    expect([...ends.keys()].toSorted()).toEqual([
      "CA_DOUBTFUL",
      "CA_NOT_HELD",
      "CA_SLOTS_FULL",
      "PLATFORM_REPLY_UNEXPECTED",
      "settled",
    ]);
    expect(cases).toBeGreaterThan(EVERYTHING ? 100_000 : 3000);
  });
});
