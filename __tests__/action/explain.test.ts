import { expect, test } from "vitest";
import { explain } from "../../src/action/runner.ts";
import { ActionError } from "../../src/messages/errors.ts";

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
