/**
 * Reads the parts of a certificate's DER that Node does not give: version, extensions, signature algorithm,
 * and every common name.
 */
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

/** The tag [3] EXPLICIT, which holds the extensions. */
const EXTENSIONS = 0xa3;

/** @returns the version of a certificate (RFC 5280 §4.1.2.1) */
export function x509Version(der: Buffer): X509Version {
  const [version] = signedParts(der);
  // [0] EXPLICIT INTEGER, absent for version 1.
  if (version?.tag !== TAG.context0) return 1;
  return version.content.at(-1) === 2 ? 3 : 2;
}

/** @returns all extensions of a certificate, in their order. Node gives only some of them */
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

const KEY_USAGE = "2.5.29.15";

/** @returns the first octet of a certificate's keyUsage, digitalSignature at the left (RFC 5280 §4.2.1.3); undefined without one */
export function keyUsageOf(der: Buffer): number | undefined {
  const value = extensionsOf(der).find(({ oid }) => oid === KEY_USAGE)?.value;
  // BIT STRING: tag, length, unused bits, bits.
  return value === undefined ? undefined : (value[3] ?? 0);
}

/** @returns the algorithm that a certificate is signed with, dotted */
export function signatureAlgorithm(der: Buffer): string {
  const [, algorithm] = insideDer(der);
  return algorithm === undefined ? "" : dottedOid(readDer(algorithm.content)[0]);
}

/** @returns every common name of a certificate's subject or issuer */
export function commonNames(der: Buffer, whose: "subject" | "issuer"): string[] {
  const parts = signedParts(der);
  // Issuer, validity and subject follow the version, which version 1 leaves out, the serial number and the algorithm.
  const [issuer, , subject] = parts.slice(parts[0]?.tag === TAG.context0 ? 3 : 2);
  return commonNamesIn(whose === "issuer" ? issuer : subject);
}

function signedParts(der: Buffer): DerElement[] {
  const [signed] = insideDer(der);
  return signed === undefined ? [] : readDer(signed.content);
}

const COMMON_NAME = "2.5.4.3";

/**
 * @param name of a certificate or a CSR (RFC 5280 §4.1.2.4)
 * @returns every common name in its order, those inside a multi-valued RDN too. Node's rendering of a name
 * would have to be parsed again. Node's `toLegacyObject` makes TLS connections impossible if it is called
 * before `node:tls` is loaded (v20, v24)
 */
export function commonNamesIn(name: DerElement | undefined): string[] {
  if (name === undefined) return [];
  return readDer(name.content)
    .flatMap((rdn) => readDer(rdn.content))
    .map((attribute) => readDer(attribute.content))
    .filter(([type]) => dottedOid(type) === COMMON_NAME)
    .map(([, value]) => textOf(value));
}

/** The string types of X.520 that do not have one octet for each character. */
const UTF8_STRING = 0x0c;
const UNIVERSAL_STRING = 0x1c;
const BMP_STRING = 0x1e;

function textOf(value: DerElement | undefined): string {
  if (value === undefined) return "";
  const { tag, content } = value;
  if (tag === BMP_STRING && content.length % 2 === 0)
    return Buffer.from(content).swap16().toString("utf16le");
  if (tag === UNIVERSAL_STRING && content.length % 4 === 0)
    return Array.from({ length: content.length / 4 }, (_, at) =>
      String.fromCodePoint(content.readUInt32BE(at * 4)),
    ).join("");
  return content.toString(tag === UTF8_STRING ? "utf8" : "latin1");
}
