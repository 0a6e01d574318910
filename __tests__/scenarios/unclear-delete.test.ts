import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Fault, type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { createStage, type Result, runAction, type Stage } from "../support/action.ts";
import { connectionTo, keyringFile, registerInputs, TENANT } from "../support/inputs.ts";
import { WITHOUT_PAUSES } from "../support/without-pauses.ts";

// The mark of a retirement goes back only where the certificate is seen and no attempt of the DELETE ended unclear.

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

const run = (task: string, inputs: Record<string, string> = {}): Promise<Result> =>
  runAction(task, stage, {
    inputs: { ...registerInputs(sandbox, stage), ...inputs },
    preload: [WITHOUT_PAUSES],
  });

async function done(task: string, inputs: Record<string, string> = {}): Promise<Result> {
  const result = await run(task, inputs);
  expect(result.errors).toEqual([]);
  return result;
}

/** Deletes the only CA, as one does whose key was stolen. */
async function deletes(inputs: Record<string, string> = {}): Promise<Result> {
  const [{ id = "" } = {}] = sandbox.certificates;
  return await runAction("delete", stage, {
    inputs: {
      ...connectionTo(sandbox),
      "keyring-file": keyringFile(stage),
      "certificate-id": id,
      "allow-held": "true",
      "allow-last": "true",
      ...inputs,
    },
    preload: [WITHOUT_PAUSES],
  });
}

const keyring = () => readFileSync(keyringFile(stage), "utf8");
const uploads = () => sandbox.calls.filter(({ call }) => call === "upload").length;
const deleteFaults = (...faults: Omit<Fault, "call">[]) => {
  for (const fault of faults) sandbox.faults.add({ call: "delete", ...fault });
};

describe("a DELETE that ended unclear keeps the mark (guarantee 4)", () => {
  test("a 503, and then the clocks differ: nothing more is sent, and the mark stays (guarantee 3)", async () => {
    await done("register");
    const [{ id = "" } = {}] = sandbox.certificates;
    const other = createStage();
    const beside = { "common-name": "beside", days: "3000", "allow-unheld": id };
    const second = await runAction("register", other, {
      inputs: { ...registerInputs(sandbox, other), ...beside },
    });
    other.remove();
    expect(second.errors).toEqual([]);
    deleteFaults({ kind: "status", status: 503 });
    sandbox.faults.add({ call: "list", kind: "date", ahead: 86_400, nth: 3 });
    const deleted = await deletes({ "allow-last": "false" });
    expect(deleted.errors.map(({ title }) => title)).toEqual(["MindConnect CA: CLOCK_DOUBTFUL"]);
    expect(sandbox.calls.filter(({ call }) => call === "delete")).toHaveLength(1);
    expect(keyring()).toContain("Retired at: ");
  });

  test.each([
    ["a lost reply, carried out late after a 409", { kind: "late", after: 3 }, 409],
    ["a lost reply, carried out late after a 403", { kind: "late", after: 3 }, 403],
    ["a 503 and then a 403", { kind: "status", status: 503 }, 403],
    ["a page of HTML and then a 400", { kind: "html" }, 400],
  ] as const)("%s: register does not upload it again", async (_, unclear, status) => {
    await done("register");
    deleteFaults(unclear, { kind: "status", status, nth: 2 });
    const deleted = await deletes();
    expect(deleted.errors).toHaveLength(1);
    expect(keyring()).toContain("Retired at: ");
    expect(deleted.warnings.map(({ message }) => message).join("\n")).toContain("marked retired");

    const before = sandbox.certificates.map(({ id }) => id);
    const next = await run("register", { "common-name": "acme-next" });
    expect(next.errors).toEqual([]);
    const pem = keyring();
    expect(uploads()).toBe(2);
    expect(sandbox.certificates.map(({ commonName }) => commonName)).toContain("acme-next");
    expect(
      sandbox.certificates.filter(({ commonName }) => commonName === TENANT).map(({ id }) => id),
    ).toEqual(before.filter((id) => sandbox.certificates.some((slot) => slot.id === id)));
    expect(pem).toContain("Retired at: ");
    // Whatever became of it: the next rotation brings it to its end.
    const rotated = await done("rotate", { apply: "true" });
    expect(rotated.errors).toEqual([]);
    expect(sandbox.certificates.map(({ commonName }) => commonName)).toEqual(["acme-next"]);
  });

  test("also where the list cannot be read afterwards", async () => {
    await done("register");
    deleteFaults({ kind: "status", status: 403 });
    sandbox.faults.add({ call: "list", kind: "status", status: 403, nth: 3 });
    const deleted = await deletes();
    expect(deleted.errors).toHaveLength(1);
    expect(keyring()).toContain("Retired at: ");
  });

  test("and where somebody else deleted it meanwhile", async () => {
    await done("register");
    const stop = sandbox.onRequest(async ({ call }) => {
      if (call !== "delete") return;
      stop();
      (sandbox.certificates as unknown[]).splice(0);
    });
    deleteFaults({ kind: "status", status: 409 });
    const deleted = await deletes();
    expect(deleted.errors).toHaveLength(1);
    expect(keyring()).toContain("Retired at: ");
  });

  test.each([400, 403, 409])(
    "a plain %i, after which a fresh list shows the certificate, takes it back",
    async (status) => {
      await done("register");
      deleteFaults({ kind: "status", status });
      const deleted = await deletes();
      expect(deleted.errors).toHaveLength(1);
      expect(keyring()).not.toContain("Retired at: ");
      expect(sandbox.calls.at(-1)?.call).toBe("list");
      expect((await done("register")).outputs["outcome"]).toBe("unchanged");
    },
  );
});

describe("rotate (guarantee 4)", () => {
  test("a retirement that ended unclear stays one, and the next run finishes it", async () => {
    await done("register", { days: "300" });
    await done("rotate", { apply: "true" });
    deleteFaults({ kind: "late", after: 3 }, { kind: "status", status: 409, nth: 2 });
    const failed = await run("rotate", { apply: "true", retire: "now" });
    expect(failed.errors).toHaveLength(1);
    expect(keyring()).toContain("Retired at: ");
    expect((await done("register")).outputs["outcome"]).toBe("unchanged");
    await done("rotate", { apply: "true" });
    expect(sandbox.certificates).toHaveLength(1);
    expect(sandbox.certificates[0]?.commonName).not.toBe(TENANT);
  });
});
