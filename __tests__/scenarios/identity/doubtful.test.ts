import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { registerInputs } from "../../support/inputs.ts";
import { IdentityScene, type OwnCa, ownCa, seen } from "./identity-scene.ts";

let scene: IdentityScene;
let own: OwnCa;
let twin: OwnCa;

beforeEach(async () => {
  scene = await IdentityScene.begin();
  own = ownCa("acme");
  twin = ownCa("other");
  expect(own.expiration).toBe(twin.expiration);
});
afterEach(() => scene.end());

const short = ({ fingerprint }: OwnCa) => fingerprint.replaceAll(":", "").slice(0, 8).toLowerCase();

describe("a slot that agrees with a CA in nothing but the second of its end (guarantee 4)", () => {
  test.each([true, false])(
    "register stops, names both and shows no fingerprint; allow-unheld leads on (verified: %s)",
    async (verified) => {
      const id = scene.seed(twin, "somebody's", verified);
      const stopped = await scene.refused("register", scene.bring(own));
      expect(stopped.code).toBe("CA_DOUBTFUL");
      for (const text of [id, "somebody's", "other", "acme", own.expiration])
        expect(stopped.message).toContain(text);
      expect(stopped.message).toMatch(new RegExp(`allow-unheld: ${id}`));
      for (const text of [own.fingerprint, short(own)]) expect(seen(stopped)).not.toContain(text);
      expect(scene.callsFrom(0)).toEqual(["list"]);

      const led = await scene.step("register", { ...scene.bring(own), "allow-unheld": id });
      expect(led.outputs).toMatchObject({ outcome: "registered", fingerprint: own.fingerprint });
      expect(led.outputs["certificate-id"]).not.toBe(id);
      const again = await scene.step("register", { ...scene.bring(own), "allow-unheld": id });
      expect(again.outputs["outcome"]).toBe("unchanged");
    },
  );

  test("deleting it leads on as well", async () => {
    const id = scene.seed(twin, "somebody's", false);
    const stopped = await scene.refused("register", scene.bring(own));
    expect(stopped.message).toMatch(new RegExp(`tasks/delete.*certificate-id: ${id}`));
    await scene.step("delete", { ...scene.connection, "certificate-id": id, "keyring-file": "" });
    expect((await scene.step("register", scene.bring(own))).outputs["outcome"]).toBe("registered");
  });

  test("a CA of the keyring: certificate-id says that it is that one, which then is verified and remembered", async () => {
    scene.sandbox.quirks.commonName = "null";
    const id = scene.seed(own, "plant", false);
    scene.keyring = own.key + own.pem;
    const stopped = await scene.refused("register");
    expect(stopped.code).toBe("CA_DOUBTFUL");
    expect(stopped.message).toMatch(new RegExp(`certificate-id: ${id}`));
    expect(seen(stopped)).not.toContain(own.fingerprint);
    const led = await scene.step("register", { "certificate-id": id });
    expect(led.outputs).toMatchObject({ outcome: "resumed", "certificate-id": id });
    expect((await scene.step("register")).outputs["outcome"]).toBe("unchanged");
    expect(scene.uploads).toBe(0);
  });

  test("a certificate-id that another CA has cannot be verified: the platform refuses it, and nothing is remembered", async () => {
    const id = scene.seed(twin, "somebody's", false);
    scene.keyring = own.key + own.pem;
    const stopped = await scene.refused("register", { "certificate-id": id });
    expect(stopped.code).toBe("VERIFY_REFUSED");
    expect(scene.keyring).not.toContain(id);
  });

  test("rotate stops before it makes or deletes anything, and both inputs lead on", async () => {
    scene.sandbox.quirks.commonName = "null";
    const id = scene.seed(own, "plant");
    scene.keyring = own.key + own.pem;
    for (const apply of ["false", "true"]) {
      const stopped = await scene.refused("rotate", { apply });
      expect(stopped.code).toBe("CA_DOUBTFUL");
      expect(stopped.message).toContain(id);
      expect(seen(stopped)).not.toContain(own.fingerprint);
    }
    expect(new Set(scene.callsFrom(0))).toEqual(new Set(["list"]));
    const other = await scene.step("rotate", { "allow-unheld": id });
    expect(other.outputs["outcome"]).toBe("planned");
    const led = await scene.step("rotate", { apply: "true", "certificate-id": id });
    expect(led.outputs).toMatchObject({ outcome: "nothing-due", "certificate-id": id });
  });

  test("upload stops, and the next step goes on with that id, or frees the slot", async () => {
    scene.sandbox.quirks.commonName = "absent";
    const id = scene.seed(own, "plant", false);
    const stopped = await scene.refused("upload", { ...scene.connection, "ca-certificate": own.pem });
    expect(stopped.code).toBe("CA_DOUBTFUL");
    expect(stopped.message).toMatch(new RegExp(`registration-code.*certificate-id: ${id}`));
    expect(seen(stopped)).not.toContain(short(own));
    expect(scene.uploads).toBe(0);
    await scene.step("registration-code", { ...scene.connection, "certificate-id": id });
    await scene.step("delete", { ...scene.connection, "certificate-id": id, "keyring-file": "" });
    await scene.step("upload", { ...scene.connection, "ca-certificate": own.pem });
    expect(scene.uploads).toBe(1);
  });

  test("agents are not issued by a CA that is not known to be there", async () => {
    scene.sandbox.quirks.commonName = "null";
    const id = scene.seed(own, "plant");
    scene.keyring = own.key + own.pem;
    const stopped = await scene.refused("agent-certificate", { agents: "one" });
    expect(stopped.code).toBe("CA_NOT_USABLE");
    expect(stopped.message).toContain(id);
    expect(stopped.message).toMatch(/certificate-id/);
    await scene.step("register", { "certificate-id": id });
    expect((await scene.step("agent-certificate", { agents: "one" })).outputs["issued"]).toBe("1");
  });

  test("what another entry of the keyring explains is no reason to stop", async () => {
    const id = scene.seed(twin, "somebody's");
    scene.keyring = own.key + own.pem + twin.key + twin.pem;
    const result = await scene.step("register");
    expect(result.outputs).toMatchObject({ outcome: "unchanged", "certificate-id": id });
    expect(result.outputs["fingerprint"]).toBe(twin.fingerprint);
  });

  test.each([true, false])(
    "status says that it is not known, not that it is somebody's, and what to do (verified: %s)",
    async (verified) => {
      scene.sandbox.quirks.commonName = "null";
      const id = scene.seed(own, "plant", verified);
      scene.keyring = own.key + own.pem;
      const { "keyring-file": keyring = "" } = registerInputs(scene.sandbox, scene.stage);
      const result = await scene.step("status", { ...scene.connection, "keyring-file": keyring });
      const said = result.warnings.map(({ message }) => message).join("\n");
      expect(said).toContain("It is not known whether");
      expect(said).toMatch(new RegExp(`certificate-id: ${id}`));
      expect(said).not.toMatch(/is not in the keyring|delete it if/);
      expect(seen(result)).not.toContain(own.fingerprint);
      expect(result.summary).toContain("not known");
    },
  );

  test("delete takes it for held: it asks for allow-held", async () => {
    scene.sandbox.quirks.commonName = "null";
    const id = scene.seed(own, "plant", false);
    scene.keyring = own.key + own.pem;
    expect((await scene.refused("delete", { "certificate-id": id })).code).toBe("CA_HELD");
    await scene.step("delete", { "certificate-id": id, "allow-held": "true" });
    expect(scene.keyring).toContain("Retired at");
  });
});
