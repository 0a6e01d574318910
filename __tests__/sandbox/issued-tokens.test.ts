import { afterEach, beforeEach, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { list, send } from "./client.ts";

let sandbox: Sandbox;
let now: number;

beforeEach(async () => {
  now = Date.UTC(2026, 0, 1);
  sandbox = await startSandbox({ clientId: "id", clientSecret: "se:cret", clock: () => now, limits: "off" });
});

afterEach(() => sandbox.close());

const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;
const FORM = "application/x-www-form-urlencoded";
const APP = { appName: "app", appVersion: "1.0.0", hostTenant: "host", userTenant: "user" };

function tokenRequest(credentials = "id:se:cret", body = "grant_type=client_credentials", type = FORM) {
  return send(sandbox.tokenUrl, {
    method: "POST",
    headers: { Authorization: basic(credentials), "Content-Type": type },
    body,
  });
}

function managerRequest(credentials: string, body: unknown) {
  return send(`${sandbox.url}/api/technicaltokenmanager/v3/oauth/token`, {
    method: "POST",
    headers: { "X-SPACE-AUTH-KEY": basic(credentials), "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

const claims = (token: string) => JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());

test.each([
  ["token", () => tokenRequest()],
  ["technical-token", () => managerRequest("id:se:cret", APP)],
])("the %s endpoint issues a JWT that is accepted until its exp", async (name, request) => {
  const { status, json, headers } = await request();
  expect([status, headers.get("cache-control")]).toEqual([200, "no-store"]);
  const { access_token: token, ...rest } = json;
  expect(rest).toEqual({ token_type: "bearer", expires_in: 1800, scope: expect.any(String) });
  expect(token.split(".")).toHaveLength(3);
  expect(claims(token).exp).toBe(now / 1000 + 1800);
  expect((await list(sandbox, token)).status).toBe(200);
  now = claims(token).exp * 1000;
  expect((await list(sandbox, token)).status).toBe(401);
  expect(sandbox.calls[0]).toMatchObject({ call: name, carriedOut: true, status: 200 });
});

test.each(["id:wrong", "wrong:se:cret", "id", ""])(
  "bad credentials %j are refused at both endpoints",
  async (text) => {
    const { status, json } = await tokenRequest(text);
    expect(status).toBe(401);
    expect(json).toEqual({ error: "unauthorized", error_description: "Bad credentials" });
    const managed = await managerRequest(text, APP);
    expect(managed.status).toBe(401);
    expect(managed.json.errors[0]?.code).toBe("mdsp.core.generic.unauthorized");
  },
);

test("no credentials at all are refused", async () => {
  expect((await send(sandbox.tokenUrl, { method: "POST" })).status).toBe(401);
});

test("another grant, and another media type, are refused in the words of RFC 6749", async () => {
  expect(await tokenRequest("id:se:cret", "grant_type=password")).toMatchObject({
    status: 400,
    json: { error: "unsupported_grant_type" },
  });
  expect(await tokenRequest("id:se:cret", "{}", "application/json")).toMatchObject({
    status: 400,
    json: { error: "invalid_request" },
  });
});

test.each(Object.keys(APP))("the token manager wants %s", async (field) => {
  const { status, json } = await managerRequest("id:se:cret", { ...APP, [field]: undefined });
  expect(status).toBe(400);
  expect(json.errors[0]?.message).toContain(field);
});

test("records name the scheme and hold no credential", async () => {
  await tokenRequest();
  await managerRequest("id:se:cret", APP);
  await list(sandbox);
  expect(sandbox.calls.map(({ scheme }) => scheme)).toEqual(["Basic", null, "Bearer"]);
  const text = JSON.stringify(sandbox.calls);
  for (const secret of ["se:cret", basic("id:se:cret").slice(6), sandbox.token])
    expect(text).not.toContain(secret);
});

test("a token given is accepted: an opaque one for ever, a JWT until its exp", async () => {
  const jwt = sandbox.issueToken({ expiresInSeconds: 60 });
  for (const [token, later] of [
    ["opaque", 200],
    ["a.b.c", 200],
    [jwt, 401],
  ] as const) {
    now = Date.UTC(2026, 0, 1);
    const other = await startSandbox({ token, clock: () => now });
    expect(other.token).toBe(token);
    const before = (await list(other)).status;
    now += 60_000;
    const after = (await list(other)).status;
    await other.close();
    expect([before, after]).toEqual([200, later]);
  }
});

test("the default token ends 30 minutes ahead of the sandbox's clock", () => {
  expect(claims(sandbox.token).exp).toBe(now / 1000 + 1800);
});
