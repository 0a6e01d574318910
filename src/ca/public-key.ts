/** Compares public keys of devices and of CAs, and judges their size and curve. */
import type { KeyObject } from "node:crypto";
import { insideDer, readDer, TAG } from "./der.ts";

/** Smallest RSA key that is certified: OpenSSL's security level 2, the default of current brokers, takes no shorter ones. */
export const LEAST_RSA_BITS = 2048;
/** P-256, P-384 and P-521 by OpenSSL's names: the curves that TLS and brokers accept. */
export const CURVES: ReadonlySet<string> = new Set(["prime256v1", "secp384r1", "secp521r1"]);

/** @returns a public key, DER (SubjectPublicKeyInfo) */
export function spkiOf(key: KeyObject): Buffer {
  return key.export({ type: "spki", format: "der" });
}

/**
 * Compares two public keys. `KeyObject.equals` would leave an error in Node's OpenSSL where the keys are of
 * two kinds. That error would make the next opening of an encrypted key fail, even with the right passphrase
 * (measured on 24.18).
 * @returns whether they are the same
 */
export function isSamePublicKey(one: KeyObject, other: KeyObject): boolean {
  return spkiOf(one).equals(spkiOf(other));
}

/** @returns why a device's public key is not certified, with what would be valid, or undefined */
export function deviceKeyProblem(key: KeyObject): string | undefined {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  const { modulusLength = 0, namedCurve = "" } = details ?? {};
  if (type === "rsa" && modulusLength >= LEAST_RSA_BITS) return undefined;
  const unnamed = curveProblem(key);
  if (unnamed !== undefined) return unnamed;
  if (CURVES.has(namedCurve)) return undefined;
  const size = modulusLength > 0 ? ` of ${modulusLength} bits` : "";
  return (
    `its key is ${type ?? "unknown"} ${namedCurve}`.trimEnd() +
    `${size}. Valid keys are RSA from ${LEAST_RSA_BITS} bits, and EC on P-256, P-384 or P-521`
  );
}

/** @returns why verifiers refuse an EC key that spells its curve out (RFC 5480 §2.1.1 wants the curve's name), or undefined */
export function curveProblem(key: KeyObject): string | undefined {
  if (key.asymmetricKeyType !== "ec") return undefined;
  const [algorithm] = insideDer(spkiOf(key));
  const [, parameters] = algorithm === undefined ? [] : readDer(algorithm.content);
  return parameters?.tag === TAG.oid
    ? undefined
    : "its EC key has explicit curve parameters, which verifiers refuse: make the key with a named curve";
}
