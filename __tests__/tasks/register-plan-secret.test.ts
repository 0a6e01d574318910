import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { PlannedStep } from "../../src/ca/rotation-plan.ts";
import { expectNoTrace } from "../bad-input/refused.ts";
import { type MadeCa, makeCa } from "../ca/made.ts";
import { Workshop } from "../sandbox/openssl.ts";
import { codesOf, type Result } from "../support/action.ts";
import { changesIn, createScene, keyringOf, type Scene, SECRET } from "../support/secret-scene.ts";

const MINUTE_MS = 60_000;
const workshop = new Workshop();
let ca: MadeCa;
let scene: Scene;

beforeAll(() => {
  ca = makeCa(workshop, "/CN=acme");
});
afterAll(() => workshop.remove());
beforeEach(async () => {
  scene = await createScene();
});
afterEach(() => scene.close());

/** Plans; whatever comes of it, nothing is changed on either side, no key is made, and no secret is shown. */
async function plan(inputs: Record<string, string> = {}): Promise<Result> {
  const before = [scene.github.text(SECRET), scene.github.updatedAt(SECRET)];
  const result = await scene.run("register", { ...inputs, apply: "false" });
  expect([scene.github.text(SECRET), scene.github.updatedAt(SECRET)]).toEqual(before);
  expect(scene.watched.started().filter((argv) => argv !== "version")).toEqual([]);
  expect(changesIn(scene)).toEqual([]);
  expect(scene.github.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  expectNoTrace(result, [ca.pkcs8, scene.github.token, scene.sandbox.token]);
  return result;
}

const stepsOf = ({ outputs }: Result) => JSON.parse(outputs["plan"] ?? "") as PlannedStep[];

describe("register with apply: false looks at the secret and leaves it as it is", () => {
  test("a first run: the secret does not exist, and the plan makes none", async () => {
    const result = await plan();
    expect(result.errors).toEqual([]);
    expect(stepsOf(result)).toMatchObject([{ step: "stage", due: true, commonName: "acme" }]);
    expect(scene.github.calls().toSorted()).toEqual(["metadata", "public-key"]);
    expect(result.summary).toContain(`the secret ${SECRET}`);
  });

  test("the CA is usable: unchanged", async () => {
    scene.sandbox.seed(ca.pem, { verified: true });
    scene.github.seed(SECRET, keyringOf(ca, Date.now()));
    const result = await plan();
    expect(result.outputs).toMatchObject({ outcome: "unchanged", plan: "[]", "receipt-path": "" });
  });

  test("a keyring that would be imported: it says so", async () => {
    scene.sandbox.seed(ca.pem, { verified: true });
    const inputs = { keyring: keyringOf(ca, Date.now()), "keyring-import": "true" };
    const result = await plan(inputs);
    expect(result.outputs["outcome"]).toBe("unchanged");
    expect(result.log).toContain(
      "With apply: true this run also changes the keyring: Write the keyring that came in to the secret",
    );
    expect(result.summary).toContain("To be changed in the keyring");
    const earnest = await scene.run("register", inputs);
    expect(earnest.outputs["outcome"]).toBe("unchanged");
    expect(scene.github.text(SECRET)).toContain("BEGIN CERTIFICATE");
  });
});

describe("what stands in the way of the secret is the same error as in earnest (guarantee 3)", () => {
  const CASES: Record<string, [code: string, arrange: () => Record<string, string>]> = {
    "it exists, and nothing was passed in": [
      "KEYRING_NOT_PASSED_IN",
      () => {
        scene.github.seed(SECRET, keyringOf(ca, Date.now()));
        return { keyring: "" };
      },
    ],
    "it was written after what was passed in": [
      "KEYRING_STALE",
      () => {
        scene.github.seed(SECRET, "what another run wrote meanwhile");
        return { keyring: keyringOf(ca, Date.now() - 2 * MINUTE_MS) };
      },
    ],
    "a keyring came in, and it does not exist": [
      "KEYRING_SECRET_MISMATCH",
      () => ({ keyring: keyringOf(ca, Date.now()) }),
    ],
    "the token may not": [
      "SECRET_ACCESS_DENIED",
      () => {
        scene.github.rights = "none";
        return {};
      },
    ],
    "it has no room for another CA": [
      "KEYRING_TOO_LARGE",
      () => {
        const refused = keyringOf(ca, Date.now(), { refusedAt: new Date(Date.now()).toISOString() });
        scene.github.seed(SECRET, refused.replace("\n\n", `\n\n${"A line of my own.\n".repeat(2500)}`));
        return {};
      },
    ],
  };

  test.each(Object.entries(CASES))("%s", async (_, [code, arrange]) => {
    const inputs = arrange();
    const refused = await plan(inputs);
    expect(codesOf(refused)).toEqual([code]);
    expect([refused.exitCode, refused.outputs]).toEqual([1, {}]);
    const earnest = await scene.run("register", inputs);
    expect(earnest.errors).toEqual(refused.errors);
  });
});
