import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { filesOf, type IssuedAgent, issuedAgent } from "../../src/agents/manifest-lines.ts";
import { isWholeSequence } from "../../src/agents/pkcs12.ts";
import { agentsOutput } from "../../src/agents/summary.ts";

const HOME = { tenant: "acme", region: "eu1", gateway: new URL("https://gateway.eu1.mindsphere.io") };
const facts = { expiration: "2031-05-30T09:22:55.000Z", serialNumber: "0A", fingerprint: "AB:CD" };
const agent = (name: string): IssuedAgent => issuedAgent(name, HOME, "file", facts);

describe("the output agents", () => {
  /** @returns the output for a fleet, and the warnings */
  function outputOf(count: number, directory = "/var/lib/agents"): { text: string; warnings: string[] } {
    const warnings: string[] = [];
    const agents = Array.from({ length: count }, (_, index) =>
      agent(`device-${String(index).padStart(6, "0")}`),
    );
    const runner = { warning: (message: string) => void warnings.push(message) };
    return { text: agentsOutput(runner, agents, directory), warnings };
  }
  const each = outputOf(2).text.length - outputOf(1).text.length;

  test("has at most 120,000 bytes: a longer one starts no step that takes it as env (131,072 with its name)", () => {
    const most = Math.floor(120_000 / each) - 1;
    const { text, warnings } = outputOf(most);
    expect(execFileSync("true", { env: { AGENTS: text } })).toBeDefined();
    expect(JSON.parse(text)).toHaveLength(most);
    expect(warnings).toEqual([]);
  });

  test("is empty beyond, with a warning: fromJSON fails of it, where [] would silently do nothing", () => {
    const { text, warnings } = outputOf(Math.ceil(120_000 / each) + 1);
    expect(text).toBe("");
    expect(warnings).toEqual([expect.stringContaining("manifest-path")]);
  });

  test("is counted in bytes: paths may have other letters than ASCII", () => {
    const directory = "/var/lib/Geräte/产线";
    const characters = outputOf(2, directory).text.length - outputOf(1, directory).text.length;
    const { text, warnings } = outputOf(Math.floor(119_000 / characters), directory);
    expect(text).toHaveLength(0);
    expect(warnings).toHaveLength(1);
  });
});

test.each([
  ["file", ["a.key", "a.pem", "a_chain.pem"]],
  ["archive", ["a.p12", "a.pem", "a_chain.pem"]],
  ["device", ["a.pem", "a_chain.pem"]],
] as const)("the files of an agent whose key is kept in: %s", (keyIn, files) => {
  expect(filesOf(issuedAgent("a", HOME, keyIn, facts))).toEqual(files);
});

test.each([
  ["nothing", [], false],
  ["a short one", [0x30, 2, 1, 2], true],
  ["one cut off", [0x30, 2, 1], false],
  ["one with more behind it", [0x30, 1, 1, 2], false],
  ["a long length", [0x30, 0x82, 0, 1, 7], true],
  ["a length cut off", [0x30, 0x82, 0], false],
  ["an indefinite length", [0x30, 0x80, 0, 0], false],
  ["something else", [0x31, 0], false],
])("a whole DER sequence: %s", (_name, bytes, whole) => {
  expect(isWholeSequence(Buffer.from(bytes))).toBe(whole);
});
