import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseKeyring } from "../../src/keyring/keyring-format.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { createStage, runAction, type Stage } from "../support/action.ts";
import { keyringFile, registerInputs } from "../support/inputs.ts";

let sandbox: Sandbox;
let stage: Stage;

beforeEach(async () => {
  sandbox = await startSandbox({ limits: "off" });
  stage = createStage({ keys: "made" });
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

  test.skipIf(process.platform === "win32")(
    "the CA's key is the one that its command named, although the other key is ready first (guarantee 1)",
    async () => {
      const slow = join(stage.root, "openssl");
      const other = "../making-verificationCert.key/verificationCert.key";
      const wait = `while [ -d ../making-acme.key ] && [ ! -s ${other} ]; do sleep 0.02; done`;
      const script = `#!/bin/sh\n[ "$1 $3" != "genrsa acme.key" ] || ${wait}\nexec openssl "$@"\n`;
      writeFileSync(slow, script, { mode: 0o700 });
      const inputs = { ...registerInputs(sandbox, stage), "openssl-path": slow };
      const result = await runAction("register", stage, { inputs });

      expect(result.errors).toEqual([]);
      expect(sandbox.certificates.map(({ isVerified }) => isVerified)).toEqual([true]);
      const [entry] = parseKeyring(readFileSync(keyringFile(stage), "utf8")).entries;
      expect(entry?.certificate.pem.trim()).toBe(sandbox.certificates[0]?.pem.trim());
      const receipt = JSON.parse(readFileSync(result.outputs["receipt-path"] ?? "", "utf8"));
      expect(receipt.openssl.commands.slice(0, 3)).toEqual([
        "openssl genrsa -out verificationCert.key 2048",
        "openssl genrsa -out acme.key 2048",
        expect.stringContaining("openssl req -x509 -new -nodes -key acme.key"),
      ]);
    },
  );

  test("says unchanged and makes no POST when there is nothing to do (guarantee 4)", async () => {
    await runAction("register", stage, { inputs: registerInputs(sandbox, stage) });
    const before = sandbox.calls.length;
    const again = await runAction("register", stage, { inputs: registerInputs(sandbox, stage) });

    expect(again.outputs["outcome"]).toBe("unchanged");
    expect(sandbox.calls.slice(before).map(({ call }) => call)).toEqual(["list"]);
  });
});
