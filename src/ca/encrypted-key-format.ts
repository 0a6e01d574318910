/** Recognises how a private key is encrypted, and whether its encrypted block is whole. */
import { type DerElement, dottedOid, insideDer, readDer, TAG } from "./der.ts";
import { isEncryptedKey } from "./pem-hints.ts";

/**
 * The algorithms that old tools encrypt keys with, by OID, with common names (RFC 8018 §A, RFC 7914, PKCS#12
 * §C).
 */
const NAMES: Readonly<Record<string, string>> = {
  "1.2.840.113549.1.5.1": "PBE-MD2-DES",
  "1.2.840.113549.1.5.3": "PBE-MD5-DES",
  "1.2.840.113549.1.5.6": "PBE-MD5-RC2-64",
  "1.2.840.113549.1.5.10": "PBE-SHA1-DES",
  "1.2.840.113549.1.5.11": "PBE-SHA1-RC2-64",
  "1.2.840.113549.1.12.1.1": "PBE-SHA1-RC4-128",
  "1.2.840.113549.1.12.1.2": "PBE-SHA1-RC4-40",
  "1.2.840.113549.1.12.1.3": "PBE-SHA1-3DES",
  "1.2.840.113549.1.12.1.5": "PBE-SHA1-RC2-128",
  "1.2.840.113549.1.12.1.6": "PBE-SHA1-RC2-40",
  "1.3.6.1.4.1.11591.4.11": "scrypt",
  "1.2.840.113549.1.5.12": "PBKDF2",
  "2.16.840.1.101.3.4.1.2": "AES-128-CBC",
  "2.16.840.1.101.3.4.1.22": "AES-192-CBC",
  "2.16.840.1.101.3.4.1.42": "AES-256-CBC",
  "1.3.14.3.2.7": "DES-CBC",
  "1.2.840.113549.3.2": "RC2-CBC",
  "1.2.840.113549.3.4": "RC4",
  "1.3.6.1.4.1.3029.1.2": "BF-CBC",
};
const PBES2 = "1.2.840.113549.1.5.13";

/** The block of a private key in a text, without its BEGIN and END lines. */
const BLOCK = /-----BEGIN ((?:[A-Z0-9]+ )*PRIVATE KEY)-----([\s\S]*?)-----END \1-----/;
/** The header lines before the base64 in the older form of OpenSSL (RFC 1421 §4.6), up to the empty line. */
const LEGACY_HEADER =
  /^\s*Proc-Type: 4,ENCRYPTED\s+DEK-Info: ([\w-]+),(?:[0-9A-F]{2})+[ \t]*\r?\n[ \t]*\r?\n/i;
/** In octets: the smallest block of the ciphers that it is encrypted with. */
const SMALLEST_BLOCK = 8;

/**
 * Looks whether the block of an encrypted private key is whole, as far as that shows without the passphrase.
 * @param pem the key, PKCS#8 or the older form of OpenSSL, perhaps with text around it
 * @returns what is damaged, to follow "the private key is damaged: "; undefined for a block that is whole
 */
export function encryptedKeyDamage(pem: string): string | undefined {
  const [, , inside] = BLOCK.exec(pem) ?? [];
  if (inside === undefined) return "its block has no END line, or the END line of another block";
  const isLegacy = inside.includes("Proc-Type:");
  const [header = ""] = LEGACY_HEADER.exec(inside) ?? [];
  if (isLegacy && header === "")
    return "its lines Proc-Type and DEK-Info, or the empty line after them, are not whole";
  const base64 = inside.slice(header.length).replaceAll(/\s/g, "");
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64) || base64.length % 4 !== 0)
    return "its base64 has a character too few, too many or of another kind";
  const bytes = Buffer.from(base64, "base64");
  const isWhole = isLegacy ? bytes.length % SMALLEST_BLOCK === 0 : isEncryptedKey(bytes);
  return isWhole ? undefined : "its block was cut off, or characters in it were changed";
}

/** An algorithm that a private key is encrypted with. */
export interface KeyEncryption {
  /** Its name, or its OID. */
  readonly name: string;
  /** Whether every OID of it has a name here. An OID without a name may come from a damaged character. */
  readonly known: boolean;
}

/**
 * @param pem an encrypted private key, PKCS#8 or the older form of OpenSSL
 * @returns the algorithm that it is encrypted with
 */
export function keyEncryption(pem: string): KeyEncryption {
  const [, , inside = ""] = BLOCK.exec(pem) ?? [];
  const [, legacy] = LEGACY_HEADER.exec(inside) ?? [];
  if (legacy !== undefined) return { name: legacy, known: LEGACY_CIPHER.test(legacy) };
  try {
    const [algorithm] = insideDer(Buffer.from(inside, "base64"));
    return algorithm === undefined ? UNKNOWN : encryptionOf(algorithm);
  } catch {
    return UNKNOWN;
  }
}

const UNKNOWN: KeyEncryption = { name: "an unknown algorithm", known: false };
/** As OpenSSL names the ciphers of its older form. */
const LEGACY_CIPHER = /^(?:DES|RC2|RC4|BF|CAST5?|IDEA|SEED|AES|CAMELLIA|ARIA)\b/;

/** PBES2 names two: how the key is derived, and the cipher. */
function encryptionOf(algorithm: DerElement): KeyEncryption {
  const [oid, parameters] = readDer(algorithm.content);
  const dotted = dottedOid(oid);
  if (dotted !== PBES2 || parameters === undefined)
    return { name: NAMES[dotted] ?? dotted, known: NAMES[dotted] !== undefined };
  const parts = readDer(parameters.content).map(encryptionOf);
  return { name: parts.map(({ name }) => name).join(" with "), known: parts.every(({ known }) => known) };
}

/** What a key's block says of its encryption by PBES2 (RFC 8018 §A.4), with PBKDF2, HMAC-SHA-256 and AES-256-CBC. */
export interface Pbes2 {
  readonly salt: Buffer;
  /** Rounds of PBKDF2. */
  readonly rounds: number;
  readonly iv: Buffer;
  readonly ciphertext: Buffer;
}

/** One block as OpenSSL writes it (RFC 7468 §3, strict), with nothing around it. */
const STRICT_BLOCK =
  /^-----BEGIN ENCRYPTED PRIVATE KEY-----\r?\n((?:[A-Za-z0-9+/]{64}\r?\n)*[A-Za-z0-9+/]{1,64}={0,2}\r?\n)-----END ENCRYPTED PRIVATE KEY-----\s*$/;

/**
 * Reads how a key is encrypted, where it is encrypted in the way of the action and of `openssl pkcs8 -topk8 -v2 aes-256-cbc`.
 * It takes nothing that OpenSSL would not take (RFC 5958 §3, RFC 8018 §A.2, §A.4, §B.1.2, §B.2.5).
 * @param pem an encrypted private key
 * @returns undefined for a key that is encrypted or written otherwise, or whose block is malformed
 */
export function readPbes2(pem: string): Pbes2 | undefined {
  const [, inside = ""] = STRICT_BLOCK.exec(pem) ?? [];
  try {
    const [whole] = only(1, readDer(Buffer.from(inside, "base64")));
    const [encryption, ciphertext] = sequence(2, whole);
    const [derivation, cipher] = sequence(2, parametersOf(encryption, DER.pbes2));
    const [salt, rounds, hmac] = sequence(3, parametersOf(derivation, DER.pbkdf2));
    const iv = contentOf(parametersOf(cipher, DER.aes256Cbc), TAG.octetString);
    if (hexOf(parametersOf(hmac, DER.hmacSha256)) !== DER.null || iv.length !== BLOCK_OF_AES)
      return undefined;
    return {
      salt: contentOf(salt, TAG.octetString),
      rounds: roundsOf(contentOf(rounds, TAG.integer)),
      iv,
      ciphertext: contentOf(ciphertext, TAG.octetString),
    };
  } catch {
    return undefined;
  }
}

/** What must stand there to the octet, in hexadecimal (RFC 8018 §C): another spelling is not ours to read. */
const DER = {
  pbes2: "06092a864886f70d01050d",
  pbkdf2: "06092a864886f70d01050c",
  hmacSha256: "06082a864886f70d0209",
  aes256Cbc: "060960864801650304012a",
  null: "0500",
} as const;
/** In octets. */
const BLOCK_OF_AES = 16;
/** They take a second or more, and no program writes so many. A hostile text could ask for 2^31 of them, with each of its keys. */
const MOST_ROUNDS = 10_000_000;

const hexOf = (element: DerElement | undefined) => element?.whole.toString("hex");

/** @returns the parameters of an AlgorithmIdentifier @throws Error for another algorithm */
function parametersOf(identifier: DerElement | undefined, algorithm: string): DerElement | undefined {
  const [oid, parameters] = sequence(2, identifier);
  if (hexOf(oid) !== algorithm) throw new Error("another algorithm");
  return parameters;
}

/** @throws Error for a number out of range, or with an octet too many in front (X.690 §8.3.2) */
function roundsOf(content: Buffer): number {
  const rounds = content.readIntBE(0, content.length);
  const isPadded = content.length > 1 && rounds < 2 ** (8 * content.length - 9);
  if (isPadded || rounds < 1 || rounds > MOST_ROUNDS) throw new Error("not a usual number of rounds");
  return rounds;
}

/** @returns the elements of a SEQUENCE @throws Error where it has another number of them, or is none */
function sequence(count: number, element: DerElement | undefined): DerElement[] {
  return only(count, readDer(contentOf(element, TAG.sequence)));
}

function only(count: number, elements: DerElement[]): DerElement[] {
  if (elements.length !== count) throw new Error("more or less than there should be");
  return elements;
}

function contentOf(element: DerElement | undefined, tag: number): Buffer {
  if (element?.tag !== tag) throw new Error("another type");
  return element.content;
}
