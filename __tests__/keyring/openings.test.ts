import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { formatKeyring } from "../../src/keyring/keyring-format.ts";
import { encrypted, entryOf, makeCa } from "../ca/made.ts";
import { Workshop } from "../sandbox/workshop.ts";
import { codesOf, type Result, ROOT, runAction } from "../support/action.ts";
import { keyringFile, registerInputs } from "../support/inputs.ts";
import { createSecretScene, type SecretScene } from "../support/secret-scene.ts";

const PASSPHRASE = "some words of ours";

const workshop = new Workshop();
afterAll(() => workshop.remove());

let scene: SecretScene;
beforeEach(async () => {
  scene = await createSecretScene();
});
afterEach(() => scene.close());

/** @returns what the run came to, and when it derived keys from a passphrase in its own process */
async function run(task: string, passphrase: string): Promise<{ result: Result; openings: string[] }> {
  const { sandbox, watched } = scene;
  const log = join(watched.stage.root, "openings");
  rmSync(log, { force: true });
  const result = await runAction(task, watched.stage, {
    inputs: {
      ...registerInputs(sandbox, watched.stage),
      "openssl-path": watched.openssl,
      "keyring-passphrase": passphrase,
    },
    env: { OPENINGS: log },
    preload: [join(ROOT, "__tests__/keyring/count-openings.mjs")],
  });
  return { result, openings: existsSync(log) ? readFileSync(log, "utf8").trimEnd().split("\n") : [] };
}

const ONE = ["begun", "ended"];

test("a new key is opened once after OpenSSL encrypted it, an existing one once a run", async () => {
  const made = await run("register", PASSPHRASE);
  expect([made.result.outputs["outcome"], made.openings]).toEqual(["registered", ONE]);

  const again = await run("register", PASSPHRASE);
  expect([again.result.outputs["outcome"], again.openings]).toEqual(["unchanged", ONE]);

  const wrong = await run("register", "some other words");
  expect([codesOf(wrong.result), wrong.openings]).toEqual([["PASSPHRASE_WRONG"], ONE]);
});

describe("of a rotation with two active CAs each key is opened once a run, both at the same time", () => {
  const BOTH = ["begun", "begun", "ended", "ended"];

  beforeEach(() => {
    const { sandbox, watched } = scene;
    const entries = ["acme-20260101", "acme-20250101"].map((name) => {
      const ca = makeCa(workshop, `/CN=${name}`);
      const { id } = sandbox.seed(ca.pem, { verified: true });
      const verifiedAt = new Date().toISOString();
      return entryOf(ca, {
        privateKey: encrypted(workshop, ca, PASSPHRASE),
        tenant: "acme",
        platformId: id,
        verifiedAt,
      });
    });
    const text = formatKeyring({ generation: 1, writtenAt: new Date().toISOString(), entries });
    writeFileSync(keyringFile(watched.stage), text, { mode: 0o600 });
  });

  test("the plan of a run with their passphrase", async () => {
    const { result, openings } = await run("rotate", PASSPHRASE);
    expect([result.errors, result.outputs["outcome"], openings]).toEqual([[], "waiting", BOTH]);
  });

  test("a run with a wrong passphrase: it names the first of them, before any request (guarantee 9)", async () => {
    const { result, openings } = await run("rotate", "some other words");
    expect([codesOf(result), openings]).toEqual([["PASSPHRASE_WRONG"], BOTH]);
    expect(result.errors[0]?.message).toContain("entry 1 (acme-20260101)");
    expect(scene.sandbox.calls).toEqual([]);
  });
});
