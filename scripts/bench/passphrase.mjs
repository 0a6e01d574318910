// What a passphrase adds to a run whose keyring is a secret, counted in derivations of a key from it. How long an RSA key takes is
// chance, so keys are at hand: an OpenSSL that copies one and does all else for real.
import { execFileSync } from "node:child_process";
import { createPrivateKey } from "node:crypto";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { median, pairs } from "./measure.mjs";
import { onStage, PASSPHRASE, runTask } from "./stage.mjs";

const LATENCY_MS = 50;

/**
 * The runs, each with what prepares it, and the derivations that it may cost: one for each key that the keyring has, and two for a new
 * one, which is encrypted and then opened once. The rest is for the start of OpenSSL and of a worker.
 */
const RUNS = [
  { name: "register", bound: 2.5, before: [], run: ["register"] },
  { name: "unchanged", bound: 1.2, before: [["register"]], run: ["register"] },
  {
    name: "stage of a rotation (one CA, and a new one)",
    bound: 3.7,
    before: [["register", { days: "300" }]],
    run: ["rotate", { apply: "true" }],
  },
  {
    name: "plan of a rotation (two active CAs)",
    bound: 2.4,
    before: [
      ["register", { days: "300" }],
      ["rotate", { apply: "true" }],
    ],
    run: ["rotate"],
  },
];

/**
 * @param count pairs of runs, one plain and one with a passphrase
 * @returns milliseconds of a derivation, and for each run its name, its bound, and the derivations that it took
 */
export async function measurePassphrase(folder, root, count) {
  const openssl = opensslWithKeys(folder);
  const derivation = median(Array.from({ length: 15 }, derive(openssl)));
  const figures = [];
  for (const { name, bound, before, run } of RUNS) {
    const timed = (secrets) => () =>
      onStage(folder, { latency: LATENCY_MS, secret: true }, async (stage) => {
        const step = ([task, inputs = {}]) =>
          runTask(root, task, stage, { "openssl-path": openssl, ...inputs, ...secrets });
        for (const earlier of before) await step(earlier);
        return (await step(run)).milliseconds;
      });
    const { a, b, difference } = await pairs(count, timed({ "keyring-passphrase": PASSPHRASE }), timed({}));
    figures.push({ name, bound, derivations: difference / derivation, encrypted: a, plain: b });
  }
  return { derivation, figures };
}

function opensslWithKeys(folder) {
  const home = join(folder, "keys-at-hand");
  mkdirSync(home);
  const real = execFileSync("sh", ["-c", "command -v openssl"], { encoding: "utf8" }).trim();
  for (const name of ["ca", "verification"])
    execFileSync(real, ["genrsa", "-out", join(home, `${name}.key`), "2048"], { stdio: "ignore" });
  const program = join(home, "openssl");
  const copy = (name) => `cp "${join(home, name)}.key" "$3"`;
  writeFileSync(
    program,
    `#!/bin/sh
case "$1 $3" in
"genrsa verificationCert.key") ${copy("verification")} ;;
genrsa*) ${copy("ca")} ;;
*) exec ${real} "$@" ;;
esac
`,
  );
  chmodSync(program, 0o755);
  return program;
}

/** @returns what opens a key that is encrypted as a keyring has it, and tells the milliseconds */
function derive(openssl) {
  const argv = ["pkcs8", "-topk8", "-v2", "aes-256-cbc", "-iter", "600000", "-passout", "env:PASSPHRASE"];
  const input = execFileSync(openssl, ["genrsa", "-out", "/dev/stdout", "2048"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const key = execFileSync(openssl, argv, { input, env: { ...process.env, PASSPHRASE } });
  return () => {
    const start = performance.now();
    createPrivateKey({ key, passphrase: PASSPHRASE });
    return performance.now() - start;
  };
}
