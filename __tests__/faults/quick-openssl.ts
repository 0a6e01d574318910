import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { TENANT } from "../support/inputs.ts";
import { SPARE_KEY } from "./scenarios.ts";

const CA_KEY = `${TENANT}.key`;

/**
 * Writes a program that is the stage's OpenSSL, which has CA keys at hand, and has the temporary key of the verification
 * certificate at hand itself: it is the same in each run. And where both are being made, which one is ready first is no
 * chance, as it is in life, but the CA's: a run that is to be killed passes the boundaries of the one that was recorded.
 * @param folder the stage's root
 * @returns the inputs that make a run use it
 */
export function quickOpenssl(folder: string): Record<string, string> {
  if (process.platform === "win32") return {};
  const path = join(folder, "quick-openssl");
  const script = [
    "#!/bin/sh",
    'case "$*" in',
    "'genrsa -out verificationCert.key 2048')",
    // Where the CA's key is made as well: until that was taken out of its directory, or the run is gone.
    `while [ -d ../making-${CA_KEY} ] && [ ! -f ../${CA_KEY} ]; do sleep 0.02; done`,
    `cat > verificationCert.key <<'KEY'\n${SPARE_KEY}KEY`,
    ";;",
    `*) exec '${join(folder, "programs", "openssl")}' "$@" ;;`,
    "esac\n",
  ];
  writeFileSync(path, script.join("\n"), { mode: 0o700 });
  return { "openssl-path": path };
}
