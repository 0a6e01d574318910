import { createPublicKey, type KeyObject } from "node:crypto";
import { deviceKeyProblem } from "../ca/device-key.ts";
import { printable } from "../ca/printable.ts";
import type { ConfiguredMemory } from "./memory.ts";

/** A certificate signing request (PKCS#10) whose signature holds. */
export interface SigningRequest {
  readonly commonName: string;
  /** The device's. */
  readonly publicKey: KeyObject;
}

/**
 * Reads a CSR in OpenSSL's memory and checks its signature: that whoever made it has the key.
 * @param pem what is between and with its BEGIN and END lines
 * @returns what it says, or why it cannot be used, with OpenSSL's words made safe to print
 * @throws ActionError `OPENSSL_NOT_FOUND`
 */
export async function readSigningRequest(
  place: ConfiguredMemory,
  pem: string,
): Promise<SigningRequest | string> {
  const { runInMemory } = await import("./memory.ts");
  const { exitCode, stdout, stderr } = await runInMemory(place, {
    action: "req",
    input: Buffer.from(pem),
    options: { verify: true, noout: true, subject: true, pubkey: true, nameopt: "multiline" },
    variables: { OPENSSL_CONF: place.configuration },
  });
  // A signature that does not hold ends with exit code 0 on OpenSSL 3.0 (measured): it has to say that it does.
  if (exitCode !== 0 || !/\bverify OK\b/i.test(stderr)) {
    return `OpenSSL refuses it: ${printable(stderr.trim(), 200) || `exit code ${exitCode}`}`;
  }
  const text = stdout.toString("utf8").replaceAll("\r\n", "\n");
  // A blank at its end belongs to a name.
  const names = [...text.matchAll(/^ {4}commonName += (.*)$/gm)].map(([, name = ""]) => name);
  const [commonName] = names;
  if (commonName === undefined || names.length > 1) return `it has ${names.length} common names`;
  const publicKey = publicKeyIn(text);
  const problem = publicKey === undefined ? "its key cannot be read" : deviceKeyProblem(publicKey);
  return publicKey === undefined || problem !== undefined ? String(problem) : { commonName, publicKey };
}

function publicKeyIn(text: string): KeyObject | undefined {
  try {
    return createPublicKey(text.slice(text.indexOf("-----BEGIN")));
  } catch {
    return undefined;
  }
}
