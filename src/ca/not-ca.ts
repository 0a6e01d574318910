import { TAG } from "./der.ts";
import { type Extension, extensionsOf, x509Version } from "./x509.ts";

/**
 * Says why OpenSSL does not take a certificate for a CA. It decided; the look into the DER only chooses the words.
 * @param der of the certificate
 */
export function notCaReason(der: Buffer): string {
  const version = x509Version(der);
  if (version < 3) {
    return `it is X.509 v${version} and not v3 (basicConstraints CA:TRUE is missing). The documented command creates such a certificate with LibreSSL, and with an OpenSSL configuration that has no v3_ca section`;
  }
  const extensions = extensionsOf(der);
  return mayBeCa(extensions) && !maySign(extensions)
    ? "its key usage does not allow it to sign certificates (keyCertSign is missing)"
    : "it is not an X.509 v3 CA certificate (basicConstraints CA:TRUE is missing)";
}

const KEY_USAGE = "2.5.29.15";
const BASIC_CONSTRAINTS = "2.5.29.19";

/** SEQUENCE { BOOLEAN TRUE … } (RFC 5280 §4.2.1.9). */
function mayBeCa(extensions: readonly Extension[]): boolean {
  const value = extensions.find(({ oid }) => oid === BASIC_CONSTRAINTS)?.value;
  return value?.[2] === TAG.boolean && value[4] === 0xff;
}

/** BIT STRING with keyCertSign as its sixth bit (RFC 5280 §4.2.1.3). */
function maySign(extensions: readonly Extension[]): boolean {
  const value = extensions.find(({ oid }) => oid === KEY_USAGE)?.value;
  return value === undefined || ((value[3] ?? 0) & 0x04) !== 0;
}
