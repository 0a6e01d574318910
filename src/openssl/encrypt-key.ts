/** Encrypts the private keys of the keyring. */
import { parsePem } from "../ca/pem.ts";
import { ActionError } from "../messages/errors.ts";
import { outputInMemory } from "./memory.ts";
import type { OpenSslProgram } from "./program.ts";

/** PBKDF2 rounds of an encrypted keyring key; OpenSSL and Node both default to 2,048 (measured). */
const PBKDF2_ROUNDS = 600_000;

/**
 * The variable with the passphrase, set for one process only. So the passphrase is in neither argv nor a
 * file.
 */
const PASSPHRASE_VARIABLE = "MINDCONNECT_CA_KEYRING_PASSPHRASE";

/**
 * Encrypts a private key without a temporary file: PKCS#8, AES-256-CBC, PBKDF2 with HMAC-SHA-256.
 * @param privateKey PEM, unencrypted
 * @returns PEM `ENCRYPTED PRIVATE KEY`
 * @throws ActionError `OPENSSL_…`
 */
export async function encryptPrivateKey(
  privateKey: string,
  passphrase: string,
  program: OpenSslProgram,
): Promise<string> {
  const output = await outputInMemory(program, {
    action: "pkcs8",
    input: Buffer.from(privateKey),
    options: {
      topk8: true,
      v2: "aes-256-cbc",
      iter: String(PBKDF2_ROUNDS),
      passout: `env:${PASSPHRASE_VARIABLE}`,
    },
    variables: { [PASSPHRASE_VARIABLE]: passphrase },
  });
  try {
    const { blocks } = parsePem(output.toString("utf8"));
    // Only the encrypted block is used: a program could also print the plain key.
    const encrypted = blocks.find(({ label }) => label === "ENCRYPTED PRIVATE KEY");
    if (encrypted !== undefined) return encrypted.pem;
  } catch {
    // The output is not PEM. The parser's message is dropped, because it may quote the output.
  }
  throw new ActionError("OPENSSL_FAILED", "OpenSSL did not write an encrypted private key.");
}
