import { insideDer, readDer, TAG } from "./der.ts";

/** As `openssl x509 -text` counts: certificates without extensions are version 1. */
export type X509Version = 1 | 2 | 3;

/** @returns the version of a certificate (RFC 5280 §4.1.2.1), which Node does not tell */
export function x509Version(der: Buffer): X509Version {
  const [signed] = insideDer(der);
  const [version] = signed === undefined ? [] : readDer(signed.content);
  // [0] EXPLICIT INTEGER, absent for version 1.
  if (version?.tag !== TAG.context0) return 1;
  return version.content.at(-1) === 2 ? 3 : 2;
}
