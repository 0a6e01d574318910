import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { createStage, type Result, runAction, type Stage } from "../support/action.ts";
import { connectionTo, keyringFile, registerInputs, TENANT } from "../support/inputs.ts";
import { plainKeysIn } from "../support/leaks.ts";

const SUBJECT = { tenant: TENANT, "country-code": "DE", city: "MUC", organization: "Acme" };

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
async function step(task: string, inputs: Record<string, string>): Promise<Result> {
  const result = await runAction(task, stage, { inputs });
  expect(result.errors).toEqual([]);
  expect(result.exitCode).toBe(0);
  return result;
}

/** What `days` of life read as right after the birth: a day less as soon as the clock's second has turned. */
function wholeDays(days: number) {
  return expect.toBeOneOf([String(days), String(days - 1)]);
}

/** The value of an output that must be there. */
function output({ outputs }: Result, name: string): string {
  const value = outputs[name];
  expect(value, name).toBeTruthy();
  return value as string;
}

describe("the composable tasks", () => {
  test("do what register does, chained by their outputs", async () => {
    const connection = connectionTo(sandbox);
    const created = await step("create", { ...SUBJECT, directory: stage.lasting });
    const ca = {
      "ca-certificate": output(created, "certificate-path"),
      "ca-private-key": output(created, "private-key-path"),
    };
    expect(created.summary).toMatch(
      /### CA certificate created\n[\s\S]*\| Private key kept in \| .*acme\.key \|/,
    );
    const uploaded = await step("upload", { ...connection, "ca-certificate": ca["ca-certificate"] });
    expect(uploaded.summary).toMatch(
      /### CA certificate uploaded\n[\s\S]*\| Verified \| not yet\. Next: tasks\/registration-code/,
    );
    expect(uploaded.outputs["verified"]).toBe("false");
    const id = { "certificate-id": output(uploaded, "certificate-id") };
    const fetched = await step("registration-code", { ...connection, ...id });
    const code = output(fetched, "registration-code");
    expect(fetched.log).toContain(`Registration code of ${id["certificate-id"]}: ${code}`);
    expect(fetched.summary).toContain(`| Registration code | ${code} |`);
    const verification = await step("verification-certificate", { ...ca, "registration-code": code });
    expect(verification.summary).toMatch(
      new RegExp(`Registration code \\| ${code} \\|\n.*file \\| .*pem \\|`),
    );
    const verified = await step("verify", {
      ...connection,
      ...id,
      "verification-certificate": output(verification, "verification-certificate-path"),
    });

    expect(verified.summary).toMatch(/### CA certificate verified\n[\s\S]*\| Verified \| yes, read back/);
    expect(verified.outputs).toMatchObject({ verified: "true", ...id, "common-name": TENANT });
    expect(verified.outputs["expiration"]).toBe(created.outputs["expiration"]);
    expect(sandbox.certificates.map(({ isVerified }) => isVerified)).toEqual([true]);
    // Where the key was made, only what was asked for is left.
    expect(readdirSync(stage.lasting).toSorted()).toEqual([`${TENANT}.key`, `${TENANT}.pem`]);

    const status = await step("status", connection);
    expect(status.outputs).toMatchObject({
      "slots-free": "1",
      ...id,
      "rotation-due": "false",
      "days-left": wholeDays(3650),
    });
    expect(JSON.parse(output(status, "certificates"))).toMatchObject([
      { isVerified: true, held: false, commonName: TENANT },
    ]);

    const refused = await runAction("delete", stage, { inputs: { ...connection, ...id } });
    expect(refused.errors.map(({ title }) => title)).toEqual(["MindConnect CA: CA_LAST_USABLE"]);
    const gone = await step("delete", { ...connection, ...id, "allow-last": "true" });
    expect(gone.summary).toContain(`### CA certificate deleted\n\n`);
    expect(gone.summary).toContain(`| Id | ${id["certificate-id"]} |`);
    expect(sandbox.certificates).toEqual([]);
  });

  test("verify compares the issuer of its proof with what is read back (guarantee 5)", async () => {
    const created = await step("create", { ...SUBJECT, directory: stage.lasting });
    const ca = {
      "ca-certificate": output(created, "certificate-path"),
      "ca-private-key": output(created, "private-key-path"),
    };
    const { id, expiration } = sandbox.seed(readFileSync(ca["ca-certificate"], "utf8"));
    const made = await step("verification-certificate", { ...ca, "registration-code": "c0de" });
    const shown = JSON.stringify({ id, expiration, commonName: "other", isVerified: true });
    for (const call of ["verify", "get"] as const) {
      sandbox.faults.add({ call, kind: "body", status: 200, body: shown });
    }
    const verified = await runAction("verify", stage, {
      inputs: {
        ...connectionTo(sandbox),
        "certificate-id": id,
        "verification-certificate": output(made, "verification-certificate-path"),
      },
    });
    expect(verified.errors.map(({ title }) => title)).toEqual(["MindConnect CA: VERIFY_NOT_CONFIRMED"]);
    expect(verified.errors[0]?.message).toMatch(/"other" .*issued by "acme"/);
    expect(verified.outputs).toEqual({});
  });

  test("upload does not burn a second slot when its step runs again (guarantee 4)", async () => {
    const created = await step("create", { ...SUBJECT, directory: stage.lasting });
    const inputs = { ...connectionTo(sandbox), "ca-certificate": output(created, "certificate-path") };
    const first = await step("upload", inputs);
    const again = await step("upload", inputs);

    expect(again.outputs["certificate-id"]).toBe(first.outputs["certificate-id"]);
    expect(sandbox.certificates).toHaveLength(1);
  });

  test("upload says what stands in the way in its own words: it has no keyring", async () => {
    const created = await step("create", { ...SUBJECT, directory: stage.lasting });
    const inputs = { ...connectionTo(sandbox), "ca-certificate": output(created, "certificate-path") };
    // Each ends on a day of its own: what ends in the same second could be the one that is uploaded.
    const other = (name: string, days: string) =>
      step("create", { ...SUBJECT, "common-name": name, days, directory: join(stage.lasting, name) });
    const twin = sandbox.seed(readFileSync(output(await other("acme", "3000"), "certificate-path"), "utf8"));
    const inUse = await runAction("upload", stage, { inputs });
    expect(inUse.errors.map(({ title }) => title)).toEqual(["MindConnect CA: CA_SUBJECT_IN_USE"]);
    sandbox.seed(readFileSync(output(await other("two", "2000"), "certificate-path"), "utf8"));
    const full = await runAction("upload", stage, { inputs });
    expect(full.errors.map(({ title }) => title)).toEqual(["MindConnect CA: CA_SLOTS_FULL"]);
    for (const { message } of [...inUse.errors, ...full.errors]) {
      expect(message).not.toMatch(/keyring|ca-private-key|allow-held/);
      expect(message).toMatch(new RegExp(`\nNext:\n1. .*tasks/delete.*certificate-id: ${twin.id}`));
    }
  });

  test("create keeps a key in the keyring alone, and register goes on from there (guarantee 2)", async () => {
    const created = await step("create", {
      ...SUBJECT,
      "keyring-file": keyringFile(stage),
      // It lies in a folder for temporary files, and create knows no gateway on loopback.
      "keyring-ephemeral": "true",
    });
    expect(created.outputs["private-key-path"]).toBe("");
    const registered = await step("register", registerInputs(sandbox, stage));
    expect(registered.outputs).toMatchObject({
      outcome: "registered",
      fingerprint: created.outputs["fingerprint"],
    });
  });

  test("create never overwrites a file (FILE_EXISTS)", async () => {
    const inputs = { ...SUBJECT, directory: stage.lasting };
    await step("create", inputs);
    const key = readFileSync(join(stage.lasting, `${TENANT}.key`), "utf8");
    const again = await runAction("create", stage, { inputs });

    expect(again.errors.map(({ title }) => title)).toEqual(["MindConnect CA: FILE_EXISTS"]);
    expect(readFileSync(join(stage.lasting, `${TENANT}.key`), "utf8")).toBe(key);
  });

  test("delete marks a held CA retired before it goes, so that register never brings it back (guarantee 4)", async () => {
    const inputs = registerInputs(sandbox, stage);
    const registered = await step("register", inputs);
    const id = { "certificate-id": output(registered, "certificate-id") };
    const connection = { ...connectionTo(sandbox), "keyring-file": keyringFile(stage) };
    const refused = await runAction("delete", stage, {
      inputs: { ...connection, ...id, "allow-last": "true" },
    });
    expect(refused.errors.map(({ title }) => title)).toEqual(["MindConnect CA: CA_HELD"]);

    await step("delete", { ...connection, ...id, "allow-last": "true", "allow-held": "true" });
    expect(readFileSync(keyringFile(stage), "utf8")).toContain("Retired at: ");
    const again = await step("register", { ...inputs, days: "3000" });
    expect(again.outputs["fingerprint"]).not.toBe(registered.outputs["fingerprint"]);
    expect(plainKeysIn(readFileSync(keyringFile(stage), "utf8"))).toHaveLength(2);
  });

  test("delete run again finds that it was done: the keyring remembers (guarantee 4)", async () => {
    const registered = await step("register", registerInputs(sandbox, stage));
    const inputs = {
      ...connectionTo(sandbox),
      "keyring-file": keyringFile(stage),
      "certificate-id": output(registered, "certificate-id"),
      "allow-last": "true",
      "allow-held": "true",
    };
    await step("delete", inputs);
    const before = sandbox.calls.length;
    const again = await step("delete", inputs);
    expect(again.outputs["deleted"]).toBe("true");
    expect(again.notices.map(({ message }) => message).join()).toContain("arlier run deleted");
    expect(sandbox.calls.slice(before).map(({ call }) => call)).toEqual(["list"]);

    const unknown = await runAction("delete", stage, { inputs: { ...inputs, "certificate-id": "nobody" } });
    expect(unknown.errors.map(({ title }) => title)).toEqual(["MindConnect CA: CA_NOT_FOUND"]);
  });

  test("status turns red below fail-below, with its outputs handed on", async () => {
    await step("register", { ...registerInputs(sandbox, stage), days: "30" });
    const inputs = { ...connectionTo(sandbox), "keyring-file": keyringFile(stage), "fail-below": "60" };
    const status = await runAction("status", stage, { inputs });

    expect(status.exitCode).toBe(1);
    expect(status.errors.map(({ title }) => title)).toEqual(["MindConnect CA: CA_EXPIRES_SOON"]);
    expect(status.outputs).toMatchObject({ "rotation-due": "true", "days-left": wholeDays(30) });
    expect(status.outputs["certificates"]).toContain('"held":true');
  });

  test("sandbox serves a rehearsal and is stopped by its post step", async () => {
    const started = await step("sandbox", { limits: "off" });
    const inputs = {
      ...registerInputs(sandbox, stage),
      "gateway-url": output(started, "gateway-url"),
      token: output(started, "token"),
    };
    await step("register", inputs);
    await runAction("sandbox", stage, { step: "post", state: started.state });
    const after = await runAction("status", stage, {
      inputs: {
        tenant: TENANT,
        "gateway-url": inputs["gateway-url"],
        token: inputs.token,
        "timeout-minutes": "1",
      },
    });
    expect(after.errors.map(({ title }) => title)).toEqual(["MindConnect CA: PLATFORM_UNREACHABLE"]);
  });
});
