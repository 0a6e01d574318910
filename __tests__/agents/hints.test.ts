import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createWatched, refused, type Watched } from "../bad-input/refused.ts";
import { AgentScene, Makers } from "./agent-scene.ts";

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

/** @returns the problems of a list that is refused before any process or request */
async function refusedList(agents: string, more: Record<string, string> = {}): Promise<string[]> {
  const inputs = scene.inputs(agents, { directory: join(watched.stage.lasting, "agents"), ...more });
  return (await refused("agent-certificate", watched, scene.sandbox, inputs)).problems;
}

/** What is valid, wherever a name is not. */
const RULE = "A name has 1 to 64 characters from A-Z a-z 0-9 : _ -.";

describe("several names in one line are told how they are written", () => {
  test.each([
    ["a, b, c", "a", "b", "c"],
    ["press-01,00:1B:44,x_y", "press-01", "00:1B:44", "x_y"],
    ["a; b", "a", "b"],
    ['["a", "b"]', "a", "b"],
    ["'a','b',", "a", "b"],
  ])("%s", async (line, ...names) => {
    for (const list of [line, `good\n${line}`]) {
      const [problem = "", ...others] = await refusedList(list);
      expect(others).toEqual([]);
      expect(problem).toContain("agents: |");
      expect(problem).toContain("one name on each line");
      for (const name of names) expect(problem).toContain(`"${name}"`);
    }
  });

  test("with CSRs", async () => {
    const [problem = ""] = await refusedList("a=one.csr, b=two.csr");
    expect(problem).toContain("agents: |");
    expect(problem).toContain("one name=path/to.csr on each line");
    expect(problem).toContain('"b"');
  });

  test("of many, the first ones", async () => {
    const [problem = ""] = await refusedList(Array.from({ length: 90 }, (_, index) => `n${index}`).join(","));
    expect(problem).toContain("agents: |");
    expect(problem).toContain('"n0"');
    expect(problem.length).toBeLessThan(500);
  });

  test("a file whose path has a comma is read", async () => {
    mkdirSync(join(scene.stage.root, "a, b"));
    writeFileSync(join(scene.stage.root, "a, b", "names"), "x\n");
    expect((await scene.issue("./a, b/names", scene.quick().input)).agents.map(({ name }) => name)).toEqual([
      "x",
    ]);
  });
});

describe("words after a name are told where they go", () => {
  test.each(["pump-7  north hall", "pump-7\tnorth hall", "pump-7 # north hall", "pump-7 (north hall)"])(
    "%j",
    async (line) => {
      for (const list of [line, `good\n${line}`]) {
        const [problem = "", ...others] = await refusedList(list);
        expect(others).toEqual([]);
        expect(problem).toMatch(/A name has no blanks, for example "pump-7(?:-north-hall)?"/);
        expect(problem).toMatch(/own line, which begins with #/);
      }
    },
  );

  test("an item of a YAML list is a name after a hyphen", async () => {
    expect(await refusedList("- pump-7\n- pump-8")).toEqual([
      expect.stringMatching(/^agents: line 1: .*YAML list.*"pump-7"/),
      expect.stringMatching(/^agents: line 2: .*YAML list.*"pump-8"/),
    ]);
  });
});

describe("what a list given by mistake may hold is not shown (guarantee 8)", () => {
  test.each([
    ["a file with passwords", "PASSWORD=hunter2-hunter2\nOTHER=s3cret-s3cret", /relative to "/],
    ["passwords in one line", "PASSWORD=hunter2-hunter2,OTHER=s3cret-s3cret", /agents: \|/],
    ["values with commas", "PASSWORD=hunter2-hunter2,s3cret-s3cret", /relative to "/],
    ["a token", `${"hunter2-hunter2".repeat(5)}.s3cret-s3cret`, /a text of 89 characters/],
  ])("%s", async (_name, list, said) => {
    const problems = await refusedList(list);
    for (const problem of problems) {
      expect(problem).toMatch(said);
      expect(problem).not.toMatch(/hunter2|s3cret/);
    }
  });
});

test.each([
  ["pump.1\ngood", '"."'],
  ["pump/1\ngood", '"/"'],
  ["halle-süd\ngood", '"ü"'],
])("%s: the characters that are not valid are named, and what is valid", async (list, character) => {
  const [problem = ""] = await refusedList(list);
  expect(problem).toContain(character);
  expect(problem).toContain(RULE);
});

describe("what must be copied is shown in full", () => {
  const long = `${"north-hall-line-4_".repeat(3)}press-0009`;

  test("a name of 64 characters", async () => {
    expect(await refusedList(`${long}\n${long}`)).toEqual([expect.stringContaining(`"${long}"`)]);
  });

  test("the path of a list, of a CSR, and of one that lies in a file's place", async () => {
    const folder = "deep/".repeat(30);
    expect(await refusedList(`./${folder}names.txt`)).toEqual([
      expect.stringContaining(`"./${folder}names.txt"`),
    ]);
    const directory = join(watched.stage.lasting, folder);
    mkdirSync(directory, { recursive: true });
    const csr = join(directory, "a.pem");
    writeFileSync(csr, "-----BEGIN CERTIFICATE REQUEST-----\n-----END CERTIFICATE REQUEST-----\n");
    expect(await refusedList(`a=${csr}`, { directory })).toEqual([expect.stringContaining(`"${csr}"`)]);
  });

  test("the directory in the summary", async () => {
    const directory = join(scene.stage.lasting, "deep/".repeat(60), "agents");
    const { summary } = await scene.issue("a", { ...scene.quick().input, directory });
    expect(summary).toContain(`\`${directory}\``);
  });

  test("a file in the way, and its owner", async () => {
    await scene.issue(long, scene.quick().input);
    const { code, message } = await scene.fail(long.toUpperCase());
    expect(code).toBe("FILE_EXISTS");
    expect(message).toContain(`"${long}.key"`);
    expect(message).toContain(`"${long.toUpperCase()}"`);
  });

  test("what a run that failed midway left, on the job's page", async () => {
    const directory = join(scene.stage.lasting, "deep/".repeat(60), "agents");
    const failing = scene.quick('case "$*" in *b.key*) sleep 0.3; echo broken >&2; exit 1;; esac').input;
    const { result } = await scene.fail("a\nb", { ...failing, directory });
    expect(result.summary).toContain(directory);
    expect(result.summary).toContain("Running again issues the others.");
    expect(result.summary).not.toContain("…");
  });
});

describe("the next step works in the very situation", () => {
  test("strict-lifetime: the days that are left", async () => {
    const { pem, pkcs8 } = makers.ending(100);
    const ca = { "ca-certificate": pem, "ca-private-key": pkcs8, offline: "true" };
    const { message } = await scene.fail("a", { ...ca, "strict-lifetime": "true" });
    const days = /only (\d+) days/.exec(message)?.[1];
    expect(message).toMatch(new RegExp(`Next: .*apply: true.*days: ${days}\\b`, "s"));
    await scene.issue("a", {
      ...scene.quick().input,
      ...ca,
      "strict-lifetime": "true",
      days: String(Number(days) - 1),
    });
  });

  test("the directory of another tenant: a directory of its own", async () => {
    await scene.issue("a", scene.quick().input);
    const { message } = await scene.fail("b", { tenant: "globex" });
    expect(message).toMatch(/Next: .*directory.*"globex"/);
  });

  test("CSRs that are not valid: nothing was issued, though OpenSSL ran", async () => {
    const { message } = await scene.fail(`a=${makers.csr("other")}`);
    expect(message).toContain('"other"');
    expect(message).toMatch(/\/CN=a\b/);
    expect(message).toMatch(/Next: .*Nothing was issued or sent\.$/m);
  });
});
