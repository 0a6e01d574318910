// The cryptographic checks of CA certificates and of proofs of possession.
import { X509Certificate } from "node:crypto";
// node:tls must be loaded first: Node's toLegacyObject breaks it for good if it is loaded later (v20, v24).
import "node:tls";
import { type Refusal, refuse } from "./responses.ts";

/** One PEM certificate and nothing else but white space around it. */
const ONE_PEM_CERTIFICATE = /^\s*-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*$/;

/**
 * Reads exactly one certificate.
 * @param field the JSON field it came in, for the message
 * @throws Refusal 400 when the text is anything else
 */
export function readCertificate(pem: string, field: string): X509Certificate {
  if (!ONE_PEM_CERTIFICATE.test(pem)) throw invalid(`${field} is not exactly one certificate in PEM format.`);
  try {
    return new X509Certificate(pem);
  } catch {
    throw invalid(`${field} cannot be read as an X.509 certificate.`);
  }
}

/** The common name of a subject, unescaped. The first one if there are several, empty if there is none. */
export function commonNameOf(certificate: X509Certificate): string {
  return commonNames(certificate)[0] ?? "";
}

function commonNames(certificate: X509Certificate): string[] {
  // Node's types call the field a string; it is an array when the subject repeats it and absent when it has none.
  const name: string | string[] | undefined = certificate.toLegacyObject().subject?.CN;
  return name === undefined ? [] : [name].flat();
}

/**
 * Checks a certificate for a slot: self-signed, X.509 v3 with CA:TRUE, valid now (vendor's page: "Intermediate
 * certificates are not supported"; FACTS §4 for v1 certificates).
 * @param now milliseconds since the epoch
 * @throws Refusal 400 that names the first check that fails
 */
export function checkCa(certificate: X509Certificate, now: number): void {
  if (!signedBy(certificate, certificate)) throw invalid("The CA certificate is not self-signed.");
  // True only for v3 with CA:TRUE: OpenSSL tells self-signed v1 certificates apart.
  if (!certificate.ca) throw invalid("The certificate is not an X.509 v3 CA certificate (CA:TRUE).");
  requireValid(certificate, "The CA certificate", now);
}

/**
 * Checks a proof of possession: issued with the CA's key, its common name the registration code, valid now (vendor's
 * page, "Tenant CA Certificate verification").
 * @param code the registration code in force, or undefined when none is
 * @param now milliseconds since the epoch
 * @throws Refusal 400 that names the first check that fails
 */
export function checkProof(
  proof: X509Certificate,
  ca: X509Certificate,
  code: string | undefined,
  now: number,
): void {
  if (!signedBy(proof, ca))
    throw invalid("The verification certificate is not signed by the CA certificate.");
  if (code === undefined) throw invalid("This CA certificate has no valid registration code.");
  const names = commonNames(proof);
  if (names.length !== 1 || names[0] !== code) {
    throw invalid("The common name of the verification certificate is not the registration code.");
  }
  requireValid(proof, "The verification certificate", now);
}

function requireValid({ validFromDate, validToDate }: X509Certificate, name: string, now: number): void {
  if (validFromDate.getTime() > now) throw invalid(`${name} is not valid yet.`);
  if (validToDate.getTime() <= now) throw invalid(`${name} has expired.`);
}

/** Whether the issuer's name fits and the signature was made with its key. */
function signedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

function invalid(message: string): Refusal {
  return refuse(400, "invalidParameter", message);
}
