import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { actionFiles, read } from "../docs/repository.ts";
import { codesOf, createStage, type Result, runAction, type Stage } from "../support/action.ts";
import { registerInputs } from "../support/inputs.ts";
import { createSecretScene } from "../support/secret-scene.ts";

const { version } = JSON.parse(read("package.json")) as { version: string };

/** What the runner sets for `uses: acme-plant/mindconnect-ca-action@v1`. */
const CALLED = {
  GITHUB_SERVER_URL: "https://github.com",
  GITHUB_ACTION_REPOSITORY: "acme-plant/mindconnect-ca-action",
  GITHUB_ACTION_REF: "v1",
};
/** Where its pages are then. */
const PAGES = "https://github.com/acme-plant/mindconnect-ca-action/blob/v1/docs/errors.md";

const firstLine = ({ log }: Result) => log.split("\n")[0];
const lastLine = ({ errors }: Result) => errors[0]?.message.split("\n").at(-1);

let sandbox: Sandbox;
let stage: Stage;

beforeEach(async () => {
  sandbox = await startSandbox({ limits: "off" });
  stage = createStage();
});

afterEach(async () => {
  await sandbox.close();
  stage.remove();
});

/** An input that no task takes, so that nothing is begun. */
const NOTHING = { latency: "slow", "openssl-path": "/nowhere/openssl" };

describe.each([...actionFiles.keys()])("%s", (task) => {
  test("names version and task in the first line of its log, and the errors page in its annotation", async () => {
    const result = await runAction(task, stage, { inputs: NOTHING });
    expect(codesOf(result)).toEqual(["INPUT_INVALID"]);
    expect(firstLine(result)).toBe(`mindconnect-ca-action ${version}, task ${task}`);
    expect(lastLine(result)).toBe(
      "Details: docs/errors.md#input_invalid in the repository of mindconnect-ca-action",
    );
  });
});

test("a run that goes well begins with the same line, and with what it was called by", async () => {
  const result = await runAction("register", stage, {
    inputs: registerInputs(sandbox, stage),
    env: CALLED,
  });
  expect(result.exitCode, result.log).toBe(0);
  expect(firstLine(result)).toBe(
    `mindconnect-ca-action ${version}, task register, called as acme-plant/mindconnect-ca-action@v1`,
  );
});

test("the annotation and the job's page link to the page of the version that was called", async () => {
  const result = await runAction("register", stage, { env: CALLED });
  expect(lastLine(result)).toBe(`Details: ${PAGES}#input_invalid`);
  expect(result.summary).toContain(`Details: <${PAGES}#input_invalid>`);
});

test("a reusable workflow calls a task by the commit: page and log name it", async () => {
  const commit = "0123456789abcdef0123456789abcdef01234567";
  const env = { ...CALLED, GITHUB_ACTION_REF: commit };
  const result = await runAction("status", stage, { env });
  expect(firstLine(result)).toMatch(new RegExp(`@${commit}$`));
  expect(lastLine(result)).toBe(`Details: ${PAGES.replace("/v1/", `/${commit}/`)}#input_invalid`);
});

test("an Enterprise Server has its own pages", async () => {
  const env = { ...CALLED, GITHUB_SERVER_URL: "https://ghes.acme.example:8443" };
  const result = await runAction("status", stage, { env });
  expect(lastLine(result)).toBe(
    "Details: https://ghes.acme.example:8443/acme-plant/mindconnect-ca-action/blob/v1/docs/errors.md#input_invalid",
  );
});

/** `uses: ./` leaves repository and ref empty; the others nobody names a repository, branch, tag or server by. */
const ODD: [string, Partial<typeof CALLED>][] = [
  ["uses: ./", { GITHUB_ACTION_REPOSITORY: "", GITHUB_ACTION_REF: "" }],
  ["no ref", { GITHUB_ACTION_REF: "" }],
  ["a command in the ref", { GITHUB_ACTION_REF: "v1\n::error::forged" }],
  ["the other kind of command", { GITHUB_ACTION_REF: "v1 ##[error]forged" }],
  ["a ref that climbs", { GITHUB_ACTION_REF: "v1/../../../forged" }],
  ["a ref with an end of its own", { GITHUB_ACTION_REF: "v1?forged#" }],
  ["a ref in percent", { GITHUB_ACTION_REF: "v1%0Aforged" }],
  ["a ref without end", { GITHUB_ACTION_REF: "forged".repeat(100) }],
  ["a repository of three parts", { GITHUB_ACTION_REPOSITORY: "acme/ca/forged" }],
  ["a repository that climbs", { GITHUB_ACTION_REPOSITORY: "forged/.." }],
  ["a repository with a line end", { GITHUB_ACTION_REPOSITORY: "acme/ca\nforged" }],
  ["Markdown in the repository", { GITHUB_ACTION_REPOSITORY: "acme/ca](https://forged.example)" }],
];

test.each(ODD)("%s: names the file in the repository instead", async (_name, odd) => {
  const result = await runAction("status", stage, { env: { ...CALLED, ...odd } });
  expect(firstLine(result)).toBe(`mindconnect-ca-action ${version}, task status`);
  expect(lastLine(result)).toBe(
    "Details: docs/errors.md#input_invalid in the repository of mindconnect-ca-action",
  );
  expect(result.stdout + result.summary).not.toContain("forged");
});

test.each([
  "http://github.com",
  "https://forged@github.com",
  "https://github.com/forged",
  "javascript:forged",
  "https://github.com\n::error::forged",
])("the server %j: no link is made of it", async (server) => {
  const result = await runAction("status", stage, { env: { ...CALLED, GITHUB_SERVER_URL: server } });
  expect(lastLine(result)).toBe(
    "Details: docs/errors.md#input_invalid in the repository of mindconnect-ca-action",
  );
  expect(result.stdout + result.summary).not.toContain("forged");
});

test("a secret in what it was called by is hidden (guarantee 8)", async () => {
  const token = "tellnobody-0815-4711";
  const env = { ...CALLED, GITHUB_ACTION_REF: token };
  const result = await runAction("status", stage, {
    inputs: { ...registerInputs(sandbox, stage), token },
    env,
  });
  expect(result.exitCode).toBe(1);
  expect(result.log + result.summary).not.toContain(token);
});

test("every request to platform and GitHub names it (RFC 9110)", async () => {
  const scene = await createSecretScene();
  try {
    const clientInputs = {
      token: "",
      "client-id": scene.sandbox.clientId,
      "client-secret": scene.sandbox.clientSecret,
      "token-url": scene.sandbox.tokenUrl,
    };
    const result = await scene.run("register", clientInputs);
    expect(result.exitCode, result.log).toBe(0);
    const agents = [...scene.sandbox.calls, ...scene.github.requests].map(({ userAgent }) => userAgent);
    expect(agents.length).toBeGreaterThan(8);
    const product = `mindconnect-ca-action/${version}`;
    for (const agent of agents) expect(agent?.split(" ")[0]).toBe(product);
    for (const { userAgent } of scene.sandbox.calls) expect(userAgent).toBe(product);
  } finally {
    await scene.close();
  }
});
