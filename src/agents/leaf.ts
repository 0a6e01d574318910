/** The certificates of agents, leaf certificates of the CA: what they are compared with, and how long they may live. */
import type { KeyObject } from "node:crypto";
import { type Certificate, dateProblem, sameName } from "../ca/certificate.ts";
import { isSamePublicKey } from "../ca/public-key.ts";
import { type NameAttributes, type Subject, subjectAttributes } from "../ca/subject.ts";
import { DAY_MS } from "../ca/time.ts";
import { type X509Version, x509Version } from "../ca/x509.ts";
import { ActionError } from "../messages/errors.ts";
import { type LineProblem, linesError, type RequestedAgent } from "./agent-list.ts";

/** What an agent's certificate is compared with. */
interface LeafExpectation {
  readonly commonName: string;
  readonly ca: Certificate;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The public key of the agent. */
  readonly publicKey: KeyObject;
  /** The subject that was asked for; undefined where it comes from a CSR. */
  readonly subject?: NameAttributes;
}

/** What a run keeps of an agent's certificate: the certificates of thousands would fill the memory. */
export interface LeafFacts extends Pick<Certificate, "expiration" | "serialNumber" | "fingerprint"> {
  /** Undefined where an earlier release did not note it. */
  readonly x509Version?: X509Version | undefined;
}

/** @returns what a run keeps of a certificate */
export function leafFacts({ expiration, serialNumber, fingerprint, x509 }: Certificate): LeafFacts {
  return { expiration, serialNumber, fingerprint, x509Version: x509Version(x509.raw) };
}

/** @returns whether a certificate is signed by a CA's key and names it as its issuer */
export function isIssuedBy(leaf: Certificate, ca: Certificate): boolean {
  return leaf.x509.checkIssued(ca.x509) && leaf.x509.verify(ca.x509.publicKey);
}

/** @returns the text of a chain file, `$DEVICE_NAME.pem` followed by `$TENANT.pem`; LF line ends */
export function chainOf(leaf: Certificate, ca: Certificate): string {
  return `${leaf.pem}${ca.pem}`;
}

type SubjectOf = ((name: string) => Subject) | undefined;

/** @returns the line of an agent that would get the CA's own subject: its certificate would be taken for the CA's */
export function subjectProblem(
  agents: readonly RequestedAgent[],
  subject: SubjectOf,
  ca: Certificate,
): LineProblem | undefined {
  const found = agents.find(({ name, csr }) => csr === undefined && name === ca.commonName);
  if (found === undefined || subject === undefined) return undefined;
  if (!sameName(subjectAttributes(subject(found.name)), ca.subject)) return undefined;
  const message = `"${found.name}" would get the subject of the CA itself. Give the agent another name, or set another organizational-unit`;
  return { line: found.line, message };
}

/** @throws ActionError `INPUT_INVALID` where an agent would get the subject of the CA that issues */
export function requireOwnSubject(
  agents: readonly RequestedAgent[],
  subject: SubjectOf,
  ca: Certificate,
): void {
  const problem = subjectProblem(agents, subject, ca);
  if (problem !== undefined)
    throw linesError([problem], "Correct the inputs named above. Nothing was issued.");
}

/** @returns why an agent's certificate must not be handed out, or undefined */
export function leafProblem(leaf: Certificate, expected: LeafExpectation): string | undefined {
  if (leaf.commonName !== expected.commonName) return "its common name is not the agent's name";
  if (!isSamePublicKey(leaf.x509.publicKey, expected.publicKey)) return "its key is not the agent's";
  if (!isIssuedBy(leaf, expected.ca)) return "it is not signed by the CA's key";
  if (leaf.notAfter > expected.ca.notAfter) return "it would outlive the CA";
  const outdated = dateProblem(leaf, expected.now);
  if (outdated !== undefined) return outdated;
  if (sameName(leaf.subject, expected.ca.subject)) return "its subject is the CA's own";
  if (expected.subject !== undefined && !sameName(leaf.subject, expected.subject)) {
    return "its subject is not the one that was asked for";
  }
  return undefined;
}

/** Longest time from the counting of the days until OpenSSL reads its clock. */
const SIGNING_MS = 60_000;

/**
 * A leaf never outlives its CA.
 * @param days asked for
 * @param ca the one that signs
 * @param now milliseconds since 1970
 * @returns the days that a certificate signed within a minute may have, whole ones: as asked, fewer, or none (0)
 */
export function leafDays(days: number, ca: Certificate, now: number): number {
  return Math.max(0, Math.min(days, Math.floor((ca.notAfter - now - SIGNING_MS) / DAY_MS)));
}

/** How long agents' certificates are to be valid. */
export interface Validity {
  /** Days that a certificate is valid. */
  readonly days: number;
  /** Whether a certificate that would outlive the CA is refused instead of shortened. */
  readonly strictLifetime: boolean;
}

const ROTATE = "Run rotate with apply: true, then run this task again with the new keyring.";

/**
 * @returns the days of a certificate that is signed now
 * @throws ActionError `CA_EXPIRES_BEFORE_AGENT` where it has none, or fewer than asked for and `strictLifetime` is set
 */
export function daysUntilCaEnds({ days: asked, strictLifetime }: Validity, ca: Certificate): number {
  const possible = leafDays(asked, ca, Date.now());
  if (possible >= 1 && (!strictLifetime || possible === asked)) return possible;
  throw new ActionError(
    "CA_EXPIRES_BEFORE_AGENT",
    `The CA ${ca.commonName} expires ${ca.expiration}. An agent certificate can be valid for only ${possible} days, not ${asked}.`,
    { next: possible >= 1 ? `${ROTATE} Or set days: ${possible}.` : ROTATE },
  );
}
