// What a passphrase adds to a run whose keyring is a secret, counted in derivations of a key from it. RSA keys are at hand.
import { execFileSync } from "node:child_process";
import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { median, pairs } from "./measure.mjs";
import { onStage, PASSPHRASE, runTask } from "./stage.mjs";

const LATENCY_MS = 50;

/**
 * The runs, each with what prepares it, and the time that it may cost, in derivations: one for the keys that the keyring has, which are
 * opened at the same time on two cores, and two for a new one, which is encrypted and then opened once. The rest is for the start of OpenSSL.
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
    bound: 1.4,
    before: [
      ["register", { days: "300" }],
      ["rotate", { apply: "true" }],
    ],
    run: ["rotate"],
  },
];

/**
 * @param keys as `ready-keys.mjs` makes them
 * @param count pairs of runs, one plain and one with a passphrase
 * @returns milliseconds of a derivation, and for each run its name, its bound, and the derivations that it took
 */
export async function measurePassphrase(root, folder, keys, count) {
  const derivation = median(Array.from({ length: 15 }, derive(keys[0])));
  const figures = [];
  for (const { name, bound, before, run } of RUNS) {
    const timed = (secrets) => () =>
      onStage(folder, { latency: LATENCY_MS, secret: true, keys, atOnce: true }, async (stage) => {
        const step = ([task, inputs = {}]) => runTask(root, task, stage, { ...inputs, ...secrets });
        for (const earlier of before) await step(earlier);
        return (await step(run)).milliseconds;
      });
    const { a, b, difference } = await pairs(count, timed({ "keyring-passphrase": PASSPHRASE }), timed({}));
    figures.push({ name, bound, derivations: difference / derivation, encrypted: a, plain: b });
  }
  return { derivation, figures };
}

/** @returns what opens a key that is encrypted as a keyring has it, and tells the milliseconds */
function derive({ file }) {
  const argv = ["pkcs8", "-topk8", "-v2", "aes-256-cbc", "-iter", "600000", "-passout", "env:PASSPHRASE"];
  const input = readFileSync(file);
  const key = execFileSync("openssl", argv, { input, env: { ...process.env, PASSPHRASE } });
  return () => {
    const start = performance.now();
    createPrivateKey({ key, passphrase: PASSPHRASE });
    return performance.now() - start;
  };
}
