import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { runAction } from "../support/action.ts";
import { registerInputs } from "../support/inputs.ts";
import { withNowhere } from "../support/nowhere.ts";
import { createWatched, namesOf, refused, type Watched } from "./refused.ts";

// Guarantee 9 for what rotate adds: every bad input by its own name, before any process or request.
let sandbox: Sandbox;
let watched: Watched;
beforeAll(async () => {
  sandbox = await startSandbox({ limits: "off" });
});
afterAll(() => sandbox.close());
beforeEach(() => {
  watched = createWatched();
});
afterEach(() => watched.stage.remove());

const inputs = (more: Readonly<Record<string, string>>) => ({
  ...registerInputs(sandbox, watched.stage),
  ...more,
});
const APPLY = { apply: "true" };

describe("rotate refuses (guarantee 9)", () => {
  test.each<[string, Record<string, string>, string[], RegExp]>([
    ["an unknown word for retire", { retire: "later" }, ["retire"], /after-overlap.*now.*never/],
    ["an unknown word for retired-keys", { "retired-keys": "burn" }, ["retired-keys"], /keep.*drop/],
    [
      "a prefix without room for the date",
      { "common-name-prefix": "x".repeat(53) },
      ["common-name-prefix"],
      /52/,
    ],
    ["a long tenant without a prefix", { tenant: "x".repeat(60) }, ["common-name-prefix"], /is missing.*52/],
    [
      "an id that cannot be one",
      { "allow-unheld": ".." },
      ["allow-unheld"],
      /is not the id of a certificate/,
    ],
    ["days that are due at once", { ...APPLY, days: "395" }, ["days"], /more than renew-before \(395\)/],
    [
      "an overlap that the old CA does not live to see",
      { ...APPLY, overlap: "395" },
      ["renew-before"],
      /more than overlap \(395\)/,
    ],
    [
      "all of them at once",
      { ...APPLY, days: "300", overlap: "400", retire: "x", apply: "perhaps" },
      ["apply", "retire"],
      /./,
    ],
  ])("%s", async (_, bad, names, says) => {
    const refusal = await refused("rotate", watched, sandbox, inputs(bad));
    expect(refusal.code).toBe("INPUT_INVALID");
    expect(namesOf(refusal)).toEqual(names);
    expect(refusal.problems.join("\n")).toMatch(says);
  });

  test("apply without a place for the keyring: KEYRING_TARGET_MISSING (guarantee 2)", async () => {
    const refusal = await refused("rotate", watched, sandbox, inputs({ ...APPLY, "keyring-file": "" }));
    expect(refusal.code).toBe("KEYRING_TARGET_MISSING");
  });

  test("a plan writes nothing: it takes a keyring-file on a disk that vanishes, which apply refuses (KEYRING_EPHEMERAL)", async () => {
    const { temp } = watched.stage;
    const file = { "keyring-file": join(temp, "keyring.pem"), "gateway-url": "https://gateway.invalid" };
    const refusal = await refused("rotate", watched, sandbox, inputs({ ...APPLY, ...file }));
    expect(refusal.code).toBe("KEYRING_EPHEMERAL");
    const short = { "timeout-minutes": "1" };
    const planned = await withNowhere((env) =>
      runAction("rotate", watched.stage, { inputs: inputs({ ...file, ...short }), env }),
    );
    expect(planned.errors.map(({ title }) => title)).toEqual(["MindConnect CA: PLATFORM_UNREACHABLE"]);
  });

  test("a prefix is counted in characters, not in what they are stored as", async () => {
    const result = await runAction("rotate", watched.stage, {
      inputs: inputs({ "common-name-prefix": "\u{1F600}".repeat(30) }),
    });
    expect({ errors: result.errors, outcome: result.outputs["outcome"] }).toEqual({
      errors: [],
      outcome: "planned",
    });
  });

  test("the order of days, renew-before and overlap matters with apply alone: a plan may ask what would be", async () => {
    const result = await runAction("rotate", watched.stage, {
      inputs: inputs({ days: "300", overlap: "400", "keyring-file": "" }),
    });
    expect({ errors: result.errors, outcome: result.outputs["outcome"] }).toEqual({
      errors: [],
      outcome: "planned",
    });
  });
});
