import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { codesOf, type Result, ROOT, runAction } from "../support/action.ts";
import { registerInputs } from "../support/inputs.ts";
import { createScene, type Scene } from "../support/secret-scene.ts";

const PASSPHRASE = "some words of ours";

let scene: Scene;
beforeEach(async () => {
  scene = await createScene();
});
afterEach(() => scene.close());

/** @returns what the run came to, and how often it derived a key from a passphrase in its own process */
async function register(passphrase: string): Promise<{ result: Result; openings: number }> {
  const { sandbox, watched } = scene;
  const log = join(watched.stage.root, "openings");
  rmSync(log, { force: true });
  const result = await runAction("register", watched.stage, {
    inputs: {
      ...registerInputs(sandbox, watched.stage),
      "openssl-path": watched.openssl,
      "keyring-passphrase": passphrase,
    },
    env: { OPENINGS: log },
    preload: [join(ROOT, "__tests__/keyring/count-openings.mjs")],
  });
  return { result, openings: existsSync(log) ? readFileSync(log, "utf8").split("\n").length - 1 : 0 };
}

test("a new key is opened once after OpenSSL encrypted it, an existing one once a run", async () => {
  const made = await register(PASSPHRASE);
  expect([made.result.outputs["outcome"], made.openings]).toEqual(["registered", 1]);

  const again = await register(PASSPHRASE);
  expect([again.result.outputs["outcome"], again.openings]).toEqual(["unchanged", 1]);

  const wrong = await register("some other words");
  expect([codesOf(wrong.result), wrong.openings]).toEqual([["PASSPHRASE_WRONG"], 1]);
});
