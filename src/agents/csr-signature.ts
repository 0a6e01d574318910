import { ActionError } from "../messages/errors.ts";
import { printable } from "../messages/printable.ts";
import { runInMemory } from "../openssl/memory.ts";
import type { OpenSslProgram } from "../openssl/program.ts";
import { parseSigningRequest, type SigningRequest } from "./csr.ts";

/**
 * Reads a CSR in OpenSSL's memory, as the documented command will, and checks its signature.
 * @param pem what is between and with its BEGIN and END lines
 * @returns what it says, or why it cannot be used, with OpenSSL's words made safe to print
 * @throws ActionError `OPENSSL_…` where OpenSSL cannot be run
 */
export async function readSigningRequest(
  program: OpenSslProgram,
  pem: string,
): Promise<SigningRequest | string> {
  const { exitCode, stdout, stderr } = await runInMemory(program, {
    action: "req",
    input: Buffer.from(pem),
    options: { outform: "DER" },
  });
  if (exitCode !== 0) {
    return `OpenSSL refuses it: ${printable(stderr.trim(), 200) || `exit code ${exitCode}`}`;
  }
  if (stdout.length === 0)
    throw new ActionError("OPENSSL_FAILED", "OpenSSL ended with exit code 0, but did not write the CSR.");
  return parseSigningRequest(stdout);
}
