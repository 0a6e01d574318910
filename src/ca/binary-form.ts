import { createPrivateKey, X509Certificate } from "node:crypto";
import { type DerElement, insideDer, TAG } from "./der.ts";

/** What binary bytes are, and how PEM is made of them. */
export interface BinaryForm {
  readonly kind: string;
  /** Arguments of openssl, without its files. */
  readonly argv: string;
}

/**
 * Recognises certificates and keys that are stored in binary.
 * @param bytes hostile or secret
 * @returns undefined for anything else
 */
export function binaryForm(bytes: Buffer): BinaryForm | undefined {
  if (parses(() => new X509Certificate(bytes)) && !isText(bytes))
    return { kind: "DER (a certificate)", argv: "x509 -inform DER" };
  const isKey = (["pkcs8", "pkcs1", "sec1"] as const).some((type) =>
    parses(() => createPrivateKey({ key: bytes, format: "der", type })),
  );
  if (isKey) return { kind: "DER (a private key)", argv: "pkey -inform DER" };
  const parts = partsOf(bytes);
  if (isEncryptedKey(bytes))
    return { kind: "DER (an encrypted private key)", argv: "pkey -aes256 -inform DER" };
  return isPkcs12(parts) ? { kind: "PKCS#12 (.pfx, .p12)", argv: "pkcs12 -nodes" } : undefined;
}

/** `X509Certificate` reads PEM as well. */
function isText(bytes: Buffer): boolean {
  return bytes.includes("-----BEGIN ");
}

function partsOf(bytes: Buffer): readonly DerElement[] {
  try {
    return insideDer(bytes);
  } catch {
    return [];
  }
}

/**
 * EncryptedPrivateKeyInfo ::= SEQUENCE { AlgorithmIdentifier, OCTET STRING } (RFC 5958 §3).
 * @returns whether bytes are one, whole from the first to the last
 */
export function isEncryptedKey(bytes: Buffer): boolean {
  const [algorithm, encrypted, ...others] = partsOf(bytes);
  return algorithm?.tag === 0x30 && encrypted?.tag === TAG.octetString && others.length === 0;
}

/** PFX ::= SEQUENCE { version INTEGER 3, … } (RFC 7292 §4). */
function isPkcs12([version, content]: readonly DerElement[]): boolean {
  return version?.whole.equals(Buffer.of(0x02, 0x01, 0x03)) === true && content?.tag === 0x30;
}

function parses(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}
