import * as toolkit from "@actions/core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createRunner } from "../../src/action/runner.ts";
import { ActionError } from "../../src/messages/errors.ts";

let printed: string;

beforeEach(() => {
  printed = "";
  vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    printed += String(chunk);
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

test("a secret is masked at once, and no line that follows shows it (guarantee 8)", () => {
  const runner = createRunner(toolkit);
  runner.mask("tellnobody-0815");
  expect(printed).toContain("::add-mask::tellnobody-0815");
  runner.info("the platform echoed tellnobody-0815 to us");
  expect(printed.replaceAll(/^::add-mask::.*$/gm, "")).not.toContain("tellnobody-0815");
});

test("a failure is one annotation with its code, and sets the exit code", () => {
  createRunner(toolkit).fail(new ActionError("CA_NOT_FOUND", "There is none."));
  expect(process.exitCode).toBe(1);
  expect(printed).toContain("::error title=MindConnect CA%3A CA_NOT_FOUND::");
});

test("an output that no step could take as env becomes empty, with a warning", () => {
  const runner = createRunner(toolkit);
  runner.output("certificates", "x".repeat(120_000));
  expect(printed).not.toContain("::warning");
  runner.output("certificates", "ü".repeat(60_001));
  expect(printed).toMatch(/^::warning .*The output certificates is empty\. .*120,000 bytes/m);
  expect(printed).not.toContain("ü");
});
