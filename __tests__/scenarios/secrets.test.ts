import { createPrivateKey } from "node:crypto";
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { createStage, masked, runAction, type Stage } from "../support/action.ts";
import { keyringFile, registerInputs } from "../support/inputs.ts";
import { expectNoLeak, formsOf, plainKeysIn } from "../support/leaks.ts";
import { genrsaForm } from "../support/ready-keys.ts";

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

/** An openssl that notes its arguments and then does the work. */
function recordingOpenssl(): { path: string; argv: () => string } {
  const [path, log] = [join(stage.root, "openssl"), join(stage.root, "argv")];
  writeFileSync(path, `#!/bin/sh\nprintf '%s\\n' "openssl $*" >> '${log}'\nexec '${stage.openssl}' "$@"\n`);
  chmodSync(path, 0o755);
  return { path, argv: () => readFileSync(log, "utf8") };
}

describe("nothing leaks (guarantee 8)", () => {
  test("a registration with an encrypted keyring: no key, token or passphrase, in any form, nor in argv", async () => {
    const openssl = recordingOpenssl();
    const passphrase = "correct-horse-battery-staple";
    const inputs = {
      ...registerInputs(sandbox, stage),
      "openssl-path": openssl.path,
      "keyring-passphrase": passphrase,
    };
    const result = await runAction("register", stage, { inputs });
    expect(result.outputs["outcome"]).toBe("registered");

    const stored = /-----BEGIN ENCRYPTED[\s\S]*?END ENCRYPTED PRIVATE KEY-----/.exec(
      readFileSync(keyringFile(stage), "utf8"),
    );
    const key = createPrivateKey({ key: stored?.[0] ?? "", passphrase });
    const secrets = [
      ...formsOf(key.export({ type: genrsaForm(), format: "pem" }).toString()),
      sandbox.token,
      passphrase,
    ];
    expectNoLeak(result, secrets);
    const receipt = readFileSync(result.outputs["receipt-path"] as string, "utf8");
    for (const secret of secrets) {
      expect(receipt).not.toContain(secret);
      expect(openssl.argv()).not.toContain(secret);
    }
    // What the runner cannot derive by itself is masked by name.
    const masks = masked(result.stdout).join("\n");
    for (const secret of secrets) expect(masks).toContain(secret);
  });

  test("a failure after the key was made", async () => {
    sandbox.faults.add({ call: "upload", kind: "status", status: 400 });
    const result = await runAction("register", stage, { inputs: registerInputs(sandbox, stage) });
    expect(result.exitCode).toBe(1);
    const [pem = ""] = plainKeysIn(readFileSync(keyringFile(stage), "utf8"));
    expectNoLeak(result, [...formsOf(pem), sandbox.token]);
  });

  test("masks come before anything else on stdout", async () => {
    const result = await runAction("register", stage, { inputs: registerInputs(sandbox, stage) });
    expect(result.stdout.startsWith("::add-mask::")).toBe(true);
  });

  test.skipIf(process.platform === "win32")(
    "files are 0600 in directories 0700, and working files are wiped",
    async () => {
      const result = await runAction("register", stage, { inputs: registerInputs(sandbox, stage) });
      const left = readdirSync(stage.temp, { recursive: true, withFileTypes: true });
      for (const entry of left) {
        const mode = statSync(join(entry.parentPath, entry.name)).mode & 0o777;
        expect(mode, entry.name).toBe(entry.isDirectory() ? 0o700 : 0o600);
        if (entry.isFile())
          expect(readFileSync(join(entry.parentPath, entry.name), "utf8")).not.toContain("PRIVATE KEY");
      }
      expect(
        left
          .filter((entry) => entry.isFile())
          .map(({ name }) => name)
          .toSorted(),
      ).toEqual(["acme.pem", "receipt.json"]);
      expect(readdirSync(stage.temp).some((name) => name.includes("work"))).toBe(false);
      expect(result.state["working-directory"]).toBeTruthy();
    },
  );

  test("the post step removes only a working directory of ours, and never fails the job", async () => {
    const precious = join(stage.lasting, "precious");
    writeFileSync(precious, "");
    const result = await runAction("register", stage, {
      step: "post",
      state: { "working-directory": stage.lasting },
    });
    expect(result.exitCode).toBe(0);
    expect(result.warnings).toHaveLength(1);
    expect(statSync(precious).isFile()).toBe(true);
  });

  test("OpenSSL does not get the inputs in its environment", async () => {
    const [path, log] = [join(stage.root, "openssl"), join(stage.root, "environment")];
    writeFileSync(path, `#!/bin/sh\nenv >> '${log}'\nexec '${stage.openssl}' "$@"\n`);
    chmodSync(path, 0o755);
    const inputs = { ...registerInputs(sandbox, stage), "openssl-path": path };
    expect((await runAction("register", stage, { inputs })).exitCode).toBe(0);
    expect(readFileSync(log, "utf8")).toContain("OPENSSL_CONF=");
    expect(readFileSync(log, "utf8")).not.toContain(sandbox.token);
  });
});

describe("the documented commands (guarantee 1)", () => {
  test("are those of the page, token for token, whatever OPENSSL_CONF the host has", async () => {
    const openssl = recordingOpenssl();
    const inputs = { ...registerInputs(sandbox, stage), "openssl-path": openssl.path };
    const result = await runAction("register", stage, { inputs, env: { OPENSSL_CONF: "/dev/null" } });
    expect(result.errors).toEqual([]);
    const code = sandbox.certificates[0]?.code?.value ?? "";
    const page = readFileSync(new URL("../fixtures/page-commands.txt", import.meta.url), "utf8")
      .split("\n")
      .filter((line) => line.startsWith("openssl "))
      .map((line) =>
        line
          .replaceAll('"', "")
          .replaceAll("$TENANT", "acme")
          .replaceAll("$COUNTRY_CODE", "DE")
          .replaceAll("$CITY", "MUC")
          .replaceAll("$ORGANIZATION", "Acme")
          .replaceAll("$REGISTRATION_CODE", code),
      );
    expect(page).toHaveLength(5);
    const made = openssl
      .argv()
      .trim()
      .split("\n")
      .filter((line) => line !== "openssl version");
    expect(made.toSorted()).toEqual(page.toSorted());
    // Echoed in the log, too.
    for (const line of page)
      expect(result.log).toContain(line.replace("openssl ", `[command]${openssl.path} `));
  });
});
