import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { codesOf, type Result } from "../support/action.ts";
import { withoutDescriptors } from "../support/descriptors.ts";
import type { GitHubFault } from "../support/github-faults.ts";
import { createSecretScene, SECRET, type SecretScene } from "../support/secret-scene.ts";
import { pausesOf, WITHOUT_PAUSES } from "../support/without-pauses.ts";

// What GitHub refuses is called what it is; only what a permission would change is called a missing permission.

let scene: SecretScene;

beforeEach(async () => {
  scene = await createSecretScene({}, [WITHOUT_PAUSES]);
});
afterEach(() => scene.close());

type Status = Extract<GitHubFault, { kind: "status" }>;
const status = (code: number, message: string, headers: Record<string, string> = {}): Status => ({
  kind: "status",
  status: code,
  message,
  headers,
});

const SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
const ALLOW_LIST =
  "Although you appear to have the correct authorization credentials, the `acme` organization has an IP allow list enabled, and 192.0.2.7 is not permitted to access this resource.";
const SAML =
  "Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization.";
const SSO = { "x-github-sso": "required; url=https://github.com/orgs/acme/sso?authorization_request=AAA" };
const reset = (seconds: number) => ({
  "x-ratelimit-remaining": "0",
  "x-ratelimit-reset": String(Math.floor(Date.now() / 1000) + seconds),
});

const REFUSALS: readonly (readonly [name: string, fault: () => Status, code: string, says: RegExp])[] = [
  [
    "a secondary rate limit",
    () => status(403, SECONDARY, { "retry-after": "3600" }),
    "SECRET_UNREACHABLE",
    /403 \(rate limit\).*asks to wait 3600 s.*Next: Start a new run after \d{4}-/s,
  ],
  [
    "a secondary rate limit without a word of how long",
    () => status(403, SECONDARY),
    "SECRET_UNREACHABLE",
    /403 \(rate limit\).*Next: Start a new run a few minutes later/s,
  ],
  [
    "a primary rate limit",
    () => status(429, "API rate limit exceeded", reset(1800)),
    "SECRET_UNREACHABLE",
    /429 \(rate limit\).*asks to wait 1[78]\d\d s.*Next: Start a new run after \d{4}-/s,
  ],
  [
    "a rate limit that ends at no time that there is",
    () =>
      status(429, "API rate limit exceeded", { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1e300" }),
    "SECRET_UNREACHABLE",
    /429 \(rate limit\).*Next: Start a new run a few minutes later/s,
  ],
  [
    "an IP allow list",
    () => status(403, ALLOW_LIST),
    "SECRET_ACCESS_DENIED",
    /Next: Run this job on a runner whose address/,
  ],
  [
    "SAML",
    () => status(403, SAML, SSO),
    "SECRET_ACCESS_DENIED",
    /Next: Authorize the token for acme: .*Configure SSO/,
  ],
  [
    "a renamed repository",
    () => status(301, "Moved Permanently", { location: "https://api.github.com/repositories/4711/x" }),
    "SECRET_UNREACHABLE",
    /301.*acme\/plant was renamed or transferred.*Next: Start a new run in the repository under its new name/s,
  ],
];

test.each(REFUSALS)("%s, at the first look", async (_, fault, code, says) => {
  const { github, sandbox } = scene;
  for (const call of ["metadata", "public-key"] as const) github.faults.add(call, fault(), { times: 99 });
  // Less than any of them asks to wait, so that nobody does.
  const result = await scene.run("register", { "timeout-minutes": "0.5" });
  expect(codesOf(result)).toEqual([code]);
  expect(result.errors[0]?.message).toMatch(says);
  expect(result.errors[0]?.message).not.toMatch(/permission "|lacks the permission|authorization_request/);
  expect(sandbox.calls.map(({ call }) => call).filter((call) => call !== "list")).toEqual([]);
});

test.each(REFUSALS)("%s, at the write", async (_, fault, code, says) => {
  const { github, sandbox } = scene;
  github.faults.add("put", fault());
  const result = await scene.run("register");
  expect(codesOf(result)).toEqual([code === "SECRET_UNREACHABLE" ? "KEYRING_WRITE_FAILED" : code]);
  expect(result.errors[0]?.message).toMatch(says);
  expect(result.errors[0]?.message).not.toMatch(/permission "|lacks the permission/);
  expect(github.calls().filter((call) => call === "put")).toHaveLength(1);
  expect(sandbox.calls.map(({ call }) => call)).toEqual(["list"]);
});

/** Checks that a run waits before it asks GitHub again, for as long as it says. */
function expectToldWait(result: Result): void {
  const [, seconds] = /GitHub: .*Waiting (\d+) s\./.exec(result.log) ?? [];
  expect(pausesOf(result).map((milliseconds) => Math.ceil(milliseconds / 1000))).toContain(Number(seconds));
}

describe("Retry-After is honoured for what only reads", () => {
  test.each([
    ["a secondary rate limit", () => status(403, SECONDARY, { "retry-after": "1" })],
    ["a primary one", () => status(429, "API rate limit exceeded", reset(1))],
    ["a server error", () => status(503, "later", { "retry-after": "1" })],
  ])("%s", async (_, fault) => {
    scene.github.faults.add("public-key", fault());
    const result = await scene.run("register");
    expect(result.outputs["outcome"]).toBe("registered");
    expect(scene.github.calls().filter((call) => call === "public-key")).toHaveLength(2);
    expectToldWait(result);
  });
});

describe("a write that a rate limit turned away did not happen: it is made again after the wait that GitHub names", () => {
  const puts = () => scene.github.requests.filter(({ call }) => call === "put");

  test.each([
    ["a secondary rate limit", () => status(403, SECONDARY, { "retry-after": "1" })],
    ["a primary one", () => status(403, "API rate limit exceeded", reset(2))],
    ["too many requests", () => status(429, "Too many requests", { "retry-after": "1" })],
  ])("%s: anew, with a fresh time of writing", async (_, fault) => {
    const { github } = scene;
    github.faults.add("put", fault());
    // As if the wait had taken longer than a time of writing may be old.
    github.onRequest = (call) => {
      if (call === "put") github.skew = 45_000;
    };
    const result = await scene.run("register");
    expect(result.outputs["outcome"]).toBe("registered");
    expectToldWait(result);
    // The one that was turned away, the same again, and the note that the CA is verified.
    expect(puts()).toHaveLength(3);
    const stamp = Date.parse(/written (\S+Z)/.exec(github.written[0] ?? "")?.[1] ?? "");
    expect(stamp).toBeGreaterThan((puts()[0]?.at ?? Number.NaN) + 20_000);
    expect(result.warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining("is stored plain"),
    ]);
  });

  test("no more than three times", async () => {
    scene.github.faults.add("put", status(403, SECONDARY, { "retry-after": "1" }), { times: 99 });
    const result = await scene.run("register");
    expect(codesOf(result)).toEqual(["KEYRING_WRITE_FAILED"]);
    expect(result.errors[0]?.message).toMatch(/403 \(rate limit\).*asks to wait 1 s/s);
    expect(puts()).toHaveLength(3);
    expect(scene.sandbox.calls.map(({ call }) => call)).toEqual(["list"]);
  });

  test("what somebody else writes during the wait is not written over (guarantee 3)", async () => {
    const { github, sandbox } = scene;
    github.faults.add("put", status(403, SECONDARY, { "retry-after": "1" }));
    github.onRequest = (call) => {
      if (call === "put") github.seed(SECRET, "another's keys");
    };
    const result = await scene.run("register");
    expect(codesOf(result)).toEqual(["KEYRING_STALE"]);
    expect(github.text(SECRET)).toBe("another's keys");
    expect(puts()).toHaveLength(1);
    expect(sandbox.calls.map(({ call }) => call)).toEqual(["list"]);
  });
});

test("an event's payload that is no JSON, which GitHub's toolkit reads, is named and no mistake of ours (guarantee 10)", async () => {
  const payload = join(scene.watched.stage.root, "event.json");
  writeFileSync(payload, "{");
  const result = await scene.run("register", {}, { GITHUB_EVENT_PATH: payload });
  expect(codesOf(result)).toEqual(["SECRET_UNREACHABLE"]);
  expect(result.errors[0]?.message).toContain("GITHUB_EVENT_PATH");
});

test.skipIf(process.platform === "win32")("one that is a pipe is not waited for", async () => {
  const pipe = join(scene.watched.stage.root, "event.pipe");
  execFileSync("mkfifo", [pipe]);
  const result = await scene.run("register", {}, { GITHUB_EVENT_PATH: pipe });
  expect(codesOf(result)).toEqual(["SECRET_UNREACHABLE"]);
  expect(result.errors[0]?.message).toContain("GITHUB_EVENT_PATH");
});

test("where it is descriptors that lack, nothing else is blamed (guarantee 10)", async () => {
  const scarce = withoutDescriptors("github-authentication-token-expiration");
  const result = await scene.run("register", {}, { NODE_OPTIONS: `--import=${scarce}` });
  expect(codesOf(result)).toEqual(["FILE_FAILED"]);
  expect(result.errors[0]?.message).toMatch(/Next: Raise the limits .*ulimit -n/);
});
