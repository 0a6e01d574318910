import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { KeyMaking } from "../../src/openssl/key-making.ts";

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
let keys: KeyMaking;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "key-making-"));
  processes = new Processes();
  const openssl = { run: processes.run, made: () => false, version: () => Promise.resolve("") };
  keys = new KeyMaking({ openssl, directory, tenant: "acme" }, 2048);
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

  test("are taken under the names that their commands gave them, whichever is ready first (guarantee 1)", async () => {
    keys.begin("acme.key");
    keys.begin("verificationCert.key");
    processes.end("verificationCert.key");
    await keys.take("verificationCert.key");
    processes.end("acme.key");
    await keys.take("acme.key");
    for (const file of ["acme.key", "verificationCert.key"]) expect(content(file)).toBe(file);
  });

  test("one that was not begun is made when it is taken", async () => {
    const taken = keys.take("acme.key");
    processes.end("acme.key");
    await taken;
    expect(content("acme.key")).toBe("acme.key");
  });

  test("one that is taken twice is made once", async () => {
    const both = [keys.take("acme.key"), keys.take("acme.key")];
    processes.end("acme.key");
    await Promise.all(both);
    keys.begin("acme.key");
    await keys.take("acme.key");
    expect(processes.started).toHaveLength(1);
  });

  test("one that nobody takes stands in no file's way", () => {
    keys.begin("acme.key");
    processes.end("acme.key");
    expect(existsSync(join(directory, "acme.key"))).toBe(false);
  });

  test("fail with what OpenSSL said, for whoever takes one", async () => {
    keys.begin("acme.key");
    processes.fail("acme.key");
    await expect(keys.take("acme.key")).rejects.toThrow("acme.key failed");
  });
});
