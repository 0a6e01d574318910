/** Reads the block of a private key that is encrypted as the action encrypts keys. */
import { type DerElement, readDer, TAG } from "./der.ts";

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
