import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readCertificate } from "../../src/ca/certificate.ts";
import { issuingAbility } from "../../src/ca/issuing-ability.ts";
import { Workshop } from "../sandbox/workshop.ts";
import { openssl } from "./made.ts";
import { asVersion1, type OddOptions, oddCa, USELESS } from "./odd-cas.ts";

let workshop: Workshop;

beforeAll(() => {
  workshop = new Workshop();
});
afterAll(() => workshop.remove());

const ability = (options?: OddOptions) => issuingAbility(readCertificate(oddCa(workshop, options).pem).x509);

describe("what a CA certificate alone shows of what it can do", () => {
  test.each(USELESS)("%s: refused", (_name, options, words) => {
    expect(ability(options).problem).toMatch(words);
  });

  test("a DSA key: refused", () => {
    openssl(workshop, "dsaparam", "-out", "dsa.pem", "1024");
    expect(ability({ key: ["dsa:dsa.pem"] }).problem).toMatch(
      /its key is dsa, and brokers accept no signature/,
    );
  });

  test("X.509 v1 with extensions: refused", () => {
    const certificate = readCertificate(asVersion1(oddCa(workshop)));
    // Node and OpenSSL take it for a CA.
    expect(certificate.x509.ca).toBe(true);
    expect(issuingAbility(certificate.x509).problem).toMatch(/is X\.509 v1 and contains extensions/);
  });

  test.each<[string, OddOptions]>([
    ["nothing but CA:TRUE", {}],
    ["a key usage", { extensions: "keyUsage = critical,keyCertSign\n" }],
    ["clientAuth among others", { extensions: "extendedKeyUsage = serverAuth,clientAuth\n" }],
    ["any extended key usage", { extensions: "extendedKeyUsage = anyExtendedKeyUsage\n" }],
    ["an unknown extension that is not critical", { extensions: "1.2.3.4.5 = ASN1:UTF8String:x\n" }],
    ["constraints on e-mail alone", { extensions: "nameConstraints = critical,permitted;email:a.example\n" }],
    [
      "constraints that exclude others",
      { extensions: "nameConstraints = excluded;dirName:dir\n[dir]\nO = Other\n" },
    ],
    ["a curve that brokers take", { key: ["ec", "-pkeyopt", "ec_paramgen_curve:secp384r1"] }],
  ])("%s: good, and nothing is said", (_name, options) => {
    expect(ability(options)).toEqual({ problem: undefined, warnings: [] });
  });

  test.each<[string, OddOptions, RegExp]>([
    ["Ed25519", { key: ["ed25519"] }, /key of the CA is ed25519, which common brokers refuse/],
    [
      "an odd curve",
      { key: ["ec", "-pkeyopt", "ec_paramgen_curve:secp256k1"] },
      /key of the CA is ec secp256k1/,
    ],
    ["SHA-1", { digest: "-sha1" }, /signed with SHA-1/],
    ["MD5", { digest: "-md5" }, /signed with MD5/],
  ])("%s: a warning", (_name, options, words) => {
    const { problem, warnings } = ability(options);
    expect([problem, warnings]).toEqual([undefined, [expect.stringMatching(words)]]);
  });
});
