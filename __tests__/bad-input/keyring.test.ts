import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { connectionTo, keyringFile, registerInputs } from "../support/inputs.ts";
import { type Materials, makeMaterials } from "./materials.ts";
import { createWatched, expectNoTrace, namesOf, refused, type Watched } from "./refused.ts";

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

async function refuse(changes: Record<string, string>, env = {}) {
  const inputs = { ...registerInputs(sandbox, watched.stage), "openssl-path": watched.openssl, ...changes };
  const refusal = await refused("register", watched, sandbox, inputs, env);
  const { own, other, sealed } = made;
  expectNoTrace(refusal.result, [own.pkcs8, own.pkcs1, other.pkcs8, sealed, sandbox.token]);
  return refusal;
}

/** Texts of a keyring, the entry that is damaged, and why. */
const DAMAGED: Record<string, [text: (it: Materials) => string, entry: number, says: RegExp, code?: string]> =
  {
    "no PEM": [() => "my old keyring", 0, /no PEM block/],
    "a key without its certificate": [
      ({ own, other }) => own.pkcs8 + own.pem + other.pkcs8,
      2,
      /belong together/,
    ],
    "the certificate of another key": [
      ({ own, other }) => own.pkcs8 + own.pem + other.pkcs8 + own.pem,
      2,
      /private key does not belong/,
    ],
    "a certificate that is no CA": [({ own, leaf }) => own.pkcs8 + leaf, 1, /CA:TRUE is missing/],
    "a key cut short": [
      ({ own }) => own.pkcs8.replace(/\n[^\n]{64}\n/, "\n") + own.pem,
      1,
      /private key cannot be read/,
    ],
    "a key masked by the runner": [
      ({ own }) => own.pkcs8.replaceAll(/^[A-Za-z0-9+/=]+$/gm, "***") + own.pem,
      1,
      /not base64/,
    ],
    "an encrypted key and no passphrase": [
      ({ own, sealed }) => sealed + own.pem,
      1,
      /encrypted and no passphrase/,
      "PASSPHRASE_WRONG",
    ],
  };

describe("register refuses a damaged keyring, naming the entry and the reason (guarantees 3, 9)", () => {
  test.each(Object.entries(DAMAGED))("in keyring-file: %s", async (_, [text, entry, says, code]) => {
    writeFileSync(keyringFile(watched.stage), text(made));
    const refusal = await refuse({});
    expect(namesOf(refusal)).toEqual([code === undefined ? "keyring-file" : "keyring-passphrase"]);
    expect(refusal.code).toBe(code ?? "KEYRING_DAMAGED");
    expect(refusal.problems[0]).toMatch(says);
    if (entry > 0) expect(refusal.problems[0]).toContain(`entry ${entry}`);
  });

  test.each(Object.entries(DAMAGED))("in keyring: %s", async (_, [text, entry, says, code]) => {
    const refusal = await refuse({ "keyring-file": "", keyring: text(made) });
    // One cause, one complaint: nobody knows whether a key would be made.
    expect(namesOf(refusal)).toEqual([code === undefined ? "keyring" : "keyring-passphrase"]);
    expect(refusal.problems[0]).toMatch(says);
    if (entry > 0) expect(refusal.problems[0]).toContain(`entry ${entry}`);
  });

  test("a wrong passphrase", async () => {
    const [passphrase, keyring] = ["wrong wrong wrong", made.sealed + made.own.pem];
    const refusal = await refuse({ "keyring-file": "", keyring, "keyring-passphrase": passphrase });
    expect(refusal.code).toBe("PASSPHRASE_WRONG");
    expect(refusal.problems[0]).toMatch(/^keyring-passphrase: .*entry 1.*does not open/);
    expectNoTrace(refusal.result, [passphrase]);
  });
});

describe("where the keyring is and goes (guarantees 2, 9)", () => {
  test("keyring and keyring-file both", async () => {
    const refusal = await refuse({ keyring: made.own.pkcs8 + made.own.pem });
    expect(namesOf(refusal)).toEqual(["keyring"]);
    expect(refusal.problems[0]).toMatch(/is given together with keyring-file/);
  });

  test("keyring and keyring-file both: each text is still checked", async () => {
    writeFileSync(keyringFile(watched.stage), made.own.pkcs8);
    const refusal = await refuse({ keyring: made.other.pkcs8 + made.own.pem });
    expect(refusal.problems).toEqual([
      expect.stringMatching(/^keyring: is given together with keyring-file/),
      expect.stringMatching(/^keyring-file: .*entry 1 is not complete/),
      expect.stringMatching(/^keyring: .*entry 1 .*private key does not belong/),
    ]);
  });

  test("a passphrase that cannot be one is reported once, and what is damaged besides", async () => {
    const bad = { "keyring-file": "", "keyring-passphrase": "words of old\n\n" };
    const one = await refuse({ ...bad, keyring: made.sealed + made.own.pem });
    expect(one.problems).toEqual([
      expect.stringMatching(/^keyring-passphrase: has a passphrase in line 2 that is blank/),
    ]);
    const two = await refuse({ ...bad, keyring: made.own.pkcs8 });
    expect(namesOf(two)).toEqual(["keyring", "keyring-passphrase"]);
  });

  test("a file that is too large for a keyring is not read", async () => {
    writeFileSync(keyringFile(watched.stage), Buffer.alloc(1024 * 1024 + 1, "a"));
    const refusal = await refuse({});
    expect(refusal.problems).toEqual([expect.stringMatching(/^keyring-file: is larger than 1 MiB/)]);
  });

  test.each([
    ["delete", () => ({ "certificate-id": "x", "allow-last": "true" })],
    [
      "agent-certificate",
      () => ({ agents: "press-01", "country-code": "DE", city: "MUC", organization: "Acme" }),
    ],
  ])(
    "%s: a keyring-file that does not exist is a mistake, not an empty keyring (guarantee 6)",
    async (task, more) => {
      const file = join(watched.stage.lasting, "kerying.pem");
      const inputs = {
        ...connectionTo(sandbox),
        ...more(),
        "keyring-file": file,
        "openssl-path": watched.openssl,
      };
      const refusal = await refused(task, watched, sandbox, inputs);
      expect(refusal.problems).toEqual([
        expect.stringMatching(/^keyring-file: does not exist\. Give the path/),
      ]);
    },
  );

  test.each([
    ["nowhere", () => ""],
    ["nowhere, and only a retired CA in the keyring", () => retired()],
  ])("no target when a key would be made: %s", async (_, keyring) => {
    const refusal = await refuse({ "keyring-file": "", keyring: keyring() });
    expect(refusal.code).toBe("KEYRING_TARGET_MISSING");
    expect(refusal.problems).toHaveLength(1);
    expect(refusal.problems[0]).toMatch(
      /^keyring-file: is missing, and so is keyring-secret.*would make a CA key/,
    );
  });

  test("a keyring pasted into keyring-file is not shown", async () => {
    const refusal = await refuse({ "keyring-file": made.own.pkcs8 + made.own.pem });
    expect(namesOf(refusal)).toEqual(["keyring-file"]);
  });

  test("a folder that does not exist, a folder, a link", async () => {
    const { lasting } = watched.stage;
    mkdirSync(join(lasting, "folder"));
    writeFileSync(join(lasting, "real.pem"), made.own.pkcs8 + made.own.pem);
    symlinkSync(join(lasting, "real.pem"), join(lasting, "link.pem"));
    symlinkSync(join(lasting, "gone.pem"), join(lasting, "dangling.pem"));
    for (const [file, says] of [
      [
        "nowhere/keyring.pem",
        /the folder \/.*\/nowhere, which does not exist\. Create it: sudo install -d -m 700 -o \S+ \/.*\/nowhere$/,
      ],
      ["folder", /not a regular file/],
      ["link.pem", /not a regular file.*not of a link/],
      ["dangling.pem", /not a regular file.*not of a link/],
      ["real.pem/keyring.pem", /ENOTDIR/],
    ] as const) {
      const refusal = await refuse({ "keyring-file": join(lasting, file) });
      expect(namesOf(refusal)).toEqual(["keyring-file"]);
      expect(refusal.problems[0]).toMatch(says);
    }
  });

  test.each([
    ["on a GitHub-hosted runner", "lasting", { RUNNER_ENVIRONMENT: "github-hosted" }, /GitHub-hosted/],
    ["inside RUNNER_TEMP", "temp", {}, /RUNNER_TEMP/],
    ["inside GITHUB_WORKSPACE", "workspace", {}, /GITHUB_WORKSPACE/],
  ])("KEYRING_EPHEMERAL where the file would vanish: %s", async (_, folder, env, says) => {
    const file = join(watched.stage.root, folder, "keyring.pem");
    const refusal = await refuse({ "gateway-url": "", "keyring-file": file }, env);
    expect(refusal.code).toBe("KEYRING_EPHEMERAL");
    expect(refusal.problems[0]).toMatch(says);
    expect(refusal.problems[0]).toMatch(/keyring-ephemeral: true/);
  });
});

function retired(): string {
  return `Retired at: 2026-01-01T00:00:00.000Z\n${made.own.pkcs8}${made.own.pem}`;
}
