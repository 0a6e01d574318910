import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readCertificate } from "../../src/ca/certificate.ts";
import { formatKeyring } from "../../src/keyring/keyring-format.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { type GitHub, startGitHub } from "../support/github.ts";
import { keyringFile, registerInputs } from "../support/inputs.ts";
import { type Materials, makeMaterials, PASSPHRASE } from "./materials.ts";
import { createWatched, expectNoTrace, namesOf, refused, type Watched } from "./refused.ts";

let sandbox: Sandbox;
let github: GitHub;
let made: Materials;
let watched: Watched;

beforeAll(async () => {
  [sandbox, github] = await Promise.all([startSandbox({ limits: "off" }), startGitHub()]);
  made = makeMaterials();
});
afterAll(async () => {
  await Promise.all([sandbox.close(), github.close()]);
  made.remove();
});
beforeEach(() => {
  watched = createWatched();
});
afterEach(() => watched.stage.remove());

/** A registration with the keyring in a secret that would go well, changed; GitHub is not asked either. */
async function refuse(changes: Record<string, string>, env: Record<string, string> = {}) {
  const inputs = {
    ...registerInputs(sandbox, watched.stage),
    "openssl-path": watched.openssl,
    "keyring-file": "",
    "keyring-secret": "CA_KEYRING",
    "github-token": github.token,
    "keyring-import": "false",
    ...changes,
  };
  const refusal = await refused("register", watched, sandbox, inputs, { ...github.env, ...env });
  expect(github.requests).toEqual([]);
  expectNoTrace(refusal.result, [made.own.pkcs8, made.sealed, github.token, sandbox.token, PASSPHRASE]);
  return refusal;
}

describe("register refuses a secret that cannot be (guarantee 9)", () => {
  test.each([
    ["keyring-secret", "ca-keyring", /not the name of a secret.*A to Z, 0 to 9 and _/],
    ["keyring-secret", "ca_keyring", /A to Z/],
    ["keyring-secret", "1ST", /no digit at the beginning/],
    ["keyring-secret", "GITHUB_CA", /begins with GITHUB_/],
    ["keyring-secret", "A B", /not the name of a secret/],
    ["keyring-secret", "../X", /not the name of a secret/],
    ["github-token", "", /is missing.*for keyring-secret.*GITHUB_TOKEN cannot/],
    ["github-token", "two words", /not a GitHub token/],
    ["keyring-environment", "..", /not the name of an environment/],
    ["keyring-environment", "a\nb", /control character or a line break/],
    ["keyring-import", "perhaps", /neither true nor false/],
  ])("%s: %j", async (input, value, says) => {
    const refusal = await refuse({ [input]: value });
    expect(namesOf(refusal)).toEqual([input]);
    expect(refusal.problems[0]).toMatch(says);
  });

  test.each([
    ["no repository", { GITHUB_REPOSITORY: "" }, /GITHUB_REPOSITORY/],
    ["a repository that climbs", { GITHUB_REPOSITORY: "acme/.." }, /GITHUB_REPOSITORY/],
    ["an API over plain http", { GITHUB_API_URL: "http://ghes.example.com/api/v3" }, /GITHUB_API_URL/],
    ["an API with credentials", { GITHUB_API_URL: "https://a:b@ghes.example.com" }, /GITHUB_API_URL/],
    ["an API that is no URL", { GITHUB_API_URL: "ghes" }, /GITHUB_API_URL/],
  ])("where the runner names %s", async (_, env, says) => {
    const refusal = await refuse({}, env);
    expect(namesOf(refusal)).toEqual(["keyring-secret"]);
    expect(refusal.problems[0]).toMatch(says);
  });

  test("its inputs beside keyring-file, each by its name: the keyring lives in one place", async () => {
    const refusal = await refuse({
      "keyring-file": keyringFile(watched.stage),
      keyring: made.own.pkcs8 + made.own.pem,
      "keyring-environment": "prod",
      "keyring-import": "true",
    });
    // keyring-import may mean the file: that an empty one is no loss.
    const rivals = ["github-token", "keyring", "keyring-environment", "keyring-secret"];
    expect(namesOf(refusal)).toEqual(rivals);
    for (const line of refusal.problems) expect(line).toMatch(/is given together with keyring-file/);
  });

  test("what is for a secret, without its name", async () => {
    const refusal = await refuse({
      "keyring-secret": "",
      "keyring-environment": "prod",
      "keyring-import": "true",
    });
    expect(namesOf(refusal)).toEqual(["github-token", "keyring-environment", "keyring-import"]);
  });

  test("everything at once", async () => {
    const refusal = await refuse({
      "keyring-secret": "no name",
      "github-token": "",
      "keyring-environment": ".",
      keyring: "not a keyring",
      days: "0",
    });
    const names = ["days", "github-token", "keyring", "keyring-environment", "keyring-secret"];
    expect(namesOf(refusal)).toEqual(names);
  });
});

describe("register refuses a keyring that a secret cannot keep (guarantees 3, 9)", () => {
  test("a damaged one", async () => {
    const refusal = await refuse({ keyring: `${made.own.pkcs8}${made.own.pem}${made.other.pkcs8}` });
    expect(refusal.code).toBe("KEYRING_DAMAGED");
    expect(refusal.problems[0]).toContain("entry 2");
  });

  test("an encrypted one with no passphrase, or a wrong one", async () => {
    const keyring = made.sealed + made.own.pem;
    expect((await refuse({ keyring })).code).toBe("PASSPHRASE_WRONG");
    expect((await refuse({ keyring, "keyring-passphrase": "wrong" })).code).toBe("PASSPHRASE_WRONG");
  });

  test("one over 48 KB", async () => {
    const keyring = `${"A note.\n".repeat(7000)}${made.own.pkcs8}${made.own.pem}`;
    const refusal = await refuse({ keyring });
    expect(refusal.code).toBe("KEYRING_TOO_LARGE");
    expect(refusal.problems[0]).toMatch(/^keyring: has \d+ bytes\. A GitHub secret holds at most 49152/);
  });

  test.each([
    ["register", {}],
    ["create", { "gateway-url": "", token: "" }],
  ])("%s: one without room for the CA that would be made", async (task, changes) => {
    const { pkcs8: privateKey, pem } = made.own;
    const retiredAt = "2026-01-01T00:00:00.000Z";
    const entry = {
      privateKey,
      certificate: readCertificate(pem),
      retiredAt,
      notes: ["A note.".repeat(5700)],
    };
    const keyring = formatKeyring({ generation: 1, writtenAt: retiredAt, entries: [entry] });
    expect(Buffer.byteLength(keyring)).toBeLessThan(48 * 1024);
    const inputs = {
      ...registerInputs(sandbox, watched.stage),
      "openssl-path": watched.openssl,
      "keyring-file": "",
      "keyring-secret": "CA_KEYRING",
      "github-token": github.token,
      keyring,
      ...changes,
    };
    const refusal = await refused(task, watched, sandbox, inputs, github.env);
    expect(refusal.code).toBe("KEYRING_TOO_LARGE");
    expect(refusal.problems[0]).toMatch(/^keyring: has \d+ bytes, and one more CA needs up to 7168/);
    expect(github.requests).toEqual([]);
  });
});
