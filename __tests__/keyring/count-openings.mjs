// Notes each time that the process opens an encrypted private key, and so derives a key from a passphrase: a line in OPENINGS.
import crypto from "node:crypto";
import { appendFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import threads from "node:worker_threads";

const note = (where) => appendFileSync(process.env.OPENINGS, `${where}\n`);

const { createPrivateKey } = crypto;
crypto.createPrivateKey = (options) => {
  if (String(options.key).includes("ENCRYPTED"))
    note(threads.isMainThread ? "here" : "an own thread loads what the environment says");
  return createPrivateKey(options);
};

threads.Worker = class extends threads.Worker {
  constructor(script, options) {
    if (process.env.THREADS === "none") throw new Error("no thread is left");
    note("in a thread");
    super(script, options);
  }
};
syncBuiltinESMExports();
