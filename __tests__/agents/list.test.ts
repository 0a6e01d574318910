import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createWatched, expectNoTrace, refused, type Watched } from "../bad-input/refused.ts";
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

let watched: Watched;
beforeEach(() => {
  watched = createWatched();
});
afterEach(() => watched.stage.remove());

const refuse = (agents: string, more: Record<string, string> = {}) => {
  const inputs = scene.inputs(agents, { directory: join(watched.stage.lasting, "agents"), ...more });
  return refused("agent-certificate", watched, scene.sandbox, inputs);
};

describe("a key given as a list is not shown (guarantee 8)", () => {
  test.each([
    ["in a file", () => makers.file("not-a-list.key", makers.next.pkcs8)],
    ["as text", () => makers.next.pkcs8],
    ["as one line", () => makers.next.pkcs8.replaceAll("\n", " ").replaceAll("=", "")],
    ["after names", () => `a\nb\n${makers.next.pkcs1}`],
  ])("%s", async (_name, agents) => {
    const { problems, result } = await refuse(agents());
    expect(problems).toEqual([expect.stringMatching(/^agents: is a PEM text, not a list of names/)]);
    expectNoTrace(result, [makers.next.pkcs8, makers.next.pkcs1]);
  });

  test("a line of base64, or a long one, is told by its length", async () => {
    const body = makers.next.pkcs8.split("\n").slice(1, 4);
    const list = makers.file(
      "body.txt",
      [...body, "two words ".repeat(10), `${"k".repeat(40)}==`, "a b"].join("\n"),
    );
    const { problems, result } = await refuse(list);
    const rule = "A name has 1 to 64 characters from A-Z a-z 0-9 : _ -.";
    // One of the key's lines may happen to be a name.
    for (const problem of problems.filter((text) => /line [1-3]:/.test(text)))
      expect(problem).toContain("a text of 64 characters");
    expect(problems).toContain(`agents: line 4: a text of 99 characters is not a name. ${rule}`);
    expect(problems).toContainEqual(
      expect.stringMatching(/^agents: line 5: the CSR of a text of 40 characters cannot be read \(ENOENT\)/),
    );
    expect(problems).toContainEqual(
      expect.stringMatching(
        /^agents: line 6: "a b" has words after the name\. .*no blanks, for example "a-b"/,
      ),
    );
    expectNoTrace(result, body);
  });
});

test("all wrong lines are in the log, as many as there are; the annotation has the first ones", async () => {
  const { problems, result } = await refuse(
    Array.from({ length: 400 }, (_, index) => `bad ${index}`).join("\n"),
  );
  expect(problems.length).toBeLessThanOrEqual(51);
  const logged = result.log.match(/^line \d+: "bad \d+" has words after the name/gm) ?? [];
  expect(logged).toHaveLength(400);
  expect(result.log).toContain("::group::In full");
});

test.each([
  ["UTF-16, as PowerShell writes it", "utf16le", /is text in UTF-16.*iconv/],
  ["Latin-1", "latin1", /is not text in UTF-8/],
] as const)("a list in %s is named for what it is, in one line", async (_name, encoding, said) => {
  const list = makers.file("list.txt", "");
  writeFileSync(
    list,
    Buffer.from("\ufeffpump\r\nw\u00e4rme\r\n".replace(encoding === "latin1" ? "\ufeff" : "", ""), encoding),
  );
  const { problems } = await refuse(list);
  expect(problems).toEqual([expect.stringMatching(said)]);
});

test("lines are counted as they were written, blank ones before the first included", async () => {
  const { problems } = await refuse("\n\n  # a comment\n  good\n two words \n");
  expect(problems).toEqual([expect.stringMatching(/^agents: line 5: "two words" has words/)]);
});

describe("days and renew-before", () => {
  test.each([["7"], ["1"]])("a life of %s days needs no renew-before", async (days) => {
    const { input } = scene.quick();
    await scene.issue("a", { ...input, days });
    expect((await scene.issue("a", { ...input, days })).outputs["issued"]).toBe("0");
  });

  test("it is a third of a short life", async () => {
    const { input } = scene.quick();
    await scene.issue("a", { ...input, days: "3" });
    expect((await scene.issue("a", { ...input, days: "30" })).log).toContain("(1 expiring soon)");
    expect((await scene.issue("a", { ...input, days: "30" })).outputs["issued"]).toBe("0");
  });
});

describe("a name that is a path, too", () => {
  const inRoot = (name: string) => join(scene.stage.root, name);

  test("is the name, with a notice; ./ makes it the path", async () => {
    writeFileSync(inRoot("fleet"), "a\nb\n");
    const { input } = scene.quick();
    const named = await scene.issue("fleet", input);
    expect(named.agents.map(({ name }) => name)).toEqual(["fleet"]);
    expect(named.notices.map(({ message }) => message).join()).toContain("agents: ./fleet");
    const listed = await scene.issue(" ./fleet ", input);
    expect(listed.agents.map(({ name }) => name)).toEqual(["a", "b"]);
  });

  test("with a = in it is told so", async () => {
    mkdirSync(inRoot("site=1"));
    writeFileSync(inRoot("site=1/names.txt"), "a\n");
    const { message } = await scene.fail("./site=1/names.txt");
    expect(message).toContain('"./site=1/names.txt" is a file, but a text with = means name=path/to.csr');
  });
});

test("names of colons are shown as they are, and GitHub makes nothing of them", async () => {
  const { input } = scene.quick();
  // Alone: of several, the commands of the one that is done first are shown.
  expect((await scene.issue("fe80::1", input)).log).toContain("CN=fe80::1");
  const result = await scene.issue("fe80::1\n_a_", input);
  expect(result.summary).toContain("| `fe80::1` | `acme_fe80::1` |");
  expect(result.summary).toContain("| `_a_` | `acme__a_` |");
});
