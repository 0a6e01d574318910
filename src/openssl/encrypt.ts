import { type PemBlock, parsePem } from "../ca/pem.ts";
import { ActionError } from "../messages/errors.ts";
import { opensslFailure } from "./failure.ts";
import type { MemoryPlace, MemoryTask } from "./memory.ts";

/** PBKDF2 rounds of an encrypted keyring key; OpenSSL and Node both default to 2,048 (measured). */
const PBKDF2_ROUNDS = 600_000;

/** For the moment of the call alone: neither argv nor a file ever holds the passphrase. */
const PASSPHRASE_VARIABLE = "MINDCONNECT_CA_KEYRING_PASSPHRASE";

/**
 * Encrypts a private key in OpenSSL's memory (stdin to stdout, no temporary file): PKCS#8, AES-256-CBC, PBKDF2 with
 * HMAC-SHA-256.
 * @param privateKey PEM, unencrypted
 * @returns PEM `ENCRYPTED PRIVATE KEY`
 * @throws ActionError `OPENSSL_…`
 */
export async function encryptPrivateKey(
  privateKey: string,
  passphrase: string,
  place: MemoryPlace,
): Promise<string> {
  const task: MemoryTask = {
    action: "pkcs8",
    input: Buffer.from(privateKey),
    options: {
      topk8: true,
      v2: "aes-256-cbc",
      iter: String(PBKDF2_ROUNDS),
      passout: `env:${PASSPHRASE_VARIABLE}`,
    },
    variables: { [PASSPHRASE_VARIABLE]: passphrase },
  };
  const { argvOf, runInMemory } = await import("./memory.ts");
  const { exitCode, stdout, stderr } = await runInMemory(place, task);
  if (exitCode !== 0) throw opensslFailure(argvOf(task), exitCode, stderr);
  // The block alone: what else a program prints may be the key itself.
  const block = blocksIn(stdout.toString("utf8")).find(({ label }) => label === "ENCRYPTED PRIVATE KEY");
  if (block !== undefined) return block.pem;
  throw new ActionError("OPENSSL_FAILED", "OpenSSL did not write an encrypted private key.");
}

function blocksIn(text: string): readonly PemBlock[] {
  try {
    return parsePem(text).blocks;
  } catch {
    return [];
  }
}
