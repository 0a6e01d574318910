import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { makeCa } from "../ca/made.ts";
import { Workshop } from "../sandbox/workshop.ts";
import { createStage, type Result, ROOT, runAction, type Stage } from "../support/action.ts";
import { connectionTo, registerInputs, TENANT } from "../support/inputs.ts";
import { portrait } from "./portrait.ts";

/**
 * The face of the product: one good and one refused run of every task, whole. A change of a text, a request or a file is a
 * change of a snapshot here, to be read before it is accepted (`npm test -- __tests__/whole-runs -u`).
 */

const SUBJECT = { "country-code": "DE", city: "MUC", organization: "Acme" };
const UNKNOWN_ID = "01HZZZZZZZZZZZZZZZZZZZZZZZ";

let sandbox: Sandbox;
let stage: Stage;
let workshop: Workshop;

beforeEach(async ({ skip }) => {
  skip(process.platform === "win32", "paths and modes of files are written in another way");
  sandbox = await startSandbox({ limits: "off", token: "a-token-that-is-ready" });
  stage = createStage();
  workshop = new Workshop();
});

afterEach(async () => {
  await sandbox.close();
  stage.remove();
  workshop.remove();
});

/** Runs a task and compares all of it with its snapshot. */
async function show(name: string, task: string, inputs: Record<string, string>): Promise<Result> {
  const before = sandbox.calls.length;
  const result = await runAction(task, stage, { inputs });
  const run = { task, inputs, result, calls: sandbox.calls.slice(before), stage, sandbox };
  await expect(portrait(run)).toMatchFileSnapshot(`${name}.txt`);
  return result;
}

/** Runs what comes before; it must succeed. */
async function ready(task: string, inputs: Record<string, string>): Promise<Result> {
  const result = await runAction(task, stage, { inputs });
  expect(result.errors).toEqual([]);
  return result;
}

const connection = () => connectionTo(sandbox);
const register = () => registerInputs(sandbox, stage);
/** Somebody else's CAs. */
const occupy = (...names: string[]) => {
  for (const name of names) sandbox.seed(makeCa(workshop, `/C=DE/O=Acme/CN=${name}`).pem, { name });
};
const filesOf = ({ outputs }: Result) => ({
  "ca-certificate": outputs["certificate-path"] ?? "",
  "ca-private-key": outputs["private-key-path"] ?? "",
});
const idOf = ({ outputs }: Result) => ({ "certificate-id": outputs["certificate-id"] ?? "" });

describe("register", () => {
  test("registers, then finds nothing to do", async () => {
    await show("register", "register", register());
    await show("register-unchanged", "register", register());
  });

  test("only plans", async () => {
    await show("register-plan", "register", { ...register(), apply: "false" });
  });

  test("finds both slots taken", async () => {
    occupy("press-shop", "paint-shop");
    await show("register-refused", "register", register());
  });
});

describe("rotate", () => {
  const due = () => ready("register", { ...register(), days: "380" });

  test("plans, stages the successor, and has nothing to do", async () => {
    await due();
    await show("rotate-plan", "rotate", register());
    await show("rotate", "rotate", { ...register(), apply: "true" });
    await show("rotate-nothing-due", "rotate", { ...register(), apply: "true" });
  });

  test("finds no slot for a successor", async () => {
    await due();
    occupy("press-shop");
    await show("rotate-refused", "rotate", { ...register(), apply: "true" });
  });
});

describe("status", () => {
  test("shows one CA that is held and one that is not", async () => {
    await ready("register", register());
    occupy("press-shop");
    await show("status", "status", { ...connection(), "keyring-file": register()["keyring-file"] ?? "" });
  });

  test("shows an empty tenant", async () => {
    await show("status-empty", "status", connection());
  });

  test("is not let in", async () => {
    await show("status-refused", "status", { ...connection(), token: "a-token-of-nobody" });
  });
});

describe("delete", () => {
  test("deletes a CA that nobody holds", async () => {
    const { id } = sandbox.seed(makeCa(workshop, "/C=DE/O=Acme/CN=press-shop").pem);
    await show("delete", "delete", { ...connection(), "certificate-id": id });
  });

  test("does not delete the last usable CA", async () => {
    const registered = await ready("register", register());
    const keyring = { "keyring-file": register()["keyring-file"] ?? "" };
    await show("delete-refused", "delete", { ...connection(), ...idOf(registered), ...keyring });
  });
});

describe("create", () => {
  test("makes a CA in a directory", async () => {
    await show("create", "create", { tenant: TENANT, ...SUBJECT, directory: stage.lasting });
  });

  test("has no place for the key", async () => {
    await show("create-refused", "create", { tenant: TENANT, ...SUBJECT });
  });
});

describe("the single steps", () => {
  test("upload, registration-code, verification-certificate, verify", async () => {
    const ca = filesOf(await ready("create", { tenant: TENANT, ...SUBJECT, directory: stage.lasting }));
    const certificate = { "ca-certificate": ca["ca-certificate"] };
    const id = idOf(await show("upload", "upload", { ...connection(), ...certificate }));
    await show("upload-refused", "upload", { ...connection(), ...certificate });
    const { outputs } = await show("registration-code", "registration-code", { ...connection(), ...id });
    const code = { "registration-code": outputs["registration-code"] ?? "" };
    const made = await show("verification-certificate", "verification-certificate", { ...ca, ...code });
    const proof = { "verification-certificate": made.outputs["verification-certificate-path"] ?? "" };
    await show("verify", "verify", { ...connection(), ...id, ...proof });
  });

  test("registration-code of a certificate that does not exist", async () => {
    const inputs = { ...connection(), "certificate-id": UNKNOWN_ID };
    await show("registration-code-refused", "registration-code", inputs);
  });

  test("verification-certificate with several bad inputs", async () => {
    const inputs = { "registration-code": "two words", "ca-certificate": "no file", "key-bits": "1024" };
    await show("verification-certificate-refused", "verification-certificate", inputs);
  });

  test("verify with a proof for another code", async () => {
    const ca = filesOf(await ready("create", { tenant: TENANT, ...SUBJECT, directory: stage.lasting }));
    const id = idOf(await ready("upload", { ...connection(), "ca-certificate": ca["ca-certificate"] }));
    await ready("registration-code", { ...connection(), ...id });
    const made = await ready("verification-certificate", { ...ca, "registration-code": "another-code" });
    const proof = { "verification-certificate": made.outputs["verification-certificate-path"] ?? "" };
    await show("verify-refused", "verify", { ...connection(), ...id, ...proof });
  });
});

describe("agent-certificate", () => {
  const issue = () => ({
    ...connection(),
    ...SUBJECT,
    "keyring-file": register()["keyring-file"] ?? "",
    directory: `${stage.lasting}/agents`,
  });

  test("issues an agent, then another one, then finds nothing to do", async () => {
    await ready("register", register());
    await show("agent-certificate", "agent-certificate", { ...issue(), agents: "pump-7" });
    await show("agent-certificate-more", "agent-certificate", { ...issue(), agents: "pump-7\npump-8" });
    await show("agent-certificate-unchanged", "agent-certificate", { ...issue(), agents: "pump-7\npump-8" });
  });

  test("refuses a list with names that are none", async () => {
    await ready("register", register());
    await show("agent-certificate-refused", "agent-certificate", {
      ...issue(),
      agents: "pump 7\npump-8,pump-9",
    });
  });
});

describe("keyring", () => {
  const kept = () => ({
    "keyring-file": register()["keyring-file"] ?? "",
    // The stage lies where temporary files lie.
    "keyring-ephemeral": "true",
  });

  test("encrypts a key that was plain", async () => {
    await ready("register", register());
    await show("keyring", "keyring", { ...kept(), "keyring-passphrase": "words that nobody guesses" });
  });

  test("does not forget a CA in use", async () => {
    await ready("register", register());
    const { entries = "[]" } = (await ready("keyring", kept())).outputs;
    const [{ fingerprint = "" } = {}] = JSON.parse(entries) as { fingerprint?: string }[];
    await show("keyring-refused", "keyring", { ...kept(), forget: fingerprint });
  });
});

describe("sandbox", () => {
  test("refuses a fault that it does not know", async () => {
    await show("sandbox-refused", "sandbox", { faults: '[{"call":"upload","kind":"earthquake"}]' });
  });
});

test("every task has a good and a refused run here, but for the good one of the sandbox, which has nothing to show", () => {
  const shown = readdirSync(import.meta.dirname);
  const wanted = readdirSync(join(ROOT, "tasks")).flatMap((task) => [`${task}.txt`, `${task}-refused.txt`]);
  expect(wanted.filter((name) => !shown.includes(name))).toEqual(["sandbox.txt"]);
});
