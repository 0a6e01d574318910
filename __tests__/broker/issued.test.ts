import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BROKER } from "./broker.ts";
import { requestByHand } from "./by-hand.ts";
import { Plant } from "./plant.ts";

let plant: Plant;
beforeEach(async () => {
  plant = await Plant.start();
  await plant.run("register");
  await plant.serve();
});
afterEach(() => plant.stop());

describe(`${BROKER}: an agent connects`, () => {
  test("under every name that the platform takes", async () => {
    const names = ["a", "Line-2:pump_7", "-", "x".repeat(64)];
    for (const agent of await plant.issue(names))
      expect(await plant.visit(agent), agent.name).toBe("connected");
  });

  test("with the key that it kept, certified by its CSR", async () => {
    const { key, csrPath } = requestByHand(plant.folder(), "device");
    const device = await plant.issueOne(`device=${csrPath}`);
    expect(device.key).toBeUndefined();
    expect(await plant.visit({ ...device, key })).toBe("connected");
  });

  test("with its encrypted archive alone", async () => {
    const passphrase = "a passphrase of the fleet";
    const agent = await plant.issueOne("pump", { "archive-passphrase": passphrase });
    expect(agent).toHaveProperty("pfx");
    expect(await plant.visit({ ...agent, passphrase })).toBe("connected");
  });

  test("when the CA was brought along, and nobody asked the platform", async () => {
    const ca = plant.newest();
    const brought = {
      "ca-certificate": ca.pem,
      "ca-private-key": ca.key,
      "keyring-file": "",
      offline: "true",
    };
    const agent = await plant.issueOne("pump", brought);
    expect(await plant.visit(agent)).toBe("connected");
  });
});
