/** Opens private keys, encrypted or plain, and writes them as plain PEM. */
import { createPrivateKey, type KeyObject, type PrivateKeyInput } from "node:crypto";
import { encryptedKeyDamage, type KeyEncryption, keyEncryption } from "./encrypted-key-format.ts";
import { isEncrypted, withoutMark } from "./pem.ts";
import { pemHint } from "./pem-hints.ts";

/** Why a private key could not be opened; `passphrase` where another passphrase would help. */
export class PrivateKeyError extends Error {
  override readonly name = "PrivateKeyError";
  readonly passphrase: boolean;

  constructor(message: string, passphrase: boolean) {
    super(message);
    this.passphrase = passphrase;
  }
}

/** The error for a key that Node cannot decrypt with any passphrase, because of its algorithm. */
export class KeyEncryptionError extends PrivateKeyError {
  /** @param encryption the algorithm that it is encrypted with */
  constructor({ name, known }: KeyEncryption) {
    const convert = `Convert it with ${converter(name)}`;
    super(
      known
        ? `the private key is encrypted with ${name}, which Node.js cannot open with any passphrase. ${convert}`
        : `the private key is encrypted with ${name}, which is not known. If its block is damaged, restore a copy. If another program encrypted it, convert it with ${converter(name)}`,
      false,
    );
  }
}

/**
 * @returns the command that converts the key. A scrypt key comes here only if it needs more memory than
 * OpenSSL allows. No option of OpenSSL's programs allows more, so another program must convert it
 */
function converter(algorithm: string): string {
  if (!algorithm.startsWith("scrypt")) {
    return "openssl pkcs8 -topk8 -v2 aes-256-cbc -in old.key -out new.key (OpenSSL 3 and later may need -provider default -provider legacy)";
  }
  const script =
    "import getpass, sys; from cryptography.hazmat.primitives.serialization import *; p = getpass.getpass().encode(); k = load_pem_private_key(sys.stdin.buffer.read(), p); print(k.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(p)).decode())";
  return `python3 -c '${script}' < old.key > new.key (after pip install cryptography; OpenSSL cannot open it either, because it takes more than 32 MiB)`;
}

/** What came of the attempt to open an encrypted key: the key, or Node's code for the reason why not. */
export type Attempt = { readonly key: KeyObject } | { readonly code: string };

/**
 * Opens a private key in PEM (PKCS#1, PKCS#8 or encrypted PKCS#8) before any process is started.
 * @param pem one private key
 * @param passphrase for an encrypted key; ignored for a plain one
 * @param attempted what came of {@link encryptedKeyInput} before; undefined where it was not tried, so that it is tried here
 * @throws PrivateKeyError that never quotes the key or the passphrase. It asks for a passphrase only where one may help
 */
export function openPrivateKey(pem: string, passphrase?: string, attempted?: Attempt): KeyObject {
  return isEncrypted(pem) ? openEncrypted(pem, passphrase, attempted) : openPlain(pem);
}

/**
 * @returns what `createPrivateKey` takes to open an encrypted key, which derives a key from the passphrase first; undefined
 * where there is nothing to derive, because the key is plain or damaged
 */
export function encryptedKeyInput(pem: string, passphrase: string): PrivateKeyInput | undefined {
  if (!isEncrypted(pem) || encryptedKeyDamage(pem) !== undefined) return undefined;
  return { key: withoutMark(pem), format: "pem", passphrase };
}

function openPlain(pem: string): KeyObject {
  try {
    return createPrivateKey({ key: withoutMark(pem), format: "pem" });
  } catch {
    // Node's own message may differ by version and never says more than this.
    throw new PrivateKeyError(`the private key ${pemHint(pem) ?? "cannot be read"}`, false);
  }
}

/**
 * Opens an encrypted key. Without a passphrase it still looks for damage and for an algorithm that no
 * passphrase opens.
 */
function openEncrypted(
  pem: string,
  passphrase: string | undefined,
  attempted: Attempt | undefined,
): KeyObject {
  const damage = encryptedKeyDamage(pem);
  if (damage !== undefined) {
    const hint = pemHint(pem);
    throw hint === undefined ? damaged(damage) : new PrivateKeyError(`the private key ${hint}`, false);
  }
  const tried = attempted ?? attempt({ key: withoutMark(pem), format: "pem", passphrase: passphrase ?? "" });
  if ("code" in tried) throw whyClosed(pem, tried.code, passphrase);
  if (passphrase === undefined) throw passphraseMissing();
  return tried.key;
}

function attempt(input: PrivateKeyInput): Attempt {
  try {
    return { key: createPrivateKey(input) };
  } catch (error) {
    return { code: (error as NodeJS.ErrnoException).code ?? "" };
  }
}

/** @param code Node's for the attempt to open the key */
function whyClosed(pem: string, code: string, passphrase: string | undefined): PrivateKeyError {
  if (UNABLE.test(code)) return new KeyEncryptionError(keyEncryption(pem));
  if (NO_ALGORITHM.test(code)) return new KeyEncryptionError({ ...keyEncryption(pem), known: false });
  if (MALFORMED.test(code)) return damaged("what it says of its encryption cannot be read");
  if (passphrase === undefined) return passphraseMissing();
  return new PrivateKeyError(`the passphrase does not open the encrypted private key${OR_DAMAGED}`, true);
}

function passphraseMissing(): PrivateKeyError {
  return new PrivateKeyError("the private key is encrypted and no passphrase is given", true);
}

function damaged(what: string): PrivateKeyError {
  return new PrivateKeyError(`the private key is damaged: ${what}. No passphrase opens it`, false);
}

/**
 * Added to a message about a wrong passphrase: a key that was changed inside its block gives the same error.
 */
export const OR_DAMAGED = ", or the key's block is damaged";

/**
 * Node's codes for an algorithm that it does not support, whether the passphrase is right or not (measured on
 * 24).
 */
const UNABLE = /^ERR_OSSL_EVP_UNSUPPORTED$|MEMORY_LIMIT_EXCEEDED$/;
/** Node's codes for an algorithm that it does not know. The name from the key may still be right. */
const NO_ALGORITHM =
  /UNKNOWN_PBE_ALGORITHM$|UNSUPPORTED_(?:KEY_DERIVATION_FUNCTION|PRF|SALT_TYPE|ENCRYPTION|CIPHER)$/;
/** Node's codes for a block whose lengths are right, but whose content is malformed. */
const MALFORMED = /^ERR_OSSL_(?:ASN1_|PEM_(?!.*PASSWORD)|EVP_DECODE_ERROR|(?:EVP_)?WRONG_FINAL_BLOCK_LENGTH)/;

/** @returns the key as plain PKCS#8 PEM: the form the documented commands can read without a prompt */
export function plainPem(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}
