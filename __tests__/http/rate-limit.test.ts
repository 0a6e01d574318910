import { afterEach, beforeEach, expect, test } from "vitest";
import { type CallName, type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { codesOf, createStage, runAction, type Stage } from "../support/action.ts";
import { registerInputs } from "../support/inputs.ts";
import { pausesOf, WITHOUT_PAUSES } from "../support/without-pauses.ts";

let sandbox: Sandbox;
let stage: Stage;

beforeEach(async () => {
  stage = createStage();
  sandbox = await startSandbox({ limits: "off" });
});
afterEach(async () => {
  await sandbox.close();
  stage.remove();
});

const register = () =>
  runAction("register", stage, { inputs: registerInputs(sandbox, stage), preload: [WITHOUT_PAUSES] });
const sent = (name: CallName) => sandbox.calls.filter(({ call }) => call === name).length;

// How often at most is __tests__/mindconnect/platform-client.test.ts, where waits take no time.
test.each(["upload", "code", "verify", "get"] as const)(
  "a 429 at %s again and again: no look in between, and the last message says when to come back (guarantee 7)",
  async (call) => {
    sandbox.faults.add({ call, kind: "rate-limit", retryAfter: 1, times: 2 });
    // Longer than a run may take.
    sandbox.faults.add({ call, kind: "rate-limit", retryAfter: 7200, nth: 3 });
    const result = await register();
    expect(codesOf(result)).toEqual(["RATE_LIMITED"]);
    expect([sent("list"), sent(call)]).toEqual([1, 3]);
    expect(pausesOf(result)).toEqual([1000, 1000]);
    expect(result.errors[0]?.message).toMatch(
      /Next: Run again after \d{4}-\d\d-\d\dT[\d:]+Z, in about 120 min/,
    );
  },
);

test("a 429 that passes is waited out", async () => {
  sandbox.faults.add({ call: "upload", kind: "rate-limit", retryAfter: 1, times: 2 });
  const result = await register();
  expect([result.outputs["outcome"], pausesOf(result)]).toEqual(["registered", [1000, 1000]]);
  expect([sent("list"), sent("upload")]).toEqual([1, 3]);
});
