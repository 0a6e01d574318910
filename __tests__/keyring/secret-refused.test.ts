import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { expectNoTrace } from "../bad-input/refused.ts";
import { type MadeCa, makeCa } from "../ca/made.ts";
import { Workshop } from "../sandbox/workshop.ts";
import { codesOf, type Result, warningsOf } from "../support/action.ts";
import {
  changesIn,
  createSecretScene,
  keyringOf,
  SECRET,
  type SecretScene,
} from "../support/secret-scene.ts";
import { WITHOUT_PAUSES } from "../support/without-pauses.ts";

const MINUTE_MS = 60_000;
const workshop = new Workshop();
let ca: MadeCa;
let scene: SecretScene;

beforeAll(() => {
  ca = makeCa(workshop, "/CN=acme");
});
afterAll(() => workshop.remove());
beforeEach(async () => {
  scene = await createSecretScene({}, [WITHOUT_PAUSES]);
});
afterEach(() => scene.close());

/** Checks a refusal: its code, and that no process was started and nothing changed on either side (guarantee 3). */
function expectRefused(result: Result, code: string): string {
  expect(codesOf(result), result.log).toEqual([code]);
  expect(result.exitCode).toBe(1);
  expect(scene.watched.started()).toEqual([]);
  expect(changesIn(scene)).toEqual([]);
  expectNoTrace(result, [ca.pkcs8, scene.github.token, scene.sandbox.token]);
  return result.errors[0]?.message ?? "";
}

/** The tasks that write the keyring, with what they need besides. */
const TASKS: readonly (readonly [task: string, inputs: Record<string, string>])[] = [
  ["register", {}],
  ["create", { directory: "", "gateway-url": "", token: "" }],
  ["delete", { "certificate-id": "5e5ad4", "allow-last": "true", "allow-held": "true" }],
];

describe.each(TASKS)("%s stops before a key is made or anything is changed (guarantee 3)", (task, more) => {
  const run = (inputs: Record<string, string> = {}) => scene.run(task, { ...more, ...inputs });

  beforeEach(() => {
    scene.sandbox.seed(ca.pem, { id: "5e5ad4", verified: true });
  });

  test("where the secret exists, but nothing was passed in", async () => {
    scene.github.seed(SECRET, keyringOf(ca, Date.now()));
    const message = expectRefused(await run({ keyring: "" }), "KEYRING_NOT_PASSED_IN");
    expect(message).toContain(`keyring: \${{ secrets.${SECRET} }}`);
    expect(message).toMatch(/Re-run jobs[^\n]*old value/);
  });

  test("where the secret was written after the text that was passed in", async () => {
    const keyring = keyringOf(ca, Date.now() - 2 * MINUTE_MS);
    scene.github.seed(SECRET, "what another run wrote meanwhile");
    const message = expectRefused(await run({ keyring }), "KEYRING_STALE");
    expect(message).toMatch(
      /was written at \S+, after the keyring that came in, which says .*Start a new run/s,
    );
    expect(scene.github.text(SECRET)).toBe("what another run wrote meanwhile");
  });

  test("where a keyring came in, but the secret does not exist", async () => {
    const message = expectRefused(
      await run({ keyring: keyringOf(ca, Date.now()) }),
      "KEYRING_SECRET_MISMATCH",
    );
    expect(message).toMatch(/does not exist.*keyring-environment.*keyring-import: true/s);
  });

  test("where the token may not: the workflow's own GITHUB_TOKEN, and what is needed is named", async () => {
    await scene.close();
    scene = await createSecretScene({ token: "ghs_0123456789abcdef" });
    scene.github.rights = "none";
    const message = expectRefused(await run(), "SECRET_ACCESS_DENIED");
    expect(message).toContain("403: Resource not accessible by integration");
    expect(message).toMatch(
      /GITHUB_TOKEN can never.*GitHub App.*fine-grained.*"Secrets: write" for acme\/plant/s,
    );
  });
});

describe("register judges the keyring that came in (guarantee 3)", () => {
  test("a secret that is older than the text passed in is one of another level", async () => {
    scene.github.seed(SECRET, "older", { updatedAt: Date.now() - MINUTE_MS });
    const keyring = keyringOf(ca, Date.now());
    const message = expectRefused(await scene.run("register", { keyring }), "KEYRING_SECRET_MISMATCH");
    expect(message).toContain("before the keyring that came in");
  });

  test("an environment that does not exist: first the name is compared, then the token", async () => {
    await scene.close();
    scene = await createSecretScene({ environments: ["production"] });
    const message = expectRefused(
      await scene.run("register", { "keyring-environment": "prodution" }),
      "SECRET_ACCESS_DENIED",
    );
    expect(message).toMatch(
      /Next:\n1\. Compare keyring-environment \(prodution\) with .*environment.*\n2\. .*token/,
    );
  });

  test("an environment's secret is not the repository's of that name", async () => {
    await scene.close();
    scene = await createSecretScene({ environments: ["prod"] });
    scene.github.seed(SECRET, keyringOf(ca, Date.now()));
    const result = await scene.run("register", {
      "keyring-environment": "prod",
      keyring: scene.github.text(SECRET),
    });
    const message = expectRefused(result, "KEYRING_SECRET_MISMATCH");
    expect(message).toContain(`The secret ${SECRET} of the environment prod of acme/plant does not exist`);
  });

  test("one made by hand counts as old where the secret was written after the run was queued", async () => {
    const { github } = scene;
    github.runCreatedAt = Date.now() - MINUTE_MS;
    github.seed(SECRET, keyringOf(ca));
    expectRefused(await scene.run("register"), "KEYRING_STALE");
    // A new run is queued after it.
    github.runCreatedAt = Date.now() + 1000;
    const result = await scene.run("register");
    expect(result.outputs["outcome"]).toBe("registered");
    expect(warningsOf(result)).toEqual([]);
    expect(github.text(SECRET)).toMatch(/^MindConnect CA keyring, generation 1, /);
  });

  test("one that was replaced within seconds counts as old, unless the run was queued after that", async () => {
    const { github } = scene;
    const written = Date.now() - MINUTE_MS;
    github.seed(SECRET, keyringOf(ca, written), { updatedAt: written + 10_000 });
    github.runCreatedAt = written;
    expectRefused(await scene.run("register"), "KEYRING_STALE");
    github.runCreatedAt = written + 11_000;
    expect((await scene.run("register")).outputs["outcome"]).toBe("registered");
  });

  test("one made by hand goes through with a warning where nobody can tell its age", async () => {
    scene.github.seed(SECRET, keyringOf(ca));
    const result = await scene.run("register");
    expect(result.outputs["outcome"]).toBe("registered");
    expect(warningsOf(result)).toEqual([
      expect.stringMatching(/does not say when it was written.*Actions: read.*cannot know/),
    ]);
  });
});

describe("register names what GitHub answers, before any key (guarantee 10)", () => {
  const refused = async (code: string) => expectRefused(await scene.run("register"), code);

  test("a token that has ended (401)", async () => {
    const result = await scene.run("register", { "github-token": "github_pat_of_yesterday" });
    expect(expectRefused(result, "SECRET_ACCESS_DENIED")).toMatch(
      /401: Bad credentials.*has expired, was revoked/s,
    );
  });

  test("a repository that the token may not see (404)", async () => {
    scene.github.rights = "hidden";
    expect(await refused("SECRET_ACCESS_DENIED")).toContain(
      "The repository acme/plant does not exist, or the token may not",
    );
  });

  test("an environment that does not exist (404)", async () => {
    const result = await scene.run("register", { "keyring-environment": "prod" });
    const message = expectRefused(result, "SECRET_ACCESS_DENIED");
    expect(message).toMatch(/The environment prod of acme\/plant does not exist.*"Environments: write"/s);
  });

  test("a rate limit (403), which is not a missing right", async () => {
    const headers = { "x-ratelimit-remaining": "0" };
    scene.github.faults.add("public-key", {
      kind: "status",
      status: 403,
      message: "API rate limit",
      headers,
    });
    expect(await refused("SECRET_UNREACHABLE")).toContain("403 (rate limit): API rate limit");
  });

  test.each([
    ["no JSON", "<html><b>Proxy</b>\n::error::no"],
    ["no key", "{}"],
    ["no base64", '{"key_id":"1","key":"***"}'],
    ["a key of another length", '{"key_id":"1","key":"AAAA"}'],
  ])("a public key that cannot be read: %s", async (_, text) => {
    scene.github.faults.add("public-key", { kind: "body", text });
    expect(await refused("SECRET_UNREACHABLE")).toMatch(/public key/);
  });

  test("a time of writing that cannot be read", async () => {
    scene.github.faults.add("metadata", { kind: "body", text: '{"updated_at":"7"}' });
    expect(await refused("SECRET_UNREACHABLE")).toContain("contains no updated_at");
  });

  test("a server that fails or breaks off, which was asked three times", async () => {
    scene.github.faults.add(
      "public-key",
      { kind: "status", status: 502, message: "::error::x" },
      { times: 2 },
    );
    scene.github.faults.add("public-key", { kind: "reset" });
    const message = await refused("SECRET_UNREACHABLE");
    expect(message).toMatch(/Reading the public key .* failed: /);
    expect(scene.github.calls().filter((call) => call === "public-key")).toHaveLength(3);
    // The third try may have luck.
    scene.github.faults.add("public-key", { kind: "status", status: 502 }, { times: 2 });
    expect((await scene.run("register")).outputs["outcome"]).toBe("registered");
  });
});
