import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createStage, type Result, ROOT, runAction, type Stage } from "../support/action.ts";
import { startProxy } from "../support/proxy-double.ts";
import { pausesOf, WITHOUT_PAUSES } from "../support/without-pauses.ts";

// A region or a URL may be any text that could be a host: only the resolver knows that there is no such host.

const NO_NAMES = pathToFileURL(`${ROOT}/__tests__/http/no-names.mjs`).href;
const TOKEN = "a-token-that-nobody-gets";
const CREDENTIALS = { "client-id": "someone", "client-secret": "a-secret-that-nobody-gets" };
const CA = { "country-code": "DE", city: "MUC", organization: "Acme" };

let stage: Stage;
beforeEach(() => {
  stage = createStage();
});
afterEach(() => stage.remove());

async function run(
  task: string,
  inputs: Record<string, string>,
  env: Record<string, string> = {},
): Promise<Result> {
  return await runAction(task, stage, {
    inputs: { tenant: "acme", ...inputs },
    env,
    preload: [NO_NAMES, WITHOUT_PAUSES],
  });
}

const nextOf = ({ errors: [error] }: Result) => error?.message.replace(/^[\s\S]*\nNext: /, "") ?? "";
const askedFor = ({ stderr }: Result) => stderr.match(/^asked for .*$/gm) ?? [];

describe("a host that does not exist: the error names the inputs that made it, before anything else", () => {
  test.each<
    [name: string, inputs: Record<string, string>, host: string, first: RegExp, never: RegExp | undefined]
  >([
    [
      "the region's gateway",
      { region: "eu99", token: TOKEN },
      "gateway.eu99.mindsphere.io",
      /^Check region, which is eu99 here/,
      /gateway-url|token-url/,
    ],
    [
      "the region's token endpoint",
      { region: "eu99", ...CREDENTIALS },
      "acme.piam.eu99.mindsphere.io",
      /^Check tenant and region, which are acme and eu99 here/,
      /token-url|gateway-url/,
    ],
    [
      "gateway-url",
      { "gateway-url": "https://gateway.typo.test", token: TOKEN },
      "gateway.typo.test",
      /^Check gateway-url, which is https:\/\/gateway\.typo\.test here/,
      /region/,
    ],
    [
      "a gateway-url like a region's",
      { "gateway-url": "https://gateway.eu99.mindsphere.io", token: TOKEN },
      "gateway.eu99.mindsphere.io",
      /^Check gateway-url, /,
      /region/,
    ],
    [
      "token-url",
      { "token-url": "https://login.typo.test/oauth/token", ...CREDENTIALS },
      "login.typo.test",
      /^Check token-url, which is https:\/\/login\.typo\.test\/oauth\/token here/,
      /region|tenant/,
    ],
    [
      "the region's token manager",
      { region: "eu99", ...CREDENTIALS, "app-name": "app", "app-version": "1" },
      "gateway.eu99.mindsphere.io",
      /^Check region, which is eu99 here/,
      /gateway-url|token-url/,
    ],
  ])("%s", async (_, inputs, host, first, never) => {
    const result = await run("status", inputs);
    expect(result.exitCode).toBe(1);
    const [error] = result.errors;
    expect(error?.message).toMatch(/^PLATFORM_UNREACHABLE: /);
    expect(error?.message).toContain(`the host ${host} does not exist (ENOTFOUND)`);
    expect(nextOf(result)).toMatch(first);
    if (never !== undefined) expect(nextOf(result)).not.toMatch(never);
    // Bounded by the number of tries; no other name is asked for.
    expect(new Set(askedFor(result))).toEqual(new Set([`asked for ${host}`]));
    expect(askedFor(result).length).toBeLessThanOrEqual(3);
    expect(pausesOf(result)).toHaveLength(askedFor(result).length - 1);
    for (const pause of pausesOf(result)) expect(pause).toBeLessThan(2000);
  });

  test("register: no CA is made for it, and no keyring written", async () => {
    const inputs = {
      region: "eu99",
      token: TOKEN,
      ...CA,
      "keyring-file": `${stage.lasting}/keyring.pem`,
      "keyring-ephemeral": "true",
    };
    const result = await run("register", inputs);
    expect(nextOf(result)).toMatch(/^Check region, which is eu99 here/);
    expect(askedFor(result).length).toBeLessThanOrEqual(3);
    expect(result.log).not.toContain("req -x509");
  });
});

describe("through a proxy", () => {
  test("the proxy's own host does not exist: its variable is to blame", async () => {
    const result = await run(
      "status",
      { region: "eu1", token: TOKEN },
      { HTTPS_PROXY: "http://proxy.typo.test:8080" },
    );
    expect(result.errors[0]?.message).toMatch(/HTTPS_PROXY names the proxy proxy\.typo\.test:8080/);
    expect(nextOf(result)).toMatch(/^Correct HTTPS_PROXY/);
    expect(new Set(askedFor(result))).toEqual(new Set(["asked for proxy.typo.test"]));
  });

  test("a proxy that does not find the host: the input that made it is named first", async () => {
    const proxy = await startProxy();
    proxy.otherwise = 503;
    try {
      const result = await run("status", { region: "eu99", token: TOKEN }, { HTTPS_PROXY: proxy.url });
      expect(result.errors[0]?.message).toMatch(/^PLATFORM_UNREACHABLE: /);
      expect(nextOf(result)).toMatch(/^Check region, which is eu99 here/);
      expect(askedFor(result)).toEqual([]);
    } finally {
      proxy.stop();
    }
  });
});
