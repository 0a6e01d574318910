/** Reads a certificate, and judges it: as a CA before its upload, as a verification certificate, by its dates. */
import { type KeyObject, X509Certificate } from "node:crypto";
import { quoted } from "../messages/printable.ts";
import { type Agreement, CLOCKS_AGREE_MS } from "./clocks.ts";
import { notCaReason } from "./issuing-ability.ts";
import { isPrivateKey, parsePem } from "./pem.ts";
import { pemHint } from "./pem-hints.ts";
import { type NameAttributes, subjectValueProblem } from "./subject.ts";
import { commonNames, extensionsOf, x509Version } from "./x509.ts";

/** A certificate as far as this action needs to know it. */
export interface Certificate {
  /** LF line ends, one LF at the end. */
  readonly pem: string;
  readonly x509: X509Certificate;
  /** The subject's attributes in order; a multi-valued attribute keeps its ` + `. */
  readonly subject: NameAttributes;
  /** The last common name of the subject, empty where there is none. */
  readonly commonName: string;
  /** Every common name of the subject, those of a multi-valued part included. */
  readonly commonNames: readonly string[];
  /** notBefore in milliseconds since 1970. */
  readonly notBefore: number;
  /** notAfter in milliseconds since 1970. */
  readonly notAfter: number;
  /** notAfter as the platform writes it: `2031-05-30T09:22:55.000Z`. */
  readonly expiration: string;
  /** SHA-256 over the DER, `AB:CD:…` as `openssl x509 -fingerprint -sha256` prints it. */
  readonly fingerprint: string;
  /** Hexadecimal, as `openssl x509 -serial` prints it. */
  readonly serialNumber: string;
}

const NO_PEM = "has no line -----BEGIN CERTIFICATE-----, with which a certificate in PEM begins";

/**
 * Reads one certificate.
 * @param text PEM with exactly one certificate; text around it is ignored (RFC 7468)
 * @throws Error that says what the text holds instead
 */
export function readCertificate(text: string): Certificate {
  const { blocks } = parsePem(text);
  const [block] = blocks;
  if (block === undefined) throw new Error(pemHint(text) ?? NO_PEM);
  if (blocks.some(({ label }) => isPrivateKey(label))) {
    throw new Error("holds a private key where a certificate belongs");
  }
  if (blocks.length > 1)
    throw new Error(`holds ${blocks.length} PEM blocks, but exactly one certificate is valid`);
  if (block.label !== "CERTIFICATE") throw new Error(`holds a "${block.label}" where a certificate belongs`);
  const { x509, names } = readX509(block.pem);
  const subject = nameAttributes(x509.subject);
  const notAfter = Date.parse(x509.validTo);
  return {
    pem: block.pem,
    x509,
    subject,
    commonName: names.at(-1) ?? "",
    commonNames: names,
    notBefore: Date.parse(x509.validFrom),
    notAfter,
    expiration: new Date(notAfter).toISOString(),
    fingerprint: x509.fingerprint256,
    serialNumber: x509.serialNumber,
  };
}

function readX509(pem: string): { x509: X509Certificate; names: string[] } {
  try {
    const x509 = new X509Certificate(pem);
    // OpenSSL also accepts encodings that are not DER (measured). Such a certificate must fail here, not
    // later in the run.
    extensionsOf(x509.raw);
    return { x509, names: commonNames(x509.raw, "subject") };
  } catch {
    throw new Error("holds a certificate that cannot be read");
  }
}

/**
 * @returns the first 8 hex digits of the SHA-256 fingerprint, lower case: our certificate names end with them
 */
export function shortFingerprint(certificate: Certificate): string {
  return certificate.fingerprint.replaceAll(":", "").slice(0, 8).toLowerCase();
}

/**
 * Nothing documents how replies render a common name. A name that they may change makes a certificate hard to
 * find again.
 * @returns why a CA certificate should not be uploaded because of its common name, or undefined
 */
export function oddCommonName({ commonNames }: Certificate): string | undefined {
  const [name = "", ...others] = commonNames;
  if (others.length > 0) {
    const names = commonNames.map((each) => quoted(each)).join(", ");
    return `its subject has ${commonNames.length} common names (${names}), but exactly one is valid`;
  }
  if (name.trim() !== name) return "its common name begins or ends with a blank";
  const problem = subjectValueProblem(name, Number.POSITIVE_INFINITY);
  return problem === undefined ? undefined : `its common name ${problem}`;
}

/** The requirements for a CA certificate before it may be uploaded. */
export interface CaExpectation {
  /** Milliseconds since 1970; undefined where the dates do not count. */
  readonly now: number | undefined;
  readonly privateKey?: KeyObject;
  /** The subject that was asked for. */
  readonly subject?: NameAttributes;
}

/**
 * The preflight before an upload: the platform has two slots and no way to replace a bad certificate.
 * Under a bare configuration the documented command makes an X.509 v1 certificate and exits with 0
 * (measured).
 * @returns why the certificate must not be uploaded. Undefined for a self-signed X.509 v3 `CA:TRUE`
 * certificate that is valid now, or in 5 minutes at most, because clocks differ
 */
export function caProblem(certificate: Certificate, expected: CaExpectation): string | undefined {
  const { x509 } = certificate;
  const selfIssued = x509.checkIssued(x509);
  if (!x509.ca) return notCaReason(x509.raw);
  if (!selfIssued && signsItself(x509)) {
    return "it is self-signed, but its authority key identifier names another key or serial number. Verifiers look for another issuer and refuse what it issues";
  }
  if (!selfIssued)
    return "it is an intermediate CA certificate. The platform supports self-signed CA certificates only";
  if (!x509.verify(x509.publicKey)) return "its own signature is not valid";
  const outdated = dateProblem(certificate, expected.now);
  if (outdated !== undefined) return outdated;
  if (certificate.commonName === "") return "its subject has no common name";
  if (expected.privateKey !== undefined && !x509.checkPrivateKey(expected.privateKey)) {
    return "the private key does not belong to it";
  }
  if (expected.subject !== undefined && !sameName(certificate.subject, expected.subject)) {
    return "its subject is not the subject that was asked for";
  }
  return undefined;
}

/** The advice for a CA that agents may use already, although this action cannot work with it. */
const WAY_ON =
  "If it is on the platform already, it may stay there as long as its agents need it. Run rotate with its id in allow-unheld, which adds a new CA. Move the agents to the new CA. Then delete the old one by its id (tasks/delete)";

/**
 * The check of {@link caProblem} for a CA that was not made here. Other programs may have accepted an unusual
 * CA, so it may be in use: the message about such a CA says how to go on.
 * @returns why the CA cannot be used, and what is possible; undefined where it can be used
 */
export function foreignCaProblem(certificate: Certificate, expected: CaExpectation): string | undefined {
  const { x509 } = certificate;
  const problem = caProblem(certificate, expected);
  const unusual = x509Version(x509.raw) < 3 || (x509.ca && !x509.checkIssued(x509));
  return problem !== undefined && unusual && signsItself(x509) ? `${problem}. ${WAY_ON}` : problem;
}

function signsItself(x509: X509Certificate): boolean {
  return x509.subject === x509.issuer && x509.verify(x509.publicKey);
}

/**
 * The check before a verify: a wrong verification certificate costs one of ten calls an hour.
 * @returns why the platform would refuse it, or undefined
 */
export function verificationProblem(
  verification: Certificate,
  expected: { ca?: Certificate; registrationCode?: string; now: number },
): string | undefined {
  if (expected.registrationCode !== undefined && verification.commonName !== expected.registrationCode) {
    return "its common name is not the registration code";
  }
  const outdated = dateProblem(verification, expected.now);
  if (outdated !== undefined) return outdated;
  if (verification.x509.subject === verification.x509.issuer) {
    return "it is self-signed, so it proves nothing. The CA must issue it";
  }
  if (expected.ca !== undefined) {
    const signed =
      verification.x509.checkIssued(expected.ca.x509) && verification.x509.verify(expected.ca.x509.publicKey);
    if (!signed) return "it is not signed by the CA's key";
  }
  return undefined;
}

/**
 * @param now milliseconds since 1970; undefined where the dates do not count
 * @returns why a certificate is not valid now, or undefined. A notBefore up to 5 minutes ahead is accepted:
 * another machine, whose clock is ahead, may have just made the certificate
 */
export function dateProblem(
  { notBefore, notAfter, expiration }: Pick<Certificate, "notBefore" | "notAfter" | "expiration">,
  now: number | undefined,
): string | undefined {
  if (now === undefined) return undefined;
  if (notAfter <= now) return `it expired on ${expiration}`;
  return isFuture(notBefore, now) ? `it is not valid before ${new Date(notBefore).toISOString()}` : undefined;
}

function isFuture(notBefore: number, now: number): boolean {
  return notBefore > now + CLOCKS_AGREE_MS;
}

/**
 * A certificate that is not valid yet counts as not there (guarantee 4). While the clocks disagree it counts as valid.
 * @param onPlatform whether the certificate is on the platform, which accepted it as valid. A single clock
 * does not outweigh that
 */
export function isNotValidYet(
  { notBefore }: Pick<Certificate, "notBefore">,
  { now, standing }: Agreement,
  onPlatform: boolean,
): boolean {
  const known = standing === "agreed" || (standing === "unconfirmed" && !onPlatform);
  return known && isFuture(notBefore, now);
}

/** @returns whether two names have the same attributes in the same order */
export function sameName(a: NameAttributes, b: NameAttributes): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/**
 * Parses Node's multi-line rendering of a name, which escapes as RFC 2253 does.
 * @param rendered undefined for a name without attributes
 */
function nameAttributes(rendered: string | undefined): NameAttributes {
  if (!rendered) return [];
  return rendered.split("\n").map((line) => {
    const equals = line.indexOf("=");
    return [line.slice(0, equals), unescapeValue(line.slice(equals + 1))] as const;
  });
}

function unescapeValue(value: string): string {
  // An unescaped " + " joins a multi-valued attribute. It stays in the value, which so never equals a plain
  // value.
  return value.replaceAll(/\\(?:([0-9A-F]{2})|(.))/gu, (_, octet: string | undefined, escaped: string) =>
    octet === undefined ? escaped : String.fromCharCode(Number.parseInt(octet, 16)),
  );
}
