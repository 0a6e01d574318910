// How long an RSA key takes is chance, from 0.05 to 1 s. So the bench makes keys before, and both sides of a pair get the same ones in
// the same order. Where the making counts, handing one out takes as much work as making it took.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const MADE = 96;
/** How many of them are kept: sorted by their work, one of each six, and its place among the six moves on. So their mean is that of all. */
const KEYS = 16;
const GROUP = MADE / KEYS;
const real = execFileSync("sh", ["-c", "command -v openssl"], { encoding: "utf8" }).trim();

/**
 * Makes RSA keys, one after the other, and measures the work of each.
 * @param folder where they stay
 * @returns for each its file and its work, in rounds of PBKDF2
 */
export function makeKeys(folder) {
  const home = join(folder, "ready-keys");
  mkdirSync(home);
  const millisecondsPerRound = (work(1_000_000) - work(1)) / 1_000_000;
  const start = work(1);
  return Array.from({ length: MADE }, (_, index) => {
    const file = join(home, `${index}.key`);
    const took = milliseconds(["genrsa", "-out", file, "2048"]);
    return { file, rounds: Math.max(1, Math.round((took - start) / millisecondsPerRound)) };
  })
    .sort((a, b) => a.rounds - b.rounds)
    .filter((_, index) => index % GROUP === Math.floor(index / GROUP) % GROUP)
    .map((_key, index, kept) => kept[(index * 7) % KEYS]);
}

/**
 * Writes a program that is OpenSSL, but hands these keys out, each once.
 * @param folder where to; it becomes the first one on PATH
 * @param keys as {@link makeKeys} returns them
 * @param options.atOnce whether handing one out takes no work
 */
export function writeOpenssl(folder, keys, { atOnce = false } = {}) {
  mkdirSync(folder);
  const hand = keys.map(({ file, rounds }, index) => {
    const burn = atOnce ? "" : `'${real}' ${kdf(rounds).join(" ")} >/dev/null; `;
    return `mkdir '${join(folder, `given-${index}`)}' 2>/dev/null && { ${burn}umask 077; cat '${file}' > "$3"; exit; }`;
  });
  const script = `#!/bin/sh\nif [ "$1 $2 $4" = "genrsa -out 2048" ]; then\n${hand.join("\n")}\nfi\nexec '${real}' "$@"\n`;
  writeFileSync(join(folder, "openssl"), script, { mode: 0o755 });
}

function work(rounds) {
  return milliseconds(kdf(rounds));
}

function kdf(rounds) {
  const options = [
    "digest:SHA256",
    "pass:bench",
    "hexsalt:00112233445566778899aabbccddeeff",
    `iter:${rounds}`,
  ];
  return ["kdf", "-keylen", "32", ...options.flatMap((option) => ["-kdfopt", option]), "PBKDF2"];
}

function milliseconds(argv) {
  const start = performance.now();
  execFileSync(real, argv, { stdio: "ignore" });
  return performance.now() - start;
}
