import { createPrivateKey, type KeyObject } from "node:crypto";
import { isEncrypted, withoutMark } from "./pem.ts";
import { pemHint } from "./pem-hint.ts";

/** Why a private key could not be opened; `passphrase` where another passphrase would help. */
export class PrivateKeyError extends Error {
  override readonly name = "PrivateKeyError";
  readonly passphrase: boolean;

  constructor(message: string, passphrase: boolean) {
    super(message);
    this.passphrase = passphrase;
  }
}

/**
 * Opens a private key in PEM (PKCS#1, PKCS#8 or encrypted PKCS#8) before any process is started.
 * @param pem one private key
 * @param passphrase for an encrypted key; ignored for a plain one
 * @throws PrivateKeyError that never quotes the key or the passphrase
 */
export function openPrivateKey(pem: string, passphrase?: string): KeyObject {
  const encrypted = isEncrypted(pem);
  if (encrypted && passphrase === undefined) {
    throw new PrivateKeyError("the private key is encrypted and no passphrase is given", true);
  }
  try {
    return createPrivateKey({ key: withoutMark(pem), format: "pem", passphrase: passphrase ?? "" });
  } catch {
    const hint = pemHint(pem);
    if (hint !== undefined) throw new PrivateKeyError(`the private key ${hint}`, false);
    // Node's own message may differ by version and never says more than this.
    throw encrypted
      ? new PrivateKeyError("the passphrase does not open the encrypted private key", true)
      : new PrivateKeyError("the private key cannot be read", false);
  }
}

/** @returns the key as plain PKCS#8 PEM: the form the documented commands can read without a prompt */
export function plainPem(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}
