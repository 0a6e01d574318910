/** Judges whether a backup can be encrypted for the owner of a certificate. */
import type { KeyObject } from "node:crypto";
import { type Certificate, dateProblem } from "./certificate.ts";
import { curveProblem, LEAST_RSA_BITS } from "./public-key.ts";
import { keyUsageOf } from "./x509.ts";

/** As strong as the shortest RSA key that is taken (NIST SP 800-57 part 1, table 2). */
const LEAST_CURVE_BITS = 224;
/** Bits of keyUsage, from the left (RFC 5280 §4.2.1.3). */
const KEY_ENCIPHERMENT = 0x20;
const KEY_AGREEMENT = 0x08;

/**
 * @param now milliseconds since 1970
 * @returns why nothing should be encrypted for this certificate, or undefined
 */
export function recipientProblem(certificate: Certificate, now: number): string | undefined {
  return dateProblem(certificate, now) ?? keyProblem(certificate);
}

function keyProblem({ x509 }: Certificate): string | undefined {
  const key = publicKeyOf(x509);
  const { asymmetricKeyType: type = "unknown" } = key ?? {};
  if (key === undefined || (type !== "rsa" && type !== "ec"))
    return `its key is ${type}. Nothing can be encrypted for such a key. Valid keys are RSA and EC`;
  const size = sizeProblem(key);
  if (size !== undefined) return size;
  const [usage, bit] =
    type === "rsa"
      ? (["keyEncipherment", KEY_ENCIPHERMENT] as const)
      : (["keyAgreement", KEY_AGREEMENT] as const);
  const allowed = keyUsageOf(x509.raw);
  if (allowed === undefined || (allowed & bit) !== 0) return undefined;
  return `its key usage does not allow ${usage}, which an ${type.toUpperCase()} key needs here`;
}

function sizeProblem(key: KeyObject): string | undefined {
  const { modulusLength, namedCurve = "" } = key.asymmetricKeyDetails ?? {};
  if (modulusLength !== undefined) {
    return modulusLength < LEAST_RSA_BITS
      ? `its RSA key has ${modulusLength} bits. The least are ${LEAST_RSA_BITS} bits`
      : undefined;
  }
  const unnamed = curveProblem(key);
  if (unnamed !== undefined) return unnamed;
  // Every curve that can be named has its size in its name: prime256v1, secp384r1, brainpoolP512r1.
  const bits = Number(/\d{3}/.exec(namedCurve)?.[0]);
  if (bits >= LEAST_CURVE_BITS) return undefined;
  return `its EC key is on the curve ${namedCurve}. Valid curves have ${LEAST_CURVE_BITS} bits or more, for example P-256`;
}

function publicKeyOf(x509: Certificate["x509"]): KeyObject | undefined {
  try {
    return x509.publicKey;
  } catch {
    return undefined;
  }
}
