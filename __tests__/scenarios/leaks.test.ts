import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { encrypted, type MadeCa, makeCa } from "../ca/made.ts";
import { Workshop } from "../sandbox/workshop.ts";
import { codesOf, createStage, type Result, runAction, type Stage } from "../support/action.ts";
import { connectionTo, keyringFile, registerInputs } from "../support/inputs.ts";
import { expectNoLeak, formsOf } from "../support/leaks.ts";
import { WITHOUT_PAUSES } from "../support/without-pauses.ts";

const PASSPHRASE = "correct-horse-battery-staple";
/** A token that fits into a registration code. */
const SHORT_TOKEN = "opaque-0123456789abcdefghijklmno";

const workshop = new Workshop();
let ca: MadeCa;
let sandbox: Sandbox;
let stage: Stage;

beforeAll(() => {
  ca = makeCa(workshop, "/CN=acme");
});
afterAll(() => workshop.remove());
beforeEach(async () => {
  sandbox = await startSandbox({ limits: "off", token: SHORT_TOKEN });
  stage = createStage();
});
afterEach(async () => {
  await sandbox.close();
  stage.remove();
});

/** Every file that is left where later steps look. */
function filesLeft(): string {
  const left = readdirSync(stage.temp, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return left.map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8")).join("\n");
}
function expectNowhere(result: Result, secrets: readonly string[]): void {
  expectNoLeak(result, secrets);
  const [files, keyring] = [
    filesLeft(),
    existsSync(keyringFile(stage)) ? readFileSync(keyringFile(stage), "utf8") : "",
  ];
  for (const secret of secrets) {
    expect(files).not.toContain(secret);
    expect(keyring).not.toContain(secret);
  }
}

/** An openssl that does its work, notes each key that it made, and then the shell lines of `more` with it as $out. */
function standIn(more: string): { inputs: Record<string, string>; made: () => string[] } {
  const [path, notes] = [join(stage.root, "openssl"), join(stage.root, "made")];
  mkdirSync(notes, { recursive: true });
  const script = `#!/bin/sh
R='${stage.openssl}'
out=; before=
for word in "$@"; do [ "$before" = -out ] && out="$word"; before="$word"; done
"$R" "$@"; code=$?
# Whole or not at all: the run may end this process while another one fails.
if [ "$1" = genrsa ]; then cp "$out" '${notes}'/.$$; mv '${notes}'/.$$ '${notes}'/$$; fi
${more}
exit $code
`;
  writeFileSync(path, script);
  chmodSync(path, 0o755);
  const made = () =>
    readdirSync(notes)
      .filter((name) => !name.startsWith("."))
      .map((name) => readFileSync(join(notes, name), "utf8"));
  return { inputs: { "openssl-path": path }, made };
}

describe("an openssl, or what has its name, that prints the key it made (guarantee 8)", () => {
  const ONE_LINE = "tr -d '\\n' < \"$out\"; echo";
  const PRINTS: Record<string, string> = {
    "as it is": 'cat "$out"',
    "to stderr": 'cat "$out" >&2',
    "without its first and last line": 'grep -v -- ----- "$out"',
    "on one line": ONE_LINE,
    "its numbers": '"$R" rsa -in "$out" -noout -text',
    "its bytes in hexadecimal":
      '"$R" rsa -in "$out" -outform DER 2>/dev/null | od -An -v -tx1 | tr -d " \\n" >&2',
  };

  test.each(Object.entries(PRINTS))("%s: a run that goes well", async (_, print) => {
    const { inputs, made } = standIn(`if [ "$1" = genrsa ]; then ${print}; fi`);
    const result = await runAction("register", stage, {
      inputs: { ...registerInputs(sandbox, stage), ...inputs, "keyring-passphrase": PASSPHRASE },
    });
    expect(result.outputs["outcome"]).toBe("registered");
    expect(made()).toHaveLength(2);
    for (const key of made()) expectNowhere(result, [...formsOf(key), ...numbersOf(key)]);
  });

  test.each(Object.entries(PRINTS))(
    "%s: one that fails then, before anybody could mask it",
    async (_, print) => {
      const { inputs, made } = standIn(`if [ "$1" = genrsa ]; then ${print}; code=1; fi`);
      const result = await runAction("register", stage, {
        inputs: { ...registerInputs(sandbox, stage), ...inputs },
      });
      expect(codesOf(result)).toEqual(["OPENSSL_FAILED"]);
      expect(made().length).toBeGreaterThan(0);
      for (const key of made()) expectNowhere(result, [...formsOf(key), ...numbersOf(key)]);
    },
  );

  test("the key that it was to encrypt", async () => {
    const { inputs, made } = standIn(
      "if [ \"$1\" = pkcs8 ]; then cat 'NOTES'/* >&2; code=1; fi".replace("NOTES", join(stage.root, "made")),
    );
    const result = await runAction("register", stage, {
      inputs: { ...registerInputs(sandbox, stage), ...inputs, "keyring-passphrase": PASSPHRASE },
    });
    expect(codesOf(result)).toEqual(["OPENSSL_FAILED"]);
    for (const key of made()) expectNowhere(result, [...formsOf(key), PASSPHRASE]);
  });

  test("the key that it was to encrypt, beside the encrypted one: the keyring has the encrypted one alone", async () => {
    const made = join(stage.root, "made");
    const { inputs, made: keys } = standIn(
      `if [ "$1" = pkcs8 ]; then for key in '${made}'/*; do "$R" rsa -in "$key" -noout -text; done; fi`,
    );
    const all = { ...registerInputs(sandbox, stage), ...inputs, "keyring-passphrase": PASSPHRASE };
    const result = await runAction("register", stage, { inputs: all });
    expect(result.outputs["outcome"]).toBe("registered");
    for (const key of keys()) expectNowhere(result, [...formsOf(key), ...numbersOf(key)]);
  });

  test.each([
    ["that goes well", "code=0"],
    ["that fails", "code=1"],
  ])("the keys that the task keyring encrypts again, in a run %s", async (_, end) => {
    const keys = join(stage.root, "keys");
    writeFileSync(keys, ca.pkcs8);
    const { inputs } = standIn(
      `if [ "$1" = pkcs8 ]; then cat '${keys}' >&2; "$R" rsa -in '${keys}' -noout -text >&2; ${end}; fi`,
    );
    const [old, fresh] = ["the-words-of-old-ones", PASSPHRASE];
    writeFileSync(keyringFile(stage), `${encrypted(workshop, ca, old)}${ca.pem}`);
    const copy = { "keyring-target-file": join(stage.lasting, "copy.pem") };
    for (const more of [copy, {}]) {
      const result = await runAction("keyring", stage, {
        inputs: {
          "keyring-file": keyringFile(stage),
          "keyring-ephemeral": "true",
          "keyring-passphrase": `${fresh}\n${old}`,
          ...inputs,
          ...more,
        },
      });
      expect(codesOf(result)).toEqual(end === "code=0" ? [] : ["OPENSSL_FAILED"]);
      expectNowhere(result, [...formsOf(ca.pkcs8), ...numbersOf(ca.pkcs8), old, fresh]);
    }
  });

  /** The lines of the private numbers, as `-text` prints them. */
  function numbersOf(key: string): string[] {
    const text = execFileSync("openssl", ["rsa", "-noout", "-text"], { input: key, encoding: "utf8" });
    const secret = text.slice(text.indexOf("privateExponent:"));
    return secret
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line.length > 30);
  }
});

describe("the environment of our children (SECURITY I9)", () => {
  test("has neither inputs, nor state, nor what the runner and GitHub gave, for commands with files and without", async () => {
    // A file for each process: two of them run at the same time.
    const seen = join(stage.root, "seen");
    mkdirSync(seen);
    const { inputs } = standIn(`{ echo "$1"; env; } > '${seen}'/$$`);
    const marker = "marker-of-a-credential";
    const env = {
      ACTIONS_RUNTIME_TOKEN: marker,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: marker,
      GITHUB_TOKEN: marker,
      github_pat: marker,
      HARMLESS: "yes",
    };
    const all = { ...registerInputs(sandbox, stage), ...inputs, "keyring-passphrase": PASSPHRASE };
    const result = await runAction("register", stage, { inputs: all, env, state: { "a-secret": marker } });
    expect(result.errors).toEqual([]);
    const processes = readdirSync(seen).map((file) => readFileSync(join(seen, file), "utf8"));
    const commands = ["genrsa", "genrsa", "pkcs8", "req", "req", "version", "x509"];
    expect(processes.map((text) => text.split("\n")[0]).toSorted()).toEqual(commands);
    for (const text of processes) {
      expect(text).toContain("HARMLESS=yes");
      expect(text).not.toMatch(/^(?:INPUT_|STATE_|ACTIONS_|GITHUB_|NODE_DEBUG)/im);
      expect(text).not.toContain(marker);
      expect(text).not.toContain(sandbox.token);
      expect(text.includes(PASSPHRASE)).toBe(text.startsWith("pkcs8"));
    }
  });
});

test.runIf(process.platform === "linux")("nor has the sandbox's process (SECURITY I9)", async () => {
  const marker = "marker-of-a-credential";
  const started = await runAction("sandbox", stage, {
    env: { GITHUB_TOKEN: marker, ACTIONS_RUNTIME_TOKEN: marker },
  });
  try {
    const environment = readFileSync(`/proc/${started.state["sandbox-process"]}/environ`, "utf8").split("\0");
    expect(environment.some((line) => line.startsWith("PATH="))).toBe(true);
    expect(environment.filter((line) => /^(?:INPUT_|STATE_|ACTIONS_|GITHUB_)/.test(line))).toEqual([]);
  } finally {
    await runAction("sandbox", stage, { step: "post", state: started.state });
  }
});

describe("NODE_DEBUG, with which Node.js prints what passes through it", () => {
  test.each([
    { NODE_DEBUG: "child_process" },
    { NODE_DEBUG: "stream,net" },
    { NODE_DEBUG: "*" },
    { NODE_DEBUG_NATIVE: "tls" },
  ])("stops the run before a secret is read: %j", async (env) => {
    const { inputs, made } = standIn("");
    const all = { ...registerInputs(sandbox, stage), ...inputs, "keyring-passphrase": PASSPHRASE };
    const result = await runAction("register", stage, { inputs: all, env });
    expect(codesOf(result)).toEqual(["INPUT_INVALID"]);
    expect(result.errors[0]?.message).toContain(
      `- ${Object.keys(env)[0]}: is set, so Node.js would print secrets`,
    );
    for (const secret of [sandbox.token, PASSPHRASE])
      expect(result.stdout + result.stderr).not.toContain(secret);
    expect([made(), sandbox.calls]).toEqual([[], []]);
  });

  test("empty, it is none", async () => {
    const result = await runAction("status", stage, {
      inputs: connectionTo(sandbox),
      env: { NODE_DEBUG: "" },
    });
    expect(result.errors).toEqual([]);
  });
});

describe("a gateway that echoes the credentials (guarantee 8)", () => {
  /** @returns the body of a list; each argument overrides fields of one entry */
  const list = (...entries: readonly Record<string, string>[]) =>
    JSON.stringify(
      entries.map((more, index) => ({
        id: `a${index + 1}`,
        name: "acme",
        commonName: "acme",
        expiration: "2036-01-01T00:00:00.000Z",
        ...more,
      })),
    );
  const ECHOES: Record<string, (token: string) => string> = {
    "as it is": (token) => token,
    "with more around it": (token) => `Bearer ${token}!`,
    "in base64": (token) => Buffer.from(token).toString("base64"),
    "in hexadecimal": (token) => Buffer.from(token).toString("hex"),
    "in hexadecimal of capital letters": (token) => Buffer.from(token).toString("hex").toUpperCase(),
    "in base64 without padding": (token) => Buffer.from(token).toString("base64url"),
    "in base64 with the header around it": (token) => Buffer.from(`Bearer ${token}\r\n`).toString("base64"),
    "in base64 with the client's id before it": (token) => Buffer.from(`me:${token}`).toString("base64"),
  };

  test.each(Object.entries(ECHOES))("in a name or common name, %s: it is hidden", async (_, echo) => {
    const text = echo(SHORT_TOKEN);
    sandbox.faults.add({ call: "list", kind: "body", body: list({ name: text }, { commonName: text }) });
    const result = await runAction("status", stage, { inputs: connectionTo(sandbox) });
    expect(result.errors).toEqual([]);
    expect(JSON.parse(result.outputs["certificates"] as string)).toMatchObject([
      { id: "a1", name: "***" },
      { id: "a2", commonName: "***" },
    ]);
    expectNowhere(result, [text, SHORT_TOKEN]);
  });

  test.each(Object.entries(ECHOES))("in an id, %s: it is refused", async (_, echo) => {
    const text = echo(SHORT_TOKEN);
    sandbox.faults.add({ call: "list", kind: "body", body: list({ id: text }), times: 9 });
    const results = await Promise.all([
      runAction("status", stage, { inputs: connectionTo(sandbox), preload: [WITHOUT_PAUSES] }),
      runAction("register", stage, { inputs: registerInputs(sandbox, stage), preload: [WITHOUT_PAUSES] }),
    ]);
    for (const result of results) {
      expect(result.exitCode).toBe(1);
      expect(result.errors[0]?.message).toContain("its id contains a secret of this run");
      expectNowhere(result, [text, SHORT_TOKEN, encodeURIComponent(text)]);
    }
  });

  test("in the name of our own CA: nothing of it in receipt, outputs, summary and keyring", async () => {
    writeFileSync(keyringFile(stage), ca.pkcs8 + ca.pem);
    sandbox.seed(ca.pem, { name: `acme ${SHORT_TOKEN}` });
    const result = await runAction("register", stage, { inputs: registerInputs(sandbox, stage) });
    expect(result.outputs).toMatchObject({ outcome: "resumed", "certificate-name": "***" });
    expect(filesLeft()).toContain('"name": "***"');
    expectNowhere(result, [SHORT_TOKEN]);
  });

  test.each([
    ["a short token", SHORT_TOKEN, SHORT_TOKEN],
    ["a part of a long one", `eyJ${"a1B2c3D4".repeat(30)}.x.y`, `eyJ${"a1B2c3D4".repeat(7)}`],
  ])(
    "in a registration code, %s: it is refused, and no certificate is made for it",
    async (_, token, echo) => {
      await sandbox.close();
      sandbox = await startSandbox({ limits: "off", token });
      const { id } = sandbox.seed(ca.pem, {});
      const body = JSON.stringify({ registrationCode: echo });
      sandbox.faults.add({ call: "code", kind: "body", body, times: 9 });
      writeFileSync(keyringFile(stage), ca.pkcs8 + ca.pem);
      const ofCode = { ...connectionTo(sandbox), "certificate-id": id };
      const results = await Promise.all([
        runAction("register", stage, { inputs: registerInputs(sandbox, stage), preload: [WITHOUT_PAUSES] }),
        runAction("registration-code", stage, { inputs: ofCode, preload: [WITHOUT_PAUSES] }),
      ]);
      for (const result of results) {
        expect(result.exitCode).toBe(1);
        expect(result.errors[0]?.message).toContain("its registrationCode contains a secret of this run");
        expect(result.log).not.toContain("-subj /CN=");
        expectNowhere(result, [echo]);
      }
    },
  );

  test("of a token that was fetched, and of the client secret", async () => {
    const secret = "client-secret-of-acme-0123";
    const inputs = {
      tenant: "acme",
      "gateway-url": sandbox.url,
      "token-url": sandbox.tokenUrl,
      "client-id": "me",
      "client-secret": secret,
    };
    const token = JSON.stringify({ access_token: SHORT_TOKEN, expires_in: 1800 });
    sandbox.faults.add({ call: "token", kind: "body", body: token });
    sandbox.faults.add({ call: "list", kind: "body", body: list({ name: SHORT_TOKEN }, { name: secret }) });
    const result = await runAction("status", stage, { inputs });
    expect(result.errors).toEqual([]);
    expectNowhere(result, [SHORT_TOKEN, secret]);
  });
});

describe("a secret whose mask would blank the log", () => {
  const expectRefused = async (task: string, input: string, inputs: Record<string, string>) => {
    const result = await runAction(task, stage, { inputs });
    expect(result.exitCode).toBe(1);
    expect(result.errors[0]?.message).toMatch(new RegExp(`${input}: .*is shorter than 4 characters`));
    expect(result.stdout.match(/^::add-mask::.{0,3}$/gm)).toBeNull();
    expect(result.log).toContain("MindConnect CA");
  };

  test.each(["a", "ab", "é", `${PASSPHRASE}\na`])("keyring-passphrase %j is refused", async (text) => {
    await expectRefused("register", "keyring-passphrase", {
      ...registerInputs(sandbox, stage),
      "keyring-passphrase": text,
    });
  });

  test.each([
    ["token", {}],
    ["client-secret", { token: "", "client-id": "me" }],
    ["ca-private-key-passphrase", {}],
  ])("%s, too", async (input, more) => {
    await expectRefused("register", input, { ...registerInputs(sandbox, stage), ...more, [input]: "x" });
  });

  test("archive-passphrase, too", async () => {
    const inputs = { tenant: "acme", offline: "true", agents: "press-01", "archive-passphrase": "x" };
    await expectRefused("agent-certificate", "archive-passphrase", inputs);
  });
});
