import { afterEach, beforeEach, expect, test } from "vitest";
import { BROKER } from "./broker.ts";
import { issueByHand } from "./by-hand.ts";
import { agentOf } from "./identity.ts";
import { comesFrom, Plant } from "./plant.ts";
import type { Agent, Outcome } from "./visit.ts";

let plant: Plant;
beforeEach(async () => {
  plant = await Plant.start();
});
afterEach(() => plant.stop());

/** How agents fare, by their names. */
async function fates(...agents: readonly Agent[]): Promise<Record<string, Outcome>> {
  const outcomes: Record<string, Outcome> = {};
  for (const agent of agents) outcomes[agent.name] = await plant.askWhy(agent);
  return outcomes;
}

test(`${BROKER}: agents connect before, during and after a rotation, each as long as its CA is usable (guarantee 6)`, async () => {
  // Its end is near: a rotation is due at once.
  await plant.run("register", { days: "300" });
  const old = plant.newest();
  const directory = plant.folder();
  const pump = await plant.issueOne("pump", { directory });
  const valve = issueByHand(plant.folder(), old, "valve");
  const late = agentOf(old, "late", { from: -30, to: -1 });
  expect(comesFrom(pump, old.pem)).toBe(true);
  expect(await plant.serve()).toBe(1);
  expect(await fates(pump, valve, late)).toEqual({ pump: "connected", valve: "connected", late: "expired" });
  expect(await plant.visit(pump)).toBe("connected");

  const staged = await plant.run("rotate", { apply: "true" });
  expect(staged.outputs["outcome"]).toBe("staged");
  const fan = await plant.issueOne("fan");
  const young = plant.newest();
  expect({ byOld: comesFrom(fan, old.pem), byYoung: comesFrom(fan, young.pem) }).toEqual({
    byOld: false,
    byYoung: true,
  });
  expect(await plant.serve()).toBe(2);
  expect(await fates(pump, valve, fan)).toEqual({ pump: "connected", valve: "connected", fan: "connected" });

  const retired = await plant.run("rotate", { apply: "true", retire: "now" });
  expect(retired.outputs["outcome"]).toBe("retired");
  expect(await plant.serve()).toBe(1);
  // The same folder again: what the old CA issued is issued anew.
  const again = await plant.issueOne("pump", { directory });
  expect(await fates(fan, pump, valve)).toEqual({
    fan: "connected",
    pump: "unknown issuer",
    valve: "unknown issuer",
  });
  expect(await plant.visit(pump)).toBeOneOf(["unknown issuer", "closed"]);
  expect(await fates(again)).toEqual({ pump: "connected" });
});
