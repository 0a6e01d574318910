// Explains a connection that failed because of a TLS certificate: its issuer, its fault, and the next step.
import type { PeerCertificate } from "node:tls";
import { printable } from "../messages/printable.ts";
import type { ProxySettings } from "./proxy.ts";
import { TransportError } from "./transport-error.ts";

/** Node's codes (OpenSSL's X509_V_ERR_…) for a certificate that no CA trusted here has signed. */
const UNKNOWN_ISSUER = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "CERT_UNTRUSTED",
]);
const WRONG_NAME = new Set(["ERR_TLS_CERT_ALTNAME_INVALID", "HOSTNAME_MISMATCH"]);
/** All other codes of Node's list. UNSPECIFIED is a reason for which Node has no code, such as a key that is too short. */
const OTHERS = new Set([
  "CERT_CHAIN_TOO_LONG",
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "CERT_REJECTED",
  "CERT_REVOKED",
  "CERT_SIGNATURE_FAILURE",
  "ERROR_IN_CERT_NOT_AFTER_FIELD",
  "ERROR_IN_CERT_NOT_BEFORE_FIELD",
  "ERR_TLS_CERT_ALTNAME_FORMAT",
  "INVALID_CA",
  "INVALID_PURPOSE",
  "PATH_LENGTH_EXCEEDED",
  "UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY",
  "UNABLE_TO_DECRYPT_CERT_SIGNATURE",
  "UNSPECIFIED",
]);

/** Fetches the TLS certificate of a host without verifying it; undefined where the host shows none. */
export type FetchCertificate = (
  origin: URL,
  settings: ProxySettings | undefined,
) => Promise<PeerCertificate | undefined>;

/**
 * Explains why a TLS certificate was refused.
 * @param failure why there is no connection
 * @param fetchCertificate fetches the certificate for the message only
 * @returns the error to throw; undefined where the certificate was not the reason
 */
export async function explainTlsError(
  failure: unknown,
  target: URL,
  settings: ProxySettings | undefined,
  fetchCertificate: FetchCertificate,
): Promise<TransportError | undefined> {
  const { code, words } = reasonIn(failure);
  if (!UNKNOWN_ISSUER.has(code) && !WRONG_NAME.has(code) && !OTHERS.has(code)) return undefined;
  let host = target.host;
  let certificate = await fetchCertificate(target, settings);
  // There is no tunnel, so the proxy's own certificate was refused.
  if (certificate === undefined && settings?.proxy.protocol === "https:") {
    host = `the proxy ${settings.proxy.host} of ${settings.variable}`;
    certificate = await fetchCertificate(settings.proxy, undefined);
  }
  const [problem, next] = judge(code, words, host, certificate);
  const message = `the TLS certificate of ${host} ${problem} (${code})`;
  return new TransportError("refused", message, { sent: false, next, cause: failure });
}

/** @returns code and words of an error, or of the error that undici wrapped */
function reasonIn(failure: unknown): { readonly code: string; readonly words: string } {
  for (let error = failure; error instanceof Error; error = error.cause) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== undefined && !code.startsWith("UND_")) return { code, words: printable(message, 200) };
  }
  return { code: "", words: "" };
}

function judge(
  code: string,
  words: string,
  host: string,
  certificate: PeerCertificate | undefined,
): [string, string] {
  const clock = "the clock of this machine (NTP)";
  if (UNKNOWN_ISSUER.has(code)) return [`is not trusted. Its issuer is ${issuer(certificate)}`, TRUST];
  if (WRONG_NAME.has(code)) {
    const names = printable(certificate?.subjectaltname ?? nameOf(certificate?.subject), 300);
    const next = `Check the host name. Another server answers for ${host}, or its certificate does not contain this name.`;
    return [`is for other names: ${names}`, next];
  }
  if (code === "CERT_HAS_EXPIRED") {
    return [
      `has expired${dated(certificate?.valid_to)}, or that of its issuer ${issuer(certificate)} has`,
      `Check ${clock}. If it is right, ask who runs the server for a new certificate.`,
    ];
  }
  if (code === "CERT_NOT_YET_VALID") {
    const begin = dated(certificate?.valid_from);
    return [`is not valid yet${begin}`, `Set ${clock}, or wait until the certificate is valid.`];
  }
  return [
    `was refused: ${words}. Its issuer is ${issuer(certificate)}`,
    "Ask who runs that server or proxy for another certificate.",
  ];
}

const TRUST =
  "If you trust that issuer, such as a proxy of your own that inspects TLS, put its CA certificate into a PEM file. Then set NODE_EXTRA_CA_CERTS to the path of that file, in the env of the step or of the runner.";

function issuer(certificate: PeerCertificate | undefined): string {
  return nameOf(certificate?.issuer);
}

/** @returns a distinguished name on one line: `CN=…, O=…` */
function nameOf(name: PeerCertificate["issuer"] | undefined): string {
  const parts = Object.entries(name ?? {}).flatMap(([type, value]) =>
    [value ?? []].flat().map((one) => `${type}=${one}`),
  );
  return parts.length === 0 ? "unknown" : printable(parts.reverse().join(", "), 300);
}

function dated(date: string | undefined): string {
  return date === undefined ? "" : ` (${printable(date, 50)})`;
}
