import { expect, test } from "vitest";
import { cutFromExplanation, explain } from "../../src/action/runner.ts";
import { ActionError, ERROR_CODES, inputError } from "../../src/messages/errors.ts";

test("what is too long for an annotation goes from the middle: code, next step and page stay (guarantee 10)", () => {
  const endless = Array.from({ length: 20 }, () => "😀".repeat(1000)).join("\n");
  const text = explain(new ActionError("CA_SLOTS_FULL", `Both slots are taken:\n${endless}`));
  expect(text.length).toBeLessThan(4096);
  expect(text).toMatch(/^CA_SLOTS_FULL: Both slots are taken:\n- /);
  expect(text).toMatch(
    /…\nNext: If a run has written a keyring [^\n]+\nDetails: [^\n]*docs\/errors\.md#ca_slots_full[^\n]*$/,
  );
  expect(text.isWellFormed()).toBe(true);
});

test("of very many bad inputs each keeps its name, and what was cut is there whole for the log (guarantee 9)", () => {
  const problems = Array.from({ length: 40 }, (_, index) => ({
    input: `input-${index}`,
    message: index === 0 ? "is short" : `is wrong. ${"Give another. ".repeat(30)}`,
  }));
  const error = inputError(problems);
  const text = explain(error);
  expect(text.length).toBeLessThan(4096);
  for (const { input } of problems) expect(text).toContain(`\n- ${input}: is`);
  expect(cutFromExplanation(error).filter((line) => line.startsWith("- "))).toEqual(
    problems.slice(1).map(({ input, message }) => `- ${input}: ${message}`.trimEnd()),
  );
  expect(cutFromExplanation(inputError(problems.slice(0, 3)))).toEqual([]);
});

test("several next steps are a numbered list, a line each; warnings take them as one text (guarantee 10)", () => {
  const error = new ActionError("CA_SLOTS_FULL", "Both slots are taken.", {
    next: ["Delete one.", "Then run\nagain."],
  });
  expect(explain(error)).toMatch(
    /^CA_SLOTS_FULL: Both slots are taken\.\nNext:\n1\. Delete one\.\n2\. Then run again\.\nDetails: [^\n]+$/,
  );
  expect(error.next).toBe("Delete one. Then run\nagain.");
});

test("next steps with the longest ids leave room for what happened", () => {
  const next = Array.from({ length: 6 }, (_, step) => `${step} ${"x".repeat(1400)}`);
  const text = explain(new ActionError("CA_SLOTS_FULL", `Both: ${"y".repeat(2000)}`, { next }));
  expect(text.length).toBeLessThan(4096);
  expect(text).toMatch(/^CA_SLOTS_FULL: Both: y{500}[\s\S]*\nNext:\n1\. 0 x[\s\S]*\nDetails: [^\n]+$/);
});

test.each([
  "INPUT_INVALID",
  "PASSPHRASE_WRONG",
  "KEYRING_NOT_PASSED_IN",
  "KEYRING_STALE",
  "KEYRING_SECRET_MISMATCH",
  "SECRET_ACCESS_DENIED",
  "TOKEN_EXPIRING",
  "TOKEN_REFUSED",
  "TOKEN_REQUEST_FAILED",
] as const)("%s: where secrets or inputs must change, a re-run would use the old ones", (code) => {
  expect(ERROR_CODES[code].next).toMatch(/a new run \(Actions → Run workflow, not Re-run jobs\)/);
});

test("a hint that several inputs have in common is a step, once, after the list", () => {
  const missing = { message: "is missing", next: "Look at the secrets." };
  const { steps, message } = inputError([
    { input: "client-id", ...missing },
    { input: "days", message: "is not valid" },
    { input: "client-secret", ...missing },
  ]);
  expect(message).not.toContain("Look at");
  expect(steps).toEqual(["Look at the secrets.", ERROR_CODES.INPUT_INVALID.next]);
});

test("of another code it replaces the usual step, where every input has one", () => {
  const problem = { input: "keyring-passphrase", message: "is missing", code: "PASSPHRASE_WRONG" } as const;
  expect(inputError([{ ...problem, next: "Look." }]).steps).toEqual(["Look."]);
  expect(inputError([problem]).steps).toEqual([ERROR_CODES.PASSPHRASE_WRONG.next]);
});
