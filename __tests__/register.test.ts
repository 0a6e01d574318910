import { readFileSync, statSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../src/sandbox/sandbox.ts";
import { createStage, runAction, type Stage } from "./support/action.ts";
import { keyringFile, registerInputs } from "./support/inputs.ts";

let sandbox: Sandbox;
let stage: Stage;

beforeEach(async () => {
  sandbox = await startSandbox({ limits: "off" });
  stage = createStage();
});

afterEach(async () => {
  await sandbox.close();
  stage.remove();
});

describe("register", () => {
  test("creates, stores, uploads, verifies and reads back a CA with five calls (guarantees 2, 5, 7)", async () => {
    const result = await runAction("register", stage, { inputs: registerInputs(sandbox, stage) });

    expect(result.errors).toEqual([]);
    expect(result.exitCode).toBe(0);
    expect(sandbox.calls.map(({ call }) => call)).toEqual(["list", "upload", "code", "verify", "get"]);
    const [uploaded] = sandbox.certificates;
    expect(uploaded?.isVerified).toBe(true);
    expect(result.outputs).toMatchObject({
      "certificate-id": uploaded?.id,
      expiration: uploaded?.expiration,
      "common-name": "acme",
      verified: "true",
      outcome: "registered",
    });
    expect(readFileSync(keyringFile(stage), "utf8")).toContain(uploaded?.pem.trim());
    expect(statSync(keyringFile(stage)).mode & 0o777).toBe(0o600);
    expect(result.summary).toContain(uploaded?.id);
    expect(result.notices.map(({ message }) => message).join()).toContain(uploaded?.expiration);
  });

  test("says unchanged and makes no POST when there is nothing to do (guarantee 4)", async () => {
    await runAction("register", stage, { inputs: registerInputs(sandbox, stage) });
    const before = sandbox.calls.length;
    const again = await runAction("register", stage, { inputs: registerInputs(sandbox, stage) });

    expect(again.outputs["outcome"]).toBe("unchanged");
    expect(sandbox.calls.slice(before).map(({ call }) => call)).toEqual(["list"]);
  });
});
