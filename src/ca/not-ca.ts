import { x509Version } from "./x509.ts";

/**
 * Says why OpenSSL does not take a certificate for a CA. It decided; the look into the DER only chooses the words.
 * @param der of the certificate
 */
export function notCaReason(der: Buffer): string {
  const constraints = extension(der, BASIC_CONSTRAINTS);
  const usage = extension(der, KEY_USAGE);
  // SEQUENCE { BOOLEAN TRUE … } and BIT STRING with keyCertSign, its sixth bit (RFC 5280 §4.2.1).
  const mayBeCa = constraints?.[2] === 0x01 && constraints[4] === 0xff;
  const maySign = usage === undefined || ((usage[3] ?? 0) & 0x04) !== 0;
  const version = x509Version(der);
  if (version < 3) {
    return `it is X.509 v${version}, as the documented command makes it under a bare configuration or with LibreSSL, and not v3 (basicConstraints CA:TRUE is missing)`;
  }
  return mayBeCa && !maySign
    ? "its key usage does not let it sign certificates (keyCertSign is missing)"
    : "it is not an X.509 v3 CA certificate (basicConstraints CA:TRUE is missing)";
}

/** Last bytes of OIDs below id-ce, 2.5.29. */
const KEY_USAGE = 15;
const BASIC_CONSTRAINTS = 19;

/** @returns what the OCTET STRING of a short extension holds */
function extension(der: Buffer, last: number): Buffer | undefined {
  const oid = Buffer.of(0x06, 0x03, 0x55, 0x1d, last);
  const at = der.lastIndexOf(oid);
  if (at < 0) return undefined;
  const value = at + oid.length;
  const critical = der[value] === 0x01 ? 3 : 0;
  return der.subarray(value + critical + 2);
}
