import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Quirks } from "../../../src/sandbox/start.ts";
import { TENANT } from "../../support/inputs.ts";
import { IdentityScene, ownCa } from "./identity-scene.ts";

let scene: IdentityScene;

beforeEach(async () => {
  scene = await IdentityScene.begin();
});
afterEach(() => scene.end());

/** How a reply may render the common name of a CA. */
const RENDERINGS: readonly Quirks["commonName"][] = [
  "null",
  "absent",
  "empty",
  "lower-case",
  "prefixed",
  "decomposed",
];
/**
 * The renderings that differ for a run; true: the name still says which CA it is. A common name that is null or empty is read as one
 * that is absent (mindconnect/replies.test.ts).
 */
const READ: readonly [Quirks["commonName"], boolean][] = [
  ["absent", false],
  ["lower-case", true],
  ["prefixed", true],
  ["decomposed", true],
];
const COMMON_NAME = "Werk München";

test.each(RENDERINGS)(
  "a common name rendered as %s: two runs with a CA brought along make one POST upload, and the rendering is a warning (guarantees 4 and 5)",
  async (rendering) => {
    scene.sandbox.quirks.commonName = rendering;
    const own = ownCa(COMMON_NAME);
    const first = await scene.step("register", scene.bring(own));
    expect(first.outputs).toMatchObject({
      outcome: "registered",
      verified: "true",
      fingerprint: own.fingerprint,
      "common-name": COMMON_NAME,
    });
    expect(first.warnings.map(({ message }) => message).join()).toMatch(/common name/);
    const before = scene.state;
    const again = await scene.step("register", scene.bring(own));
    expect(again.outputs).toMatchObject({ outcome: "unchanged", "common-name": COMMON_NAME });
    // A third run would begin in the same state.
    expect(scene.state).toEqual(before);
    expect(scene.uploads).toBe(1);
  },
);

describe.each(READ)("replies that render the common name: %s (guarantees 4 and 5)", (rendering, says) => {
  beforeEach(() => {
    scene.sandbox.quirks.commonName = rendering;
  });

  test("a CA uploaded under a certificate-name is not sent again without it: where the reply says too little to know it, the run stops", async () => {
    const own = ownCa(COMMON_NAME);
    const inputs = scene.bring(own);
    const named = { ...inputs, "certificate-name": "plant" };
    expect((await scene.step("register", named)).outputs["outcome"]).toBe("registered");
    const before = scene.state;
    expect((await scene.step("register", named)).outputs["outcome"]).toBe("unchanged");
    expect(scene.state).toEqual(before);
    const unnamed = await scene.run("register", inputs);
    if (says) expect(unnamed.outputs["outcome"]).toBe("unchanged");
    else expect(unnamed.errors[0]?.title).toBe("MindConnect CA: CA_DOUBTFUL");
    expect(scene.state).toEqual(before);
    const [stored] = scene.sandbox.certificates;
    const confirmed = await scene.step("register", { ...inputs, "certificate-id": stored?.id ?? "" });
    expect(confirmed.outputs).toMatchObject({ outcome: "unchanged", "certificate-id": stored?.id });
    expect(scene.uploads).toBe(1);
  });

  test("a CA that was made here is registered once, with or without a name of its own, and rotated", async () => {
    const named = { "certificate-name": "plant", days: "300" };
    const first = await scene.step("register", named);
    expect(scene.callsFrom(0)).toEqual(["list", "upload", "code", "verify", "get"]);
    expect((await scene.step("register", named)).outputs["outcome"]).toBe("unchanged");
    expect((await scene.step("rotate", { apply: "true" })).outputs["outcome"]).toBe("staged");
    const retired = await scene.step("rotate", { apply: "true", retire: "now" });
    expect(retired.outputs["retired-certificate-id"]).toBe(first.outputs["certificate-id"]);
    expect(scene.sandbox.certificates).toHaveLength(1);
    expect(scene.uploads).toBe(2);
  });

  test("an upload whose reply is lost is not sent again", async () => {
    scene.sandbox.faults.add({ call: "upload", kind: "reset" });
    const result = await scene.step("register", { "certificate-name": "plant" });
    expect(result.outputs["outcome"]).toBe("registered");
    expect(scene.uploads).toBe(1);
  });

  test("the composable tasks go through", async () => {
    const { connection } = scene;
    const own = ownCa(COMMON_NAME);
    const ca = { "ca-certificate": own.pem, "ca-private-key": own.key };
    const uploaded = await scene.step("upload", { ...connection, "ca-certificate": own.pem });
    expect(uploaded.warnings.map(({ message }) => message).join()).toMatch(/common name/);
    const id = { "certificate-id": uploaded.outputs["certificate-id"] ?? "" };
    const code = await scene.step("registration-code", { ...connection, ...id });
    const made = await scene.step("verification-certificate", {
      ...ca,
      "registration-code": code.outputs["registration-code"] ?? "",
    });
    const verification = readFileSync(made.outputs["verification-certificate-path"] ?? "", "utf8");
    const verified = await scene.step("verify", {
      ...connection,
      ...id,
      "verification-certificate": verification,
    });
    expect(verified.outputs["verified"]).toBe("true");
    expect(verified.warnings.map(({ message }) => message).join()).toMatch(/common name/);
    await scene.step("upload", { ...connection, "ca-certificate": own.pem });
    expect(scene.uploads).toBe(1);
  });
});

test.each([
  ["blanks at its ends", ` ${TENANT} `, "trimmed"],
  ["two common names", ["first", "second"], "exact"],
] as const)(
  "a held CA with %s is uploaded once and goes on working (guarantee 4)",
  async (_, name, rendering) => {
    scene.sandbox.quirks.commonName = rendering;
    const own = ownCa(name);
    scene.keyring = own.key + own.pem;
    const named = { "certificate-name": "plant" };
    expect((await scene.step("register", named)).outputs["outcome"]).toBe("registered");
    const before = scene.state;
    expect((await scene.step("register", named)).outputs["outcome"]).toBe("unchanged");
    expect(scene.state).toEqual(before);
    expect(scene.uploads).toBe(1);
    const brought = { ...scene.bring(own), "keyring-file": scene.stage.lasting };
    const { "keyring-file": __, ...pair } = brought;
    expect((await scene.step("register", pair)).outputs["outcome"]).toBe("unchanged");
  },
);
