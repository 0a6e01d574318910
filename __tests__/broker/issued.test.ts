import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BROKER } from "./broker.ts";
import { BrokerScene } from "./broker-scene.ts";
import { requestByHand } from "./by-hand.ts";

let scene: BrokerScene;
beforeEach(async () => {
  scene = await BrokerScene.start();
  await scene.run("register");
  await scene.serve();
});
afterEach(() => scene.stop());

describe(`${BROKER}: an agent connects`, () => {
  test("under every name that the platform takes", async () => {
    const names = ["a", "Line-2:pump_7", "-", "x".repeat(64)];
    for (const agent of await scene.issue(names))
      expect(await scene.visit(agent), agent.name).toBe("connected");
  });

  test("with the key that it kept, certified by its CSR", async () => {
    const { key, csrPath } = requestByHand(scene.folder(), "device");
    const device = await scene.issueOne(`device=${csrPath}`);
    expect(device.key).toBeUndefined();
    expect(await scene.visit({ ...device, key })).toBe("connected");
  });

  test("with its encrypted archive alone", async () => {
    const passphrase = "a passphrase of the fleet";
    const agent = await scene.issueOne("pump", { "archive-passphrase": passphrase });
    expect(agent).toHaveProperty("pfx");
    expect(await scene.visit({ ...agent, passphrase })).toBe("connected");
  });

  test("when the CA was brought along, and nobody asked the platform", async () => {
    const ca = scene.newest();
    const brought = {
      "ca-certificate": ca.pem,
      "ca-private-key": ca.key,
      "keyring-file": "",
      offline: "true",
    };
    const agent = await scene.issueOne("pump", brought);
    expect(await scene.visit(agent)).toBe("connected");
  });
});
