import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { expect, test } from "vitest";
import { curveProblem, deviceKeyProblem, isSamePublicKey } from "../../src/ca/public-key.ts";

const rsa = (modulusLength: number) => generateKeyPairSync("rsa", { modulusLength }).publicKey;
const ec = (namedCurve: string, paramEncoding: "named" | "explicit" = "named") =>
  generateKeyPairSync("ec", { namedCurve, paramEncoding }).publicKey;

test.each<[string, KeyObject]>([
  ["RSA of 2048 bits", rsa(2048)],
  ["P-256", ec("P-256")],
  ["P-384", ec("P-384")],
  ["P-521", ec("P-521")],
])("a device's key is certified: %s", (_, key) => {
  expect(deviceKeyProblem(key)).toBeUndefined();
  expect(curveProblem(key)).toBeUndefined();
});

test.each<[string, KeyObject, RegExp]>([
  ["a short RSA key", rsa(1024), /^its key is rsa of 1024 bits\. Valid keys are RSA from 2048 bits, and EC/],
  [
    "an RSA key for PSS only",
    generateKeyPairSync("rsa-pss", { modulusLength: 2048 }).publicKey,
    /^its key is rsa-pss of 2048 bits\. Valid keys are/,
  ],
  ["another curve", ec("secp256k1"), /^its key is ec secp256k1\. Valid keys are/],
  ["another kind", generateKeyPairSync("ed25519").publicKey, /^its key is ed25519\. Valid keys are/],
  ["a curve that is spelled out", ec("P-256", "explicit"), /^its EC key has explicit curve parameters/],
])("a device's key is not certified, with what would be valid: %s", (_, key, says) => {
  expect(deviceKeyProblem(key)).toMatch(says);
});

test("keys of two kinds are compared without a trace: the next key opens with its passphrase", () => {
  const [one, other] = [rsa(2048), ec("P-256")];
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const encrypted = privateKey.export({
    type: "pkcs8",
    format: "pem",
    cipher: "aes-256-cbc",
    passphrase: "right",
  });
  expect(isSamePublicKey(one, other)).toBe(false);
  expect(createPrivateKey({ key: encrypted, passphrase: "right" }).asymmetricKeyType).toBe("rsa");
  expect(isSamePublicKey(one, one)).toBe(true);
  expect(isSamePublicKey(one, rsa(2048))).toBe(false);
});
