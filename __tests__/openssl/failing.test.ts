import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createStage, type Result, ROOT, type RunOptions, runAction, type Stage } from "../support/action.ts";
import { isRunning } from "../support/processes.ts";

let stage: Stage;

beforeEach(() => {
  stage = createStage();
});
afterEach(() => stage.remove());

/** @returns the path of a program that is OpenSSL after these shell lines */
function standIn(...lines: readonly string[]): string {
  const path = join(stage.root, "stand-in");
  writeFileSync(path, ["#!/bin/sh", ...lines, `exec '${stage.openssl}' "$@"\n`].join("\n"), { mode: 0o755 });
  return path;
}

interface Failure {
  readonly code: string;
  readonly message: string;
  readonly result: Result;
}

/** Makes a CA, which must fail with one error and leave no key behind. */
async function fail(program: string, more: RunOptions = {}): Promise<Failure> {
  const result = await runAction("create", stage, {
    ...more,
    inputs: {
      tenant: "acme",
      "country-code": "DE",
      city: "MUC",
      organization: "Acme",
      directory: join(stage.lasting, "ca"),
      "openssl-path": program,
      ...more.inputs,
    },
  });
  expect(result.exitCode, result.log + result.stderr).toBe(1);
  expect(result.errors).toHaveLength(1);
  expect(result.stderr).toBe("");
  expect(readdirSync(stage.temp)).toEqual([]);
  const [{ title, message } = { title: "", message: "" }] = result.errors;
  return { code: title.replace("MindConnect CA: ", ""), message, result };
}

const KEYRING = () => ({
  directory: "",
  "keyring-file": join(stage.lasting, "keyring.pem"),
  "keyring-ephemeral": "true",
  "keyring-passphrase": "correct horse battery staple",
});

describe("an OpenSSL that ends with 0 and has written nothing: the disk may be full (guarantee 10)", () => {
  test.each([
    ["genrsa", "acme.key"],
    ["req", "acme.pem"],
  ])("%s", async (command, file) => {
    const lines = `if [ "$1" = ${command} ]; then : > ${file}; exit 0; fi`;
    const { code, message } = await fail(standIn(lines));
    expect(code).toBe("FILE_FAILED");
    expect(message).toContain(`the file ${file} that it should have written`);
    expect(message).toMatch(/is empty\. The disk may be full/);
    expect(message).toMatch(/Next: Free space/);
  });

  test("not even the file", async () => {
    const { code, message } = await fail(standIn('if [ "$1" = genrsa ]; then exit 0; fi'));
    expect([code, message]).toEqual(["FILE_FAILED", expect.stringContaining("is not there")]);
  });

  test("half a certificate", async () => {
    const half = "printf -- '-----BEGIN CERTIFICATE-----\\nMIIC' > acme.pem; exit 0";
    const { code, message } = await fail(standIn(`if [ "$1" = req ]; then ${half}; fi`));
    expect([code, message]).toEqual(["FILE_FAILED", expect.stringContaining("acme.pem")]);
    expect(message).toContain("is not whole");
  });
});

describe.skipIf(process.platform === "win32")("an OpenSSL that a signal ends (guarantee 10)", () => {
  test.each(["KILL", "SEGV"])("SIG%s while it makes a file", async (signal) => {
    const { code, message } = await fail(standIn(`if [ "$1" = genrsa ]; then kill -${signal} $$; fi`));
    expect(code).toBe("OPENSSL_FAILED");
    expect(message).toContain('"openssl genrsa -out acme.key 2048" was ended by a signal');
    expect(message).not.toContain("null");
    expect(message).toMatch(/Next: .*memory/);
  });

  test.each([
    ["a file", 'if [ "$1" = genrsa ]; then exit 137; fi', {}],
    ["in memory", 'if [ "$1" = pkcs8 ]; then exit 137; fi', KEYRING],
  ])("inside a wrapper script, %s: shells tell it by an exit code", async (_, lines, more) => {
    const inputs = typeof more === "function" ? more() : more;
    const { code, message } = await fail(standIn(lines), { inputs });
    expect(code).toBe("OPENSSL_FAILED");
    expect(message).toContain("ended with exit code 137: signal 9 ended it");
    expect(message).toMatch(/Next: .*memory/);
  });

  test("while it encrypts a key in memory", async () => {
    const program = standIn('if [ "$1" = pkcs8 ]; then kill -KILL $$; fi');
    const { code, message } = await fail(program, { inputs: KEYRING() });
    expect(code).toBe("OPENSSL_FAILED");
    expect(message).toMatch(/"openssl pkcs8 .*" was ended by a signal/);
    expect(readdirSync(stage.lasting)).toEqual([]);
  });
});

describe.skipIf(process.platform === "win32")("an OpenSSL that never ends (guarantee 10)", () => {
  const ENDLESS = pathToFileURL(join(ROOT, "__tests__", "openssl", "endless.mjs")).href;
  const mark = () => join(stage.root, "waiting");
  /** It waits in a process of its own, and heeds no request to end; the mark holds the ids of both. */
  const hang = (command: string) =>
    `if [ "$1" = ${command} ]; then trap '' TERM; echo 'Enter PIN:' >&2; sleep 20 & echo "$$ $!" > '${mark()}.new'; mv '${mark()}.new' '${mark()}'; wait; exit 1; fi`;
  const expectEnded = async () => {
    for (const pid of readFileSync(mark(), "utf8").trim().split(" "))
      await vi.waitFor(() => expect(isRunning(Number(pid))).toBe(false));
  };

  test.each([
    ["version", {}],
    ["genrsa", {}],
    ["req", {}],
    ["pkcs8", KEYRING],
  ])("%s: it is ended with what it started, and nothing of it stays", async (command, more) => {
    const { code, message } = await fail(standIn(hang(command)), {
      inputs: typeof more === "function" ? more() : more,
      preload: [ENDLESS],
      env: { ENDLESS: `${command} ${mark()}` },
    });
    expect(code).toBe("OPENSSL_FAILED");
    expect(message).toMatch(new RegExp(`"openssl ${command}.*" did not end within 5 minutes`));
    expect(message).toContain("OpenSSL said: Enter PIN:");
    expect(message).toMatch(/Next: .*openssl-path/);
    await expectEnded();
    expect(readdirSync(stage.lasting).filter((name) => name !== "ca")).toEqual([]);
  });

  test("where something else fails, it is not left behind either", async () => {
    const lines = [
      hang("genrsa"),
      `if [ "$1" = version ]; then until [ -e '${mark()}' ]; do sleep 0.1; done; exit 1; fi`,
    ];
    const quick = pathToFileURL(join(ROOT, "__tests__", "keyring", "quick-time.mjs")).href;
    expect((await fail(standIn(...lines), { preload: [quick] })).code).toBe("OPENSSL_NOT_FOUND");
    await expectEnded();
  });

  test("one that asks for something on its input gets no answer, and fails by itself", async () => {
    const ask = `if [ "$1" = genrsa ]; then cat > /dev/null; echo 'no PIN' >&2; exit 1; fi`;
    const { code, message } = await fail(standIn(ask));
    expect([code, message]).toEqual(["OPENSSL_FAILED", expect.stringContaining("OpenSSL said: no PIN")]);
  });
});

describe("an OpenSSL that cannot be started for lack of something (guarantee 10)", () => {
  const SCARCE = pathToFileURL(join(ROOT, "__tests__", "openssl", "scarce.mjs")).href;

  test.each([
    ["EMFILE", "file descriptors"],
    ["ENFILE", "file descriptors"],
    ["EAGAIN", "processes"],
    ["ENOMEM", "memory"],
  ])("%s: it is not called missing", async (name, what) => {
    const { code, message } = await fail(standIn(), { preload: [SCARCE], env: { SCARCE: `genrsa ${name}` } });
    expect(code).toBe("OPENSSL_FAILED");
    expect(message).toContain(`The system gives this job no more ${what} (${name})`);
    expect(message).toMatch(/Next: Raise the limits .*ulimit/);
  });

  test.each(["EMFILE", "EAGAIN"])("in memory, %s", async (name) => {
    const more = { inputs: KEYRING(), preload: [SCARCE], env: { SCARCE: `pkcs8 ${name}` } };
    const { code, message } = await fail(standIn(), more);
    expect(code).toBe("OPENSSL_FAILED");
    expect(message).toMatch(/"openssl pkcs8 .*" could not be started\. The system gives this job no more/);
    expect(message).toContain(name);
  });
});

describe("an OpenSSL that finds libraries of another version (guarantee 10)", () => {
  // As ld.so ends a program, on Linux with glibc and with musl.
  const LOADERS: readonly (readonly [string, number])[] = [
    [
      "openssl: symbol lookup error: openssl: undefined symbol: OSSL_PARAM_construct_end, version OPENSSL_3.2.0",
      127,
    ],
    ["openssl: /lib/libcrypto.so.3: version `OPENSSL_3.4.0' not found (required by openssl)", 1],
    ["Error relocating /usr/bin/openssl: EVP_PKEY_get_size: symbol not found", 127],
    ["words that nobody has seen yet", 127],
  ];

  test.each(LOADERS)("%s", async (words, exitCode) => {
    writeFileSync(join(stage.root, "words"), words);
    const program = standIn(`cat '${join(stage.root, "words")}' >&2; exit ${exitCode}`);
    const { code, message } = await fail(program);
    expect(code).toBe("OPENSSL_NOT_FOUND");
    expect(message).toContain("does not run. It may load libraries of another version");
    expect(message).toContain(`OpenSSL said: ${words}`);
    expect(message).toMatch(/Next: .*openssl-path/);
  });

  test("what leads it there is named", async () => {
    const env = { LD_LIBRARY_PATH: "/opt/python/lib" };
    const { message } = await fail(standIn("exit 127"), { env });
    expect(message).toMatch(/Next: LD_LIBRARY_PATH of this step may lead it to libraries of another version/);
  });
});

test.each(['"', "\\", ":"])(
  "a path with %s in it, which no command line or PATH takes, is refused by name",
  async (sign) => {
    const folder = join(stage.root, `odd${sign}`);
    mkdirSync(folder);
    copyFileSync(standIn(), join(folder, "openssl"));
    const { code, message } = await fail(join(folder, "openssl"), { inputs: KEYRING() });
    expect(code).toBe("OPENSSL_NOT_FOUND");
    expect(message).toMatch(/openssl-path: .*a quotation mark, a backslash or a colon/);
  },
);

test("of many words, those that decide are shown", async () => {
  const lines = [
    'if [ "$1" = req ]; then',
    "i=0; while [ $i -lt 60 ]; do echo 'a line that says nothing at all' >&2; i=$((i+1)); done",
    "echo 'writing acme.pem: No space left on device' >&2",
    "i=0; while [ $i -lt 60 ]; do echo 'a line that says nothing either' >&2; i=$((i+1)); done",
    "echo 'the last line' >&2; exit 1; fi",
  ];
  const { code, message } = await fail(standIn(...lines));
  expect(code).toBe("FILE_FAILED");
  expect(message).toContain("No space left on device");
  expect(message).toContain("the last line");
  expect(message.length).toBeLessThan(1200);
});
