import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { PlannedStep } from "../../src/ca/plan-output.ts";
import { expectNoTrace } from "../bad-input/refused.ts";
import { type MadeCa, makeCa } from "../ca/made.ts";
import { Workshop } from "../sandbox/workshop.ts";
import { codesOf, type Result } from "../support/action.ts";
import {
  changesIn,
  createSecretScene,
  keyringOf,
  SECRET,
  type SecretScene,
} from "../support/secret-scene.ts";

const MINUTE_MS = 60_000;
const workshop = new Workshop();
let ca: MadeCa;
let press: MadeCa;
let scene: SecretScene;

beforeAll(() => {
  ca = makeCa(workshop, "/CN=acme");
  press = makeCa(workshop, "/CN=press-shop");
});
afterAll(() => workshop.remove());
beforeEach(async () => {
  scene = await createSecretScene();
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
  expectNoTrace(result, [ca.pkcs8, press.pkcs8, scene.github.token, scene.sandbox.token]);
  return result;
}

/** The size of a keyring that is not written yet is known to some bytes. */
const saidBy = ({ errors }: Result) =>
  errors.map(({ title, message }) => [
    title,
    message.replace(/would have up to \d+ bytes/, "would be too large"),
  ]);

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
  /** A refused CA, and lines of somebody's own that leave less room than a CA takes. */
  const nearlyFull = () => {
    const text = keyringOf(ca, Date.now(), { refusedAt: new Date().toISOString() });
    const line = "A line of my own.\n";
    const lines = Math.floor((48 * 1024 - 1000 - Buffer.byteLength(text)) / line.length);
    return text.replace("\n\n", `\n\n${line.repeat(lines)}`);
  };
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
    "it has no room for a new CA": [
      "KEYRING_TOO_LARGE",
      () => {
        scene.github.seed(SECRET, nearlyFull());
        return {};
      },
    ],
    "it has no room for a CA that comes in": [
      "KEYRING_TOO_LARGE",
      () => {
        scene.github.seed(SECRET, nearlyFull());
        return { "ca-certificate": press.pem, "ca-private-key": press.pkcs8 };
      },
    ],
  };

  test.each(Object.entries(CASES))("%s", async (_, [code, arrange]) => {
    const inputs = arrange();
    const refused = await plan(inputs);
    expect(codesOf(refused)).toEqual([code]);
    expect([refused.exitCode, refused.outputs]).toEqual([1, {}]);
    const earnest = await scene.run("register", inputs);
    expect(saidBy(earnest)).toEqual(saidBy(refused));
  });
});
