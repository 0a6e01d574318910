import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LateRunner } from "../../src/action/runner.ts";
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

test("nothing prints before the toolkit is there, and then all of it in the order in which it was told", async () => {
  const runner = new LateRunner();
  runner.info("first");
  runner.mask("a secret that was fetched");
  runner.warning("second");
  runner.group("third", ["fourth"]);
  expect(printed).toBe("");
  await runner.load();
  runner.info("fifth");
  const order = ["first", "::add-mask::a secret that was fetched", "second", "third", "fourth", "fifth"];
  const found = order.map((text) => printed.indexOf(text));
  expect(found).not.toContain(-1);
  expect(found).toEqual(found.toSorted((a, b) => a - b));
});

test("a secret that is heard of later hides in the lines that were kept, too (guarantee 8)", async () => {
  const runner = new LateRunner();
  runner.info("the platform echoed tellnobody-0815 to us");
  runner.mask("tellnobody-0815");
  await runner.load();
  expect(printed.replaceAll(/^::add-mask::.*$/gm, "")).not.toContain("tellnobody-0815");
});

test("a failure sets the exit code at once, printed or not", async () => {
  const runner = new LateRunner();
  runner.fail(new ActionError("CA_NOT_FOUND", "There is none."));
  expect(process.exitCode).toBe(1);
  expect(printed).toBe("");
  await runner.load();
  expect(printed).toContain("::error title=MindConnect CA%3A CA_NOT_FOUND::");
});

test("an output that no step could take as env becomes empty, with a warning", async () => {
  const runner = new LateRunner();
  await runner.load();
  runner.output("certificates", "x".repeat(120_000));
  expect(printed).not.toContain("::warning");
  runner.output("certificates", "ü".repeat(60_001));
  expect(printed).toMatch(/^::warning .*The output certificates is empty\. .*120,000 bytes/m);
  expect(printed).not.toContain("ü");
});
