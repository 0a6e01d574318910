// Notes in OPENINGS, a line each, when the process begins and ends to derive a key from a passphrase in Node's pool of threads, and
// when it derives one while everything waits.
import crypto from "node:crypto";
import { appendFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const note = (what) => appendFileSync(process.env.OPENINGS, `${what}\n`);

const { createPrivateKey, pbkdf2 } = crypto;
crypto.createPrivateKey = (options) => {
  if (String(options.key).includes("ENCRYPTED")) note("waited");
  return createPrivateKey(options);
};
crypto.pbkdf2 = (...options) => {
  const done = options.pop();
  note("begun");
  return pbkdf2(...options, (...result) => {
    note("ended");
    done(...result);
  });
};
syncBuiltinESMExports();
