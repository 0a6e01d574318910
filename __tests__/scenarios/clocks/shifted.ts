import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { RunOptions } from "../../support/action.ts";

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/**
 * A machine whose clock is wrong: for the action, and for OpenSSL, of which a stand-in makes the certificates.
 * @param folder for the stand-in; private
 * @param seconds that it is ahead, negative for behind
 * @returns what makes a run take place on it
 */
export function onMachine(
  folder: string,
  seconds: number,
): Required<Pick<RunOptions, "env" | "preload">> & { inputs: Record<string, string> } {
  const path = join(folder, "shifted-openssl");
  const script = [
    "#!/bin/sh",
    'case "$1 $2" in',
    `"req -x509"|"req -new"*|"x509 -req") case "$*" in *-days*) CLOCK_AHEAD=${seconds} exec '${process.execPath}' '${here("shifted-openssl.ts")}' "$@" ;; esac ;;`,
    "esac",
    'exec openssl "$@"\n',
  ];
  writeFileSync(path, script.join("\n"), { mode: 0o700 });
  return {
    inputs: { "openssl-path": path },
    env: { CLOCK_AHEAD: String(seconds) },
    preload: [here("shift.mjs")],
  };
}
