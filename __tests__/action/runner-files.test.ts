import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { DISK } from "../../src/keyring/file-operations.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { makeCa } from "../ca/made.ts";
import { Workshop } from "../sandbox/workshop.ts";
import { createStage, preloadOf, type Result, runAction, type Stage } from "../support/action.ts";
import { withoutDescriptors } from "../support/descriptors.ts";
import { connectionTo, keyringFile, registerInputs } from "../support/inputs.ts";
import { isRunning } from "../support/processes.ts";

const SUBJECT = { "country-code": "DE", city: "MUC", organization: "Acme" };

let stage: Stage;
let sandbox: Sandbox;

beforeEach(async () => {
  stage = createStage();
  sandbox = await startSandbox({ limits: "off" });
});
afterEach(async () => {
  await sandbox.close();
  stage.remove();
});

/** @returns the URL of a module that makes a function of node:fs fail, for paths that match */
function failing(name: string, pattern: string, code: string): string {
  return preloadOf(`
    import fs from "node:fs";
    import { syncBuiltinESMExports } from "node:module";
    const real = fs.${name};
    fs.${name} = (...args) => {
      if (new RegExp(${JSON.stringify(pattern)}).test(String(args[0])))
        throw Object.assign(new Error("${code}: as the test has it"), { code: "${code}" });
      return real(...args);
    };
    syncBuiltinESMExports();
  `);
}

/** @returns the URL of a module by which the disk has no room for a file whose path ends so */
function full(end: string): string {
  return preloadOf(`
    import fs from "node:fs/promises";
    import { syncBuiltinESMExports } from "node:module";
    const open = fs.open;
    fs.open = async (path, ...args) => {
      const file = await open(path, ...args);
      if (String(path).endsWith(${JSON.stringify(end)}))
        file.writeFile = async () => { throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" }); };
      return file;
    };
    syncBuiltinESMExports();
  `);
}

async function register(more: Parameters<typeof runAction>[2] = {}): Promise<Result> {
  const inputs = registerInputs(sandbox, stage);
  return await runAction("register", stage, { ...more, inputs: { ...inputs, ...more.inputs } });
}

/** @returns the warnings, but that a key is stored plain */
function told({ warnings }: Result): string[] {
  return warnings.map(({ message }) => message).filter((message) => !message.includes("stored plain"));
}

/** Nothing was begun: no call, no key, one annotation. */
function expectUntouched(result: Result, code: string): void {
  expect(result.exitCode).toBe(1);
  expect(result.errors).toHaveLength(1);
  expect(`${result.errors[0]?.title} ${result.errors[0]?.message}`).toContain(code);
  expect(result.stdout + result.stderr).not.toContain("INTERNAL");
  expect(sandbox.calls).toEqual([]);
  expect(readdirSync(stage.lasting)).toEqual([]);
}

describe("the runner's files (guarantee 11)", () => {
  test("a summary that cannot be written is a warning: the job is done, and its outputs are there", async () => {
    const folder = join(stage.root, "summary-folder");
    mkdirSync(folder);
    const result = await register({ env: { GITHUB_STEP_SUMMARY: folder } });
    expect(result.exitCode).toBe(0);
    expect(result.outputs["verified"]).toBe("true");
    expect(told(result)).toEqual([expect.stringContaining("job summary could not be written (EISDIR)")]);
  });

  test.skipIf(process.platform === "win32")(
    "a summary that is a pipe, which nobody reads, is a warning and not waited for",
    async () => {
      const pipe = join(stage.root, "summary-pipe");
      execFileSync("mkfifo", [pipe]);
      const result = await register({ env: { GITHUB_STEP_SUMMARY: pipe } });
      expect(result.exitCode).toBe(0);
      expect(result.outputs["verified"]).toBe("true");
      expect(result.warnings.at(-1)?.message).toContain("job summary could not be written (ENXIO)");
    },
  );

  test("a summary that is not there is a warning, also of a run that fails: its own error stays the one that is told", async () => {
    const missing = join(stage.root, "nowhere", "summary");
    const result = await register({ env: { GITHUB_STEP_SUMMARY: missing }, inputs: { token: "expired" } });
    expect(result.exitCode).toBe(1);
    expect(result.errors).toHaveLength(1);
    expect(result.errors[0]?.title).toContain("TOKEN_REFUSED");
    expect(result.warnings.at(-1)?.message).toContain("job summary could not be written");
  });

  test.each([
    ["receipt.json", ["receipt-path"], /^The receipt could not/],
    ["acme.pem", ["certificate-path"], /^The certificate file/],
    ["", ["certificate-path", "receipt-path"], /ENOSPC/],
  ])(
    "no room for what tells of a registration (%s): a warning and an empty output, for it is finished",
    async (file, empty, says) => {
      const preload = [file === "" ? failing("mkdtempSync", "mindconnect-ca-$", "ENOSPC") : full(`/${file}`)];
      const result = await register({ preload });
      expect(result.exitCode, result.log).toBe(0);
      expect(result.outputs).toMatchObject({ verified: "true", outcome: "registered" });
      for (const name of ["certificate-path", "receipt-path"])
        expect(result.outputs[name] === "").toBe(empty.includes(name));
      expect(told(result)).toHaveLength(empty.length);
      for (const message of told(result)) {
        expect(message).toMatch(says);
        expect(message).toContain("so its output is empty. The CA is verified");
      }
      // Nothing is left of it, and the keyring has the note.
      expect(readdirSync(stage.temp, { recursive: true })).not.toContain(file);
      expect(readFileSync(keyringFile(stage), "utf8")).toContain("Verified at: ");
      expect((await register()).outputs["outcome"]).toBe("unchanged");
    },
  );

  test.each(["GITHUB_OUTPUT", "GITHUB_STATE"])(
    "%s that is not there stops before anything begins",
    async (name) => {
      const result = await register({ env: { [name]: join(stage.root, "nowhere", "file") } });
      expectUntouched(result, "RUNNER_FILE_FAILED");
      expect(result.errors[0]?.message).toContain(name);
    },
  );

  test.each(["GITHUB_OUTPUT", "GITHUB_STATE"])(
    "%s that is a folder or a pipe stops before anything begins",
    async (name) => {
      expectUntouched(await register({ env: { [name]: stage.temp } }), "RUNNER_FILE_FAILED");
      const pipe = join(stage.root, "pipe");
      execFileSync("mkfifo", [pipe]);
      expectUntouched(await register({ env: { [name]: pipe } }), "RUNNER_FILE_FAILED");
    },
  );

  test("outputs that cannot be written at the end: the error says so, and that the work is done", async () => {
    const full = failing("appendFileSync", "/step-[^/]+/output$", "ENOSPC");
    const result = await register({ preload: [full] });
    expect(result.exitCode).toBe(1);
    expect(result.errors).toHaveLength(1);
    expect(result.errors[0]?.title).toContain("RUNNER_FILE_FAILED");
    expect(result.errors[0]?.message).toContain("ENOSPC");
    expect(sandbox.certificates[0]?.isVerified).toBe(true);
    // Run again, it finds everything done.
    expect((await register()).outputs["outcome"]).toBe("unchanged");
  });

  test("a sandbox that cannot leave word for its post step stops", async () => {
    const full = failing("appendFileSync", "/step-[^/]+/state$", "ENOSPC");
    const noted = join(stage.root, "pid");
    const witness = preloadOf(`
      import children from "node:child_process";
      import { writeFileSync } from "node:fs";
      import { syncBuiltinESMExports } from "node:module";
      const spawn = children.spawn;
      children.spawn = (...args) => {
        const child = spawn(...args);
        writeFileSync(${JSON.stringify(noted)}, String(child.pid));
        return child;
      };
      syncBuiltinESMExports();
    `);
    const result = await runAction("sandbox", stage, { preload: [full, witness] });
    expect(result.exitCode).toBe(1);
    expect(result.errors).toHaveLength(1);
    expect(result.errors[0]?.title).toContain("RUNNER_FILE_FAILED");
    expect(result.outputs).toEqual({});
    await vi.waitFor(() => expect(isRunning(Number(readFileSync(noted, "utf8")))).toBe(false), 30_000);
  });
});

test.skipIf(process.platform === "win32")(
  "a working directory of the step that is gone: relative paths are refused by name, others go on",
  async () => {
    const gone = preloadOf(`
    import { mkdtempSync, rmdirSync } from "node:fs";
    const folder = mkdtempSync("gone-");
    process.chdir(folder);
    // Not by its whole path: Node.js remembers that once it was asked for.
    rmdirSync("../" + folder);
  `);
    const inputs = { tenant: "acme", ...SUBJECT, directory: "ca" };
    const result = await runAction("create", stage, { inputs, preload: [gone] });
    expect(result.errors).toHaveLength(1);
    expect(result.errors[0]?.message).toMatch(
      /INPUT_INVALID.*- directory: is relative to .*working directory/s,
    );
    const absolute = {
      ...inputs,
      directory: join(stage.lasting, "ca"),
      "keyring-file": join(stage.lasting, "keyring.pem"),
      "keyring-ephemeral": "true",
      "keyring-passphrase": "correct horse battery staple",
    };
    expect((await runAction("create", stage, { inputs: absolute, preload: [gone] })).exitCode).toBe(0);
  },
);

test("an action whose files cannot be loaded any more, for lack of descriptors, says so (guarantee 10)", async () => {
  const result = await register({ preload: [withoutDescriptors("GITHUB_STEP_SUMMARY")] });
  expect(result.exitCode).toBe(1);
  expect(result.stderr).toBe("");
  expect(result.errors).toHaveLength(1);
  expect(result.errors[0]?.message).toMatch(
    /own files could not be loaded \(EMFILE\).*Next: Raise.*\nDetails: docs\/errors\.md#file_failed in /s,
  );
  expect(readdirSync(stage.temp)).toEqual([]);
  expect(sandbox.calls).toEqual([]);
});

test("for what is needed later as well: the next step is about descriptors (guarantee 10)", async () => {
  const result = await register({ preload: [withoutDescriptors("class EnvHttpProxyAgent")] });
  expect(result.errors).toHaveLength(1);
  expect(result.errors[0]?.message).toMatch(/^FILE_FAILED: .*EMFILE.*Next: Raise the limits .*ulimit -n/s);
});

describe("another Node than the action's (guarantee 10)", () => {
  const older = preloadOf('Object.defineProperty(process.versions, "node", { value: "20.20.2" });');

  test.each(["register", "create", "status", "sandbox", "agent-certificate"])(
    "%s says what is needed, and begins nothing",
    async (task) => {
      const result = await runAction(task, stage, {
        preload: [older],
        inputs: registerInputs(sandbox, stage),
      });
      expectUntouched(result, "NODE_UNSUPPORTED");
      // The version, and one annotation.
      expect(result.stdout.trim().split("\n")).toHaveLength(2);
      expect(result.stdout).toMatch(new RegExp(`^mindconnect-ca-action [\\d.]+, task ${task}\n`));
      expect(result.errors[0]?.message).toContain("20.20.2");
      expect(result.errors[0]?.message).toMatch(/\nDetails: docs\/errors\.md#node_unsupported in [^\n]+$/);
    },
  );
});

describe("disks and folders (guarantee 10)", () => {
  test("a directory on a full disk: no key of 0 bytes stays, the error names the file, and the next run goes on", async () => {
    const directory = join(stage.lasting, "ca");
    const inputs = { tenant: "acme", ...SUBJECT, directory };
    const result = await runAction("create", stage, { inputs, preload: [full("/ca/acme.key")] });
    expect(result.exitCode).toBe(1);
    expect(result.errors[0]?.title).toContain("FILE_FAILED");
    expect(result.errors[0]?.message).toContain(join(directory, "acme.key"));
    expect(readdirSync(directory)).toEqual([]);
    const again = await runAction("create", stage, { inputs });
    expect(again.exitCode).toBe(0);
    expect(statSync(join(directory, "acme.key")).size).toBeGreaterThan(1000);
  });

  test.skipIf(process.platform === "win32")(
    "a temporary folder in which files cannot be made private is refused by name",
    async () => {
      const loose = preloadOf(`
      import fs from "node:fs";
      import { syncBuiltinESMExports } from "node:module";
      const mkdtempSync = fs.mkdtempSync;
      fs.mkdtempSync = (...args) => { const made = mkdtempSync(...args); fs.chmodSync(made, 0o777); return made; };
      syncBuiltinESMExports();
    `);
      const result = await register({ preload: [loose] });
      expectUntouched(result, "FILE_FAILED");
      expect(result.errors[0]?.message).toContain(stage.temp);
      expect(readdirSync(stage.temp)).toEqual([]);
    },
  );

  test("a directory that is full with the key alone in it: the key goes, too, and the next run finds room", async () => {
    const directory = join(stage.lasting, "ca");
    const inputs = { tenant: "acme", ...SUBJECT, directory };
    const full = preloadOf(`
      import fs from "node:fs/promises";
      import { syncBuiltinESMExports } from "node:module";
      const open = fs.open;
      fs.open = async (path, ...args) => {
        if (String(path).endsWith("/ca/acme.pem")) throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
        return await open(path, ...args);
      };
      syncBuiltinESMExports();
    `);
    const result = await runAction("create", stage, { inputs, preload: [full] });
    expect(result.errors[0]?.message).toContain(
      `${join(directory, "acme.pem")} could not be written (ENOSPC)`,
    );
    expect(readdirSync(directory)).toEqual([]);
    expect((await runAction("create", stage, { inputs })).exitCode).toBe(0);
  });

  test.each([
    ["acme.key", "ca"],
    ["acme.pem", "ca"],
    ["acme.pem", ""],
  ])(
    "no room for %s in a directory (%j): the keyring gets no key that was never handed out, run after run",
    async (file, directory) => {
      const keyring = join(stage.lasting, "keyring.pem");
      const inputs = {
        tenant: "acme",
        ...SUBJECT,
        directory: directory && join(stage.lasting, directory),
        "keyring-file": keyring,
        "keyring-ephemeral": "true",
      };
      for (let count = 0; count < 2; count += 1) {
        const result = await runAction("create", stage, { inputs, preload: [full(`/${file}`)] });
        expect(result.errors[0]?.title).toContain("FILE_FAILED");
        expect(existsSync(keyring)).toBe(false);
        expect(readdirSync(stage.temp)).toEqual([]);
      }
      expect((await runAction("create", stage, { inputs })).exitCode).toBe(0);
      expect(readFileSync(keyring, "utf8").match(/BEGIN CERTIFICATE/g)).toHaveLength(1);
    },
  );

  test("a keyring that cannot be written after all: no file of the CA stays in the directory", async () => {
    const directory = join(stage.lasting, "ca");
    const keyring = join(stage.lasting, "keyring.pem");
    const inputs = {
      tenant: "acme",
      ...SUBJECT,
      directory,
      "keyring-file": keyring,
      "keyring-ephemeral": "true",
    };
    const preload = [full(".draft")];
    const result = await runAction("create", stage, { inputs, preload });
    expect(result.errors[0]?.title).toContain("KEYRING_WRITE_FAILED");
    expect(readdirSync(directory)).toEqual([]);
    expect((await runAction("create", stage, { inputs })).exitCode).toBe(0);
  });

  test("a temporary folder that takes a folder and no file: nothing stays, and it is named", async () => {
    const result = await register({ preload: [failing("writeFileSync", "mindconnect-ca-work-", "ENOSPC")] });
    expectUntouched(result, "FILE_FAILED");
    expect(result.errors[0]?.message).toMatch(/mindconnect-ca-work-\w+ could not be written \(ENOSPC\)/);
    expect(readdirSync(stage.temp)).toEqual([]);
  });

  test.skipIf(process.platform === "win32")(
    "a pipe where a keyring file or its lock belongs is read as nothing",
    async () => {
      const pipe = join(stage.root, "keyring.pem.lock");
      execFileSync("mkfifo", [pipe]);
      expect(await DISK.read(pipe)).toBe("");
    },
  );

  test("a working directory that cannot be removed is told: keys lie in it", async () => {
    const result = await register({ preload: [failing("rmSync", "mindconnect-ca-work-", "EACCES")] });
    expect(result.exitCode).toBe(0);
    expect(result.warnings.at(-1)?.message).toContain("working directory could not be removed (EACCES)");
  });

  test.skipIf(process.platform === "win32")(
    "a pipe under the name that says whose a working directory is, is not waited for",
    async () => {
      const left = join(stage.temp, "mindconnect-ca-work-left");
      mkdirSync(left);
      execFileSync("mkfifo", [join(left, "owner")]);
      expect((await register()).outputs["verified"]).toBe("true");
      expect(existsSync(left)).toBe(true);
    },
  );

  test.each(["agents.json", "agents.csv", "agents.unfinished", "press.pem"])(
    "a pipe under the name %s is refused, not waited for",
    async (name) => {
      const directory = join(stage.lasting, "agents");
      const ca = join(stage.lasting, "ca");
      await runAction("create", stage, { inputs: { tenant: "acme", ...SUBJECT, directory: ca } });
      mkdirSync(directory);
      execFileSync("mkfifo", [join(directory, name)]);
      const result = await runAction("agent-certificate", stage, {
        inputs: {
          tenant: "acme",
          ...SUBJECT,
          offline: "true",
          agents: "press",
          directory,
          "ca-certificate": join(ca, "acme.pem"),
          "ca-private-key": join(ca, "acme.key"),
        },
      });
      expect(result.exitCode).toBe(1);
      expect(result.errors[0]?.title).toContain("FILE_EXISTS");
      expect(result.errors[0]?.message).toContain(name);
      rmSync(join(directory, name));
      expect(existsSync(join(directory, "press.key"))).toBe(false);
    },
  );

  test.each([
    ["keyring-file", "register", {}],
    ["ca-certificate", "upload", {}],
    ["agents", "agent-certificate", { agents: "", ...SUBJECT, offline: "true" }],
  ])("a pipe given as %s is refused by name", async (input, task, more) => {
    const pipe = join(stage.lasting, "pipe.pem");
    execFileSync("mkfifo", [pipe]);
    const inputs = { ...registerInputs(sandbox, stage), ...more, [input]: pipe };
    const result = await runAction(task, stage, { inputs });
    expect(result.exitCode).toBe(1);
    expect(result.errors[0]?.message).toContain(`${input}: `);
    expect(result.errors[0]?.message).toContain("regular file");
    expect(sandbox.calls).toEqual([]);
  });
});

describe("what a user reads (guarantees 9, 10)", () => {
  test("where every credential is empty, the message says why that happens", async () => {
    const { token: _, ...inputs } = { ...connectionTo(sandbox) } as Record<string, string>;
    const result = await runAction("status", stage, { inputs });
    expect(result.errors[0]?.message).toContain(
      "token: is missing, and so are client-id and client-secret. Give exactly one way of authentication",
    );
    expectHintOnce(result.errors[0]?.message);
  });

  /** After the list, once, and of no fork before the environment, which is the likelier reason. */
  const expectHintOnce = (message = "") => {
    expect(message).toMatch(
      /\n- [^\n]*\nNext:\n1\. [^\n]*environment[^\n]*fork[^\n]*Dependabot[^\n]*\n2\. Correct the inputs/,
    );
    expect(message.match(/Dependabot/g)).toHaveLength(1);
  };

  test("where the environment is misspelled, every secret is empty: the list stays short", async () => {
    const { token: _, ...inputs } = { ...connectionTo(sandbox), "keyring-secret": "CA" } as Record<
      string,
      string
    >;
    const secrets = { "client-id": "", "client-secret": "", "github-token": "", "keyring-file": "" };
    const env = { GITHUB_REPOSITORY: "acme/plant" };
    const result = await register({ inputs: { ...inputs, token: "", ...secrets }, env });
    expect(result.errors[0]?.message).toMatch(
      /\n- token: is missing[^\n]*\n(?:.*\n)*- github-token: is missing/,
    );
    expectHintOnce(result.errors[0]?.message);
  });

  test.each([
    ["client-id", { "client-secret": "a secret of eight" }],
    ["client-secret", { "client-id": "me" }],
    ["client-secret", { "app-name": "manager", "app-version": "1.0.0" }],
  ])("where %s alone is empty, too", async (missing, given) => {
    const { token: _, ...inputs } = { ...connectionTo(sandbox), ...given } as Record<string, string>;
    const result = await runAction("status", stage, { inputs });
    expect(result.errors[0]?.message).toContain(`- ${missing}: is missing`);
    expectHintOnce(result.errors[0]?.message);
  });

  test("where github-token or ca-private-key is empty, too", async () => {
    const inputs = { "keyring-file": "", "keyring-secret": "CA", "ca-certificate": "nowhere.pem" };
    const env = { GITHUB_REPOSITORY: "acme/plant" };
    const message = (await register({ inputs, env })).errors[0]?.message;
    expect(message).toContain("- github-token: is missing");
    expect(message).toContain("- ca-private-key: is missing");
    expectHintOnce(message);
  });

  test("a refused registration shows no internal word", async () => {
    const workshop = new Workshop();
    for (const name of ["one", "two"]) sandbox.seed(makeCa(workshop, `/CN=${name}`).pem, { verified: false });
    workshop.remove();
    const result = await register();
    expect(result.errors[0]?.title).toContain("CA_SLOTS_FULL");
    expect(result.log).not.toMatch(/Next step: (?:create|upload|resume|refuse|unchanged)\b/);
  });
});
