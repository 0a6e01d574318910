import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ROOT } from "../support/action.ts";
import { MEMORY_DISK } from "../support/memory-disk.ts";
import { AgentScene, Makers } from "./agent-scene.ts";

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

const FAULTS = join(ROOT, "__tests__/agents/faults.mjs");
const faulty = (fault: string) => ({ preload: [FAULTS], env: { AGENT_FAULT: fault } });
const listed = (): string[] =>
  JSON.parse(scene.read("agents.json")).agents.map(({ name }: { name: string }) => name);
const names = (count: number) => Array.from({ length: count }, (_, index) => `device-${index}`).join("\n");

describe("a disk that fills up", () => {
  test("while certificates are renewed across disks: the old ones are in their place", async () => {
    const { input } = scene.quick();
    await scene.issue("a\nb", { ...input, days: "20", "renew-before": "5" });
    const before = ["a.key", "a.pem", "a_chain.pem", "b.key"].map((file) => scene.read(file));
    const renewing = { ...input, "renew-before": "25" };
    const { code, message } = await scene.fail("a\nb", renewing, faulty("link EXDEV:1, copyFile ENOSPC:2"));
    expect(code).toBe("FILE_FAILED");
    expect(message).toMatch(/ENOSPC.*0 of 2 agents were issued by then/);
    expect(["a.key", "a.pem", "a_chain.pem", "b.key"].map((file) => scene.read(file))).toEqual(before);
    expect(scene.superseded()).toEqual([]);
    expect(readdirSync(scene.directory).filter((file) => file.endsWith(".part"))).toEqual([]);
    expect((await scene.issue("a\nb", renewing)).outputs["issued"]).toBe("2");
  });

  test("while the first is issued: nothing of it is there", async () => {
    await scene.fail("a", {}, faulty("link EXDEV:1, copyFile ENOSPC:3"));
    expect(scene.files()).toEqual(["agents.unfinished"]);
  });

  test("before anything is issued: told by the path of what could not be written", async () => {
    const { message, result } = await scene.fail("a", {}, faulty("writeFile ENOSPC:1"));
    expect(message).toContain(`${join(scene.directory, "agents.unfinished")} could not be written (ENOSPC`);
    expect(message).toContain("0 of 1 agents were issued by then");
    expect(result.outputs).toEqual({ directory: scene.directory, issued: "0" });
  });

  test("while the manifest is written: told with its path and what is there", async () => {
    const { code, message, result } = await scene.fail("a\nb", {}, faulty("rename ENOSPC:2"));
    expect(code).toBe("FILE_FAILED");
    expect(message).toContain(`2 of 2 agents were issued by then and are complete in ${scene.directory} (`);
    expect(message).toContain(`The manifest ${join(scene.directory, "agents.json")} does not list them: `);
    expect(message).toContain(`${join(scene.directory, "agents.csv")} could not be written (ENOSPC`);
    expect(message).toContain("ENOSPC");
    expect(result.outputs).toMatchObject({ directory: scene.directory, issued: "2" });
    const again = await scene.issue("a\nb", scene.quick().input);
    expect(again.outputs["issued"]).toBe("0");
    expect(listed()).toEqual(["a", "b"]);
  });
});

describe("a run that fails midway", () => {
  const failing = () => scene.quick('case "$*" in *device-7.key*) echo broken >&2; exit 1;; esac').input;

  test("writes the manifest and the outputs, names some, and the next run goes on", async () => {
    await scene.issue("earlier", scene.quick().input);
    const { message, result } = await scene.fail(names(20), failing());
    const told = Number(/(\d+) of 20 agents were issued by then/.exec(message)?.[1]);
    expect(message).toMatch(/\(device-\d+, device-\d+, .*\)\. Running again issues the others\./);
    expect(result.outputs).toEqual({
      directory: scene.directory,
      "manifest-path": join(scene.directory, "agents.json"),
      issued: String(told),
    });
    expect(listed()).toHaveLength(told + 1);
    expect(listed()).toContain("earlier");
    const again = await scene.issue(names(20), scene.quick().input);
    expect(again.outputs["issued"]).toBe(String(20 - told));
  });

  test("promises nothing where no directory is given", async () => {
    const result = await scene.run(names(20), { ...failing(), directory: "" });
    const [{ message } = { message: "" }] = result.errors;
    expect(message).toContain("A later run does not find these files");
    expect(message).not.toContain("Running again");
    expect(existsSync(join(result.outputs["directory"] ?? "", "agents.json"))).toBe(true);
  });

  test("shows the command that failed, also the first agent's", async () => {
    const { input } = scene.quick('case "$*" in *x509*) echo "it is broken" >&2; exit 1;; esac');
    const { message, result } = await scene.fail("a", input);
    expect(message).toContain("OpenSSL said: it is broken. 0 of 1 agents");
    expect(result.log).toMatch(/::group::OpenSSL commands that failed\n.*openssl x509 -req -in a\.csr/);
  });
});

test("a directory that may not be written is told by name (EACCES)", async () => {
  const { code, message } = await scene.fail("a", {}, faulty("mkdir EACCES:1"));
  expect(code).toBe("FILE_FAILED");
  expect(message).toContain("EACCES");
});

test("a real other disk, where there is one", async () => {
  const disk = MEMORY_DISK ?? scene.stage.root;
  const other = statSync(disk).dev !== statSync(scene.stage.root).dev;
  const directory = other ? mkdtempSync(join(disk, "agents-test-")) : scene.directory;
  try {
    const first = await scene.issue("a\nb", { ...scene.quick().input, directory });
    expect(first.outputs["issued"]).toBe("2");
    const again = await scene.issue("a\nb", { ...scene.quick().input, directory });
    expect(again.outputs["issued"]).toBe("0");
    expect(readdirSync(directory).filter((file) => file.startsWith("."))).toEqual([]);
  } finally {
    if (other) rmSync(directory, { recursive: true });
  }
});

describe("one run at a time works in a directory", () => {
  test("the second waits, and is refused where that takes too long (DIRECTORY_LOCKED)", async () => {
    const go = join(scene.stage.root, "go");
    const slow = scene.quick(`if [ "$1" = x509 ]; then while [ ! -e '${go}' ]; do sleep 0.1; done; fi`);
    let pid: number | undefined;
    // Their time goes faster: the second one waits for 45 s.
    const preload = [join(ROOT, "__tests__/keyring/quick-time.mjs")];
    const first = scene.issue("a", slow.input, {
      preload,
      onStart: (child) => {
        pid = child.pid;
      },
    });
    const lock = join(scene.directory, ".lock");
    while (!existsSync(lock)) await new Promise((resolve) => setTimeout(resolve, 20));
    const second = await scene.run("b", slow.input, { preload });
    expect(second.errors.map(({ title }) => title)).toEqual(["MindConnect CA: DIRECTORY_LOCKED"]);
    const holder = `held by process ${pid} on ${hostname()}.`;
    expect(second.errors[0]?.message).toContain(`The lock ${lock} is ${holder}`);
    expect(second.log).toContain(`Waiting for the lock ${lock}, ${holder}`);
    writeFileSync(go, "");
    await first;
    expect(scene.files()).toEqual(["a.key", "a.pem", "a_chain.pem"]);
  });

  test("one that lost its lock, as after a sleep of the machine, moves no more files (DIRECTORY_LOCKED)", async () => {
    const go = join(scene.stage.root, "go");
    const { input } = scene.quick(`if [ "$1" = x509 ]; then while [ ! -e '${go}' ]; do sleep 0.1; done; fi`);
    const run = scene.fail("a", input);
    const lock = join(scene.directory, ".lock");
    while (!existsSync(join(scene.directory, "agents.unfinished")))
      await new Promise((resolve) => setTimeout(resolve, 20));
    rmSync(lock, { recursive: true });
    writeFileSync(go, "");
    const { code, message } = await run;
    expect(code).toBe("DIRECTORY_LOCKED");
    expect(message).toContain(`lost the lock ${lock}`);
    expect(scene.files()).toEqual(["agents.unfinished"]);
  });
});
