import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { OPENSSL, writeOpensslWithKeys } from "./ready-keys.ts";

/** The project's root. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** Where Node.js keeps what it compiled of dist/: thousands of processes compile the same text. */
const COMPILED = join(ROOT, ".scratch", "compiled");

/** A place of its own for one scenario: the runner's files, a folder that lasts and one that does not. */
export interface Stage {
  /** For files that a user would keep: keyrings, certificates. */
  readonly lasting: string;
  /** RUNNER_TEMP. */
  readonly temp: string;
  readonly root: string;
  /** PATH of its processes. */
  readonly path: string;
  /** The OpenSSL that they find there, for programs that stand in for it. */
  readonly openssl: string;
  remove(): void;
}

/**
 * @param options.keys whether OpenSSL has RSA keys at hand, which is the default: making them takes more than all else
 */
export function createStage({ keys = "at hand" }: { keys?: "at hand" | "made" } = {}): Stage {
  const root = mkdtempSync(join(realpathSync(tmpdir()), "ca-action-test-"));
  for (const folder of ["lasting", "temp", "workspace", "programs"]) mkdirSync(join(root, folder));
  const quick = keys === "at hand" && process.platform !== "win32";
  const openssl = quick ? join(root, "programs", "openssl") : OPENSSL;
  if (quick) writeOpensslWithKeys(openssl);
  return {
    root,
    openssl,
    path: [join(root, "programs"), process.env["PATH"] ?? ""].join(delimiter),
    lasting: join(root, "lasting"),
    temp: join(root, "temp"),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

export interface RunOptions {
  readonly inputs?: Readonly<Record<string, string>>;
  /** Added to the environment the runner would give. */
  readonly env?: Readonly<Record<string, string>>;
  /** `main` (default) or `post`; a post step gets the state that main saved. */
  readonly step?: "main" | "post";
  readonly state?: Readonly<Record<string, string>>;
  /** Modules to load before the action: probes that record or kill. */
  readonly preload?: readonly string[];
  /** Gets the process as soon as it runs. */
  readonly onStart?: (child: ChildProcess) => void;
}

/** @returns the URL of a module with this source, to be loaded before the action */
export function preloadOf(source: string): string {
  return `data:text/javascript,${encodeURIComponent(source)}`;
}

/** What one step left behind. */
export interface Result {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** As the runner gets it, workflow commands included. */
  readonly stdout: string;
  readonly stderr: string;
  /** What a user sees: stdout without the lines that tell the runner what to mask. */
  readonly log: string;
  readonly outputs: Record<string, string>;
  readonly state: Record<string, string>;
  readonly summary: string;
  /** The `::error` annotations, unescaped. */
  readonly errors: Annotation[];
  readonly warnings: Annotation[];
  readonly notices: Annotation[];
}

export interface Annotation {
  readonly title: string;
  readonly message: string;
}

/** Runs a task of the built action as the runner would: node 24, INPUT_ variables, files for outputs, state, summary. */
export async function runAction(task: string, stage: Stage, options: RunOptions = {}): Promise<Result> {
  const files = mkdtempSync(join(stage.root, "step-"));
  const paths = Object.fromEntries(
    ["output", "state", "summary"].map((name) => [name, join(files, name)]),
  ) as Record<"output" | "state" | "summary", string>;
  for (const path of Object.values(paths)) writeFileSync(path, "");
  const { step = "main", preload = [] } = options;
  const env = {
    GITHUB_OUTPUT: paths.output,
    GITHUB_STATE: paths.state,
    GITHUB_STEP_SUMMARY: paths.summary,
    NODE_COMPILE_CACHE: COMPILED,
    ...environmentOf(stage, options),
  };
  const script = join(ROOT, "tasks", task, `${step}.js`);
  const argv = [...preload.flatMap((module) => ["--import", module]), script];
  const child = spawn(process.execPath, argv, { env, cwd: stage.root, stdio: ["ignore", "pipe", "pipe"] });
  options.onStart?.(child);
  const collected = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (collected.stdout += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (collected.stderr += chunk));
  const [exitCode, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, name) => resolve([code, name]));
  });
  return {
    exitCode,
    signal,
    ...collected,
    log: withoutMasks(collected.stdout),
    outputs: readPairs(paths.output),
    state: readPairs(paths.state),
    summary: readFileSync(paths.summary, "utf8"),
    errors: annotations(collected.stdout, "error"),
    warnings: annotations(collected.stdout, "warning"),
    notices: annotations(collected.stdout, "notice"),
  };
}

/** @returns what a step finds in its environment, but for the files that it writes to */
export function environmentOf(
  stage: Stage,
  { inputs = {}, state = {}, env }: RunOptions,
): Record<string, string> {
  return {
    PATH: stage.path,
    HOME: process.env["HOME"] ?? "",
    ...(process.platform === "win32" ? { SystemRoot: process.env["SystemRoot"] ?? "" } : {}),
    GITHUB_ACTIONS: "true",
    RUNNER_TEMP: stage.temp,
    GITHUB_WORKSPACE: join(stage.root, "workspace"),
    RUNNER_ENVIRONMENT: "self-hosted",
    ...Object.fromEntries(
      Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
    ),
    ...Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value])),
    ...env,
  };
}

/** @returns the error codes of a step's annotations */
export function codesOf({ errors }: Pick<Result, "errors">): string[] {
  return errors.map(({ title }) => title.replace("MindConnect CA: ", ""));
}

/** @returns the warnings of a step, without the one of each run whose keyring has a plain key and no passphrase */
export function warningsOf({ warnings }: Pick<Result, "warnings">): string[] {
  return warnings.map(({ message }) => message).filter((message) => !message.includes("is stored plain in"));
}

/** @returns the texts that the runner was told to mask, unescaped */
export function masked(stdout: string): string[] {
  return [...stdout.matchAll(/^::add-mask::(.*)$/gm)].map(([, value = ""]) => unescapeData(value));
}

function withoutMasks(stdout: string): string {
  return stdout.replaceAll(/^::add-mask::.*\r?\n?/gm, "");
}

function annotations(stdout: string, kind: string): Annotation[] {
  const line = new RegExp(`^::${kind}(?: title=([^:]*(?::(?!:)[^:]*)*))?::(.*)$`, "gm");
  return [...stdout.matchAll(line)].map(([, title = "", message = ""]) => ({
    title: unescapeProperty(title),
    message: unescapeData(message),
  }));
}

function unescapeData(text: string): string {
  return text.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");
}

function unescapeProperty(text: string): string {
  return unescapeData(text.replaceAll("%3A", ":").replaceAll("%2C", ","));
}

/** Reads the runner's file format: `name=value` lines and `name<<delimiter` blocks. */
function readPairs(path: string): Record<string, string> {
  const pairs: Record<string, string> = {};
  const lines = readFileSync(path, "utf8").split(/\r?\n/);
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? "";
    const block = /^([\w-]+)<<(.+)$/.exec(line);
    if (block?.[1] !== undefined) {
      const end = lines.indexOf(block[2] ?? "", index + 1);
      pairs[block[1]] = lines.slice(index + 1, end).join("\n");
      index = end;
    } else if (line.includes("=")) {
      pairs[line.slice(0, line.indexOf("="))] = line.slice(line.indexOf("=") + 1);
    }
  }
  return pairs;
}
