import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { KeyRace } from "../../src/openssl/key-race.ts";

/** Processes that end when the test says so; the content of a key is the file name that its command gave it. */
class Processes {
  readonly started: string[] = [];
  readonly #ends = new Map<string, { done: () => void; failed: (error: Error) => void }>();

  readonly run = (argv: readonly string[], directory = ""): Promise<void> => {
    const file = argv[argv.indexOf("-out") + 1] as string;
    this.started.push(argv.join(" "));
    return new Promise((resolve, reject) => {
      const done = () => {
        writeFileSync(join(directory, file), file);
        resolve();
      };
      this.#ends.set(file, { done, failed: reject });
    });
  };

  end(file: string): void {
    this.#ends.get(file)?.done();
  }

  fail(file: string): void {
    this.#ends.get(file)?.failed(new Error(`${file} failed`));
  }
}

let directory: string;
let processes: Processes;
let keys: KeyRace;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "key-race-"));
  processes = new Processes();
  const openssl = { run: processes.run, made: () => false, version: () => Promise.resolve("") };
  keys = new KeyRace({ openssl, directory, tenant: "acme" }, 2048);
});
afterEach(() => rmSync(directory, { recursive: true }));

const content = (file: string) => readFileSync(join(directory, file), "utf8");

describe("keys that are made at the same time", () => {
  test("have the documented commands, each begun once (guarantee 1)", () => {
    keys.begin("acme.key");
    keys.begin("verificationCert.key");
    keys.begin("acme.key");
    expect(processes.started).toEqual(["genrsa -out acme.key 2048", "genrsa -out verificationCert.key 2048"]);
  });

  test("keep their names where they are ready in their order", async () => {
    keys.begin("acme.key");
    keys.begin("verificationCert.key");
    processes.end("acme.key");
    await keys.take("acme.key");
    processes.end("verificationCert.key");
    await keys.take("verificationCert.key");
    expect([content("acme.key"), content("verificationCert.key")]).toEqual([
      "acme.key",
      "verificationCert.key",
    ]);
    expect(keys.exchanged).toBe(false);
  });

  test("change their names where the second one is ready first, and say so", async () => {
    keys.begin("acme.key");
    keys.begin("verificationCert.key");
    processes.end("verificationCert.key");
    await keys.take("acme.key");
    expect(keys.exchanged).toBe(true);
    processes.end("acme.key");
    await keys.take("verificationCert.key");
    expect([content("acme.key"), content("verificationCert.key")]).toEqual([
      "verificationCert.key",
      "acme.key",
    ]);
  });

  test("are never handed out twice: a second one is made where it is wanted", async () => {
    keys.begin("verificationCert.key");
    processes.end("verificationCert.key");
    await keys.take("acme.key");
    const second = keys.take("verificationCert.key");
    processes.end("acme.key");
    await second;
    expect([content("acme.key"), content("verificationCert.key")].toSorted()).toEqual([
      "acme.key",
      "verificationCert.key",
    ]);
  });

  test("fail with what OpenSSL said, for whoever takes one", async () => {
    keys.begin("acme.key");
    processes.fail("acme.key");
    await expect(keys.take("acme.key")).rejects.toThrow("acme.key failed");
  });
});
