import type { KeyObject } from "node:crypto";
import { insideDer, readDer, TAG } from "./der.ts";

/** Smallest RSA key that is certified, as of a key made here. */
const LEAST_RSA_BITS = 2048;
/** P-256, P-384 and P-521 by OpenSSL's names: what TLS and brokers take. */
const CURVES = new Set(["prime256v1", "secp384r1", "secp521r1"]);

/** @returns why a device's public key is not certified, with what would be valid, or undefined */
export function deviceKeyProblem(key: KeyObject): string | undefined {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  const { modulusLength = 0, namedCurve = "" } = details ?? {};
  if (type === "rsa" && modulusLength >= LEAST_RSA_BITS) return undefined;
  if (type === "ec" && hasExplicitParameters(key)) {
    return "its EC key has explicit curve parameters, which verifiers refuse: make the key with a named curve";
  }
  if (type === "ec" && CURVES.has(namedCurve)) return undefined;
  const size = modulusLength > 0 ? ` of ${modulusLength} bits` : "";
  return (
    `its key is ${type ?? "unknown"} ${namedCurve}`.trimEnd() +
    `${size}; valid are RSA from ${LEAST_RSA_BITS} bits, and EC on P-256, P-384 or P-521`
  );
}

/** @returns whether a key spells its curve out (RFC 5480 §2.1.1 wants the curve's name) */
export function hasExplicitParameters(key: KeyObject): boolean {
  const [algorithm] = insideDer(key.export({ type: "spki", format: "der" }));
  const [, parameters] = algorithm === undefined ? [] : readDer(algorithm.content);
  return parameters?.tag !== TAG.oid;
}
