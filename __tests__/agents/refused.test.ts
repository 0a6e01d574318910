import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createWatched, refused, type Watched } from "../bad-input/refused.ts";
import { AgentScene, fleet, Makers } from "./agent-scene.ts";

let makers: Makers;
let scene: AgentScene;
let watched: Watched;

beforeAll(() => {
  makers = new Makers();
});
afterAll(() => makers.workshop.remove());
beforeEach(async () => {
  scene = await AgentScene.open(makers);
  watched = createWatched();
});
afterEach(async () => {
  watched.stage.remove();
  await scene.close();
});

/** Runs the task with a list that must be refused before anything runs. */
async function refusedList(agents: string, more: Record<string, string> = {}): Promise<string[]> {
  const inputs = scene.inputs(agents, { directory: join(watched.stage.lasting, "agents"), ...more });
  const { code, problems } = await refused("agent-certificate", watched, scene.sandbox, inputs);
  expect(code).toBe("INPUT_INVALID");
  return problems;
}

describe("a bad list is refused before any process or request (guarantee 9)", () => {
  test("all bad names at once, with their lines", async () => {
    const list = [
      "good",
      "",
      "# a comment",
      "two words",
      "pump.1",
      "a".repeat(65),
      "x",
      "x",
      "GOOD",
      "acme",
      "ACME",
      "x_chain",
      "con",
      "y=",
      "z=/nowhere/z.csr",
      "ü",
    ];
    expect(await refusedList(list.join("\r\n"))).toEqual(
      [
        /line 4: "two words" has words after the name\. .* for example "two-words"/,
        /line 5: "pump.1" is not a name because of "\."/,
        /line 6: a text of 65 characters is not a name/,
        /line 8: "x" is in the list twice \(also in line 7\)/,
        /line 9: "GOOD" and "good" \(line 1\) would share a file name/,
        /line 10: "acme" would get a file name of the CA/,
        /line 11: "ACME" would get a file name of the CA/,
        /line 12: "x_chain" and "x" \(line 7\) would share a file name/,
        /line 13: "con" cannot name a file on Windows/,
        /line 14: "y" has no path after the =/,
        /line 15: the CSR of "z" cannot be read \(ENOENT\)/,
        /line 16: "ü" is not a name because of "ü"/,
      ].map((problem) => expect.stringMatching(problem)),
    );
  });

  test("of very many, the first and a count", async () => {
    const problems = await refusedList(Array.from({ length: 400 }, (_, index) => `bad ${index}`).join("\n"));
    const named = problems.slice(0, -1);
    expect(named.length).toBeGreaterThanOrEqual(20);
    expect(named.length).toBeLessThanOrEqual(50);
    expect(problems.at(-1)).toBe(`agents: ${400 - named.length} more lines are wrong. The log names them`);
  });

  test.each([
    ["no agent at all", "# nobody\n\n", {}, [/^agents: names no agent/]],
    [
      "a file that is not there",
      "fleet/names.txt",
      {},
      [/^agents: "fleet\/names.txt" is neither .*\(ENOENT\)/],
    ],
    [
      "a CSR that is a key",
      () => `a=${key()}`,
      {},
      [/^agents: line 1: the CSR of "a" cannot be used: ".*" is a PRIVATE KEY/],
    ],
    ["no subject", "a", { city: "", "country-code": "" }, [/^country-code: is missing/, /^city: is missing/]],
    ["no CA", "a", { keyring: "" }, [/^keyring: is missing or empty\. Run register first/]],
    [
      "renew-before as long as days",
      "a",
      { days: "30", "renew-before": "30" },
      [/^renew-before: must be less than days/],
    ],
    ["two ways of authentication", "a", { "client-id": "x" }, [/exactly one way/]],
  ])("%s", async (_name, list, more, expected) => {
    const problems = await refusedList(typeof list === "string" ? list : list(), more);
    expect(problems).toEqual(
      expected.map((one) => (typeof one === "string" ? one : expect.stringMatching(one))),
    );
  });
});

function key(): string {
  const path = join(makers.workshop.directory, "not-a.csr");
  writeFileSync(path, makers.ca.pkcs8);
  return path;
}

describe("a CA that is not usable on the platform issues nothing (CA_NOT_USABLE)", () => {
  test.each(["absent", "unverified"] as const)("%s", async (ca) => {
    await scene.close();
    scene = await AgentScene.open(makers, ca);
    const { code, message } = await scene.fail("a");
    expect(code).toBe("CA_NOT_USABLE");
    expect(message).toContain("No CA of the keyring is usable on the platform");
    expect(readdirSync(scene.stage.lasting)).toEqual([]);
  });
});

describe("what this action did not write is in the way (FILE_EXISTS), and stays as it is", () => {
  test.each([
    ["a text", "a.pem", (path: string) => writeFileSync(path, "my notes")],
    ["a directory", "a.key", (path: string) => mkdirSync(path)],
    ["a link", "a_chain.pem", (path: string) => symlinkSync(makers.workshop.directory, path)],
    ["a manifest of somebody else", "agents.json", (path: string) => writeFileSync(path, "[1]")],
  ])("%s", async (_name, file, put) => {
    mkdirSync(scene.directory);
    put(join(scene.directory, file));
    const { code, message } = await scene.fail("a\nb");
    expect(code).toBe("FILE_EXISTS");
    expect(message).toContain(file);
    expect(readdirSync(scene.directory)).toEqual([file]);
  });
});

test("a directory that cannot be one is refused before anything runs", async () => {
  const file = join(watched.stage.lasting, "file");
  writeFileSync(file, "");
  const inputs = scene.inputs("a", { directory: join(file, "agents") });
  const { code, problems } = await refused("agent-certificate", watched, scene.sandbox, inputs);
  expect(code).toBe("FILE_FAILED");
  expect(problems).toEqual([expect.stringMatching(/^directory: .*(?:ENOTDIR|under a file)/)]);
});

test("an OpenSSL that fails midway is told with how many were issued by then", async () => {
  const { input } = scene.quick(
    'case "$*" in *device-7.key*) echo "No space left on device" >&2; exit 1;; esac',
  );
  const result = await scene.run(fleet(20), input);
  expect(result.errors.map(({ title }) => title)).toEqual(["MindConnect CA: FILE_FAILED"]);
  // How many that are hangs on the cores, and on which process is quick.
  const issued = scene.files().filter((file) => file.endsWith("_chain.pem")).length;
  expect(issued).toBeGreaterThan(0);
  expect(issued).toBeLessThan(20);
  expect(result.errors[0]?.message).toMatch(
    new RegExp(`the disk is full.*\\b${issued} of 20 agents were issued by then`),
  );
});
