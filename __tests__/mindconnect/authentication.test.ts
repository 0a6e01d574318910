import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { createStage, masked, runAction, type Stage } from "../support/action.ts";
import { keyringFile, registerInputs, TENANT } from "../support/inputs.ts";

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

function withoutToken(): Record<string, string> {
  const { token: _, ...inputs } = registerInputs(sandbox, stage);
  return inputs;
}

const changes = () => sandbox.calls.filter(({ call }) => ["upload", "verify", "delete"].includes(call));

describe("authentication", () => {
  test("with technical user or service credentials, at the token endpoint", async () => {
    const { clientId, clientSecret, tokenUrl } = sandbox;
    const inputs = {
      ...withoutToken(),
      "client-id": clientId,
      "client-secret": clientSecret,
      "token-url": tokenUrl,
    };
    const result = await runAction("register", stage, { inputs });

    expect(result.errors).toEqual([]);
    expect(result.outputs["outcome"]).toBe("registered");
    const [token, ...others] = sandbox.calls;
    expect(token).toMatchObject({ call: "token", scheme: "Basic", body: "grant_type=client_credentials" });
    expect(others.map(({ call }) => call)).toEqual(["list", "upload", "code", "verify", "get"]);
    // The secret and the fetched token are masked, in base64 too (guarantee 8).
    const masks = masked(result.stdout);
    expect(masks).toContain(clientSecret);
    expect(masks.some((mask) => mask.split(".").length === 3)).toBe(true);
    expect(result.log).not.toContain(clientSecret);
  });

  test("with application credentials, through the gateway's token manager", async () => {
    const { clientId, clientSecret } = sandbox;
    const application = { "app-name": "camanager", "app-version": "1.0.0", "host-tenant": "operator" };
    const inputs = {
      ...withoutToken(),
      "client-id": clientId,
      "client-secret": clientSecret,
      ...application,
    };
    const result = await runAction("register", stage, { inputs });

    expect(result.errors).toEqual([]);
    const [first] = sandbox.calls;
    expect(first?.call).toBe("technical-token");
    expect(JSON.parse(first?.body ?? "")).toEqual({
      appName: "camanager",
      appVersion: "1.0.0",
      hostTenant: "operator",
      userTenant: TENANT,
    });
  });

  test("with a wrong secret says so by its code, and changes nothing", async () => {
    const inputs = {
      ...withoutToken(),
      "client-id": sandbox.clientId,
      "client-secret": "wrong-secret",
      "token-url": sandbox.tokenUrl,
    };
    const result = await runAction("register", stage, { inputs });

    expect(result.errors).toHaveLength(1);
    expect(result.errors[0]?.title).toBe("MindConnect CA: TOKEN_REQUEST_FAILED");
    expect(result.errors[0]?.message).toContain("Bad credentials");
    expect(result.errors[0]?.message).toMatch(/technical user.*whole user name.*begins with .*tenant/);
    expect(sandbox.certificates).toEqual([]);
  });

  test("at a place that answers, but is no token endpoint, names token-url and shows no token (guarantee 8)", async () => {
    const { clientId, clientSecret, tokenUrl } = sandbox;
    const secret = "an0ther-kind-of-t0ken-value";
    const body = `{"id":"1","jwt":"${secret}"} <html><b>Please log in</b></html>`;
    sandbox.faults.add({ call: "token", kind: "body", status: 200, body, times: 3 });
    const inputs = {
      ...withoutToken(),
      "client-id": clientId,
      "client-secret": clientSecret,
      "token-url": tokenUrl,
    };
    const result = await runAction("register", stage, { inputs });
    expect(result.errors.map(({ title }) => title)).toEqual(["MindConnect CA: PLATFORM_REPLY_UNEXPECTED"]);
    expect(result.errors[0]?.message).toMatch(
      /The platform said: 200 \{"id":"1","jwt":"…"\} +Please log in\n/,
    );
    expect(result.errors[0]?.message).toContain(`Next: Check token-url, which is ${tokenUrl} here`);
    expect(result.stdout + result.summary).not.toContain(secret);
  });

  test("at a place that cannot be reached, names token-url; of TLS without OpenSSL's addresses and file names", async () => {
    const { clientId, clientSecret, tokenUrl } = sandbox;
    const plain = tokenUrl.replace("http:", "https:");
    const inputs = {
      ...withoutToken(),
      "client-id": clientId,
      "client-secret": clientSecret,
      "token-url": plain,
    };
    const [error] = (await runAction("register", stage, { inputs })).errors;
    expect(error?.title).toBe("MindConnect CA: PLATFORM_UNREACHABLE");
    expect(error?.message).toContain("failed: ERR_SSL_WRONG_VERSION_NUMBER: wrong version number.");
    expect(error?.message).toContain(`Next: Check token-url, which is ${plain} here. Check the network`);
  });

  test("with a token that ends within 5 minutes is refused before the first change", async () => {
    const token = sandbox.issueToken({ expiresInSeconds: 4 * 60 });
    const result = await runAction("register", stage, {
      inputs: { ...registerInputs(sandbox, stage), token },
    });

    expect(result.errors.map(({ title }) => title)).toEqual(["MindConnect CA: TOKEN_EXPIRING"]);
    expect(changes()).toEqual([]);
    expect(() => keyringText()).toThrow();
  });

  test("with a token about to end still reads", async () => {
    const token = sandbox.issueToken({ expiresInSeconds: 4 * 60 });
    const inputs = { tenant: TENANT, "gateway-url": sandbox.url, token };
    expect((await runAction("status", stage, { inputs })).exitCode).toBe(0);
  });

  test("with an expired token names the next step", async () => {
    const token = sandbox.issueToken({ expiresInSeconds: -60 });
    const result = await runAction("register", stage, {
      inputs: { ...registerInputs(sandbox, stage), token },
    });

    expect(result.errors.map(({ title }) => title)).toEqual(["MindConnect CA: TOKEN_REFUSED"]);
    expect(result.errors[0]?.message).toMatch(/logref .*\nNext: /s);
  });

  test("renews a fetched token that has less than 5 minutes left", async () => {
    await sandbox.close();
    sandbox = await startSandbox({ limits: "off", tokenLifetimeSeconds: 200 });
    const { clientId, clientSecret, tokenUrl } = sandbox;
    const inputs = {
      ...withoutToken(),
      "client-id": clientId,
      "client-secret": clientSecret,
      "token-url": tokenUrl,
    };
    const result = await runAction("register", stage, { inputs });

    expect(result.outputs["outcome"]).toBe("registered");
    expect(sandbox.calls.filter(({ call }) => call === "token").length).toBeGreaterThan(1);
  });
});

function keyringText(): string {
  return process.getBuiltinModule("node:fs").readFileSync(keyringFile(stage), "utf8");
}
