import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { keyringFile, TENANT } from "../../support/inputs.ts";
import { IdentityScene, ownCa } from "./identity-scene.ts";

let scene: IdentityScene;

beforeEach(async () => {
  scene = await IdentityScene.begin();
});
afterEach(() => scene.end());

const all = (messages: readonly { message: string }[]) => messages.map(({ message }) => message).join("\n");

describe("a usable CA on the platform that the keyring does not hold (guarantee 4)", () => {
  test("a wrong path after a rotation: register makes no second CA, and allow-unheld leads on", async () => {
    const id = scene.seed(ownCa("acme-20260101", 1900), "acme-1");
    const wrong = { "keyring-file": join(scene.stage.lasting, "mistyped.pem") };
    const stopped = await scene.refused("register", wrong);
    expect(stopped.code).toBe("CA_NOT_HELD");
    expect(stopped.message).toContain(id);
    expect(stopped.message).toMatch(/allow-unheld/);
    expect(scene.callsFrom(0)).toEqual(["list"]);
    expect(existsSync(wrong["keyring-file"])).toBe(false);
    expect(all(stopped.notices)).toContain(wrong["keyring-file"]);

    const allowed = await scene.step("register", { ...wrong, "allow-unheld": `another, ${id}` });
    expect(allowed.outputs["outcome"]).toBe("registered");
  });

  test("an old keyring whose CA is not there is not uploaded either", async () => {
    const id = scene.seed(ownCa("acme-20260101", 1900), "acme-1");
    const old = ownCa("acme-old");
    scene.keyring = old.key + old.pem;
    expect((await scene.refused("register")).code).toBe("CA_NOT_HELD");
    expect((await scene.step("register", { "allow-unheld": id })).outputs["outcome"]).toBe("registered");
  });

  test("nor a CA that restore names: it is the keyring that is in doubt", async () => {
    const old = ownCa("acme-old");
    const id = scene.seed(ownCa("acme-20260101", 1900), "acme-1");
    scene.keyring = `Retired at: 2026-01-01T00:00:00.000Z\n${old.key}${old.pem}`;
    expect((await scene.refused("register", { restore: "acme-old" })).code).toBe("CA_NOT_HELD");
    const led = await scene.step("register", { restore: "acme-old", "allow-unheld": id });
    expect(led.outputs["outcome"]).toBe("registered");
  });

  test("bringing its key in leads on as well, and then it is unchanged", async () => {
    const theirs = ownCa("acme-20260101", 1900);
    scene.seed(theirs, "acme-1");
    expect((await scene.refused("register")).code).toBe("CA_NOT_HELD");
    const { "keyring-file": _, ...pair } = scene.bring(theirs);
    expect((await scene.step("register", pair)).outputs["outcome"]).toBe("unchanged");
    expect((await scene.step("register")).outputs["outcome"]).toBe("unchanged");
  });

  test("what is ours and usable goes on beside it, unchanged; and what was begun is finished", async () => {
    await scene.step("register");
    scene.seed(ownCa("theirs", 1900), "theirs");
    expect((await scene.step("register")).outputs["outcome"]).toBe("unchanged");
    const [stored] = scene.sandbox.certificates;
    if (stored !== undefined) stored.isVerified = false;
    scene.keyring = scene.keyring.replace(/^Verified at: .*\n/m, "");
    expect((await scene.step("register")).outputs["outcome"]).toBe("resumed");
  });

  test("a CA brought along is what the user named, whatever the keyring holds: it is uploaded, and the other one told of", async () => {
    const id = scene.seed(ownCa("theirs", 1900), "theirs");
    const brought = await scene.step("register", scene.bring(ownCa(TENANT)));
    expect(brought.outputs["outcome"]).toBe("registered");
    expect(all(brought.warnings)).toContain(id);
  });

  test.each([
    ["not verified", { verified: false, days: 2000 }],
    ["expired", { verified: true, days: -0.5 }],
  ])("one that is %s is none to wait for", async (_, { verified, days }) => {
    scene.seed(ownCa("theirs", days), "theirs", verified);
    expect((await scene.step("register")).outputs["outcome"]).toBe("registered");
  });
});

test("a keyring that does not exist yet is taken for the first run's, and every run says so until it does", async () => {
  scene.sandbox.faults.add({ call: "list", kind: "status", status: 403 });
  const first = await scene.refused("register");
  expect(all(first.notices)).toMatch(/does not exist yet.*first run/);
  for (const task of ["rotate", "status"]) {
    const said = await scene.run(task);
    expect(all(said.notices), task).toContain(keyringFile(scene.stage));
  }
  await scene.step("register");
  expect(all((await scene.step("register")).notices)).not.toMatch(/does not exist yet/);
});
