import { X509Certificate } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { recipientProblem } from "../../src/ca/backup-recipient.ts";
import { readCertificate } from "../../src/ca/certificate.ts";
import { pem } from "../rotation/write-der.ts";
import { Workshop } from "../sandbox/workshop.ts";
import { type OddOptions, oddCa } from "./odd-cas.ts";

let workshop: Workshop;

beforeAll(() => {
  workshop = new Workshop();
});
afterAll(() => workshop.remove());

const ec = (curve: string, encoding = "named_curve") => ({
  key: ["ec", "-pkeyopt", `ec_paramgen_curve:${curve}`, "-pkeyopt", `ec_param_enc:${encoding}`],
});
const usage = (bits: string) => ({ extensions: `keyUsage = critical,${bits}\n` });

/** @returns what is said of a certificate in the middle of its life */
function problemOf(text: string): string | undefined {
  const certificate = readCertificate(text);
  return recipientProblem(certificate, (certificate.notBefore + certificate.notAfter) / 2);
}

describe("a certificate for whose owner a backup is encrypted", () => {
  test.each<[string, OddOptions]>([
    ["RSA of 2048 bits, without a key usage", {}],
    ["RSA for keyEncipherment among others", usage("keyCertSign,keyEncipherment")],
    ["P-256, without a key usage", ec("prime256v1")],
    ["P-256 for keyAgreement", { ...ec("prime256v1"), ...usage("keyAgreement") }],
    ["the smallest curve that is as strong", ec("secp224r1")],
    ["a Brainpool curve", ec("brainpoolP512r1")],
  ])("%s: good", (_, options) => {
    expect(problemOf(oddCa(workshop, options).pem)).toBeUndefined();
  });

  test.each<[string, OddOptions, string]>([
    ["a short RSA key", { key: ["rsa:1024"] }, "its RSA key has 1024 bits. The least are 2048 bits"],
    [
      "a small curve",
      ec("prime192v1"),
      "its EC key is on the curve prime192v1. Valid curves have 224 bits or more, for example P-256",
    ],
    [
      "a curve that is spelled out",
      ec("prime256v1", "explicit"),
      "its EC key has explicit curve parameters, which verifiers refuse: make the key with a named curve",
    ],
    [
      "a key that only signs",
      { key: ["ed25519"] },
      "its key is ed25519. Nothing can be encrypted for such a key. Valid keys are RSA and EC",
    ],
    [
      "RSA whose usage is that of EC",
      usage("digitalSignature,keyAgreement"),
      "its key usage does not allow keyEncipherment, which an RSA key needs here",
    ],
    [
      "EC whose usage is that of RSA",
      { ...ec("prime256v1"), ...usage("digitalSignature,keyEncipherment") },
      "its key usage does not allow keyAgreement, which an EC key needs here",
    ],
  ])("%s: refused", (_, options, words) => {
    expect(problemOf(oddCa(workshop, options).pem)).toBe(words);
  });

  test("one of an algorithm that OpenSSL does not know: refused", () => {
    const der = new X509Certificate(oddCa(workshop).pem).raw;
    // rsaEncryption of its public key becomes another arc.
    const unknown = Buffer.from(
      der.toString("hex").replace("06092a864886f70d010101", "06092a864886f70d010163"),
      "hex",
    );
    expect(problemOf(pem("CERTIFICATE", unknown))).toMatch(/^its key is unknown\. Nothing can be encrypted/);
  });

  test("its dates count before its key: an expired one is told so", () => {
    const certificate = readCertificate(oddCa(workshop, { key: ["ed25519"] }).pem);
    expect(recipientProblem(certificate, certificate.notAfter)).toBe(
      `it expired on ${certificate.expiration}`,
    );
    expect(recipientProblem(certificate, certificate.notAfter - 1)).toMatch(/^its key is ed25519/);
  });
});
