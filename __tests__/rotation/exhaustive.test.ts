import { expect, test, vi } from "vitest";
import { EVERYTHING, playAll } from "./cases.ts";

vi.mock("node:crypto", async (original) => {
  const { remembering } = await import("./remembering-crypto.ts");
  return remembering(await original());
});

test("guarantees 2 to 7 hold at every instant, whatever the state, the policy and the fault; running again reaches the goal", {
  timeout: EVERYTHING ? 3_600_000 : 600_000,
}, async () => {
  const { states, undisturbed, faults, ends, problems } = await playAll();
  const cases = undisturbed + faults;
  process.stdout.write(
    `rotation: ${cases} cases, ${undisturbed} of a state (${states}) and a policy, and ${faults} of these and a fault\n`,
  );
  expect([...problems]).toEqual([]);
  expect([...ends.keys()].toSorted()).toEqual([
    "CA_DOUBTFUL",
    "CA_NOT_HELD",
    "CA_SLOTS_FULL",
    "PLATFORM_REPLY_UNEXPECTED",
    "settled",
  ]);
  expect(cases).toBeGreaterThan(EVERYTHING ? 100_000 : 3000);
});
