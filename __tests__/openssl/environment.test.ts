import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { createStage, runAction, type Stage } from "../support/action.ts";
import { registerInputs } from "../support/inputs.ts";

// What an OpenSSL process gets of the environment, the documented commands as well as those in memory.

const PASSPHRASE = "correct horse battery staple";

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

interface Process {
  /** The first argument. */
  readonly command: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Puts an OpenSSL first on PATH that writes down its environment, and goes on to the stage's. */
function recordingOpenssl(): { path: string; processes: () => Process[] } {
  const folder = join(stage.root, "recording");
  const records = join(stage.root, "records");
  for (const made of [folder, records]) mkdirSync(made);
  const program = join(folder, "openssl");
  writeFileSync(program, `#!/bin/sh\n{ echo "$1"; env; } >"${records}/$$"\nexec "${stage.openssl}" "$@"\n`);
  chmodSync(program, 0o755);
  const processes = () =>
    readdirSync(records).map((name) => {
      const [command = "", ...lines] = readFileSync(join(records, name), "utf8").split("\n");
      const pairs = lines.map((line) => line.split(/=(.*)/s).slice(0, 2));
      return { command, environment: Object.fromEntries(pairs) as Record<string, string> };
    });
  return { path: [folder, stage.path].join(delimiter), processes };
}

test.skipIf(process.platform === "win32")(
  "inputs, state and the runner's variables are withheld, everything else is inherited (guarantee 8)",
  async () => {
    const { path, processes } = recordingOpenssl();
    const env = {
      PATH: path,
      LD_PLANT: "inherited",
      MY_GITHUB_X: "inherited",
      OPENSSL_CONF: "/nowhere/openssl.cnf",
      STATE_secret: "withheld",
      ACTIONS_RUNTIME_TOKEN: "withheld",
      actions_id_token_request_token: "withheld",
      GITHUB_TOKEN: "withheld",
      github_token: "withheld",
      INPUT_OTHER: "withheld",
      Input_Mixed: "withheld",
    };
    const inputs = { ...registerInputs(sandbox, stage), "keyring-passphrase": PASSPHRASE };
    const result = await runAction("register", stage, { inputs, env });
    expect(result.outputs["outcome"], result.log).toBe("registered");

    const all = processes();
    // Five documented commands, and at least the encryption of the key, which runs in memory.
    expect(all.map(({ command }) => command)).toEqual(
      expect.arrayContaining(["genrsa", "req", "x509", "pkcs8"]),
    );
    for (const { command, environment } of all) {
      const names = Object.keys(environment);
      expect(
        names.filter((name) => /^(?:INPUT|STATE|ACTIONS|GITHUB)_/i.test(name)),
        command,
      ).toEqual([]);
      expect(Object.values(environment), command).not.toContain("withheld");
      expect(environment, command).toMatchObject({ LD_PLANT: "inherited", MY_GITHUB_X: "inherited" });
      expect(environment["HOME"], command).toBe(process.env["HOME"] ?? "");
      // The action's own configuration, in its private directory, whatever the host has.
      expect(environment["OPENSSL_CONF"], command).toContain(join(stage.temp, "mindconnect-ca-work-"));
      expect(JSON.stringify(environment), command).not.toContain(sandbox.token);
    }
    const withPassphrase = all.filter(({ environment }) => JSON.stringify(environment).includes(PASSPHRASE));
    expect([...new Set(withPassphrase.map(({ command }) => command))]).toEqual(["pkcs8"]);
  },
);
