import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../src/sandbox/sandbox.ts";
import { createStage, runAction, type Stage } from "./support/action.ts";
import { keyringFile, registerInputs } from "./support/inputs.ts";
import { codesOf } from "./support/secret-scene.ts";

// What the runner gives: files to report to, and a Node.js.

let sandbox: Sandbox;
let stage: Stage;

beforeEach(async () => {
  stage = createStage();
  sandbox = await startSandbox({ limits: "off" });
});
afterEach(async () => {
  await sandbox.close();
  stage.remove();
});

const register = (env: Record<string, string>, preload: string[] = []) =>
  runAction("register", stage, { inputs: registerInputs(sandbox, stage), env, preload });

/** Nothing was made, and nothing sent. */
function expectNothing(): void {
  expect(sandbox.calls).toEqual([]);
  expect(readdirSync(stage.temp)).toEqual([]);
  expect(existsSync(keyringFile(stage))).toBe(false);
}

/** A disk without room, where the system has one to rehearse with. */
const FULL = "/dev/full";

describe("reporting never decides (guarantee 11)", () => {
  test("a summary that cannot be written is a warning", async () => {
    const result = await register({ GITHUB_STEP_SUMMARY: join(stage.root, "nowhere", "summary") });
    expect(result.errors).toEqual([]);
    expect(result.exitCode).toBe(0);
    expect(result.outputs).toMatchObject({ outcome: "registered", verified: "true" });
    expect(result.warnings.map(({ message }) => message).join()).toContain("summary could not be written");
  });

  test("nor does one change what a failed run says", async () => {
    sandbox.faults.add({ call: "list", kind: "status", status: 403 });
    const result = await register({ GITHUB_STEP_SUMMARY: join(stage.root, "nowhere", "summary") });
    expect(codesOf(result)).toEqual(["ACCESS_DENIED"]);
  });

  test.each(["GITHUB_OUTPUT", "GITHUB_STATE"])("%s is looked at before anything begins", async (variable) => {
    const folder = join(stage.root, "folder");
    mkdirSync(folder);
    for (const path of [join(stage.root, "nowhere", "file"), folder]) {
      const result = await register({ [variable]: path });
      expect(codesOf(result)).toEqual(["RUNNER_FILE_FAILED"]);
      expect(result.errors[0]?.message).toContain(variable);
      expect(result.exitCode).toBe(1);
      expectNothing();
    }
  });

  test.skipIf(!existsSync(FULL))(
    "outputs for which the disk has no room have an error of their own",
    async () => {
      const result = await register({ GITHUB_OUTPUT: FULL });
      expect(codesOf(result)).toEqual(["RUNNER_FILE_FAILED"]);
      expect(result.errors[0]?.message).toContain(
        "Everything was done, but the outputs could not be written",
      );
      expect(sandbox.certificates[0]?.isVerified).toBe(true);
    },
  );
});

test.skipIf(!existsSync(FULL))("a sandbox that cannot leave word for its post step stops", async () => {
  const env = { GITHUB_STATE: FULL, SANDBOX_OF_TEST: stage.root };
  const result = await runAction("sandbox", stage, { env });
  expect(codesOf(result)).toEqual(["RUNNER_FILE_FAILED"]);
  expect(result.outputs).toEqual({});
  while (isRunning(`SANDBOX_OF_TEST=${stage.root}`)) await pause(50);
});

/** @returns whether a process has this in its environment; on Linux, where /dev/full is */
function isRunning(mark: string): boolean {
  return readdirSync("/proc").some((id) => {
    try {
      return /^\d+$/.test(id) && readFileSync(`/proc/${id}/environ`, "utf8").includes(mark);
    } catch {
      return false;
    }
  });
}

describe("the Node.js that it is started with", () => {
  const as = (version: string) => {
    const module = join(stage.root, `node-${version}.mjs`);
    const versions = `Object.freeze({ ...process.versions, node: "${version}" })`;
    writeFileSync(module, `Object.defineProperty(process, "versions", { value: ${versions} });\n`);
    return [module];
  };

  test.each(["16.20.2", "20.19.0", "22.21.1"])("%s: one line says what is needed", async (version) => {
    const result = await register({}, as(version));
    expect(codesOf(result)).toEqual(["NODE_UNSUPPORTED"]);
    expect(result.errors[0]?.message).toContain(`${version}; it needs Node.js 24`);
    expect(result.exitCode).toBe(1);
    expect(result.stdout.trim().split("\n")).toHaveLength(1);
    expectNothing();
  });

  test("a later one is as good", async () => {
    expect((await register({}, as("26.0.0"))).outputs["outcome"]).toBe("registered");
  });
});
