import { symlink } from "node:fs/promises";
import { basename, delimiter, dirname, isAbsolute, join } from "node:path";
import { exec } from "openssl-wrapper";
import { ActionError } from "../ca/errors.ts";
import { commandLine } from "./commands.ts";
import { isWithheld } from "./environment.ts";
import { opensslFailure } from "./failure.ts";

/** PBKDF2 rounds of an encrypted keyring key; OpenSSL and Node both default to 2,048 (measured). */
const PBKDF2_ROUNDS = 600_000;

/** Deriving the key takes a second or so; a program that never ends must not hold up the job. */
const TIMEOUT_MS = 60_000;

/** For the moment of the call alone: neither argv nor a file ever holds the passphrase. */
const PASSPHRASE_VARIABLE = "MINDCONNECT_CA_KEYRING_PASSPHRASE";

/**
 * Encrypts a private key in OpenSSL's memory (stdin to stdout, no temporary file): PKCS#8, AES-256-CBC, PBKDF2 with
 * HMAC-SHA-256.
 * @param privateKey PEM, unencrypted
 * @param program the openssl program, as for the documented commands
 * @param directory private directory, for a link where the program has another name
 * @returns PEM `ENCRYPTED PRIVATE KEY`
 * @throws ActionError `OPENSSL_…`
 */
export async function encryptPrivateKey(
  privateKey: string,
  passphrase: string,
  program: string,
  directory: string,
): Promise<string> {
  const folder = await folderOf(program, directory);
  const options = {
    topk8: true,
    v2: "aes-256-cbc",
    iter: String(PBKDF2_ROUNDS),
    passout: `env:${PASSPHRASE_VARIABLE}`,
  };
  const argv = ["pkcs8", "-topk8", "-v2", "aes-256-cbc", "-iter", options.iter, "-passout", options.passout];
  return await new Promise((resolve, reject) => {
    // openssl-wrapper looks on PATH, takes no environment and copies ours at the call: set, start, restore at once.
    const restore = setEnvironment({
      ...Object.fromEntries(
        Object.keys(process.env)
          .filter(isWithheld)
          .map((name) => [name, undefined]),
      ),
      PATH: folder === undefined ? process.env["PATH"] : `${folder}${delimiter}${process.env["PATH"] ?? ""}`,
      [PASSPHRASE_VARIABLE]: passphrase,
    });
    try {
      const child = exec("pkcs8", Buffer.from(privateKey), options, (error, stdout) => {
        clearTimeout(watchdog);
        // It reports stderr as an error in some versions: the exit code decides.
        const pem = stdout.toString("utf8").replaceAll("\r\n", "\n");
        if (error?.code) reject(opensslFailure(argv, error.code, error.message));
        else if (pem.includes("BEGIN ENCRYPTED PRIVATE KEY")) resolve(pem);
        else reject(new ActionError("OPENSSL_FAILED", "OpenSSL gave no encrypted private key."));
      });
      const watchdog = setTimeout(() => {
        child.kill("SIGKILL");
        reject(
          new ActionError(
            "OPENSSL_FAILED",
            `"${commandLine(argv)}" did not end within ${TIMEOUT_MS / 1000} s.`,
          ),
        );
      }, TIMEOUT_MS);
      // Without listeners a missing binary, or one that never reads its input, would end the whole process.
      child.on("error", (error) => reject(opensslFailure(argv, undefined, error.message)));
      child.stdin.on("error", () => {});
    } finally {
      restore();
    }
  });
}

/** @returns the folder to put before PATH so that `openssl` means this program, or undefined for PATH as it is */
async function folderOf(program: string, directory: string): Promise<string | undefined> {
  if (!isAbsolute(program)) return undefined;
  if (/^openssl(?:\.exe)?$/i.test(basename(program))) return dirname(program);
  const link = join(directory, "openssl");
  await symlink(program, link).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  return directory;
}

function setEnvironment(values: Record<string, string | undefined>): () => void {
  const before = Object.keys(values).map((name) => [name, process.env[name]] as const);
  const apply = (pairs: Iterable<readonly [string, string | undefined]>) => {
    for (const [name, value] of pairs) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
  apply(Object.entries(values));
  return () => apply(before);
}
