// Notes each time that the process opens an encrypted private key, and so derives a key from a passphrase: a line in OPENINGS.
import crypto from "node:crypto";
import { appendFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const { createPrivateKey } = crypto;
crypto.createPrivateKey = (options) => {
  if (String(options.key).includes("ENCRYPTED")) appendFileSync(process.env.OPENINGS, "opened\n");
  return createPrivateKey(options);
};
syncBuiltinESMExports();
