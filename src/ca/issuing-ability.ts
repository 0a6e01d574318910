/** Judges from a CA certificate whether brokers would accept the certificates that it issues. */
import type { KeyObject, X509Certificate } from "node:crypto";
import { type DerElement, dottedOid, insideDer, readDer, TAG } from "./der.ts";
import { CURVES, curveProblem, LEAST_RSA_BITS } from "./public-key.ts";
import { type Extension, extensionsOf, keyUsageOf, signatureAlgorithm, x509Version } from "./x509.ts";

/** Whether a CA can issue usable certificates, as far as its own certificate shows. */
export interface IssuingAbility {
  /** Why brokers would accept no certificate of the CA; to follow "the CA certificate was not sent: ". */
  readonly problem: string | undefined;
  /** Sentences about properties that some brokers or verifiers refuse. */
  readonly warnings: readonly string[];
}

/**
 * Looks at a CA certificate before it takes one of two slots. Otherwise a CA whose certificates nobody
 * accepts would be noticed only in the field. CAs with these problems pass `node:crypto`, but not
 * `openssl verify` or a broker (measured).
 * @param certificate self-signed, CA:TRUE, with the right to sign certificates
 */
export function issuingAbility(x509: X509Certificate): IssuingAbility {
  const extensions = extensionsOf(x509.raw);
  const problem = versionProblem(x509.raw) ?? keyProblem(x509.publicKey) ?? extensionProblem(extensions);
  return { problem, warnings: [...keyWarnings(x509.publicKey), ...signatureWarnings(x509.raw)] };
}

/** The certificate has CA:TRUE, which is an extension. So it must be v3. */
function versionProblem(der: Buffer): string | undefined {
  const version = x509Version(der);
  if (version === 3) return undefined;
  return `it is X.509 v${version} and contains extensions, which only v3 may contain. Verifiers refuse it or ignore the extensions`;
}

function keyProblem(key: KeyObject): string | undefined {
  const { asymmetricKeyType: type = "unknown", asymmetricKeyDetails: details = {} } = key;
  // An RSA-PSS key may name the one digest that it signs with.
  const { modulusLength = 0, hashAlgorithm = "sha256" } = details;
  if (type.startsWith("rsa") && modulusLength < LEAST_RSA_BITS) {
    return `its RSA key has ${modulusLength} bits, and brokers accept ${LEAST_RSA_BITS} bits or more`;
  }
  if (hashAlgorithm !== "sha256") {
    return `its RSA-PSS key signs with ${hashAlgorithm} only, and the documented commands sign with SHA-256`;
  }
  const unnamed = curveProblem(key);
  if (unnamed !== undefined) return unnamed;
  if (!["rsa", "rsa-pss", "ec", "ed25519", "ed448"].includes(type)) {
    return `its key is ${type}, and brokers accept no signature of such a key`;
  }
  return undefined;
}

/**
 * Extensions that OpenSSL processes where they are critical: RFC 5280, RFC 3779, proxy certificates,
 * Netscape's type.
 */
const KNOWN =
  /^(?:2\.5\.29\.(?:14|15|17|18|19|30|31|32|33|35|36|37|54)|1\.3\.6\.1\.5\.5\.7\.1\.(?:7|8|14)|2\.16\.840\.1\.113730\.1\.1)$/;
const NAME_CONSTRAINTS = "2.5.29.30";
const EXTENDED_KEY_USAGE = "2.5.29.37";
const CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
const ANY_USAGE = "2.5.29.37.0";

function extensionProblem(extensions: readonly Extension[]): string | undefined {
  const unknown = extensions.find(({ oid, critical }) => critical && !KNOWN.test(oid));
  if (unknown !== undefined) {
    return `its extension ${unknown.oid} is critical, and few verifiers know it. The others refuse every certificate that the CA issues`;
  }
  const usages = extensionValue(extensions, EXTENDED_KEY_USAGE);
  if (usages !== undefined) {
    const named = insideDer(usages).map(dottedOid);
    if (!named.includes(CLIENT_AUTH) && !named.includes(ANY_USAGE)) {
      return "its extended key usage does not contain clientAuth. Brokers refuse the agents that it issues";
    }
  }
  const constraints = extensionValue(extensions, NAME_CONSTRAINTS);
  if (constraints !== undefined && excludesCode(constraints)) {
    return "its name constraints exclude the subject of the verification certificate, which is only a registration code";
  }
  return undefined;
}

function extensionValue(extensions: readonly Extension[], wanted: string): Buffer | undefined {
  return extensions.find(({ oid }) => oid === wanted)?.value;
}

/** [4] of a GeneralName (RFC 5280 §4.2.1.6). */
const DIRECTORY_NAME = 0xa4;
/** [1] of NameConstraints; [0] has the permitted ones. */
const EXCLUDED = 0xa1;

/** @returns whether a subject that is only a common name is outside of what is permitted, or inside of what is excluded */
function excludesCode(value: Buffer): boolean {
  return insideDer(value).some(({ tag, content }) => {
    const parts = readDer(content).flatMap((subtree) => readDer(subtree.content));
    const names = parts.filter((base) => base.tag === DIRECTORY_NAME).map(rdnCount);
    if (tag === EXCLUDED) return names.includes(0);
    // A permitted name without RDNs permits every subject. Any other one does not permit a subject that is
    // only a code.
    return names.length > 0 && !names.includes(0);
  });
}

function rdnCount(base: DerElement): number {
  return insideDer(base.content).length;
}

function keyWarnings(key: KeyObject): string[] {
  const { asymmetricKeyType: type = "", asymmetricKeyDetails: { namedCurve = "" } = {} } = key;
  if (type === "rsa" || CURVES.has(namedCurve)) return [];
  const kind = `${type} ${namedCurve}`.trimEnd();
  return [
    `The key of the CA is ${kind}, which common brokers refuse. They accept RSA, and EC on P-256, P-384 or P-521.`,
  ];
}

const WEAK_SIGNATURES: Readonly<Record<string, string>> = {
  "1.2.840.113549.1.1.4": "MD5",
  "1.2.840.113549.1.1.5": "SHA-1",
  "1.2.840.10045.4.1": "SHA-1",
};

function signatureWarnings(der: Buffer): string[] {
  const digest = WEAK_SIGNATURES[signatureAlgorithm(der)];
  if (digest === undefined) return [];
  return [
    `The CA certificate is signed with ${digest}. Some verifiers refuse it, although they trust the CA.`,
  ];
}

/**
 * Says why OpenSSL does not take a certificate for a CA. OpenSSL has decided that. The DER only decides the
 * message.
 * @param der of the certificate
 */
export function notCaReason(der: Buffer): string {
  const version = x509Version(der);
  if (version < 3) {
    return `it is X.509 v${version} and not v3 (basicConstraints CA:TRUE is missing). The documented command creates such a certificate with LibreSSL, and with an OpenSSL configuration that has no v3_ca section`;
  }
  if (!mayBeCa(extensionsOf(der)))
    return "it is not an X.509 v3 CA certificate (basicConstraints CA:TRUE is missing)";
  if (!maySign(der)) return "its key usage does not allow it to sign certificates (keyCertSign is missing)";
  return "OpenSSL does not take it for a CA certificate, although it has CA:TRUE. Another extension of it is broken";
}

const BASIC_CONSTRAINTS = "2.5.29.19";

/** SEQUENCE { BOOLEAN TRUE … } (RFC 5280 §4.2.1.9). */
function mayBeCa(extensions: readonly Extension[]): boolean {
  const value = extensionValue(extensions, BASIC_CONSTRAINTS);
  return value?.[2] === TAG.boolean && value[4] === 0xff;
}

/** keyCertSign is the sixth bit (RFC 5280 §4.2.1.3). */
function maySign(der: Buffer): boolean {
  const usage = keyUsageOf(der);
  return usage === undefined || (usage & 0x04) !== 0;
}
