import { describe, expect, test } from "vitest";
import { isWholeSequence } from "../../src/openssl/archive.ts";
import { type AgentRecord, filesOf, recordOf } from "../../src/tasks/agents/record.ts";
import { agentsOutput } from "../../src/tasks/agents/summary.ts";

const facts = { expiration: "2031-05-30T09:22:55.000Z", serialNumber: "0A", fingerprint: "AB:CD" };
const record = (name: string): AgentRecord => recordOf(name, `acme_${name}`, facts, "file");

describe("the output agents", () => {
  /** @returns the output for a fleet, and the warnings */
  function outputOf(count: number): { text: string; warnings: string[] } {
    const warnings: string[] = [];
    const records = Array.from({ length: count }, (_, index) =>
      record(`device-${String(index).padStart(6, "0")}`),
    );
    const runner = { warning: (message: string) => void warnings.push(message) };
    return { text: agentsOutput(runner, records, "/var/lib/agents"), warnings };
  }
  const each = outputOf(2).text.length - outputOf(1).text.length;

  test("has at most 450,000 characters: a job's outputs have 1 MB, and GitHub counts two bytes a character", () => {
    const most = Math.floor(450_000 / each) - 1;
    const { text, warnings } = outputOf(most);
    expect(text.length).toBeLessThanOrEqual(450_001);
    expect(JSON.parse(text)).toHaveLength(most);
    expect(warnings).toEqual([]);
  });

  test("is empty beyond, with a warning: fromJSON fails of it, where [] would silently do nothing", () => {
    const { text, warnings } = outputOf(Math.ceil(450_000 / each) + 1);
    expect(text).toBe("");
    expect(warnings).toEqual([expect.stringContaining("manifest-path")]);
  });
});

test.each([
  ["file", ["a.key", "a.pem", "a_chain.pem"]],
  ["archive", ["a.p12", "a.pem", "a_chain.pem"]],
  ["device", ["a.pem", "a_chain.pem"]],
] as const)("the files of a record whose key is kept in: %s", (keyIn, files) => {
  expect(filesOf(recordOf("a", "acme_a", facts, keyIn))).toEqual(files);
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
