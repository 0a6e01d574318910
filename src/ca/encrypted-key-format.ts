/** Recognises how a private key is encrypted, and whether its encrypted block is whole. */
import { type DerElement, dottedOid, insideDer, readDer } from "./der.ts";
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
