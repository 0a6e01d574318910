import { afterEach, beforeEach, expect, test } from "vitest";
import { BROKER } from "./broker.ts";
import { BrokerScene, comesFrom } from "./broker-scene.ts";
import { issueByHand } from "./by-hand.ts";
import { agentOf } from "./identity.ts";
import type { Agent, Outcome } from "./visit.ts";

let scene: BrokerScene;
beforeEach(async () => {
  scene = await BrokerScene.start();
});
afterEach(() => scene.stop());

/** How agents fare, by their names. */
async function fates(...agents: readonly Agent[]): Promise<Record<string, Outcome>> {
  const outcomes: Record<string, Outcome> = {};
  for (const agent of agents) outcomes[agent.name] = await scene.askWhy(agent);
  return outcomes;
}

test(`${BROKER}: agents connect before, during and after a rotation, each as long as its CA is usable (guarantee 6)`, async () => {
  // Its end is near: a rotation is due at once.
  await scene.run("register", { days: "300" });
  const old = scene.newest();
  const directory = scene.folder();
  const pump = await scene.issueOne("pump", { directory });
  const valve = issueByHand(scene.folder(), old, "valve");
  const late = agentOf(old, "late", { from: -30, to: -1 });
  expect(comesFrom(pump, old.pem)).toBe(true);
  expect(await scene.serve()).toBe(1);
  expect(await fates(pump, valve, late)).toEqual({ pump: "connected", valve: "connected", late: "expired" });
  expect(await scene.visit(pump)).toBe("connected");

  const staged = await scene.run("rotate", { apply: "true" });
  expect(staged.outputs["outcome"]).toBe("staged");
  const fan = await scene.issueOne("fan");
  const young = scene.newest();
  expect({ byOld: comesFrom(fan, old.pem), byYoung: comesFrom(fan, young.pem) }).toEqual({
    byOld: false,
    byYoung: true,
  });
  expect(await scene.serve()).toBe(2);
  expect(await fates(pump, valve, fan)).toEqual({ pump: "connected", valve: "connected", fan: "connected" });

  const retired = await scene.run("rotate", { apply: "true", retire: "now" });
  expect(retired.outputs["outcome"]).toBe("retired");
  expect(await scene.serve()).toBe(1);
  // The same folder again: what the old CA issued is issued anew.
  const again = await scene.issueOne("pump", { directory });
  expect(await fates(fan, pump, valve)).toEqual({
    fan: "connected",
    pump: "unknown issuer",
    valve: "unknown issuer",
  });
  expect(await scene.visit(pump)).toBeOneOf(["unknown issuer", "closed"]);
  expect(await fates(again)).toEqual({ pump: "connected" });
});
