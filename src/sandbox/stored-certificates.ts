// The CA certificates in the slots of the sandbox, and their ids.
import { randomBytes, randomInt, X509Certificate } from "node:crypto";
import { commonNameOf } from "./certificate-checks.ts";
import type { Quirks } from "./quirks.ts";

/** CA certificates that an environment may have at a time, verified or not (vendor's page; FACTS §1). */
export const SLOTS = 2;

/** A registration code and when it was made. */
export interface IssuedCode {
  readonly value: string;
  /** Milliseconds since the epoch, by the sandbox's clock. */
  readonly issuedAt: number;
}

/** A CA certificate in one of the slots. */
export interface StoredCertificate {
  readonly id: string;
  /** As uploaded, without the blank that replies may put before it. */
  readonly name: string;
  readonly pem: string;
  readonly commonName: string;
  /** notAfter, ISO 8601 in UTC with milliseconds. */
  readonly expiration: string;
  isVerified: boolean;
  /** The code fetched last, if any. */
  code: IssuedCode | undefined;
}

/** Options of a certificate that is stored without an upload. */
export interface SeedOptions {
  /** Default: its common name. */
  readonly name?: string;
  /** Default: false. */
  readonly verified?: boolean;
  /** Default: a new one in the form that the quirks ask for. */
  readonly id?: string;
}

/**
 * Describes a certificate for a slot, unverified and without a code.
 * @param pem one certificate, of any kind
 * @param name the name it is stored under; its common name if undefined
 * @param id what it is addressed by
 * @throws Error when the PEM cannot be read
 */
export function storedCertificate(pem: string, name: string | undefined, id: string): StoredCertificate {
  const certificate = new X509Certificate(pem);
  const commonName = commonNameOf(certificate);
  return {
    id,
    name: name ?? commonName,
    pem,
    commonName,
    expiration: certificate.validToDate.toISOString(),
    isVerified: false,
    code: undefined,
  };
}

/** 80 random bits are what a ULID has; its digits are Crockford's base 32. */
const ULID_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

const ID_FORMS: Record<Quirks["idForm"], (stored: readonly StoredCertificate[]) => string> = {
  hex: () => randomBytes(12).toString("hex"),
  ulid: () => `01${Array.from({ length: 24 }, () => ULID_DIGITS.charAt(randomInt(32))).join("")}`,
  reserved: () => `ca/${randomBytes(6).toString("hex")}?a=1&b=%41 #`,
  reused: (stored) => (stored.some(({ id }) => id === "ca-1") ? "ca-2" : "ca-1"),
};

/** Makes a new id, beside the certificates that are stored. */
export function newId(form: Quirks["idForm"], stored: readonly StoredCertificate[]): string {
  return ID_FORMS[form](stored);
}
