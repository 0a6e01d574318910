import { createPrivateKey } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DAY } from "../../rotation/clock.ts";
import { newKey, selfSigned } from "../../rotation/issuer.ts";
import { WatchedAction } from "../../rotation/watched-action.ts";
import { codesOf, type Result, runAction } from "../../support/action.ts";
import { keyringFile } from "../../support/inputs.ts";
import { onMachine } from "./shifted.ts";

let built: WatchedAction;
beforeEach(async () => {
  built = await WatchedAction.start();
});
afterEach(() => built.stop());

const message = (result: Result) => result.errors[0]?.message ?? "";
const NEW = { commonName: "acme-new", daysLeft: 2000 };
const machine = (days: number) => onMachine(built.stage.root, (days * DAY) / 1000);
const run = (task: string, days: number, more: Record<string, string> = {}) => {
  const { inputs, ...surroundings } = machine(days);
  return built.run({ task, ...surroundings, inputs: { ...inputs, ...more } });
};

describe.skipIf(process.platform === "win32")("this machine's clock is wrong (guarantee 3)", () => {
  test.each([4000, -4000])("by %i days: register stores, uploads and verifies nothing", async (days) => {
    const result = await run("register", days);
    expect(codesOf(result)[0], result.log).toBe("CLOCK_DOUBTFUL");
    expect(built.sandbox.calls.map(({ call }) => call)).toEqual(["list"]);
    expect(existsSync(keyringFile(built.stage))).toBe(false);
  });

  test("rotate stages nothing, and the next run with the right clock does", async () => {
    built.seed({ ...NEW, daysLeft: 200, verified: 800 });
    const before = built.keyring;
    const result = await run("rotate", 4000, { apply: "true" });
    expect(codesOf(result)[0], result.log).toBe("CLOCK_DOUBTFUL");
    expect(built.keyring).toBe(before);
    expect((await built.run({ inputs: { apply: "true" } })).outputs["outcome"]).toBe("staged");
  });

  test("OpenSSL's clock alone is ahead: what it made is neither stored nor sent", async () => {
    const { inputs } = machine(4000);
    const result = await built.run({ task: "register", inputs });
    expect(codesOf(result)[0]).toBe("CERTIFICATE_INVALID");
    expect(message(result)).toContain("not valid before");
    expect(existsSync(keyringFile(built.stage))).toBe(false);
    expect(built.sandbox.certificates).toEqual([]);
  });
});

describe.skipIf(process.platform === "win32")("a task without the platform has one clock", () => {
  const WRITTEN = "MindConnect CA keyring, generation 3, written ";
  const create = (days: number) => {
    const { inputs, ...surroundings } = machine(days);
    const own = { tenant: "acme", "country-code": "DE", city: "MUC", organization: "Acme" };
    const path = { "keyring-file": keyringFile(built.stage), "keyring-ephemeral": "true" };
    return runAction("create", built.stage, { ...surroundings, inputs: { ...inputs, ...own, ...path } });
  };

  test("create refuses one that lies before the keyring's time of writing", async () => {
    built.seed({ ...NEW, verified: 10 });
    built.edit((text) => `${WRITTEN}${new Date(Date.now() - DAY).toISOString()}\n${text}`);
    const before = built.keyring;
    const result = await create(-2);
    expect(codesOf(result)[0], result.log).toBe("CLOCK_DOUBTFUL");
    expect(message(result)).toContain("was written at");
    expect(built.keyring).toBe(before);
    expect((await create(0)).errors).toEqual([]);
  });

  test("create refuses one that lies before the beginning of a CA that was verified", async () => {
    built.seed({ ...NEW, beginsIn: -10, verified: 5 });
    const before = built.keyring;
    const result = await create(-20);
    expect(codesOf(result)[0], result.log).toBe("CLOCK_DOUBTFUL");
    expect(message(result)).toContain("the CA acme-new is not valid before");
    expect(built.keyring).toBe(before);
  });

  test("agents are not issued offline by one that lies before the CA's own beginning", async () => {
    built.seed(
      { ...NEW, beginsIn: -10, verified: 5 },
      { commonName: "acme-old", daysLeft: 500, verified: 800 },
    );
    const directory = join(built.stage.lasting, "agents");
    const offline = { agents: "device-1", offline: "true", directory };
    const result = await run("agent-certificate", -20, offline);
    expect(codesOf(result)[0], result.log).toBe("CLOCK_DOUBTFUL");
    expect(message(result)).toContain("acme-new");
    expect(existsSync(join(directory, "device-1.pem"))).toBe(false);
    expect((await run("agent-certificate", 0, offline)).errors).toEqual([]);
  });
});

describe.skipIf(process.platform === "win32")("agents", () => {
  const agents = () => ({ agents: "device-1", directory: join(built.stage.lasting, "agents") });
  const file = () => join(agents().directory, "device-1.pem");

  test("are not issued while the clocks differ; those that are there stay and a run that has nothing to do is fine", async () => {
    built.seed({ ...NEW, verified: 10 });
    const refused = await run("agent-certificate", 4, agents());
    expect(codesOf(refused)[0], refused.log).toBe("CLOCK_DOUBTFUL");
    expect(existsSync(file())).toBe(false);
    expect((await built.run({ task: "agent-certificate", inputs: agents() })).errors).toEqual([]);
    const again = await run("agent-certificate", 4, agents());
    expect(again.errors).toEqual([]);
    expect(again.outputs["issued"]).toBe("0");
  });

  test("that are not valid yet are due anew, and one that OpenSSL made so is not handed out", async () => {
    built.seed({ ...NEW, verified: 10 });
    const { inputs } = machine(4);
    const refused = await built.run({ task: "agent-certificate", inputs: { ...inputs, ...agents() } });
    expect(codesOf(refused)[0], refused.log).toBe("CERTIFICATE_INVALID");
    expect(message(refused)).toContain("not valid before");
    // Offline nobody contradicts a clock that is ahead.
    const early = await run("agent-certificate", 4, { ...agents(), offline: "true" });
    expect(early.errors).toEqual([]);
    const before = readFileSync(file(), "utf8");
    const anew = await built.run({ task: "agent-certificate", inputs: agents() });
    expect(anew.outputs["issued"], anew.log).toBe("1");
    expect(readFileSync(file(), "utf8")).not.toBe(before);
    expect(readdirSync(agents().directory)).toContain("superseded");
  });
});

test("a CA brought along that is not valid yet is refused by its name", async () => {
  const key = newKey();
  const at = Date.now();
  const dates = { notBefore: at + DAY, notAfter: at + 900 * DAY };
  const pem = selfSigned(createPrivateKey(key), { subject: [["CN", "acme"]], ...dates });
  writeFileSync(join(built.stage.lasting, "ca.pem"), pem);
  const inputs = { "ca-certificate": pem, "ca-private-key": key };
  const result = await built.run({ task: "register", inputs });
  expect(codesOf(result)[0]).toBe("INPUT_INVALID");
  expect(message(result)).toContain("not valid before");
});
