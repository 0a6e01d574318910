import { execFileSync, spawnSync } from "node:child_process";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { createStage, type Result, runAction, type Stage } from "../support/action.ts";
import { startGitHub } from "../support/github.ts";
import { keyringFile, registerInputs } from "../support/inputs.ts";
import { shown } from "./markdown.ts";
import { expression, fencedBlocks, parseWorkflow, read, type Step, taskOf } from "./repository.ts";

/*
 * The documents' workflows, carried out: each step that uses this action as a process of the built action, each `run`
 * in bash, chained by outputs as the runner does. Only what lies outside of a workflow is replaced: the secrets, the
 * lasting folder, and the gateway.
 */

let stage: Stage;
let sandbox: Sandbox;

beforeEach(async () => {
  stage = createStage();
  sandbox = await startSandbox({ limits: "documented" });
});

afterEach(async () => {
  await sandbox.close();
  stage.remove();
});

/** Its output is among the values: GitHub gives such a token to an installed App only. */
const APP_TOKEN = "actions/create-github-app-token@";
/** What it would keep goes to a folder, because the post steps remove the files that lie under RUNNER_TEMP. */
const UPLOAD = "actions/upload-artifact@";
const artifact = () => join(stage.root, "artifact");

interface Context {
  /** Values of expressions by their text, such as `secrets.X`. */
  readonly values: Record<string, string>;
  /** Inputs given to every step that would talk to a tenant. */
  readonly gateway?: Readonly<Record<string, string>>;
  /** What the runner says of the repository, where it matters. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Carries out a job's steps; its post steps run at the end, as the runner runs them. */
async function carryOut(
  steps: readonly Step[],
  { values, gateway = {}, env = {} }: Context,
): Promise<Result[]> {
  const context: Record<string, string> = { "runner.temp": stage.temp, ...values };
  const results: Result[] = [];
  const posts: [task: string, result: Result][] = [];
  try {
    for (const step of steps) {
      const task = step.uses === undefined ? undefined : taskOf(step.uses);
      if (step.uses?.startsWith(APP_TOKEN)) continue;
      if (step.uses?.startsWith(UPLOAD)) {
        const path = evaluate(String(step.with?.["path"]), context);
        const to = statSync(path).isDirectory() ? artifact() : join(artifact(), basename(path));
        cpSync(path, to, { recursive: true });
        continue;
      }
      if (task === undefined) {
        runScript(step, context);
        continue;
      }
      const own = evaluateAll(step.with ?? {}, context);
      const talks = "region" in (parse(read(actionPath(task))).inputs ?? {});
      // The test's files lie in a folder for temporary ones, and only a gateway on loopback makes that a rehearsal.
      const known = talks
        ? { ...own, ...withGateway(own, gateway) }
        : { "keyring-ephemeral": "true", ...own };
      const result = await runAction(task, stage, { inputs: known, env });
      expect(result.errors, task).toEqual([]);
      for (const [name, value] of Object.entries(result.outputs))
        context[`steps.${step.id}.outputs.${name}`] = value;
      results.push(result);
      posts.push([task, result]);
    }
  } finally {
    for (const [task, { state }] of posts.reverse())
      if (parse(read(actionPath(task))).runs.post !== undefined)
        await runAction(task, stage, { step: "post", state });
  }
  return results;
}

const actionPath = (task: string) => (task === "register" ? "action.yml" : `tasks/${task}/action.yml`);

/** A rehearsal names its own gateway. */
function withGateway(given: Record<string, string>, gateway: Readonly<Record<string, string>>) {
  return "gateway-url" in given ? {} : gateway;
}

function runScript(step: Step, context: Record<string, string>): void {
  if (step.run === undefined) throw new Error("a step neither uses this action nor runs a script");
  const { status, stderr } = spawnSync(
    "bash",
    ["--noprofile", "--norc", "-euo", "pipefail", "-c", step.run],
    {
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: process.env["PATH"] ?? "",
        RUNNER_TEMP: stage.temp,
        ...evaluateAll(step.env ?? {}, context),
      },
      encoding: "utf8",
    },
  );
  expect(stderr).toBe("");
  expect(status, step.run).toBe(0);
}

function evaluateAll(
  values: Readonly<Record<string, unknown>>,
  context: Record<string, string>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, evaluate(String(value), context)]),
  );
}

function evaluate(text: string, context: Record<string, string>): string {
  return text
    .replaceAll(/\$\{\{ ([\w.-]+) \}\}/g, (_, expression: string) => {
      const value = context[expression];
      if (value === undefined) throw new Error(`nothing is known of ${expression}`);
      return value;
    })
    .replaceAll("/var/lib/mindconnect-ca", stage.lasting);
}

function stepsOf(path: string): readonly Step[] {
  const [job] = Object.values(parseWorkflow(read(path)).jobs);
  return job?.steps ?? [];
}

/** @returns how a script of a workflow ends, and what it says; the files lie in its working directory */
function tryScript(
  script: string | undefined,
  env: Record<string, string>,
  files: Readonly<Record<string, string>> = {},
): { status: number | null; said: string; output: string } {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(stage.root, ".github"), { recursive: true });
    writeFileSync(join(stage.root, path), text);
  }
  const output = join(stage.root, "output");
  writeFileSync(output, "");
  const more = { PATH: process.env["PATH"] ?? "", RUNNER_TEMP: stage.temp, GITHUB_OUTPUT: output };
  const options = { cwd: stage.root, env: { ...more, ...env }, encoding: "utf8" } as const;
  const { status, stdout } = spawnSync("bash", ["-eo", "pipefail", "-c", script ?? "exit 99"], options);
  return { status, said: stdout, output: readFileSync(output, "utf8") };
}

const jobSteps = (path: string, job: string) => parseWorkflow(read(path)).jobs[job]?.steps ?? [];

const SELF_HOSTED = "examples/register-self-hosted.yml";

/** A tenant that is the sandbox, with the secrets that the examples use. */
function tenant(): Context {
  return {
    values: {
      "secrets.MINDCONNECT_CLIENT_ID": sandbox.clientId,
      "secrets.MINDCONNECT_CLIENT_SECRET": sandbox.clientSecret,
      "secrets.MINDCONNECT_APP_ID": sandbox.clientId,
      "secrets.MINDCONNECT_APP_SECRET": sandbox.clientSecret,
      "secrets.MINDCONNECT_KEYRING_PASSPHRASE": "a passphrase of your own",
      "env.INSIGHTS_HUB_TOKEN": sandbox.token,
    },
    gateway: { "gateway-url": sandbox.url, "token-url": sandbox.tokenUrl },
  };
}

const calls = () => sandbox.calls.map(({ call }) => call);

test("examples/register.yml creates the keyring's secret, and says unchanged the second time", async () => {
  const github = await startGitHub({ environments: ["mindconnect-acme"] });
  const { values, gateway = {} } = tenant();
  const run = async () => {
    const secrets = {
      "secrets.MINDCONNECT_CA_KEYRING": github.text("MINDCONNECT_CA_KEYRING", "mindconnect-acme"),
      "steps.app.outputs.token": github.token,
    };
    const context = { values: { ...values, ...secrets }, gateway, env: github.env };
    const [result] = await carryOut(stepsOf("examples/register.yml"), context);
    return result?.outputs["outcome"];
  };
  expect(await run()).toBe("registered");
  expect(github.text("MINDCONNECT_CA_KEYRING", "mindconnect-acme")).toContain("BEGIN ENCRYPTED PRIVATE KEY");
  expect(await run()).toBe("unchanged");
  await github.close();
});

test("examples/register-self-hosted.yml registers, and says unchanged the second time", async () => {
  const [first] = await carryOut(stepsOf(SELF_HOSTED), tenant());
  expect(first?.outputs["outcome"]).toBe("registered");
  expect(readFileSync(join(stage.lasting, "acme.pem"), "utf8")).toContain("BEGIN ENCRYPTED PRIVATE KEY");

  const [second] = await carryOut(stepsOf(SELF_HOSTED), tenant());
  expect(second?.outputs["outcome"]).toBe("unchanged");
});

test("examples/composed.yml does what the root action does, and register then finds nothing to do", async () => {
  const results = await carryOut(stepsOf("examples/composed.yml"), tenant());
  expect(results.at(-1)?.outputs["verified"]).toBe("true");
  expect(sandbox.certificates).toMatchObject([{ commonName: "acme", isVerified: true }]);

  const [after] = await carryOut(stepsOf(SELF_HOSTED), tenant());
  expect(after?.outputs["outcome"]).toBe("unchanged");
});

test("examples/scheduled-status.yml is green with a CA that lasts", async () => {
  await carryOut(stepsOf(SELF_HOSTED), tenant());
  const { values, ...more } = tenant();
  const keyring = readFileSync(join(stage.lasting, "acme.pem"), "utf8");
  const [status] = await carryOut(
    stepsOf("examples/scheduled-status.yml").filter(({ uses }) => uses),
    { ...more, values: { ...values, "secrets.MINDCONNECT_CA_KEYRING": keyring } },
  );
  expect(status?.outputs).toMatchObject({ "slots-free": "1", "rotation-due": "false" });
  expect(status?.outputs["certificates"]).toContain('"held":true');
});

test("examples/scheduled-status.yml with the keyring in a file, as on a runner of your own", async () => {
  await carryOut(stepsOf(SELF_HOSTED), tenant());
  const steps = stepsOf("examples/scheduled-status.yml").filter(({ uses }) => uses);
  const changed = steps.map((step) => {
    const { keyring, ...kept } = step.with ?? {};
    expect(keyring).toBe(expression("secrets.MINDCONNECT_CA_KEYRING"));
    return { ...step, with: { ...kept, "keyring-file": "/var/lib/mindconnect-ca/acme.pem" } };
  });
  const [status] = await carryOut(changed, tenant());
  expect(status?.outputs["certificates"]).toContain('"held":true');
});

test("examples/rehearsal.yml goes through a CA's whole life with a sandbox of its own", async () => {
  const results = await carryOut(stepsOf("examples/rehearsal.yml"), { values: {} });
  expect(results.at(-1)?.outputs["deleted"]).toBe("true");
  expect(calls()).toEqual([]);
});

describe("examples/agent-certificates.yml", () => {
  /** @returns what a job's own script leaves in GITHUB_OUTPUT, or the error that it shows */
  function runOwn(job: string, list: string | undefined, env: Record<string, string>): string {
    const id = job === "split" ? "split" : "part";
    const own = jobSteps("examples/agent-certificates.yml", job).find((step) => step.id === id);
    const files = list === undefined ? {} : { ".github/mindconnect-agents.txt": list };
    const { status, said, output } = tryScript(own?.run, env, files);
    return status === 0 ? output : said;
  }
  const slot = (held: boolean) => ({
    NEWEST: "5e5ad4",
    CERTIFICATES: JSON.stringify([
      { id: "other", held: true },
      { id: "5e5ad4", isVerified: true, held, lifeUsed: 3 },
    ]),
  });
  const split = (list: string | undefined, held = true) => runOwn("split", list, slot(held));
  const fleet = (count: number) => Array.from({ length: count }, (_, index) => `device-${index}`);

  test("counts the agents: no comment, no blank line, but the last one without its end", () => {
    expect(split("only")).toBe('parts=["1/1"]\n');
    expect(split(`# all\n\n${fleet(2000).join("\n")}\n  # the end\n`)).toBe('parts=["1/1"]\n');
    expect(split(`${fleet(2000).join("\n")}\nlast`)).toBe('parts=["1/2","2/2"]\n');
    expect(split("# nobody\n\n")).toContain("::error");
  });

  test("refuses an agent that would be in two parts, and a keyring without the newest usable CA", () => {
    expect(split("a\nb=b.csr\nA \nB\r\nc")).toContain("Named twice: a b");
    expect(split("a", false)).toContain("not in the keyring");
  });

  test("says that the list does not exist", () => {
    expect(split(undefined)).toBe(
      "::error::The file .github/mindconnect-agents.txt does not exist on this branch. Create it, with the name of one agent on each line.\n",
    );
  });

  test("the parts have every agent once", () => {
    const list = `# all\n\n${fleet(5).join("\n")}\n\nlast`;
    const parts = ["1/2", "2/2"].flatMap((part) => {
      expect(runOwn("issue", list, { PART: part })).toBe(`name=agents-${part.replace("/", "-of-")}\n`);
      return readFileSync(join(stage.temp, "agents.txt"), "utf8").trimEnd().split("\n");
    });
    expect(parts.toSorted()).toEqual([...fleet(5), "last"]);
  });
});

describe("examples/agent-certificate.yml", () => {
  const PASSPHRASE = "a passphrase for the archives";

  test.each([
    ["press-01", "press-01"],
    ["00:1B:44:11:3A:B7", "00%3A1B%3A44%3A11%3A3A%3AB7"],
  ])("issues the certificate of %s, as an artifact without a plain key", async (name, file) => {
    await carryOut(stepsOf(SELF_HOSTED), tenant());
    const { values, ...more } = tenant();
    const secrets = {
      "secrets.MINDCONNECT_CA_KEYRING": readFileSync(join(stage.lasting, "acme.pem"), "utf8"),
      "secrets.MINDCONNECT_AGENT_PASSPHRASE": PASSPHRASE,
      "inputs.agent": name,
    };
    const steps = stepsOf("examples/agent-certificate.yml");
    const [issued] = await carryOut(steps, { ...more, values: { ...values, ...secrets } });
    expect(issued?.outputs["issued"]).toBe("1");
    expect(readdirSync(artifact()).toSorted()).toEqual(
      ["agents.csv", "agents.json", `${file}.p12`, `${file}.pem`, `${file}_chain.pem`].toSorted(),
    );
    for (const kept of readdirSync(artifact()))
      expect(readFileSync(join(artifact(), kept), "latin1")).not.toContain("PRIVATE KEY");

    // The documented command unpacks the key. It asks for the passphrase, which is given here.
    const command = /^ *(\(umask .*openssl pkcs12 .*)\)$/m.exec(read("docs/agents.md"))?.[1] ?? "";
    const here = `${command.replaceAll("press-01", file)} -passin env:PASSPHRASE)`;
    execFileSync("sh", ["-euc", here], {
      cwd: artifact(),
      env: { ...process.env, PASSPHRASE },
      stdio: "pipe",
    });
    const key = createPrivateKey(readFileSync(join(artifact(), `${file}.key`), "utf8"));
    const certificate = new X509Certificate(readFileSync(join(artifact(), `${file}_chain.pem`), "utf8"));
    expect(certificate.checkPrivateKey(key)).toBe(true);
  });
});

test.each([
  ["examples/agent-certificate.yml", "issue"],
  ["examples/agent-certificates.yml", "split"],
])("%s: the first step of the first job stops without the passphrase of the archives", (path, job) => {
  expect(Object.keys(parseWorkflow(read(path)).jobs)[0]).toBe(job);
  const [first] = jobSteps(path, job);
  expect(first?.env).toEqual({ PASSPHRASE: expression("secrets.MINDCONNECT_AGENT_PASSPHRASE") });
  const { status, said } = tryScript(first?.run, { PASSPHRASE: "" });
  expect(status).toBe(1);
  expect(said).toMatch(/^::error::The secret MINDCONNECT_AGENT_PASSPHRASE is empty/);
  expect(said).toContain("openssl rand -base64 32");
  expect(tryScript(first?.run, { PASSPHRASE: "set" })).toMatchObject({ status: 0, said: "" });
});

// Its script needs jq, which GitHub's runners have.
describe.skipIf(spawnSync("jq", ["--version"]).error !== undefined)("examples/fleet.yml", () => {
  const list = (text: string | undefined) => {
    const step = jobSteps("examples/fleet.yml", "list").find(({ id }) => id === "list");
    const files = text === undefined ? {} : { ".github/mindconnect-tenants.json": text };
    const { status, said, output } = tryScript(step?.run, {}, files);
    return status === 0 ? output : said;
  };

  test("tells a list that does not exist from one that is not valid", () => {
    expect(list(undefined)).toMatch(/^::error::The file \S+ does not exist on this branch\. /);
    expect(list('{"tenant": "acme"}')).toContain("not a JSON array");
    expect(list("[tenant")).toContain("not a JSON array");
    expect(list("[]")).toContain("1 to 256 tenants");
    expect(list('[{"tenant": "acme"}, {"tenant": "acme"}]')).toContain("each of them once");
    expect(list('[{"tenant": "acme"}]')).toBe('tenants=[{"tenant":"acme"}]\n');
  });
});

describe("examples/keyring-copy.yml", () => {
  const copy = stepsOf("examples/keyring-copy.yml");

  test("has every key of the keyring", async () => {
    await carryOut(stepsOf(SELF_HOSTED), tenant());
    const keyring = readFileSync(join(stage.lasting, "acme.pem"), "utf8");
    await carryOut(copy, { values: { "secrets.MINDCONNECT_CA_KEYRING": keyring } });
    expect(readFileSync(join(artifact(), "keyring.pem"), "utf8").trim()).toBe(keyring.trim());
  });

  test.each([
    ["", "is empty"],
    ["-----BEGIN PRIVATE KEY-----\n", "not encrypted"],
    ["-----BEGIN ENCRYPTED PRIVATE KEY-----\n-----BEGIN RSA PRIVATE KEY-----\n", "not encrypted"],
  ])("stops for %j", (KEYRING, says) => {
    const { status, said } = tryScript(copy[0]?.run, { KEYRING });
    expect(status).toBe(1);
    expect(said).toContain(says);
    if (KEYRING !== "") expect(said).toContain("Set the secret MINDCONNECT_KEYRING_PASSPHRASE");
    expect(readdirSync(stage.temp)).not.toContain("keyring.pem");
  });
});

test("examples/keyring.yml changes the passphrase, and moves the keyring to another environment", async () => {
  const github = await startGitHub({ environments: ["mindconnect-acme", "elsewhere"] });
  const name = "MINDCONNECT_CA_KEYRING";
  const { values, gateway = {} } = tenant();
  const run = async (path: string, more: Record<string, string> = {}) => {
    const secrets = {
      [`secrets.${name}`]: github.text(name, "mindconnect-acme"),
      "steps.app.outputs.token": github.token,
    };
    const inputs = { apply: "true", forget: "", "target-secret": "", "target-environment": "" };
    const form = Object.entries(inputs).map(([input, value]) => [`inputs.${input}`, value]);
    const context = { values: { ...values, ...secrets, ...Object.fromEntries(form), ...more }, gateway };
    const [result] = await carryOut(stepsOf(path), { ...context, env: github.env });
    return result;
  };
  await run("examples/register.yml");
  const lines = { "secrets.MINDCONNECT_KEYRING_PASSPHRASE": "words of next year\na passphrase of your own" };
  const planned = await run("examples/keyring.yml", { ...lines, "inputs.apply": "false" });
  expect(planned?.summary).toContain("Would encrypt the private key of acme");
  expect((await run("examples/keyring.yml", lines))?.outputs["changed"]).toBe("true");
  const next = { "secrets.MINDCONNECT_KEYRING_PASSPHRASE": "words of next year" };
  expect((await run("examples/register.yml", next))?.outputs["outcome"]).toBe("unchanged");
  const target = { "inputs.target-secret": name, "inputs.target-environment": "elsewhere" };
  expect((await run("examples/keyring.yml", { ...next, ...target }))?.outputs["changed"]).toBe("true");
  expect(github.text(name, "elsewhere")).toContain("copy of generation");
  await github.close();
});

const issues = (steps: readonly Step[]) =>
  steps.some(({ uses = "" }) => taskOf(uses) === "agent-certificate");
/** backup.test.ts carries these out. */
const backsUp = (steps: readonly Step[]) =>
  steps.some(({ with: given = {} }) => "keyring-backup-certificate" in given);
const looksAfter = (steps: readonly Step[]) => steps.some(({ uses = "" }) => taskOf(uses) === "keyring");
const documentedLists = () =>
  shown
    .flatMap((path) => fencedBlocks(read(path), "yaml"))
    .map((text) => parse(text) as unknown)
    .filter((found): found is Step[] => Array.isArray(found));

test("the documented step for agents issues each of them, and none twice", async () => {
  const registered = await runAction("register", stage, { inputs: registerInputs(sandbox, stage) });
  expect(registered.errors).toEqual([]);
  const csr = "certificates/robot-7.csr";
  const [steps = []] = documentedLists().filter(issues);
  expect(String(steps[0]?.with?.["agents"])).toContain(csr);
  const folder = join(stage.root, "certificates");
  mkdirSync(folder);
  execFileSync(
    "openssl",
    [
      ...["req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=robot-7"],
      ...["-keyout", join(folder, "robot-7.key"), "-out", join(folder, "robot-7.csr")],
    ],
    { stdio: "ignore" },
  );
  expect(steps[0]?.with?.["keyring-file"]).toBe("/var/lib/mindconnect-ca/acme.pem");
  cpSync(keyringFile(stage), join(stage.lasting, "acme.pem"));
  const here = steps.map((step) => ({
    ...step,
    with: { ...step.with, agents: String(step.with?.["agents"]).replace(csr, join(stage.root, csr)) },
  }));
  const run = () => carryOut(here, tenant());
  expect((await run())[0]?.outputs["issued"]).toBe("3");
  expect((await run())[0]?.outputs["issued"]).toBe("0");
  const issued = readdirSync(join(stage.lasting, "agents"));
  expect(issued).toContain("00%3A1B%3A44%3A11%3A3A%3AB7_chain.pem");
  expect(issued).toContain("robot-7.pem");
  expect(issued).not.toContain("robot-7.key");
});

test("the documents' lists of steps run: authentication, chain, rehearsal", async () => {
  const lists = documentedLists().filter((steps) => !issues(steps) && !backsUp(steps) && !looksAfter(steps));
  expect(lists).toHaveLength(3);
  for (const steps of lists) {
    // Application credentials and a ready token have no use for token-url.
    const context = tenant();
    const results = [];
    for (const part of steps.some(({ id }) => id !== undefined) ? [steps] : steps.map((step) => [step])) {
      const given = part[0]?.with ?? {};
      const { "token-url": tokenUrl, ...gateway } = context.gateway ?? {};
      const plain = "client-id" in given && !("app-name" in given);
      const chained = part.length > 1;
      const extra = plain || chained ? { ...gateway, "token-url": tokenUrl ?? "" } : gateway;
      results.push(...(await carryOut(part, { ...context, gateway: extra })));
    }
    expect(results.length).toBeGreaterThan(1);
  }
});

test("docs/keyring.md copies a keyring to a secret, lists it, changes its passphrase, and forgets a retired CA", async () => {
  const github = await startGitHub({ environments: ["mindconnect-acme"] });
  const { values } = tenant();
  await carryOut(stepsOf(SELF_HOSTED), tenant());
  const file = join(stage.lasting, "acme.pem");
  const steps = documentedLists().filter(looksAfter).flat();
  const step = (input: string) => steps.filter(({ with: given = {} }) => input in given);
  const run = async (found: readonly Step[], passphrase = "a passphrase of your own") => {
    expect(found).toHaveLength(1);
    const secrets = {
      "secrets.MINDCONNECT_CA_KEYRING": github.text("MINDCONNECT_CA_KEYRING", "mindconnect-acme"),
      "secrets.MINDCONNECT_GITHUB_TOKEN": github.token,
      "secrets.MINDCONNECT_KEYRING_PASSPHRASE": passphrase,
    };
    const [result] = await carryOut(found, { values: { ...values, ...secrets }, env: github.env });
    return result?.outputs;
  };
  expect((await run(step("keyring-target-secret")))?.["changed"]).toBe("true");
  const list = steps.filter((it) => Object.keys(it.with ?? {}).join() === "keyring");
  const [{ fingerprint = "", encrypted = false } = {}] = JSON.parse((await run(list))?.["entries"] ?? "[]");
  expect(encrypted).toBe(true);
  expect(
    (await run(step("keyring-secret"), "words of next year\na passphrase of your own"))?.["changed"],
  ).toBe("true");

  const text = readFileSync(file, "utf8").replace(
    /^Tenant: acme$/m,
    "$&\nRetired at: 2026-01-01T00:00:00.000Z",
  );
  writeFileSync(file, text);
  const forget = step("forget").map((it) => ({ ...it, with: { ...it.with, forget: fingerprint } }));
  expect((await run(forget))?.["entries"]).toBe("[]");
  await github.close();
});

test("a second CA beside a usable one, made by create and brought to register", async () => {
  const inputs = registerInputs(sandbox, stage);
  await runAction("register", stage, { inputs });
  const { tenant: name = "", "country-code": country = "", city = "", organization = "" } = inputs;
  const subject = { tenant: name, "country-code": country, city, organization };
  const made = await runAction("create", stage, {
    inputs: { ...subject, "common-name": "acme-2", days: "3000", directory: join(stage.lasting, "second") },
  });
  const pair = {
    "ca-certificate": made.outputs["certificate-path"] ?? "",
    "ca-private-key": made.outputs["private-key-path"] ?? "",
  };
  const added = await runAction("register", stage, { inputs: { ...inputs, ...pair } });
  expect(added.errors).toEqual([]);
  expect(added.outputs).toMatchObject({ outcome: "registered", "common-name": "acme-2" });
  expect(sandbox.certificates.map(({ isVerified }) => isVerified)).toEqual([true, true]);
  expect(readFileSync(keyringFile(stage), "utf8").match(/BEGIN CERTIFICATE/g)).toHaveLength(2);

  const later = await runAction("register", stage, { inputs });
  expect(later.outputs).toMatchObject({ outcome: "unchanged", "common-name": "acme-2" });
});
