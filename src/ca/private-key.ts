import { createPrivateKey, type KeyObject } from "node:crypto";
import { keyEncryption } from "./key-encryption.ts";
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

/** A key whose encryption Node cannot undo, whatever the passphrase. */
export class KeyEncryptionError extends PrivateKeyError {
  /** @param algorithm that it is encrypted with */
  constructor(algorithm: string) {
    super(
      `the private key is encrypted with ${algorithm}, which Node.js cannot open whatever the passphrase: convert it with ${converter(algorithm)}`,
      false,
    );
  }
}

/** Of scrypt only what takes more memory than OpenSSL gives it ends here, and no option of its programs gives it more. */
function converter(algorithm: string): string {
  if (!algorithm.startsWith("scrypt")) {
    return "openssl pkcs8 -topk8 -v2 aes-256-cbc -in old.key -out new.key (OpenSSL 3 and later may need -provider default -provider legacy)";
  }
  const script =
    "import getpass, sys; from cryptography.hazmat.primitives.serialization import *; p = getpass.getpass().encode(); k = load_pem_private_key(sys.stdin.buffer.read(), p); print(k.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(p)).decode())";
  return `python3 -c '${script}' < old.key > new.key (after pip install cryptography; OpenSSL cannot open it either, it takes more than 32 MiB)`;
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
  } catch (error) {
    if (encrypted && UNABLE.test((error as NodeJS.ErrnoException).code ?? ""))
      throw new KeyEncryptionError(keyEncryption(pem));
    const hint = pemHint(pem);
    if (hint !== undefined) throw new PrivateKeyError(`the private key ${hint}`, false);
    // Node's own message may differ by version and never says more than this.
    throw encrypted
      ? new PrivateKeyError("the passphrase does not open the encrypted private key", true)
      : new PrivateKeyError("the private key cannot be read", false);
  }
}

/** How Node says that it cannot do an algorithm, whether the passphrase is right or not (measured on 24). */
const UNABLE = /^ERR_OSSL_EVP_UNSUPPORTED$|MEMORY_LIMIT_EXCEEDED$/;

/** @returns the key as plain PKCS#8 PEM: the form the documented commands can read without a prompt */
export function plainPem(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}
