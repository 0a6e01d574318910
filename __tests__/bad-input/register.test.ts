import { writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { makeCa } from "../ca/made.ts";
import { Workshop } from "../sandbox/workshop.ts";
import { runAction } from "../support/action.ts";
import { keyringFile, registerInputs } from "../support/inputs.ts";
import { createWatched, expectNoTrace, namesOf, refused, type Watched } from "./refused.ts";

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

/** The inputs of a registration that would go well, changed. */
function inputs(changes: Record<string, string>): Record<string, string> {
  return { ...registerInputs(sandbox, watched.stage), "openssl-path": watched.openssl, ...changes };
}
const refuse = (changes: Record<string, string>, env = {}) =>
  refused("register", watched, sandbox, inputs(changes), env);

/** Input, bad value, what the message says of it or of what is valid. */
const SINGLE: readonly (readonly [input: string, value: string, says: RegExp])[] = [
  ["tenant", "", /is missing.*One DNS label, for example acme/],
  [
    "tenant",
    "acme.example.com",
    /not a tenant.*one DNS label: letters, digits and inner hyphens.*for example acme/,
  ],
  ["tenant", "-acme", /not a tenant.*one DNS label/],
  ["tenant", "acme.eu1.mindsphere.io", /not a tenant.*probably acme/],
  ["tenant", "https://acme.eu1.mindsphere.io/", /not a tenant.*probably acme/],
  ["tenant", "a_b", /not a tenant.*one DNS label/],
  ["tenant", "../acme", /not a tenant.*one DNS label/],
  ["tenant", "x".repeat(64), /at most 63/],
  ["region", "eu1.evil.example", /not a region.*one DNS label/],
  ["region", "eu1@evil", /not a region.*one DNS label/],
  ["region", "acme.eu1.mindsphere.io", /is not a region.*for example eu1.*Here it is probably eu1/],
  ["region", "https://acme-assetmanager.us1.mindsphere.io/start", /is not a region.*probably us1/],
  ["region", "gateway.cn1.mindsphere-in.cn", /is not a region.*set gateway-url instead/],
  ["region", "EU1", /is not a region.*lower case.*probably eu1/],
  ["region", "Europe 1", /"Europe 1" is not a region/],
  ["region", "eu1.", /"eu1\." is not a region/],
  ["region", "eu_1", /"eu_1" is not a region/],
  ["country-code", "", /is missing/],
  ["country-code", "DEU", /ISO 3166-1 alpha-2.*DE/],
  ["country-code", "de", /upper case/],
  ["country-code", "ZZ", /ISO 3166-1 alpha-2/],
  ["country-code", "UK", /ISO 3166-1 alpha-2/],
  ["country-code", "XK", /ISO 3166-1 alpha-2/],
  ["country-code", "D/", /ISO 3166-1 alpha-2/],
  ["country-code", "UK", /GB for United Kingdom/],
  ["country-code", "United Kingdom", /GB for United Kingdom/],
  ["country-code", "de", /DE for Germany/],
  ["country-code", "DEU", /DE for Germany/],
  ["country-code", "GER", /DE for Germany/],
  ["country-code", "germany", /DE for Germany/],
  ["country-code", "Deutschland", /DE for Germany/],
  ["country-code", "USA", /US for United States/],
  ["country-code", "Türkiye", /TR for Türkiye/],
  ["country-code", "D", /DE for Germany, DJ for Djibouti, DK for Denmark/],
  ["country-code", "Kosovo", /is not a country code.*for example DE for Germany/],
  ["city", "", /is missing/],
  ["city", " ", /is blank|is missing/],
  ["organization", "A\nB", /control character or a line break/],
  ["organization", "A\u0007B", /control character/],
  ["organization", "Acme\u202e", /invisible character/],
  ["city", "M\u200bUC", /invisible character/],
  ["common-name", "ac\u00adme", /invisible character/],
  ["organizational-unit", "I\u2060T", /invisible character/],
  ["certificate-name", "ac\u200dme", /invisible character/],
  ["certificate-name", "acme\u202e", /invisible character/],
  ["organization", "o".repeat(65), /65 characters long\. The limit is 64/],
  ["city", "s".repeat(129), /129 characters long\. The limit is 128/],
  ["organizational-unit", "u".repeat(65), /The limit is 64/],
  ["common-name", "c".repeat(65), /65 characters long\. The limit is 64/],
  ["common-name", "acme\r\nx", /control character/],
  ["days", "0", /whole number from 1 to 36500/],
  ["days", "-1", /whole number from 1 to 36500/],
  ["days", "12abc", /whole number from 1 to 36500/],
  ["days", "1.5", /whole number/],
  ["days", "1e3", /whole number/],
  ["days", "4000000", /from 1 to 36500/],
  ["days", "99999999999999999999", /from 1 to 36500/],
  ["key-bits", "1024", /2048, 3072 or 4096/],
  ["key-bits", "2048 bits", /2048, 3072 or 4096/],
  ["gateway-url", "http://gateway.example.com", /not https.*http is accepted only on loopback/],
  ["gateway-url", "http://127.0.0.1.example.com", /not https/],
  ["gateway-url", "http://localhost.example.com", /not https/],
  ["gateway-url", "ftp://gateway.example.com", /not https/],
  ["gateway-url", "gateway.example.com", /not a URL.*for example https:\/\//],
  ["gateway-url", "https:///gateway.example.com", /not a URL.*for example https:\/\//],
  ["gateway-url", "https:gateway.example.com", /not a URL.*for example https:\/\//],
  ["gateway-url", "https://me:pass@gateway.example.com", /contains credentials/],
  ["gateway-url", "https://me@gateway.example.com", /contains credentials/],
  ["gateway-url", "https://gateway.example.com/api", /has a path.*only the origin/],
  ["gateway-url", "https://gateway.example.com/?x=1", /query or fragment/],
  ["gateway-url", "https://gateway.example.com/#x", /query or fragment/],
  ["token", "", /Give exactly one way of authentication: token, or client-id and client-secret/],
  ["token", "ghp_abcdefghijklmnopqrstuvwxyz0123456789", /is a GitHub token.*Insights Hub/],
  ["token", "gho_abcdefghijklmnopqrstuvwxyz0123456789", /is a GitHub token/],
  ["token", "ghs_abcdefghijklmnopqrstuvwxyz0123456789", /is a GitHub token/],
  ["token", "github_pat_11ABCDEFG0abcdefghijkl_mnopqrstuvwxyz", /is a GitHub token/],
  ["token", "Bearer ghp_abcdefghijklmnopqrstuvwxyz0123456789", /is a GitHub token/],
  ["token", "two tokens", /not a bearer token/],
  ["token", "eyJhbGciOiJub25lIn0\r\nx-header: 1", /not a bearer token/],
  ["timeout-minutes", "0", /above 0, at most 360/],
  ["timeout-minutes", "ten", /number of minutes above 0/],
  ["timeout-minutes", "361", /at most 360/],
  ["certificate-name", "a\nb", /control character or a line break/],
  ["certificate-name", "n".repeat(257), /The limit is 256/],
  ["keyring-ephemeral", "yes", /neither true nor false/],
  ["keyring-passphrase", "words\n\nmore words", /a passphrase in line 2 that is blank/],
  ["keyring-passphrase", "\n", /a passphrase that is blank/],
  ["keyring-passphrase", "words\r\nmore\rwords", /a passphrase in line 2 that contains a control character/],
  [
    "keyring-passphrase",
    "words\nmore words\nwords\n",
    /a passphrase in line 3 that is the same as in line 1/,
  ],
  ["keyring-passphrase", "abc", /shorter than 4 characters/],
  ["keyring-passphrase", "-----BEGIN CERTIFICATE-----\nMIIB\n", /PEM text/],
  ["openssl-path", "open\nssl", /line break/],
];

describe("register refuses a bad input by its name and says what is valid (guarantee 9)", () => {
  test.each(SINGLE)("%s: %j", async (input, value, says) => {
    const refusal = await refuse({ [input]: value });
    expect(refusal.problems).toHaveLength(1);
    expect(refusal.problems[0]).toMatch(new RegExp(`^${input}: .*${says.source}`));
    // Passwords in a URL and tokens are never repeated (guarantee 8).
    if (/token|pass/.test(input + value) && value.length > 12)
      expectNoTrace(refusal.result, [value, "me:pass"]);
  });
});

/** What people leave in an input: of our pages, of a template, of a shell. */
const PLACEHOLDERS: readonly (readonly [input: string, value: string, shown?: string])[] = [
  ["allow-unheld", "<id>"],
  ["allow-unheld", "<the old id>"],
  ["allow-unheld", "5f0c11, <id>", "<id>"],
  ["allow-unheld", "5f0c11 ID", "ID"],
  ["allow-unheld", "your-id"],
  ["allow-unheld", "YOUR_CERTIFICATE_ID"],
  ["allow-unheld", "certificate-id"],
  ["allow-unheld", "$ID"],
  ["allow-unheld", "\u2026"],
  ["allow-unheld", `\${{ steps.status.outputs.certificate-id }}`],
  ["allow-unheld", "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"],
  ["allow-unheld", "00000000-0000-0000-0000-000000000000"],
  ["certificate-id", "<id>"],
  ["certificate-id", "id"],
  // The one on the page about the keyring.
  ["certificate-id", "c58bdcb6a79957829113d8fa"],
  ["restore", "<common name>"],
  ["restore", `\${{ inputs.restore }}`],
  ["tenant", "your-tenant"],
  ["tenant", "<tenant>"],
  ["tenant", "$TENANT"],
  ["region", "{region}"],
  ["organization", "<your organization>"],
  ["city", "YOUR_CITY"],
  ["common-name", `\${{ vars.COMMON_NAME }}`],
  ["certificate-name", "<name>"],
  ["gateway-url", "https://gateway.<region>.mindsphere.io"],
  ["keyring-file", "/srv/<tenant>/keyring.pem"],
];

describe("a placeholder is no value: register refuses it by its input's name (guarantee 9)", () => {
  test.each(PLACEHOLDERS.map(([input, value, shown = value]) => [input, value, shown] as const))(
    "%s: %j",
    async (input, value, shown) => {
      const refusal = await refuse({ [input]: value });
      expect(refusal.problems).toHaveLength(1);
      expect(refusal.problems[0]).toContain(`${input}: "${shown}" is a placeholder`);
      expect(refusal.problems[0]).toMatch(/Put the real value in its place: [A-Z]/);
    },
  );

  test("of a secret, without repeating it", async () => {
    const refusal = await refuse({ token: "<the ready token>" });
    expect(refusal.problems).toEqual([expect.stringMatching(/^token: is a placeholder/)]);
    expectNoTrace(refusal.result, ["the ready token"]);
  });

  test("what only looks like one is taken", async () => {
    const own = await startSandbox({ limits: "off" });
    try {
      const changes = {
        tenant: "your-family",
        organization: "Your Company <Süd> & {Nord}",
        "organizational-unit": "ID",
        "keyring-passphrase": "<your-passphrase>",
        "allow-unheld": "x, 5f0c-id",
      };
      const good = { ...registerInputs(own, watched.stage), ...changes };
      const result = await runAction("register", watched.stage, { inputs: good });
      expect(result.exitCode, result.log).toBe(0);
    } finally {
      await own.close();
    }
  });
});

describe("openssl-path is looked at before any request (guarantee 9)", () => {
  test.each([
    ["is not there", "nowhere/openssl", ""],
    ["is a folder", "lasting", ""],
    ["may not be run", "lasting/plain", ""],
    ["is not on PATH", "", "/nowhere"],
  ])("a program that %s", async (_, program, PATH) => {
    writeFileSync(join(watched.stage.lasting, "plain"), "#!/bin/sh\n", { mode: 0o600 });
    const path = program === "" ? "" : join(watched.stage.root, program);
    const refusal = await refuse({ "openssl-path": path }, PATH === "" ? {} : { PATH });
    expect(refusal.code).toBe("OPENSSL_NOT_FOUND");
    expect(refusal.problems).toEqual([
      expect.stringMatching(/^openssl-path: .*Give the path of OpenSSL 1\.1\.1/),
    ]);
  });

  test("a relative folder on PATH is not looked at", async () => {
    // A run's own folder is the stage's root.
    writeFileSync(join(watched.stage.root, "openssl"), "#!/bin/sh\n", { mode: 0o755 });
    const refusal = await refuse({ "openssl-path": "" }, { PATH: `.${delimiter}/nowhere` });
    expect([refusal.code, refusal.problems]).toEqual([
      "OPENSSL_NOT_FOUND",
      [expect.stringContaining("openssl is not on PATH")],
    ]);
  });

  test("it is one problem among the others", async () => {
    const refusal = await refuse({ "openssl-path": "/nowhere/openssl", days: "0" });
    expect(refusal.code).toBe("INPUT_INVALID");
    expect(namesOf(refusal)).toEqual(["days", "openssl-path"]);
    expect(refusal.problems.join("\n")).toContain("[OPENSSL_NOT_FOUND]");
  });
});

describe("exactly one way of authentication (guarantee 9)", () => {
  const ID = { "client-id": "robot" };
  const SECRET = { "client-secret": "s3cr3t-s3cr3t-s3cr3t-s3cr3t" };
  const APP = { "app-name": "app", "app-version": "v1" };

  test.each([
    ["two ways", { ...ID, ...SECRET }, ["token"], /given together with client credentials.*exactly one way/],
    ["two ways, one of them incomplete", ID, ["token"], /given together with client credentials/],
    [
      "credentials and no token-url",
      { token: "", ...ID, ...SECRET },
      ["token-url"],
      /is missing\. With gateway-url/,
    ],
    [
      "a secret alone",
      { token: "", ...SECRET, "token-url": "https://t.example" },
      ["client-id"],
      /is missing/,
    ],
    ["an id alone", { token: "", ...ID, "token-url": "https://t.example" }, ["client-secret"], /is missing/],
    [
      "app-name without app-version",
      { token: "", ...ID, ...SECRET, "app-name": "app" },
      ["app-version"],
      /is missing/,
    ],
    [
      "application credentials and a token-url",
      { token: "", ...ID, ...SECRET, ...APP, "token-url": "https://t.example" },
      ["token-url"],
      /token manager/,
    ],
    [
      "host-tenant without an application",
      { "host-tenant": "operator" },
      ["host-tenant"],
      /given without app-name and app-version/,
    ],
    [
      "app-version without app-name",
      { token: "", ...ID, ...SECRET, "app-version": "1" },
      ["app-name"],
      /is missing/,
    ],
    [
      "a token-url with a ready token",
      { "token-url": "https://t.example/oauth/token" },
      ["token-url"],
      /given without client-id and client-secret/,
    ],
    [
      "an application without credentials",
      { token: "", ...APP },
      ["client-id", "client-secret"],
      /is missing/,
    ],
    [
      "a token-url off https",
      { token: "", ...ID, ...SECRET, "token-url": "http://t.example/oauth/token" },
      ["token-url"],
      /not https/,
    ],
    [
      "a client id with a colon",
      { token: "", "client-id": "a:b", ...SECRET, "token-url": "https://t.example" },
      ["client-id"],
      /colon/,
    ],
  ])("%s", async (_, changes, names, says) => {
    const refusal = await refuse(changes);
    expect(namesOf(refusal)).toEqual(names);
    expect(refusal.problems.join("\n")).toMatch(says);
    expectNoTrace(refusal.result, [SECRET["client-secret"], sandbox.token]);
  });
});

test("every problem is in the one annotation, whatever its kind (guarantee 9)", async () => {
  const bad = Object.fromEntries(
    SINGLE.filter(([, value]) => value.trim() !== "").map(([input, value]) => [input, value]),
  );
  const refusal = await refuse({
    ...bad,
    "ca-certificate": "nowhere.pem",
    "host-tenant": "a.b",
    "client-id": "x:y",
  });
  const names = [...Object.keys(bad), "ca-certificate", "ca-private-key", "client-id", "host-tenant"];
  expect(namesOf(refusal)).toEqual(expect.arrayContaining(names.toSorted()));
  expect(refusal.code).toBe("INPUT_INVALID");
});

test("nothing given at all: every required input is named, and the place for the key (guarantees 2, 9)", async () => {
  const refusal = await refused("register", watched, sandbox, {});
  expect(namesOf(refusal)).toEqual([
    "city",
    "country-code",
    "keyring-file",
    "organization",
    "tenant",
    "token",
  ]);
});

test("a tenant of the name that the page gives its verification files is refused, or served like any other (guarantee 4)", async () => {
  const [own, workshop] = [await startSandbox({ limits: "off" }), new Workshop()];
  try {
    // Uploaded and not verified: its key is laid out as verificationCert.key, and so is the temporary one.
    const { pkcs8, pem } = makeCa(workshop, "/CN=acme");
    writeFileSync(keyringFile(watched.stage), pkcs8 + pem);
    own.seed(pem);
    const changes = { tenant: "verificationCert", "gateway-url": own.url, token: own.token };
    const result = await runAction("register", watched.stage, { inputs: inputs(changes) });
    if (result.exitCode === 0) expect(own.certificates[0]?.isVerified).toBe(true);
    else expect(result.errors[0]?.message).toMatch(/^INPUT_INVALID: .*\n- tenant: /);
  } finally {
    await own.close();
    workshop.remove();
  }
});

test("the way of the watch works: a good registration is seen by sandbox and probe", async () => {
  const own = await startSandbox({ limits: "off" });
  try {
    const good = { ...registerInputs(own, watched.stage), "openssl-path": watched.openssl };
    const result = await runAction("register", watched.stage, { inputs: good });
    expect(result.exitCode, result.log).toBe(0);
    expect(own.calls.length).toBeGreaterThan(0);
    expect(watched.started().join("\n")).toContain("genrsa -out acme.key 2048");
  } finally {
    await own.close();
  }
});
