import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { filesWithKeys } from "../faults/invariants.ts";
import {
  codesOf,
  environmentOf,
  masked,
  preloadOf,
  type Result,
  ROOT,
  runAction,
} from "../support/action.ts";
import { withoutDescriptors } from "../support/descriptors.ts";
import { AgentScene, Makers } from "./agent-scene.ts";

// The task runs in a thread, because only a thread can be given a limit of its heap. A user must not notice.

let makers: Makers;
let scene: AgentScene;

beforeAll(() => {
  makers = new Makers();
});
afterAll(() => makers.workshop.remove());
beforeEach(async () => {
  scene = await AgentScene.open(makers);
});
afterEach(() => scene.close());

/** A run that ended without the task's own word: one annotation, nothing on stderr. */
function expectToldOnce({ exitCode, signal, stderr, ...result }: Result, code: string): string {
  expect([exitCode, signal, stderr]).toEqual([1, null, ""]);
  expect(codesOf(result)).toEqual([code]);
  const message = result.errors[0]?.message ?? "";
  // Nothing comes after it, in the log either.
  expect(result.log.trimEnd().split("\n").at(-1)).toMatch(/^::error /);
  expect(message).toMatch(
    new RegExp(`^${code}: .* Next: .*\\nDetails: docs/errors\\.md#${code.toLowerCase()} `),
  );
  return message;
}

describe("a run that fills its memory", () => {
  const filled = (file: string) => ({
    preload: [join(ROOT, "__tests__/agents/fill-heap.mjs")],
    env: { FILL_HEAP: file },
  });

  test("says so, and the post step wipes what it worked with (guarantees 8 and 10)", async () => {
    const result = await scene.run("a\nb", scene.quick().input, filled("/b.key"));
    const message = expectToldOnce(result, "RESOURCES_EXHAUSTED");
    expect(message).toMatch(/filled the \d+ MB of memory that it may use.* Next: Split the list/);
    // What it said before it ended is there, and the masks came first.
    expect(result.stdout).toMatch(/^::add-mask::/);
    expect(masked(result.stdout).join("\n")).toContain(makers.ca.pkcs8.split("\n")[1]);
    expect(result.log).toContain("2 of 2 agents need a certificate (2 missing)");
    expect(filesWithKeys(scene.stage.temp)).not.toEqual([]);
    const post = await runAction("agent-certificate", scene.stage, { step: "post", state: result.state });
    expect([post.exitCode, post.stdout]).toEqual([0, ""]);
    expect(readdirSync(scene.stage.temp)).toEqual([]);
  });

  test("goes on in the parts of the list, as the next step says (guarantee 4)", async () => {
    const { input } = scene.quick();
    await scene.issue("a", input);
    expectToldOnce(await scene.run("a\nb", input, filled("/b.key")), "RESOURCES_EXHAUSTED");
    const parts = [await scene.issue("a", input), await scene.issue("b", input)];
    expect(parts.map(({ outputs }) => outputs["issued"])).toEqual(["0", "1"]);
    expect(scene.superseded()).toEqual([]);
    expect(JSON.parse(scene.read("agents.json")).agents).toHaveLength(2);
  });
});

test("an error that no code awaits is the run's own, as in tasks without a thread (guarantees 8 and 10)", async () => {
  const thrown = preloadOf(`
    import { promises } from "node:fs";
    import { syncBuiltinESMExports } from "node:module";
    const { link } = promises;
    promises.link = async (path, final) => {
      if (!String(final).endsWith("/a.key")) return await link(path, final);
      setImmediate(() => { throw Object.assign(new Error("EIO: as the test has it"), { code: "EIO" }); });
      return await new Promise(() => {});
    };
    syncBuiltinESMExports();
  `);
  const result = await scene.run("a", scene.quick().input, { preload: [thrown] });
  expect([result.exitCode, result.stderr, codesOf(result)]).toEqual([1, "", ["FILE_FAILED"]]);
  expect(result.summary).toContain("EIO: as the test has it");
  expect(readdirSync(scene.stage.temp)).toEqual([]);
});

test("NODE_DEBUG is refused before a secret is read, as in tasks without a thread (guarantee 8)", async () => {
  const passphrase = "correct horse battery staple";
  const env = { NODE_DEBUG: "*" };
  const result = await scene.run("a", { "archive-passphrase": passphrase }, { env });
  expect([result.exitCode, codesOf(result)]).toEqual([1, ["INPUT_INVALID"]]);
  for (const secret of [scene.sandbox.token, passphrase, makers.ca.pkcs8.split("\n")[1] ?? ""])
    expect(result.stdout + result.stderr).not.toContain(secret);
});

describe("a runner that starts no thread (guarantee 10)", () => {
  const nothingBegun = () => {
    expect(readdirSync(scene.stage.temp)).toEqual([]);
    expect(scene.sandbox.calls).toEqual([]);
  };

  test("for lack of memory, processes or descriptors: says which limits to raise", async () => {
    const without = preloadOf(`
      import threads from "node:worker_threads";
      import { syncBuiltinESMExports } from "node:module";
      threads.Worker = class {
        constructor() {
          throw Object.assign(new Error("Worker initialization failure: EAGAIN"), { code: "ERR_WORKER_INIT_FAILED" });
        }
      };
      syncBuiltinESMExports();
    `);
    const result = await scene.run("a", {}, { preload: [without] });
    expect(expectToldOnce(result, "RESOURCES_EXHAUSTED")).toMatch(
      /Next: Raise the limits .*ulimit -n and -u/,
    );
    nothingBegun();
  });

  test.each([
    ["the toolkit of the runner", withoutDescriptors("GITHUB_STEP_SUMMARY")],
    [
      "the script itself",
      preloadOf(`
        import { registerHooks } from "node:module";
        import { isMainThread } from "node:worker_threads";
        registerHooks({
          load(url, context, next) {
            if (isMainThread || !url.endsWith("/main.js")) return next(url, context);
            throw Object.assign(new Error("EMFILE: too many open files"), { code: "EMFILE" });
          },
        });
      `),
    ],
  ])("for a file of its own that cannot be loaded, %s: says so", async (_file, unloadable) => {
    const result = await scene.run("a", {}, { preload: [unloadable] });
    expect(expectToldOnce(result, "FILE_FAILED")).toMatch(
      /own files could not be loaded \(EMFILE\).* Next: Raise/,
    );
    nothingBegun();
  });
});

test("a log that nobody reads any more: the run goes on and cleans up (guarantees 8 and 11)", async () => {
  const onStart = (child: ChildProcess) => child.stdout?.once("data", () => child.stdout?.destroy());
  const result = await scene.run("a\nb\nc", scene.quick().input, { onStart });
  expect([result.exitCode, result.stderr]).toEqual([0, ""]);
  expect(result.outputs["issued"]).toBe("3");
  expect(readdirSync(scene.stage.temp)).toEqual([]);
});

test("a long log arrives whole where it is read slowly, and the annotation comes last", async () => {
  const count = 5000;
  const inputs = scene.inputs(join(scene.stage.lasting, "names.txt"), { directory: "" });
  const wrong = Array.from({ length: count }, (_, index) => `device ${index} ${"x".repeat(200)}`);
  writeFileSync(inputs["agents"] ?? "", wrong.join("\n"));
  const script = join(ROOT, "tasks/agent-certificate/main.js");
  const child = spawn(process.execPath, [script], {
    env: environmentOf(scene.stage, { inputs }),
    cwd: scene.stage.root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  let log = "";
  // A pipe holds 64 KiB: the run waits for its reader again and again.
  for await (const chunk of child.stdout.setEncoding("utf8")) {
    log += chunk;
    await setImmediate();
  }
  expect(await ended).toBe(1);
  const lines = log.trimEnd().split("\n");
  const named = lines.filter((line) => /^line \d+: /.test(line));
  expect(named).toHaveLength(count);
  expect(lines.findLastIndex((line) => line.startsWith("::error "))).toBeGreaterThan(
    lines.indexOf(named.at(-1) ?? ""),
  );
});
