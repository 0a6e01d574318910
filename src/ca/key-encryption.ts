import { type DerElement, dottedOid, insideDer, readDer } from "./der.ts";

/** What old tools encrypt keys with, by names that people know (RFC 8018 §A, RFC 7914, PKCS#12 §C). */
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

/**
 * @param pem an encrypted private key, PKCS#8 or the older form of OpenSSL
 * @returns the algorithm that it is encrypted with, by its name or OID
 */
export function keyEncryption(pem: string): string {
  const [, legacy] = /^DEK-Info: ([\w-]+)/m.exec(pem) ?? [];
  if (legacy !== undefined) return legacy;
  try {
    const body = pem.replaceAll(/-----[^-]*-----|\s/g, "");
    const [algorithm] = insideDer(Buffer.from(body, "base64"));
    return algorithm === undefined ? "an unknown algorithm" : nameOf(algorithm);
  } catch {
    return "an unknown algorithm";
  }
}

/** PBES2 names two: how the key is derived, and the cipher. */
function nameOf(algorithm: DerElement): string {
  const [oid, parameters] = readDer(algorithm.content);
  const name = dottedOid(oid);
  if (name !== PBES2 || parameters === undefined) return NAMES[name] ?? name;
  return readDer(parameters.content).map(nameOf).join(" with ");
}
