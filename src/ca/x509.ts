import { type DerElement, dottedOid, insideDer, readDer, TAG } from "./der.ts";

/** As `openssl x509 -text` counts: certificates without extensions are version 1. */
export type X509Version = 1 | 2 | 3;

/** One extension of a certificate (RFC 5280 §4.2). */
export interface Extension {
  /** Dotted. */
  readonly oid: string;
  readonly critical: boolean;
  /** DER, what its OCTET STRING holds. */
  readonly value: Buffer;
}

/** [3] EXPLICIT, in which the extensions stand. */
const EXTENSIONS = 0xa3;

/** @returns the version of a certificate (RFC 5280 §4.1.2.1), which Node does not tell */
export function x509Version(der: Buffer): X509Version {
  const [version] = signedParts(der);
  // [0] EXPLICIT INTEGER, absent for version 1.
  if (version?.tag !== TAG.context0) return 1;
  return version.content.at(-1) === 2 ? 3 : 2;
}

/** @returns the extensions of a certificate in their order, which Node tells in part */
export function extensionsOf(der: Buffer): Extension[] {
  const wrapped = signedParts(der).find(({ tag }) => tag === EXTENSIONS);
  if (wrapped === undefined) return [];
  return insideDer(wrapped.content).map(({ content }) => {
    const parts = readDer(content);
    return {
      oid: dottedOid(parts[0]),
      critical: parts.some(({ tag, content: [octet] }) => tag === TAG.boolean && octet !== 0),
      value: parts.find(({ tag }) => tag === TAG.octetString)?.content ?? Buffer.alloc(0),
    };
  });
}

/** @returns the algorithm that a certificate is signed with, dotted */
export function signatureAlgorithm(der: Buffer): string {
  const [, algorithm] = insideDer(der);
  return algorithm === undefined ? "" : dottedOid(readDer(algorithm.content)[0]);
}

function signedParts(der: Buffer): DerElement[] {
  const [signed] = insideDer(der);
  return signed === undefined ? [] : readDer(signed.content);
}
