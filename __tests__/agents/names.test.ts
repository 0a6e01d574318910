import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readList } from "../../src/agents/agent-list.ts";
import { forEachConcurrently, progressOf } from "../../src/agents/concurrency.ts";
import { agentFiles, clientId, isAgentName } from "../../src/agents/names.ts";

const CHARACTERS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:_-"];
const name = fc.string({ unit: fc.constantFrom(...CHARACTERS), minLength: 1, maxLength: 64 });
/** Few letters, so that names collide. */
const close = fc.string({ unit: fc.constantFrom("a", "A", ":", "_chain"), minLength: 1, maxLength: 3 });
const tenant = fc.constantFrom("acme", "a", "aa", undefined);

describe("a list of agents", () => {
  test("gives each name its line, or says what is wrong with it", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(close, name, fc.string())), tenant, (lines, environment) => {
        const text = lines.join("\n");
        const { agents, problems } = readList(text, environment);
        const meant = text.split(/\r?\n/).filter(
          (line) =>
            line.replace(/^\ufeff/, "").trim() !== "" &&
            !line
              .replace(/^\ufeff/, "")
              .trim()
              .startsWith("#"),
        );
        expect(agents.length + problems.length).toBe(meant.length);
        for (const agent of agents) expect(isAgentName(agent.name)).toBe(true);
      }),
    );
  });

  test("never gives two agents, or an agent and the CA, a file of the same name, whatever the case", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(close, name)), tenant, (lines, environment) => {
        const { agents } = readList(lines.join("\n"), environment);
        const own = ["key", "pem", "srl"].map((ending) => `${environment}.${ending}`);
        const files = agents.flatMap((agent) => Object.values(agentFiles(agent.name)));
        const all = [...files, ...(environment === undefined ? [] : own)].map((file) => file.toLowerCase());
        expect(new Set(all).size).toBe(all.length);
        // Windows and artifact uploads take them.
        for (const file of all) expect(file).toMatch(/^[^"*:<>?|\\/\r\n]+$/);
      }),
    );
  });

  test("the file names tell the name", () => {
    fc.assert(
      fc.property(name, (text) => {
        expect(agentFiles(text).key.replaceAll("%3A", ":")).toBe(`${text}.key`);
      }),
    );
  });
});

test.each([
  ["eu1", "https://gateway.eu1.mindsphere.io", "acme_a"],
  ["eu2", "https://gateway.eu2.mindsphere.io", "a"],
  ["eu1", "https://gateway.eu2.mindsphere.io", "a"],
  ["EU2", "https://proxy.acme.example.com", "a"],
  ["eu1", "https://gateway.acme.example.com", "acme_a"],
])("the client id in %s on %s", (region, gateway, expected) => {
  expect(clientId("a", { tenant: "acme", region, gateway: new URL(gateway) })).toBe(expected);
});

describe("progress", () => {
  /** Lines of a fleet that takes so many milliseconds an agent. */
  function shown(total: number, each: number): string[] {
    const lines: string[] = [];
    let now = 0;
    const count = progressOf(
      "Issued",
      total,
      (line) => lines.push(line),
      () => now,
    );
    for (let index = 0; index < total; index += 1) {
      now += each;
      count();
    }
    return lines;
  }

  test("is a line a percent for a large fleet", () => {
    expect(shown(10_000, 60)).toHaveLength(100);
  });

  test("is a line every 10 s where a percent takes longer", () => {
    expect(shown(10_000, 1000).length).toBeGreaterThanOrEqual(900);
    expect(shown(10_000, 1000).length).toBeLessThanOrEqual(1100);
  });

  test("is never a line an agent", () => {
    expect(shown(200, 130).length).toBeLessThanOrEqual(27);
    expect(shown(3, 250)).toEqual([expect.stringContaining("3 of 3 (100 %)")]);
  });
});

describe("work on several at a time", () => {
  test("has no more at work than the limit, and leaves out nothing", async () => {
    let [running, most] = [0, 0];
    const done: number[] = [];
    await forEachConcurrently(3, [...Array(20).keys()], async (item, worker) => {
      expect(worker).toBeLessThan(3);
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      done.push(item);
    });
    expect(most).toBe(3);
    expect(done.toSorted((a, b) => a - b)).toEqual([...Array(20).keys()]);
  });

  test("begins nothing after a failure, waits for what runs, and throws the first error", async () => {
    const ended: number[] = [];
    const work = forEachConcurrently(2, [...Array(20).keys()], async (item) => {
      await new Promise((resolve) => setTimeout(resolve, item === 0 ? 20 : 5));
      ended.push(item);
      if (item === 1) throw new Error("one");
    });
    await expect(work).rejects.toThrow("one");
    expect(ended.toSorted()).toEqual([0, 1]);
  });
});
