import { readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { ROOT, runAction } from "../support/action.ts";
import { connectionTo } from "../support/inputs.ts";
import { type Materials, makeMaterials } from "./materials.ts";
import { createWatched, expectNoTrace, namesOf, refused, type Watched } from "./refused.ts";

/** An action.yml as far as it matters here. */
interface Declared {
  readonly inputs?: Record<string, { readonly required?: boolean; readonly default?: string }>;
}

const TASKS: readonly (readonly [task: string, inputs: NonNullable<Declared["inputs"]>])[] = readdirSync(
  join(ROOT, "tasks"),
).map((task) => {
  const file = task === "register" ? join(ROOT, "action.yml") : join(ROOT, "tasks", task, "action.yml");
  return [task, (parse(readFileSync(file, "utf8")) as Declared).inputs ?? {}];
});

let sandbox: Sandbox;
let made: Materials;
let watched: Watched;

beforeAll(async () => {
  sandbox = await startSandbox({ limits: "off" });
  made = makeMaterials();
});
afterAll(async () => {
  await sandbox.close();
  made.remove();
});
beforeEach(() => {
  watched = createWatched();
});
afterEach(() => watched.stage.remove());

/** For each input a value that no task takes. One that is not here takes any text, or is checked with others. */
const BAD: Record<string, () => string> = {
  tenant: () => "acme.example",
  region: () => "eu1/",
  "gateway-url": () => "http://gateway.example.com",
  token: () => "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
  "host-tenant": () => "a.b",
  "timeout-minutes": () => "-1",
  "country-code": () => "Germany",
  city: () => "a\tb",
  organization: () => "a\nb",
  "organizational-unit": () => "u".repeat(65),
  "common-name": () => "c".repeat(65),
  "common-name-prefix": () => "c\nd",
  days: () => "12abc",
  "key-bits": () => "1024",
  "certificate-name": () => "a\nb",
  "ca-certificate": () => made.own.pkcs8,
  "ca-private-key": () => made.own.pem,
  "verification-certificate": () => "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
  "certificate-id": () => "..",
  "registration-code": () => "c".repeat(65),
  directory: () => "a\nb",
  "openssl-path": () => "a\nb",
  "keyring-secret": () => "GITHUB_KEYRING",
  "github-token": () => "a token",
  "keyring-environment": () => "..",
  "keyring-import": () => "perhaps",
  "keyring-file": () => "/nowhere/keyring.pem",
  "keyring-ephemeral": () => "maybe",
  "keyring-passphrase": () => "a\nb",
  "keyring-backup-certificate": () => "/nowhere/ada.crt",
  "keyring-target-file": () => "a\nb",
  "keyring-target-secret": () => "1st_copy",
  "keyring-target-environment": () => "..",
  forget: () => "6A:C6:D7:47",
  restore: () => "a\nb",
  apply: () => "perhaps",
  overlap: () => "a year",
  retire: () => "later",
  "retired-keys": () => "burn",
  "allow-unheld": () => "..",
  "renew-before": () => "soon",
  "fail-below": () => "-5",
  "allow-last": () => "yes",
  "allow-held": () => "1",
  agents: () => "two words",
  offline: () => "maybe",
  "strict-lifetime": () => "always",
  "archive-passphrase": () => "a\nb",
  limits: () => "none",
  latency: () => "-1",
  faults: () => "[{]",
  quirks: () => "{",
};

describe("every task checks its inputs before anything runs (guarantee 9)", () => {
  test.each(TASKS.filter(([, inputs]) => Object.values(inputs).some(({ required }) => required)))(
    "%s: nothing given, every required input is named",
    async (task, inputs) => {
      const required = Object.keys(inputs).filter((name) => inputs[name]?.required);
      const refusal = await refused(task, watched, sandbox, {});
      expect(namesOf(refusal)).toEqual(expect.arrayContaining(required.toSorted()));
      for (const name of required) {
        expect(refusal.problems.filter((line) => line.startsWith(`${name}: is missing`))).toHaveLength(1);
      }
    },
  );

  test.each(TASKS.filter(([, inputs]) => "token" in inputs))("%s: no authentication", async (task) => {
    const refusal = await refused(task, watched, sandbox, { tenant: "acme" });
    expect(refusal.problems.find((line) => line.startsWith("token: "))).toMatch(
      /exactly one way of authentication/,
    );
  });

  test.each(TASKS)("%s: every input is bad, all of them are named at once", async (task, inputs) => {
    const bad = Object.entries(BAD).filter(([name]) => name in inputs);
    expect(bad.length).toBeGreaterThan(0);
    const refusal = await refused(
      task,
      watched,
      sandbox,
      Object.fromEntries(bad.map(([name, value]) => [name, value()])),
    );
    expect(refusal.code).toBe("INPUT_INVALID");
    expect(namesOf(refusal)).toEqual(expect.arrayContaining(bad.map(([name]) => name).toSorted()));
    const { own } = made;
    expectNoTrace(refusal.result, [own.pkcs8, own.pem, BAD["token"]?.() ?? ""]);
  });

  test.each(TASKS.filter(([, inputs]) => "openssl-path" in inputs))(
    "%s: that OpenSSL is not on PATH is told with the other bad inputs",
    async (task, inputs) => {
      const [[other, bad] = expect.fail("no other input")] = Object.entries(BAD).filter(
        ([name]) => name in inputs && name !== "openssl-path",
      );
      const refusal = await refused(task, watched, sandbox, { [other]: bad() }, { PATH: "/nowhere" });
      expect(refusal.code).toBe("INPUT_INVALID");
      expect(namesOf(refusal)).toEqual(expect.arrayContaining(["openssl-path", other]));
      expect(refusal.problems.find((line) => line.startsWith("openssl-path: "))).toMatch(
        /openssl is not on PATH.*\[OPENSSL_NOT_FOUND\]/,
      );
    },
  );

  test("every input of every task is tried here, but those that take any text", () => {
    const known = ["client-id", "client-secret", "token-url", "app-name", "app-version", "keyring"];
    const free = new Set([...known, "ca-private-key-passphrase"]);
    const names = TASKS.flatMap(([, inputs]) => Object.keys(inputs));
    expect([...new Set(names)].filter((name) => !free.has(name) && !(name in BAD))).toEqual([]);
  });
});

test("sandbox: an option is named once", async () => {
  const refusal = await refused("sandbox", watched, sandbox, { limits: "none", latency: "-1", faults: "{" });
  expect(refusal.problems).toEqual([
    expect.stringMatching(/^limits: must be one of "documented"/),
    expect.stringMatching(/^latency: must be a whole number from 0 to/),
    expect.stringMatching(/^faults: must be valid JSON/),
  ]);
});

describe("where a task writes files (guarantees 2, 9)", () => {
  const subject = { tenant: "acme", "country-code": "DE", city: "MUC", organization: "Acme" };
  const create = (changes: Record<string, string>) =>
    refused("create", watched, sandbox, { ...subject, "openssl-path": watched.openssl, ...changes });
  const proof = () => ({
    "ca-certificate": made.own.pem,
    "ca-private-key": made.own.pkcs8,
    "registration-code": "c0de",
  });
  const inLasting = (...names: string[]) => join(watched.stage.lasting, ...names);

  test("create wants a place for the key", async () => {
    const refusal = await create({});
    expect(refusal.code).toBe("KEYRING_TARGET_MISSING");
    expect(refusal.problems[0]).toMatch(/^directory: is missing, and so are keyring-secret and keyring-file/);
    expect(refusal.result.errors[0]?.message).toMatch(/\nNext: .*directory/);
  });

  test.each(["acme.key", "acme.pem"])("create overwrites nothing: %s", async (name) => {
    writeFileSync(inLasting(name), "precious");
    const refusal = await create({ directory: inLasting() });
    expect(refusal.code).toBe("FILE_EXISTS");
    expect(refusal.problems[0]).toMatch(new RegExp(`^directory: already holds a file "${name}"`));
    expect(readFileSync(inLasting(name), "utf8")).toBe("precious");
  });

  test.each([
    ["is a file", "lasting/file"],
    ["lies under a file", "lasting/file/below"],
    ["has a name that no disk takes", "y".repeat(256)],
  ])("a directory that %s is named before anything runs", async (_, directory) => {
    writeFileSync(inLasting("file"), "");
    expect(namesOf(await create({ directory }))).toEqual(["directory"]);
  });

  test.each([
    ["create", "lies under a file", "lasting/file/below"],
    ["create", "is a link to nothing", "lasting/dangling"],
    ["verification-certificate", "lies under a file", "lasting/file/below"],
    ["verification-certificate", "is a link to nothing", "lasting/dangling"],
  ])("%s: a directory that %s is one problem, and no key is made", async (task, _, directory) => {
    writeFileSync(inLasting("file"), "");
    symlinkSync(inLasting("gone"), inLasting("dangling"));
    const refusal = await refused(task, watched, sandbox, {
      ...(task === "create"
        ? { ...subject, "keyring-file": inLasting("keyring.pem"), "keyring-ephemeral": "true" }
        : proof()),
      directory: join(watched.stage.root, directory),
      "openssl-path": watched.openssl,
    });
    expect(refusal.code).toBe("FILE_FAILED");
    expect(refusal.problems).toHaveLength(1);
    expect(refusal.problems[0]).toMatch(/^directory: cannot be written|^directory: is not a directory/);
  });

  test.each(["create", "verification-certificate"])(
    "%s makes the directory before the first key",
    async (task) => {
      const directory = inLasting("new", "place");
      // Instead of making a key it says whether the directory is there.
      const probe = join(watched.stage.root, "bin", "probe");
      const lines = [
        "#!/bin/sh",
        '[ "$1" = version ] && exec openssl version',
        `test -d '${directory}' && echo there >&2`,
        "exit 1\n",
      ];
      writeFileSync(probe, lines.join("\n"), { mode: 0o755 });
      const inputs = { ...(task === "create" ? subject : proof()), directory, "openssl-path": probe };
      const result = await runAction(task, watched.stage, { inputs });
      expect(result.errors.map(({ title }) => title)).toEqual(["MindConnect CA: OPENSSL_FAILED"]);
      expect(result.errors[0]?.message).toContain("OpenSSL said: there");
    },
  );

  test("create: a directory that is not valid is not called missing, and all else is reported too", async () => {
    const refusal = await create({ tenant: "a.b", directory: "a\nb" });
    expect(refusal.problems.map((line) => line.slice(0, 30))).toEqual([
      expect.stringMatching(/^tenant: "a.b" is not a tenant/),
      expect.stringMatching(/^directory: contains a control/),
    ]);
    expect(namesOf(await create({ tenant: "a.b" }))).toEqual(["directory", "tenant"]);
  });

  test("a path may be as long as a system takes it", async () => {
    const deep = inLasting(...Array.from({ length: 3 }, () => "d".repeat(200)));
    const result = await runAction("create", watched.stage, { inputs: { ...subject, directory: deep } });
    expect(result.exitCode, result.log).toBe(0);
    expect(readdirSync(deep).toSorted()).toEqual(["acme.key", "acme.pem"]);
    expect((await create({ directory: `/${"d/".repeat(2048)}` })).problems[0]).toMatch(/The limit is 4096/);
  });

  test("verification-certificate overwrites nothing", async () => {
    writeFileSync(inLasting("verificationCert.pem"), "precious");
    const refusal = await refused("verification-certificate", watched, sandbox, {
      ...proof(),
      directory: inLasting(),
      "openssl-path": watched.openssl,
    });
    expect(refusal.code).toBe("FILE_EXISTS");
  });
});

describe("certificates that single tasks take (guarantee 9)", () => {
  const CASES: Record<string, [task: string, input: string, text: (it: Materials) => string, says: RegExp]> =
    {
      "upload: an expired one": ["upload", "ca-certificate", (it) => it.expired, /expired on 2021/],
      "upload: one of tomorrow": ["upload", "ca-certificate", (it) => it.future, /not valid before/],
      "upload: an intermediate": ["upload", "ca-certificate", (it) => it.intermediate, /intermediate/],
      "upload: a leaf": ["upload", "ca-certificate", (it) => it.leaf, /CA:TRUE/],
      "upload: a v1 one": ["upload", "ca-certificate", (it) => it.v1, /CA:TRUE/],
      "upload: a key": ["upload", "ca-certificate", (it) => it.own.pkcs1, /private key/],
      "verify: an expired one": ["verify", "verification-certificate", (it) => it.expired, /expired on 2021/],
      "verify: the CA itself": [
        "verify",
        "verification-certificate",
        (it) => it.own.pem,
        /it is self-signed/,
      ],
      "verify: one of tomorrow": [
        "verify",
        "verification-certificate",
        (it) => it.future,
        /not valid before/,
      ],
      "verify: a key": ["verify", "verification-certificate", (it) => it.own.pkcs8, /private key/],
      "verify: two": ["verify", "verification-certificate", (it) => it.leaf + it.own.pem, /2 PEM blocks/],
    };

  test.each(Object.entries(CASES))("%s", async (_, [task, input, text, says]) => {
    const rest: Record<string, string> = task === "verify" ? { "certificate-id": "x" } : {};
    const inputs = { ...connectionTo(sandbox), ...rest, [input]: text(made) };
    const refusal = await refused(task, watched, sandbox, inputs);
    expect(namesOf(refusal)).toEqual([input]);
    expect(refusal.problems[0]).toMatch(says);
    expectNoTrace(refusal.result, [made.own.pkcs8, made.own.pkcs1, sandbox.token]);
  });

  test("upload: a passphrase without a key", async () => {
    const inputs = { "ca-certificate": made.own.pem, "ca-private-key-passphrase": "correct horse" };
    const refusal = await refused("upload", watched, sandbox, { ...connectionTo(sandbox), ...inputs });
    expect(refusal.problems).toEqual([expect.stringMatching(/^ca-private-key-passphrase: is given without/)]);
  });

  test("upload: a key that does not match", async () => {
    const pair = { "ca-certificate": made.own.pem, "ca-private-key": made.other.pkcs8 };
    const refusal = await refused("upload", watched, sandbox, { ...connectionTo(sandbox), ...pair });
    expect(refusal.code).toBe("KEY_MISMATCH");
    expect(namesOf(refusal)).toEqual(["ca-private-key"]);
  });
});
