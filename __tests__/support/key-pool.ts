import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { POOL, POOL_SIZE } from "./ready-keys.ts";

/**
 * Vitest's global setup: lays in the RSA keys that tests have at hand. Making them takes most of what a registration
 * takes, and which key it is proves nothing; so they are made once for a clone, by the OpenSSL that is there, in its form.
 */
export default async function layIn(): Promise<void> {
  if (process.platform === "win32") return;
  const [maker, version] = [
    join(POOL, "made-by"),
    execFileSync("openssl", ["version"], { encoding: "utf8" }),
  ];
  if (!existsSync(maker) || readFileSync(maker, "utf8") !== version)
    rmSync(POOL, { recursive: true, force: true });
  mkdirSync(POOL, { recursive: true, mode: 0o700 });
  writeFileSync(maker, version);
  const files = Array.from({ length: POOL_SIZE }, (_, index) => join(POOL, `${index}.key`));
  await Promise.all(files.filter((file) => !existsSync(file)).map(make));
}

/** Whole or not at all: another run of the tests may look at the same time. */
async function make(file: string): Promise<void> {
  const fresh = `${file}.${process.pid}`;
  await promisify(execFile)("openssl", ["genrsa", "-out", fresh, "2048"]);
  renameSync(fresh, file);
}
