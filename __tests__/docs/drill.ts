import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { basename, delimiter, join } from "node:path";
import { expect } from "vitest";
import { readCertificate } from "../../src/ca/certificate.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { encrypted, makeCa } from "../ca/made.ts";
import { Workshop } from "../sandbox/workshop.ts";
import { createStage, type Result, runAction, type Stage } from "../support/action.ts";
import { type GitHub, startGitHub } from "../support/github.ts";
import { seedRegistered } from "../support/left-behind.ts";
import { type Recipient, Safe } from "../support/recipients.ts";
import { indentedBlocks, sectionsOf, stepsIn } from "./markdown.ts";
import { parseWorkflow, read, readAction, type Step, taskOf } from "./repository.ts";

/* A plant whose things get lost: a platform, GitHub with its repositories, a runner with a disk, and a safe. */

/** Nothing happens to it, and so it is one for all plants. */
const safe = new Safe();
const recipient = safe.recipient("Anna");
/** The CA of every plant. No test changes it. */
const workshop = new Workshop();
const ca = makeCa(workshop, "/C=DE/ST=MUC/O=Acme/OU=IT/CN=acme");
const { fingerprint } = readCertificate(ca.pem);
process.once("exit", () => {
  safe.remove();
  workshop.remove();
});

export const KEYRING = "MINDCONNECT_CA_KEYRING";
export const PASSPHRASE = "MINDCONNECT_KEYRING_PASSPHRASE";
const CLIENT_ID = "MINDCONNECT_CLIENT_ID";
const CLIENT_SECRET = "MINDCONNECT_CLIENT_SECRET";
/** Of the examples. */
const ENVIRONMENT = "mindconnect-acme";
const WORDS = "the passphrase in the safe";
const encryptedKey = encrypted(workshop, ca, WORDS);

const page = sectionsOf(read("docs/recovery.md"));
/** @returns a section of docs/recovery.md */
export function section(title: string): string {
  const text = page.get(title);
  if (text === undefined) throw new Error(`docs/recovery.md has no section ${title}`);
  return text;
}
/** @returns the steps that a section shows */
export const stepsOf = (title: string): Step[] => stepsIn(section(title));
/** @returns the shell commands that a section shows */
export const commandsOf = (title: string): string[] => indentedBlocks(section(title), "sh");

/** What a registration leaves. */
export interface Registered {
  readonly id: string;
  readonly fingerprint: string;
  readonly keyring: string;
  /** When it was written, milliseconds since 1970. */
  readonly writtenAt: number;
}

export interface Plant {
  readonly sandbox: Sandbox;
  readonly stage: Stage;
  /** Where GitHub's runners upload: what somebody has downloaded of it outlives the repository. */
  readonly artifacts: string;
  readonly recipient: Recipient;
  /** A new repository with the environment, and the secrets that do not hold a CA. */
  repository(name: string): Promise<GitHub>;
  /** Puts a CA into a slot, as a registration just now left it. @returns also the keyring, which is nowhere yet */
  registered(): Registered;
  /** Carries out the first job of an example; another step may stand in the place of its own, as recovery.md says. */
  run(repository: GitHub, example: string, changed?: Step): Promise<Result>;
  /** Carries out a command of the page on a computer of somebody's, in the folder that holds the artifacts. @returns what it prints */
  type(command: string, repositories?: readonly GitHub[]): string;
  close(): Promise<void>;
}

export async function createPlant(): Promise<Plant> {
  const [sandbox, stage] = [await startSandbox({ limits: "off" }), createStage()];
  const artifacts = join(stage.root, "artifacts");
  mkdirSync(artifacts);
  cpSync(recipient.keyFile, join(artifacts, "recipient.key"));
  cpSync(recipient.certificateFile, join(artifacts, "recipient.crt"));
  const doubles: GitHub[] = [];

  const repository = async (name: string) => {
    const github = await startGitHub({ repository: name, environments: [ENVIRONMENT] });
    doubles.push(github);
    const secrets = {
      [CLIENT_ID]: sandbox.clientId,
      [CLIENT_SECRET]: sandbox.clientSecret,
      [PASSPHRASE]: WORDS,
    };
    for (const [secret, text] of Object.entries(secrets)) set(github, secret, text);
    return github;
  };

  const registered = (): Registered => {
    const writtenAt = Date.now();
    const seeded = seedRegistered(sandbox, { pem: ca.pem, privateKey: encryptedKey }, writtenAt);
    return { ...seeded, fingerprint, writtenAt };
  };

  const run = async (github: GitHub, example: string, changed?: Step): Promise<Result> => {
    const outputs: Record<string, string> = {
      "steps.app.outputs.token": github.token,
      "runner.temp": stage.temp,
    };
    const filled = (text: unknown) =>
      String(text)
        .replaceAll(/\$\{\{ secrets\.(\w+) \}\}/g, (_, secret: string) => textOf(github, secret))
        .replaceAll(/\$\{\{ vars\.\w+ \}\}/g, recipient.pem)
        .replaceAll(/\$\{\{ ([\w.-]+) \}\}/g, (_, name: string) => outputs[name] ?? "")
        .replaceAll("/var/lib/mindconnect-ca", stage.lasting);
    const fill = (values: Step["with"] = {}) =>
      Object.fromEntries(Object.entries(values).map(([name, value]) => [name, filled(value)]));
    const [job] = Object.values(parseWorkflow(read(example)).jobs);
    let result: Result | undefined;
    for (const own of job?.steps ?? []) {
      const task = taskOf(own.uses ?? "");
      if (task !== undefined) {
        const step = changed === undefined ? own : inPlaceOf(own, changed);
        result = await runTask(step, fill(step.with), github);
        for (const [name, value] of Object.entries(result.outputs))
          outputs[`steps.${own.id}.outputs.${name}`] = value;
      } else if (own.uses?.startsWith("actions/upload-artifact@") && result?.errors.length !== 1) {
        const path = filled(own.with?.["path"]);
        cpSync(path, join(artifacts, basename(path)));
      } else if (own.run !== undefined && result === undefined) {
        const env = { ...process.env, RUNNER_TEMP: stage.temp, ...fill(own.env) };
        execFileSync("bash", ["-eo", "pipefail", "-c", own.run], { env, stdio: "pipe" });
      }
    }
    if (result !== undefined) return result;
    // An example without a task only stores a copy.
    return { errors: [], warnings: [], outputs: {} } as unknown as Result;
  };

  const runTask = (step: Step, inputs: Record<string, string>, github: GitHub): Promise<Result> => {
    const task = taskOf(step.uses ?? "") ?? "";
    // The test's disk lies in a folder for temporary files, and only a gateway on loopback makes that a rehearsal.
    const gateway = { "gateway-url": sandbox.url, "token-url": sandbox.tokenUrl };
    const where = "gateway-url" in (readAction(task).inputs ?? {}) ? gateway : {};
    return runAction(task, stage, { inputs: { ...inputs, ...where }, env: github.env });
  };

  const type = (command: string, repositories: readonly GitHub[] = []): string => {
    const place = mkdtempSync(join(stage.root, "gh-"));
    const gh = `#!/bin/sh\nprintf '%s\\n' "$*" >> "${place}/said"\n[ "$2" != set ] || cat > "${place}/text"\n`;
    writeFileSync(join(place, "gh"), gh, { mode: 0o755 });
    const here = command
      .replaceAll("/var/lib/mindconnect-ca", stage.lasting)
      // Only root may give a file to another user.
      .replace(/ -o actions-runner/, "")
      .replaceAll(/\bsudo /g, "");
    const env = { ...process.env, PATH: [place, process.env["PATH"]].join(delimiter) };
    const printed = execFileSync("sh", ["-euc", here], {
      cwd: artifacts,
      env,
      encoding: "utf8",
      stdio: "pipe",
    });
    if (!existsSync(join(place, "said"))) return printed;
    for (const said of readFileSync(join(place, "said"), "utf8").trim().split("\n")) {
      const [, verb, name = "", owner] =
        /^secret (set|delete) (\w+) --env mindconnect-acme --repo (\S+)$/.exec(said) ?? [];
      const found = repositories.find((it) => it.repository === owner);
      expect(found, said).toBeDefined();
      if (verb === "delete") found?.remove(name, ENVIRONMENT);
      else if (found !== undefined) set(found, name, readFileSync(join(place, "text"), "utf8"));
    }
    return printed;
  };

  const close = async () => {
    await Promise.all([sandbox.close(), ...doubles.map((it) => it.close())]);
    stage.remove();
  };
  return { sandbox, stage, artifacts, recipient, repository, registered, run, type, close };
}

/** Stores a secret of the environment as a person does, now or at a time (milliseconds since 1970). */
export function set(github: GitHub, name: string, text: string, updatedAt = github.now()): void {
  github.seed(name, text, { environment: ENVIRONMENT, updatedAt });
}

/** @returns what `secrets.NAME` is in a job with the environment */
export const textOf = (github: GitHub, name: string): string => github.text(name, ENVIRONMENT);

/** @returns the secrets with which the examples run */
export const secretsOf = (github: GitHub): string[] =>
  [KEYRING, PASSPHRASE, CLIENT_ID, CLIENT_SECRET].map((name) => textOf(github, name));

/** A secret is deleted, by a person who meant another one. */
export function lose(github: GitHub, name: string): void {
  github.remove(name, ENVIRONMENT);
}

/** Puts an example of the page in the place of a workflow's step, as "How to run a step" says. */
function inPlaceOf(own: Step, { uses = "", with: given }: Step): Step {
  const subject = ["country-code", "city", "organization"];
  const kept = Object.entries(own.with ?? {}).filter(
    ([name]) => taskOf(uses) !== "delete" || !subject.includes(name),
  );
  return { ...own, uses, with: { ...Object.fromEntries(kept), ...given } };
}

/** @returns a step with its placeholders filled in */
export function fillIn(step: Step | undefined, values: Readonly<Record<string, string>>): Step {
  const given = Object.entries(step?.with ?? {}).map(([name, value]): [string, string] => [
    name,
    String(value).replaceAll(/<\w+>/g, (found) => {
      const known = values[found];
      expect(known, found).toBeDefined();
      return known ?? "";
    }),
  ]);
  return { ...step, with: Object.fromEntries(given) };
}

export const REGISTER = "examples/register.yml";
export const ON_OWN_RUNNER = "examples/register-self-hosted.yml";
export const STATUS = "examples/scheduled-status.yml";
