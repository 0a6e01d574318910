/** Decides whether the files of one agent are good, and if not, why its certificate is issued again. */
import type { KeyObject } from "node:crypto";
import { type Certificate, isNotValidYet } from "../ca/certificate.ts";
import type { Agreement } from "../ca/clocks.ts";
import { isSamePublicKey } from "../ca/public-key.ts";
import { endsWithin } from "../ca/slot-status.ts";
import { DAY_MS } from "../ca/time.ts";
import { chainOf, isIssuedBy } from "./leaf.ts";

/** Why an agent needs a certificate: none is there, it cannot be used (yet), it ends soon, another CA issued it. */
export type DueReason = "missing" | "broken" | "not-yet-valid" | "ending" | "old-ca";

/** What the directory has for one agent. */
export interface StoredFiles {
  /** Undefined where it cannot be read. */
  readonly certificate: Certificate | undefined;
  /** The text of the chain file. */
  readonly chain: string;
  /** The public half of its key; `unknown` in an archive, which is not opened; undefined where it cannot be read. */
  readonly publicKey: KeyObject | "unknown" | undefined;
}

/** What an agent's certificate must meet to stay. */
export interface Requirements extends Agreement {
  /** The CA that issues now. */
  readonly ca: Certificate;
  /** Days before its end from which a certificate is issued again. */
  readonly renewBefore: number;
  /** Days that a certificate issued now would have. */
  readonly days: number;
}

/** @returns why an agent whose files are all there needs new ones, or undefined where it does not */
export function dueReason(name: string, stored: StoredFiles, required: Requirements): DueReason | undefined {
  const { certificate, publicKey, chain } = stored;
  if (certificate === undefined || publicKey === undefined) return "broken";
  if (certificate.commonName !== name) return "broken";
  if (publicKey !== "unknown" && !isSamePublicKey(certificate.x509.publicKey, publicKey)) return "broken";
  if (!isIssuedBy(certificate, required.ca)) return "old-ca";
  if (chain !== chainOf(certificate, required.ca)) return "broken";
  if (isNotValidYet(certificate, required, true)) return "not-yet-valid";
  return isEnding(certificate, required) ? "ending" : undefined;
}

/**
 * Judges files that no record names. Only files with this proof may be moved away.
 * @param plainKey the public half of the plain key beside the certificate; `none` where there is none,
 * undefined where it cannot be read
 * @returns whether the files prove that they are the agent's: a certificate with its name that is not a CA's,
 * and the key of that certificate
 */
export function provesAgent(
  name: string,
  certificate: Certificate | undefined,
  plainKey: KeyObject | "none" | undefined,
): boolean {
  if (certificate === undefined || certificate.x509.ca || certificate.commonName !== name) return false;
  return (
    plainKey === "none" || (plainKey !== undefined && isSamePublicKey(certificate.x509.publicKey, plainKey))
  );
}

/** A certificate that expires with its CA would gain less than a day, so it is not issued again. */
function isEnding(certificate: Certificate, { renewBefore, days, now }: Requirements): boolean {
  const gained = now + days * DAY_MS - certificate.notAfter;
  return endsWithin(certificate.expiration, renewBefore, now) && gained >= DAY_MS;
}
