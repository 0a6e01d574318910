import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { createStage, type Result, runAction, type Stage } from "../support/action.ts";
import { keyringFile, registerInputs, TENANT } from "../support/inputs.ts";
import { plainKeysIn } from "../support/leaks.ts";

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

/** Runs a task that must succeed. */
async function step(task: string, inputs: Record<string, string> = {}): Promise<Result> {
  const result = await runAction(task, stage, { inputs: { ...registerInputs(sandbox, stage), ...inputs } });
  expect(result.errors).toEqual([]);
  return result;
}

/** A CA that was rotated out of its slot a moment ago. */
async function retiredTooEarly(): Promise<Result> {
  const old = await step("register", { days: "300" });
  await step("rotate", { apply: "true" });
  const retired = await step("rotate", { apply: "true", retire: "now" });
  expect(retired.outputs).toMatchObject({
    outcome: "retired",
    "retired-certificate-id": old.outputs["certificate-id"],
  });
  return old;
}

const names = () => sandbox.certificates.map(({ commonName }) => commonName);

describe("a CA that was retired too early", () => {
  test("comes back by its name: the same certificate, verified anew, and the newest one stays the newest", async () => {
    const old = await retiredTooEarly();
    const newest = sandbox.certificates[0];
    const restored = await step("register", { restore: TENANT });
    expect(restored.outputs).toMatchObject({
      outcome: "registered",
      verified: "true",
      fingerprint: old.outputs["fingerprint"],
    });
    expect(restored.outputs["certificate-id"]).not.toBe(old.outputs["certificate-id"]);
    expect(names()).toContain(TENANT);
    expect(readFileSync(keyringFile(stage), "utf8")).not.toContain("Retired at");

    const again = await step("register", { restore: TENANT });
    expect(again.outputs["outcome"]).toBe("unchanged");
    const status = await step("status");
    expect(status.outputs["certificate-id"]).toBe(newest?.id);
  });

  test("is given the overlap anew, and is retired when that is over and not before", async () => {
    await retiredTooEarly();
    await step("register", { restore: TENANT });
    const plan = await step("rotate");
    expect(plan.outputs["outcome"]).toBe("waiting");
    const days = (Date.parse(plan.outputs["next-step-at"] as string) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(364.9);
    expect(days).toBeLessThan(365.1);
  });

  test.each([
    ["as the keyring shows it", (fingerprint: string) => fingerprint],
    ["in lower case", (fingerprint: string) => fingerprint.toLowerCase()],
    ["without colons", (fingerprint: string) => fingerprint.replaceAll(":", "")],
  ])("comes back by its fingerprint, %s", async (_, written) => {
    const old = await retiredTooEarly();
    const fingerprint = old.outputs["fingerprint"] as string;
    const restored = await step("register", { restore: written(fingerprint) });
    expect(restored.outputs).toMatchObject({ outcome: "registered", fingerprint });
  });

  test("is not brought back by a plain register (guarantee 4)", async () => {
    await retiredTooEarly();
    expect((await step("register")).outputs["outcome"]).toBe("unchanged");
    expect(names()).not.toContain(TENANT);
  });

  test.each([
    ["no CA of the keyring", { restore: "nobody" }, "INPUT_INVALID", /restore: names no CA of the keyring/],
    [
      "a CA beside one brought along",
      { restore: TENANT, brought: "yes" },
      "INPUT_INVALID",
      /restore: is given together with ca-certificate/,
    ],
    [
      "a CA, and the keyring cannot be written",
      { restore: TENANT, file: "no" },
      "KEYRING_TARGET_MISSING",
      /restore: /,
    ],
  ])(
    "restore that names %s is refused before anything runs (guarantee 9)",
    async (_, given, code, message) => {
      await step("register");
      const text = readFileSync(keyringFile(stage), "utf8");
      const [key = ""] = plainKeysIn(text);
      const { brought, file, ...inputs }: Record<string, string> = { ...given };
      const before = sandbox.calls.length;
      const refused = await runAction("register", stage, {
        inputs: {
          ...registerInputs(sandbox, stage),
          ...inputs,
          ...(file === undefined ? {} : { "keyring-file": "", keyring: text }),
          ...(brought === undefined
            ? {}
            : {
                "ca-certificate": text.slice(text.indexOf("-----BEGIN CERTIFICATE")),
                "ca-private-key": key,
              }),
        },
      });
      expect(refused.errors).toEqual([
        { title: `MindConnect CA: ${code}`, message: expect.stringMatching(message) },
      ]);
      expect(sandbox.calls).toHaveLength(before);
    },
  );
});
