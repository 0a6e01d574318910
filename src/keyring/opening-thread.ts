import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { type Attempt, encryptedKeyInput } from "../ca/private-key.ts";

/** Opens encrypted private keys in threads: several take hardly longer than one. */

/** All that a thread loads. Its error has only Node's code: the text may quote what was read. */
const SCRIPT = `
const { createPrivateKey } = require("node:crypto");
const { parentPort, workerData } = require("node:worker_threads");
let attempt;
try {
  attempt = { key: createPrivateKey(workerData) };
} catch ({ code = "" }) {
  attempt = { code };
}
parentPort.postMessage(attempt);
`;

/**
 * Tries to open an encrypted private key in a thread of its own.
 * @param pem one private key
 * @returns what came of it, for `openPrivateKey`; undefined where there is nothing to derive, or where no thread could do it,
 * such as on a machine that has none left. `openPrivateKey` then does it itself
 */
export async function attemptInThread(pem: string, passphrase: string): Promise<Attempt | undefined> {
  const input = encryptedKeyInput(pem, passphrase);
  if (input === undefined) return undefined;
  try {
    // Nothing that the environment asks of Node.js is loaded here, next to an open key.
    const thread = new Worker(SCRIPT, { eval: true, workerData: input, env: {}, execArgv: [] });
    const attempts: Attempt[] = [];
    thread.on("message", (attempt) => attempts.push(attempt));
    await once(thread, "exit");
    return attempts[0];
  } catch {
    return undefined;
  }
}
