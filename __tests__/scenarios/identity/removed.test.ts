import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Quirks } from "../../../src/sandbox/start.ts";
import { TENANT } from "../../support/inputs.ts";
import { leftBehind } from "../../support/left-behind.ts";
import { IdentityScene, type OwnCa, ownCa } from "./identity-scene.ts";

let scene: IdentityScene;

beforeEach(async () => {
  scene = await IdentityScene.begin();
});
afterEach(() => scene.end());

/** The CA that the keyring held and somebody removed by hand. */
function removed(): OwnCa & { readonly id: string } {
  const old = ownCa(TENANT, 3000);
  const id = scene.hold(old);
  scene.removeByHand(id);
  return { ...old, id };
}

test("what `hold` leaves is what a registration leaves", async () => {
  await scene.step("register");
  const real = leftBehind(scene.keyring, scene.sandbox.certificates);
  scene.removeByHand(scene.sandbox.certificates[0]?.id ?? "");
  scene.hold(ownCa(TENANT));
  expect(leftBehind(scene.keyring, scene.sandbox.certificates)).toEqual(real);
});

const all = (messages: readonly { message: string }[]) => messages.map(({ message }) => message).join("\n");

describe("a CA that was verified once and removed by hand (guarantee 4)", () => {
  test("is not sent again: register makes a new one, says so and offers restore; then it is unchanged", async () => {
    const { outputs: old } = await scene.step("register");
    scene.removeByHand(old["certificate-id"] ?? "");
    const before = scene.sandbox.calls.length;
    const made = await scene.step("register");
    expect(scene.callsFrom(before)).toEqual(["list", "get", "upload", "code", "verify", "get"]);
    expect(made.outputs["outcome"]).toBe("registered");
    expect(made.outputs["fingerprint"]).not.toBe(old["fingerprint"]);
    expect(all(made.warnings)).toContain(old["certificate-id"]);
    expect(all(made.warnings)).toContain(`restore: ${old["fingerprint"]}`);
    const idle = scene.sandbox.calls.length;
    expect((await scene.step("register")).outputs["outcome"]).toBe("unchanged");
    expect(scene.callsFrom(idle)).toEqual(["list"]);
    expect(scene.keyring.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);

    // The way back that the warning names.
    await scene.step("delete", {
      "certificate-id": made.outputs["certificate-id"] ?? "",
      "allow-held": "true",
      "allow-last": "true",
    });
    const back = await scene.step("register", { restore: old["fingerprint"] ?? "" });
    expect(back.outputs).toMatchObject({ outcome: "registered", fingerprint: old["fingerprint"] });
  });

  test.each(["name", "fingerprint"])(
    "restore by its %s brings it back at once, and goes on after a crash",
    async (by) => {
      const old = removed();
      scene.sandbox.faults.add({ call: "upload", kind: "status", status: 403 });
      const restore = by === "name" ? TENANT : old.fingerprint;
      expect((await scene.refused("register", { restore })).code).toBe("ACCESS_DENIED");
      // Asked for once, it is no longer one that went by itself.
      const back = await scene.step("register");
      expect(back.outputs).toMatchObject({ outcome: "registered", fingerprint: old.fingerprint });
      expect(scene.keyring).toContain("Restored at");
    },
  );

  test("the keyring has no place for a new key: said before anything is made", async () => {
    removed();
    const before = scene.sandbox.calls.length;
    const stopped = await scene.refused("register", { "keyring-file": "", keyring: scene.keyring });
    expect(stopped.code).toBe("KEYRING_TARGET_MISSING");
    expect(scene.callsFrom(before)).toEqual(["list", "get"]);
  });

  test("rotate stages a new one, plans so, and does not send it again", async () => {
    const old = removed();
    const plan = await scene.step("rotate");
    expect(plan.outputs["outcome"]).toBe("planned");
    expect(JSON.parse(plan.outputs["plan"] ?? "[]")[0]).toMatchObject({ step: "stage" });
    expect(all(plan.warnings)).toContain(`restore: ${old.fingerprint}`);
    const staged = await scene.step("rotate", { apply: "true" });
    expect(staged.outputs["outcome"]).toBe("staged");
    expect(scene.sandbox.certificates.map(({ commonName }) => commonName)).not.toContain(TENANT);
    expect((await scene.step("rotate", { apply: "true" })).outputs["outcome"]).toBe("nothing-due");
    const back = await scene.step("register", { restore: old.fingerprint });
    expect(back.outputs["fingerprint"]).toBe(old.fingerprint);
  });

  test("one that GET still shows is not gone: the list contradicts it, and nothing is made", async () => {
    const id = scene.hold(ownCa(TENANT));
    scene.sandbox.faults.add({ call: "list", kind: "body", body: "[]", times: 9 });
    for (const task of ["register", "rotate"]) {
      const stopped = await scene.refused(task, { apply: "true" });
      expect(stopped.code).toBe("PLATFORM_REPLY_UNEXPECTED");
      expect(stopped.message).toContain(id);
    }
    expect(scene.uploads).toBe(0);
  });

  test.each([403, 503])("one of which GET says %i is not gone", async (status) => {
    removed();
    scene.sandbox.faults.add({ call: "get", kind: "status", status, times: 9 });
    await scene.refused("register");
    expect(scene.uploads).toBe(0);
  });

  test("one that was never verified is sent, as before: a run died", async () => {
    scene.sandbox.faults.add({ call: "upload", kind: "reset-before", times: 3 });
    await scene.refused("register");
    expect((await scene.step("register")).outputs["outcome"]).toBe("registered");
    expect(scene.keyring.match(/BEGIN CERTIFICATE/g)).toHaveLength(1);
  });
});

const HIDING: readonly Quirks["listHidesMore"][] = [
  "totalElements",
  "total",
  "page",
  "last",
  "next",
  "links",
];

describe("a list that says there is more than it shows (guarantee 4)", () => {
  const OTHERS = ["rotate", "upload", "delete", "status", "agent-certificate"];
  test.each([
    ...HIDING.map((kind) => ["register", kind] as const),
    ...OTHERS.map((task) => [task, "totalElements"] as const),
  ])("%s stops: %s", async (task, kind) => {
    const id = scene.hold(ownCa(TENANT));
    scene.sandbox.quirks.listHidesMore = kind;
    const before = scene.sandbox.calls.length;
    const stopped = await scene.refused(task, {
      "certificate-id": id,
      agents: "one",
      "ca-certificate": task === "upload" ? ownCa("one more", 3000).pem : "",
      apply: "true",
    });
    expect(stopped.code).toBe("PLATFORM_REPLY_UNEXPECTED");
    expect(stopped.message).toMatch(/The list of CA certificates shows 1 and says that more exist/);
    expect(scene.callsFrom(before)).toEqual(["list"]);
  });
});

describe("a list that gives the remembered id to another certificate (guarantee 4)", () => {
  function swapped() {
    const old = removed();
    const other = ownCa("other", 2000);
    scene.sandbox.seed(other.pem, { id: old.id, name: "somebody's", verified: true });
    return { id: old.id, other, old };
  }

  test.each(["register", "rotate"])(
    "%s stops and names what contradicts what; allow-unheld leads on",
    async (task) => {
      const { id, other, old } = swapped();
      const before = scene.sandbox.calls.length;
      const stopped = await scene.refused(task, { apply: "true" });
      expect(stopped.code).toBe("PLATFORM_REPLY_UNEXPECTED");
      for (const text of [id, other.expiration, old.expiration, "somebody's"])
        expect(stopped.message).toContain(text);
      expect(stopped.message).toMatch(new RegExp(`allow-unheld: ${id}`));
      expect(scene.callsFrom(before)).toEqual(["list"]);
      const led = await scene.step(task, { apply: "true", "allow-unheld": id });
      expect(led.outputs["outcome"]).toBe(task === "register" ? "registered" : "staged");
      expect(led.outputs["fingerprint"] ?? "").not.toBe(old.fingerprint);
      expect(scene.sandbox.certificates).toHaveLength(2);
    },
  );

  test("an id that the platform gives out again contradicts nothing, where the keyring holds who has it now", async () => {
    scene.sandbox.quirks.idForm = "reused";
    const old = removed();
    const made = await scene.step("register");
    expect(made.outputs["certificate-id"]).toBe(old.id);
    for (const task of ["register", "rotate"]) await scene.step(task, { apply: "true" });
    expect(scene.uploads).toBe(1);
    expect(scene.sandbox.certificates).toHaveLength(1);
  });

  test("a rotation goes through where ids are given out again", async () => {
    scene.sandbox.quirks.idForm = "reused";
    scene.hold(ownCa(TENANT, 300));
    for (const days of ["390", "3650"]) {
      await scene.step("rotate", { apply: "true", "renew-before": "380", days });
      await scene.step("rotate", { apply: "true", retire: "now", "renew-before": "380" });
    }
    expect(scene.sandbox.certificates).toHaveLength(1);
    expect((await scene.step("register")).outputs["outcome"]).toBe("unchanged");
  });
});
