import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where the keys lie that `key-pool.ts` made. */
export const POOL = fileURLToPath(new URL("../../.scratch/test-keys", import.meta.url));
/** The first half is for the action's processes, the second for what a test makes itself: nobody gets another's. */
export const POOL_SIZE = 16;
const HALF = POOL_SIZE / 2;

/** The form in which `genrsa` of the OpenSSL here writes keys: PKCS#1 before 3.0. */
export const genrsaForm = (): "pkcs1" | "pkcs8" =>
  process.platform !== "win32" && readFileSync(join(POOL, "0.key"), "utf8").includes("BEGIN RSA")
    ? "pkcs1"
    : "pkcs8";

let taken = HALF;

/** @returns an RSA key in PEM, as `genrsa` of the OpenSSL here writes it, that this test file did not get before */
export function nextKey(): string | undefined {
  if (taken === POOL_SIZE || process.platform === "win32") return undefined;
  taken += 1;
  return readFileSync(join(POOL, `${taken - 1}.key`), "utf8");
}

/** The program itself: a stand-in named `openssl` that looked on PATH could find itself. */
export const OPENSSL =
  process.platform === "win32"
    ? "openssl"
    : execFileSync("sh", ["-c", "command -v openssl"], { encoding: "utf8" }).trim();

/**
 * Writes a program that is OpenSSL, but does quickly what takes most of a run's time: it has RSA keys of 2,048 bits at hand,
 * each given once, and makes more when they are used up; and it encrypts a key with 1,000 rounds where 600,000 are asked for.
 * @param path where to, absolute; beside it goes what it remembers
 */
export function writeOpensslWithKeys(path: string): void {
  const given = join(dirname(path), "given");
  mkdirSync(given, { recursive: true });
  const script = `#!/bin/sh
if [ "$1 $2 $4" = "genrsa -out 2048" ]; then
  n=0
  while [ $n -lt ${HALF} ]; do
    # Two processes at the same time never get the same one.
    if mkdir '${given}'/$n 2>/dev/null; then umask 077; cat '${POOL}'/$n.key > "$3"; exit; fi
    n=$((n + 1))
  done
fi
case "$*" in *'-iter 600000'*)
  for word do
    shift
    [ "$word" = 600000 ] && word=1000
    set -- "$@" "$word"
  done ;;
esac
exec '${OPENSSL}' "$@"
`;
  writeFileSync(path, script, { mode: 0o755 });
}
