import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Result } from "../../support/action.ts";
import { IdentityScene } from "./identity-scene.ts";

let scene: IdentityScene;
let older: Result;
let newer: Result;

beforeEach(async () => {
  scene = await IdentityScene.begin();
});
afterEach(() => scene.end());

async function twoCas(): Promise<void> {
  older = await scene.step("register", { days: "390" });
  newer = await scene.step("rotate", { apply: "true" });
  expect(newer.outputs["outcome"]).toBe("staged");
}
const idOf = ({ outputs }: Result) => outputs["certificate-id"] ?? "";

describe.each(["newest", "all"] as const)("a list that omits isVerified of: %s", (omits) => {
  beforeEach(async () => {
    await twoCas();
    scene.sandbox.quirks.listOmitsVerified = omits;
  });

  test("register says unchanged and makes no POST: what is remembered counts (guarantee 4)", async () => {
    const before = scene.sandbox.calls.length;
    const again = await scene.step("register");
    expect(again.outputs).toMatchObject({ outcome: "unchanged", "certificate-id": idOf(newer) });
    expect(scene.callsFrom(before)).toEqual(["list"]);
    expect(again.warnings.map(({ message }) => message).join()).toMatch(/does not say.*verified/);
  });

  test("agents are issued by the newest CA, as before", async () => {
    const issued = await scene.step("agent-certificate", { agents: "one" });
    const [{ certificatePath }] = JSON.parse(issued.outputs["agents"] ?? "[{}]");
    const { issuer } = new X509Certificate(readFileSync(certificatePath));
    const [stored] = scene.sandbox.certificates.filter(({ id }) => id === idOf(newer));
    expect(issuer).toContain(`CN=${stored?.commonName}`);
  });

  test("rotate does not retire on what is only remembered: it stops, and marks and deletes nothing (guarantee 6)", async () => {
    const before = scene.sandbox.calls.length;
    const text = scene.keyring;
    const stopped = await scene.refused("rotate", { apply: "true", retire: "now" });
    expect(stopped.code).toBe("PLATFORM_REPLY_UNEXPECTED");
    expect(stopped.message).toContain(idOf(newer));
    expect(stopped.message).toContain(idOf(older));
    expect(scene.callsFrom(before)).toEqual(["list"]);
    expect(scene.keyring).toBe(text);
    // The next step that it names.
    const waits = await scene.step("rotate", { apply: "true", retire: "never" });
    expect(waits.outputs["outcome"]).toBe("nothing-due");
    await scene.step("delete", {
      "certificate-id": idOf(older),
      "allow-held": "true",
      "allow-last": "true",
    });
    expect(scene.sandbox.certificates.map(({ id }) => id)).toEqual([idOf(newer)]);
  });

  test("delete does not count it as the other usable one (guarantee 6)", async () => {
    const inputs = { "certificate-id": idOf(older), "allow-held": "true" };
    const stopped = await scene.refused("delete", inputs);
    expect(stopped.code).toBe("CA_LAST_USABLE");
    expect(stopped.message).toContain(idOf(newer));
    expect(scene.sandbox.certificates).toHaveLength(2);
    expect(scene.keyring).not.toContain("Retired at");
    scene.sandbox.quirks.listOmitsVerified = "none";
    await scene.step("delete", inputs);
  });
});

test("the last one that the list does not call verified is not deleted either", async () => {
  const only = await scene.step("register");
  scene.sandbox.quirks.listOmitsVerified = "all";
  const stopped = await scene.refused("delete", { "certificate-id": idOf(only), "allow-held": "true" });
  expect(stopped.code).toBe("CA_LAST_USABLE");
});

test("what another CA of that id was once says nothing of this one", async () => {
  const only = await scene.step("register");
  scene.sandbox.quirks.listOmitsVerified = "all";
  scene.keyring = scene.keyring.replace(/^Platform id: .*$/m, "Platform id: another");
  const again = await scene.step("register");
  expect(again.outputs).toMatchObject({ outcome: "resumed", "certificate-id": idOf(only) });
});

test("where reads never say it, and the reply to the verify did, rotate and delete go on as before", async () => {
  scene.sandbox.quirks.isVerified = "absent-in-reads";
  await twoCas();
  const retired = await scene.step("rotate", { apply: "true", retire: "now" });
  expect(retired.outputs["retired-certificate-id"]).toBe(idOf(older));
});
