/** Opens private keys, encrypted or plain, and writes them as plain PEM. */
import { createDecipheriv, createPrivateKey, type KeyObject, pbkdf2 } from "node:crypto";
import { promisify } from "node:util";
import { encryptedKeyDamage, type KeyEncryption, keyEncryption } from "./encrypted-key-format.ts";
import { readPbes2 } from "./pbes2.ts";
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

/** What came of an encrypted key and a passphrase: the opened key, or Node's code for the reason why it stays closed. */
export type Opening = { readonly key: KeyObject } | { readonly code: string };

/**
 * Opens a private key in PEM (PKCS#1, PKCS#8 or encrypted PKCS#8) before any process is started.
 * @param pem one private key
 * @param passphrase for an encrypted key; ignored for a plain one
 * @param opening of {@link openInPool}; undefined to derive the key here, which holds up the run for as long
 * @throws PrivateKeyError that never quotes the key or the passphrase. It asks for a passphrase only where one may help
 */
export function openPrivateKey(pem: string, passphrase?: string, opening?: Opening): KeyObject {
  return isEncrypted(pem) ? openEncrypted(pem, passphrase, opening) : openPlain(pem);
}

/**
 * Opens a private key that is encrypted as the action encrypts keys. The key from the passphrase is derived in Node's pool
 * of threads: several at the same time, while the run goes on. Node itself opens an encrypted key only while everything else waits.
 * @returns what came of it, for {@link openPrivateKey}; undefined for any other key
 */
export async function openInPool(pem: string, passphrase: string): Promise<Opening | undefined> {
  const encryption = readPbes2(pem);
  // Node.js opens no key with a longer passphrase (measured).
  if (encryption === undefined || Buffer.byteLength(passphrase) > 1024) return undefined;
  const { salt, rounds, iv, ciphertext } = encryption;
  const derived = await derive(passphrase, salt, rounds, 32, "sha256");
  try {
    return openDecrypted(decrypt(ciphertext, derived, iv));
  } catch (error) {
    return { code: codeOf(error) };
  } finally {
    derived.fill(0);
  }
}

const derive = promisify(pbkdf2);

/** @param plain DER of PKCS#8, or what a wrong passphrase made of it; wiped */
function openDecrypted(plain: Buffer): Opening {
  try {
    return { key: createPrivateKey({ key: plain, format: "der", type: "pkcs8" }) };
  } catch {
    return { code: NO_KEY };
  } finally {
    plain.fill(0);
  }
}

/** Node's code for an encrypted key in which there is none (measured on 24). Once in 256 times a wrong passphrase comes this far. */
const NO_KEY = "ERR_OSSL_UNSUPPORTED";

/** @throws Error of Node where the padding shows that the key is another one */
function decrypt(ciphertext: Buffer, key: Buffer, iv: Buffer): Buffer {
  const decipher = createDecipheriv("aes-256-cbc", key, iv);
  const parts = [decipher.update(ciphertext)];
  try {
    parts.push(decipher.final());
    return Buffer.concat(parts);
  } finally {
    for (const part of parts) part.fill(0);
  }
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
function openEncrypted(pem: string, passphrase: string | undefined, opening: Opening | undefined): KeyObject {
  const damage = encryptedKeyDamage(pem);
  if (damage !== undefined) {
    const hint = pemHint(pem);
    throw hint === undefined ? damaged(damage) : new PrivateKeyError(`the private key ${hint}`, false);
  }
  const opened = opening ?? openHere(pem, passphrase ?? "");
  if ("code" in opened) throw whyClosed(pem, opened.code, passphrase);
  if (passphrase === undefined) throw passphraseMissing();
  return opened.key;
}

function openHere(pem: string, passphrase: string): Opening {
  try {
    return { key: createPrivateKey({ key: withoutMark(pem), format: "pem", passphrase }) };
  } catch (error) {
    return { code: codeOf(error) };
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "";
}

/** @param code Node's for the reason why the key did not open */
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
