import { linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { fingerprintOf, NEW, OLD, OTHERS, Plant, RETIRED } from "../keyring/care-scene.ts";
import { createWatched, expectNoTrace, namesOf, refused, type Watched } from "./refused.ts";

// What the task keyring refuses before anything is started, sent or written (guarantee 9, issue 14).

let sandbox: Sandbox;
let plant: Plant;
let watched: Watched;

beforeAll(async () => {
  sandbox = await startSandbox({ limits: "off" });
  plant = new Plant();
});
afterAll(async () => {
  await sandbox.close();
  plant.remove();
});
beforeEach(() => {
  watched = createWatched();
  writeFileSync(place("keyring.pem"), plant.keyring(OLD));
});
afterEach(() => watched.stage.remove());

const place = (name: string) => join(watched.stage.lasting, name);
const repository = { GITHUB_REPOSITORY: "acme/plant", GITHUB_API_URL: "http://127.0.0.1:9" };
async function refuse(changes: Record<string, string>, env: Record<string, string> = {}) {
  const inputs = {
    "keyring-file": place("keyring.pem"),
    "keyring-ephemeral": "true",
    "keyring-passphrase": OLD,
    "openssl-path": watched.openssl,
    ...changes,
  };
  const refusal = await refused("keyring", watched, sandbox, inputs, env);
  expectNoTrace(refusal.result, [plant.used.pkcs8, plant.retired.pkcs8, OLD, NEW]);
  return refusal;
}
async function expectRefused(
  changes: Record<string, string>,
  input: string,
  says: RegExp,
  code = "INPUT_INVALID",
  env = {},
): Promise<void> {
  const refusal = await refuse(changes, env);
  expect({ names: namesOf(refusal), code: refusal.code }).toEqual({ names: [input], code });
  expect(refusal.problems[0]).toMatch(says);
}

describe("keyring-passphrase", () => {
  test.each([
    ["the same passphrase twice", `${OLD}\n${NEW}\n${OLD}`, /in line 3 that is the same as in line 1/],
    ["a blank first line: a secret that is not set", `\n${OLD}`, /in line 1 that is blank/],
    ["a blank line between", `${NEW}\n\n${OLD}`, /in line 2 that is blank/],
    ["two secrets that are not set", "\n", /that is blank/],
  ])("%s", async (_, text, says) => {
    await expectRefused({ "keyring-passphrase": text }, "keyring-passphrase", says);
  });

  test("a line break at the end is none", async () => {
    await expectRefused(
      { "keyring-passphrase": `${OLD}\n`, apply: "maybe" },
      "apply",
      /neither true nor false/,
    );
  });

  test("passphrases that do not open a key", async () => {
    await expectRefused(
      { "keyring-passphrase": NEW },
      "keyring-passphrase",
      /entry 1 \(acme\).*does not open/,
      "PASSPHRASE_WRONG",
    );
  });
});

describe("forget", () => {
  const whole = () => fingerprintOf(plant.retired);
  test.each([
    [
      "a CA in use",
      () => fingerprintOf(plant.used),
      /"acme", which is neither retired nor refused.*acme-old/,
    ],
    ["another tenant's in use", () => fingerprintOf(plant.others), /"beta", which is neither/],
    ["a CA that is not there", () => "AB".repeat(32), /names no CA of the keyring.*acme-old/],
    ["the first half of a fingerprint", () => whole().slice(0, 47), /is not a whole SHA-256 fingerprint/],
    ["a fingerprint without its last digit", () => whole().slice(0, -1), /is not a whole/],
    ["one with a digit more", () => `${whole()}0`, /is not a whole/],
    [
      "colons in odd places",
      () =>
        whole()
          .replace(":", "")
          .replace(/(...)$/, ":$1"),
      /is not a whole/,
    ],
    ["a common name", () => "acme-old", /"acme-old" is not a whole/],
    [
      "one that may go and one that may not",
      () => `${whole()}\n${fingerprintOf(plant.used)}`,
      /"acme", which is neither/,
    ],
  ])("%s", async (_, text, says) => {
    await expectRefused({ forget: text() }, "forget", says);
  });

  test("the same CA twice in the keyring, once in use", async () => {
    const entries = [
      plant.entry(plant.retired, OLD, { retiredAt: RETIRED }),
      plant.entry(plant.retired, OLD),
    ];
    writeFileSync(place("keyring.pem"), plant.keyring(OLD, { entries }));
    await expectRefused({ forget: whole() }, "forget", /neither retired nor refused/);
  });

  test("with a target: the copy leaves the keyring as it is", async () => {
    await expectRefused(
      { forget: whole(), "keyring-target-file": place("copy.pem") },
      "forget",
      /Run once with forget, and then/,
    );
  });

  test("without a place to write", async () => {
    const only = { "keyring-file": "", keyring: plant.keyring(OLD), forget: whole() };
    await expectRefused(only, "forget", /needs keyring-secret or keyring-file/, "KEYRING_TARGET_MISSING");
  });
});

describe("the keyring itself", () => {
  test("none", async () => {
    await expectRefused({ "keyring-file": "" }, "keyring", /is missing, and so is keyring-file/);
  });

  test("a file that does not exist", async () => {
    await expectRefused({ "keyring-file": place("kerying.pem") }, "keyring-file", /does not exist/);
  });

  test("a retired key that is damaged", async () => {
    const text = plant.keyring(OLD).replace(/(Retired at[\s\S]{200}[\s\S]*?\n)[^\n]{64}\n/, "$1");
    writeFileSync(place("keyring.pem"), text);
    await expectRefused({}, "keyring-file", /entry 2 \(acme-old\).*damaged/, "KEYRING_DAMAGED");
  });

  test("on a disk that vanishes, where it would be written", async () => {
    const file = join(watched.stage.temp, "keyring.pem");
    writeFileSync(file, plant.keyring(OLD));
    await expectRefused(
      { "keyring-file": file, "keyring-ephemeral": "" },
      "keyring-file",
      /RUNNER_TEMP/,
      "KEYRING_EPHEMERAL",
    );
  });
});

describe("the target", () => {
  const copy = (text: string | Buffer, changes: Record<string, string> = {}) => {
    writeFileSync(place("copy.pem"), text);
    return refuse({ "keyring-target-file": place("copy.pem"), ...changes });
  };

  test("two targets", async () => {
    const two = {
      "keyring-target-file": place("copy.pem"),
      "keyring-target-secret": "COPY",
      "github-token": "github_pat_0123",
    };
    await expectRefused(
      two,
      "keyring-target-secret",
      /together with keyring-target-file/,
      undefined,
      repository,
    );
  });

  test("an environment without a secret", async () => {
    await expectRefused(
      { "keyring-target-environment": "plant" },
      "keyring-target-environment",
      /without keyring-target-secret/,
    );
  });

  test.each([
    ["by the same path", () => place("keyring.pem")],
    ["by another one", () => join(watched.stage.lasting, "..", "lasting", "keyring.pem")],
    ["by another name", () => hardLink()],
  ])("the source's own file, %s", async (_, file) => {
    await expectRefused(
      { "keyring-target-file": file() },
      "keyring-target-file",
      /same file as keyring-file/,
    );
  });

  function hardLink(): string {
    linkSync(place("keyring.pem"), place("other-name.pem"));
    return place("other-name.pem");
  }

  test.each([
    [{}, {}],
    [{ "keyring-environment": "Plant" }, { "keyring-target-environment": "plant" }],
  ])("the source's own secret: %j", async (from, to) => {
    const inputs = {
      "keyring-file": "",
      "keyring-ephemeral": "",
      keyring: plant.keyring(OLD),
      "keyring-secret": "HOME_KEYRING",
      "github-token": "github_pat_0123",
      "keyring-target-secret": "HOME_KEYRING",
    };
    await expectRefused(
      { ...inputs, ...from, ...to },
      "keyring-target-secret",
      /same secret as keyring-secret/,
      undefined,
      repository,
    );
  });

  test("a secret without a token, of a runner that names no repository, by a name that none has", async () => {
    await expectRefused(
      { "keyring-target-secret": "COPY" },
      "github-token",
      /needs it for keyring-target-secret/,
      undefined,
      repository,
    );
    const token = { "github-token": "github_pat_0123" };
    await expectRefused(
      { "keyring-target-secret": "COPY", ...token },
      "keyring-target-secret",
      /GITHUB_REPOSITORY names none/,
    );
    await expectRefused(
      { "keyring-target-secret": "GITHUB_X", ...token },
      "keyring-target-secret",
      /reserves/,
      undefined,
      repository,
    );
  });

  test("a file with keys that the copy would not have", async () => {
    const entries = [plant.entry(plant.used, OLD)];
    writeFileSync(place("keyring.pem"), plant.keyring(OLD, { entries }));
    const before = plant.keyring(OLD, { generation: 2 });
    const refusal = await copy(before);
    expect([refusal.code, namesOf(refusal)]).toEqual(["KEYRING_TARGET_HAS_KEYS", ["keyring-target-file"]]);
    for (const ca of [plant.retired, plant.refused, plant.others])
      expect(refusal.problems[0]).toContain(fingerprintOf(ca));
    expect(readFileSync(place("copy.pem"), "utf8")).toBe(before);
  });

  test.each([
    ["no keyring", () => "my notes\n"],
    ["half a keyring", () => plant.keyring(OLD).slice(0, 2500)],
    ["a key without a certificate", () => plant.used.pkcs8],
    ["UTF-16", () => Buffer.from(plant.keyring(OLD), "utf16le")],
  ])("a file that is there and cannot be read: %s", async (_, text) => {
    const refusal = await copy(text());
    expect([refusal.code, namesOf(refusal)]).toEqual(["KEYRING_TARGET_HAS_KEYS", ["keyring-target-file"]]);
    expect(refusal.problems[0]).toMatch(/cannot be read as a keyring|UTF-16/);
  });

  test("encrypted keys, where the copy would be plain", async () => {
    writeFileSync(place("keyring.pem"), plant.keyring());
    const refusal = await copy(plant.keyring(OTHERS, { generation: 2 }), { "keyring-passphrase": "" });
    expect(refusal.code).toBe("PASSPHRASE_WRONG");
    expect(refusal.problems[0]).toMatch(/holds the key of "acme" encrypted/);
  });

  test.each([
    ["on a GitHub-hosted runner", "lasting", { RUNNER_ENVIRONMENT: "github-hosted" }, /GitHub-hosted/],
    ["inside RUNNER_TEMP", "temp", {}, /RUNNER_TEMP/],
    ["inside GITHUB_WORKSPACE", "workspace", {}, /GITHUB_WORKSPACE/],
  ])("a disk that vanishes: %s", async (_, folder, env, says) => {
    const to = {
      "keyring-target-file": join(watched.stage.root, folder, "copy.pem"),
      "keyring-ephemeral": "",
    };
    await expectRefused(to, "keyring-target-file", says, "KEYRING_EPHEMERAL", env);
  });

  test("a folder, a link, a folder that does not exist", async () => {
    mkdirSync(place("folder"));
    symlinkSync(place("keyring.pem"), place("link.pem"));
    for (const [file, says] of [
      ["folder", /not a regular file/],
      ["link.pem", /not a regular file/],
      ["nowhere/copy.pem", /which does not exist/],
    ] as const)
      await expectRefused({ "keyring-target-file": place(file) }, "keyring-target-file", says);
  });
});
