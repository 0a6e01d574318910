import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parseKeyring } from "../../src/keyring/keyring-format.ts";
import { createWatched, type Watched } from "../bad-input/refused.ts";
import { codesOf, type Result, runAction } from "../support/action.ts";
import { type GitHub, startGitHub } from "../support/github.ts";
import { fileIn, fingerprintOf, keysIn, NEW, OLD, Plant, RETIRED } from "./care-scene.ts";

// The task keyring with GitHub secrets, at both ends (issue 14).

const [HOME, OTHER] = ["CA_KEYRING", "CA_KEYRING_COPY"];
const passphrase = { "keyring-passphrase": OLD };
const both = { "keyring-passphrase": `${NEW}\n${OLD}` };

let plant: Plant;
let github: GitHub;
let watched: Watched;

beforeAll(() => {
  plant = new Plant();
});
afterAll(() => plant.remove());
beforeEach(async () => {
  github = await startGitHub({ environments: ["plant"] });
  watched = createWatched();
});
afterEach(async () => {
  await github.close();
  watched.stage.remove();
});

async function run(inputs: Record<string, string> = {}): Promise<Result> {
  const all = {
    "github-token": github.token,
    "openssl-path": watched.openssl,
    "keyring-ephemeral": "true",
    ...inputs,
  };
  return await runAction("keyring", watched.stage, { inputs: all, env: github.env });
}
const home = () => ({ keyring: github.text(HOME), "keyring-secret": HOME });
const file = (name = "keyring.pem") => fileIn(watched.stage.lasting, name);
/** Stores a keyring as a run that wrote it just now. */
function seed(more: { passphrase?: string; environment?: string } = {}): string {
  const at = github.now();
  const text = plant.keyring(more.passphrase ?? OLD, { writtenAt: new Date(at).toISOString() });
  github.seed(HOME, text, { ...(more.environment && { environment: more.environment }), updatedAt: at });
  return text;
}
const puts = () => github.calls().filter((call) => call === "put").length;
function expectDone(result: Result, changed: boolean): void {
  expect(result.errors).toEqual([]);
  expect(result.outputs["changed"]).toBe(String(changed));
}
const opens = (text: string, words: string) =>
  keysIn(text).map((key) => createPrivateKey({ key, passphrase: words }).asymmetricKeyType);

test("it lists a secret's keyring, and writes nothing", async () => {
  seed();
  const result = await run({ ...home(), ...passphrase });
  expectDone(result, false);
  expect(JSON.parse(result.outputs["entries"] ?? "")).toHaveLength(4);
  expect(puts()).toBe(0);
});

test("it encrypts every key with the first passphrase, in one PUT, and forgets with it", async () => {
  seed();
  expectDone(await run({ ...home(), ...both, forget: fingerprintOf(plant.retired) }), true);
  expect(puts()).toBe(1);
  expect(opens(github.text(HOME), NEW)).toHaveLength(3);
  expectDone(await run({ ...home(), "keyring-passphrase": NEW }), false);
});

test("an old value of the secret is refused before anything is written", async () => {
  const at = github.now();
  seed();
  github.seed(HOME, "something else", { updatedAt: at + 3_600_000 });
  const stale = plant.keyring(OLD, { writtenAt: new Date(at).toISOString() });
  expect(codesOf(await run({ ...home(), keyring: stale, ...both }))).toEqual(["KEYRING_STALE"]);
  const copy = { "keyring-target-secret": OTHER };
  expect(codesOf(await run({ ...home(), keyring: stale, ...passphrase, ...copy }))).toEqual([
    "KEYRING_STALE",
  ]);
  expect([puts(), watched.started()]).toEqual([0, []]);
});

test("keyring-import stores it in a secret that does not exist yet", async () => {
  const inputs = { keyring: plant.keyring(OLD), "keyring-secret": HOME, ...passphrase };
  expect(codesOf(await run(inputs))).toEqual(["KEYRING_SECRET_MISMATCH"]);
  expectDone(await run({ ...inputs, "keyring-import": "true" }), true);
  expectDone(await run({ ...home(), ...passphrase }), false);
});

describe("it copies the keyring to another home, and leaves the source as it is", () => {
  test("from a file into a secret: a run of that secret takes it for its own", async () => {
    const text = plant.keyring(OLD);
    file().write(text);
    expectDone(
      await run({ "keyring-file": file().path, "keyring-target-secret": OTHER, ...passphrase }),
      true,
    );
    expect(file().read()).toBe(text);
    expect(parseKeyring(github.text(OTHER), OLD).entries).toEqual(parseKeyring(text, OLD).entries);
    const there = { keyring: github.text(OTHER), "keyring-secret": OTHER };
    expectDone(await run({ ...there, ...both }), true);
    expect(opens(github.text(OTHER), NEW)).toHaveLength(4);
  });

  test("from a secret into a file", async () => {
    const text = seed();
    expectDone(await run({ ...home(), ...passphrase, "keyring-target-file": file().path }), true);
    expect([github.text(HOME), puts()]).toEqual([text, 0]);
    expect(parseKeyring(readFileSync(file().path, "utf8"), OLD).entries).toEqual(
      parseKeyring(text, OLD).entries,
    );
  });

  test("from a text that nothing is known of, with its own token", async () => {
    const copy = { keyring: plant.keyring(OLD), "keyring-target-secret": OTHER };
    expectDone(await run({ ...copy, ...passphrase }), true);
    expect(github.text(OTHER)).toContain("copy of generation 4");
  });

  test.each([
    ["another name", undefined, { "keyring-target-secret": OTHER }, undefined],
    [
      "an environment",
      undefined,
      { "keyring-target-secret": HOME, "keyring-target-environment": "plant" },
      "plant",
    ],
    ["the repository", "plant", { "keyring-target-secret": HOME }, undefined],
  ])("from a secret to %s, with another passphrase", async (_, from, to, environment) => {
    const text = seed({ ...(from && { environment: from }) });
    const source = {
      keyring: github.text(HOME, from),
      "keyring-secret": HOME,
      ...(from && { "keyring-environment": from }),
    };
    expectDone(await run({ ...source, ...both, ...to }), true);
    expect(github.text(HOME, from)).toBe(text);
    expect(opens(github.text(to["keyring-target-secret"], environment), NEW)).toHaveLength(4);
    expect(puts()).toBe(1);
  });

  test("a plan looks at both and writes neither", async () => {
    seed();
    const result = await run({ ...home(), ...both, "keyring-target-secret": OTHER, apply: "false" });
    expectDone(result, false);
    expect(result.summary).toContain(`Would copy the keyring to the secret ${OTHER} of`);
    expect([puts(), github.text(OTHER), watched.started()]).toEqual([0, "", []]);
  });
});

describe("a secret that exists is never replaced by a copy: nobody can read what it holds", () => {
  test.each(["true", "false"])("apply: %s", async (apply) => {
    seed();
    github.seed(OTHER, plant.keyring(OLD));
    const result = await run({ ...home(), ...both, "keyring-target-secret": OTHER, apply });
    expect(codesOf(result)).toEqual(["KEYRING_TARGET_HAS_KEYS"]);
    expect(result.errors[0]?.message).toMatch(
      new RegExp(`secrets\\.${OTHER}[\\s\\S]*gh secret delete ${OTHER}[\\s\\S]*keyring-target-secret`),
    );
    expect([puts(), watched.started()]).toEqual([0, []]);
  });

  test("its next step works: list it, delete it, run again", async () => {
    seed();
    const copy = { ...home(), ...passphrase, "keyring-target-secret": OTHER };
    expectDone(await run(copy), true);
    expect(codesOf(await run(copy))).toEqual(["KEYRING_TARGET_HAS_KEYS"]);
    const listed = await run({ keyring: github.text(OTHER), "github-token": "", ...passphrase });
    expect(listed.outputs["entries"]).toBe((await run({ ...home(), ...passphrase })).outputs["entries"]);
    github.remove(OTHER);
    expectDone(await run(copy), true);
  });

  test("one that somebody makes while the copy is written stops it", async () => {
    seed();
    let looks = 0;
    github.onRequest = (call) => {
      if (call === "metadata" && ++looks === 3) github.seed(OTHER, "made meanwhile");
    };
    const result = await run({ ...home(), ...passphrase, "keyring-target-secret": OTHER });
    expect(codesOf(result)).toEqual(["KEYRING_STALE"]);
    expect([puts(), github.text(OTHER)]).toEqual([0, "made meanwhile"]);
  });

  test("a token that may not write leaves both as they are", async () => {
    const text = seed();
    github.rights = "read";
    const result = await run({ ...home(), ...passphrase, "keyring-target-secret": OTHER });
    expect(codesOf(result)).toEqual(["SECRET_ACCESS_DENIED"]);
    expect([github.text(HOME), github.text(OTHER)]).toEqual([text, ""]);
  });

  test("a copy that is too large for a secret", async () => {
    const entries = Array.from({ length: 20 }, () => plant.entry(plant.retired, OLD, { retiredAt: RETIRED }));
    const text = plant.keyring(OLD, { entries });
    file().write(text);
    const result = await run({ "keyring-file": file().path, ...passphrase, "keyring-target-secret": OTHER });
    expect(codesOf(result)).toEqual(["KEYRING_TOO_LARGE"]);
    expect([puts(), file().read()]).toEqual([0, text]);
  });

  test("another machine's clock that differs from GitHub's by an hour", async () => {
    github.skew = 3_600_000;
    seed();
    for (const more of [both, { ...passphrase, "keyring-target-secret": OTHER }])
      expect(codesOf(await run({ ...home(), ...more }))).toEqual(["CLOCK_DOUBTFUL"]);
    expect(puts()).toBe(0);
  });
});
