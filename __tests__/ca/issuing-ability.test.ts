import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readCertificate } from "../../src/ca/certificate.ts";
import { issuingAbility } from "../../src/ca/issuing-ability.ts";
import { Workshop } from "../sandbox/workshop.ts";
import { openssl } from "./made.ts";
import { asVersion1, type OddOptions, oddCa, USELESS } from "./odd-cas.ts";

let workshop: Workshop;
let key: string;

beforeAll(() => {
  workshop = new Workshop();
  key = workshop.key();
});
afterAll(() => workshop.remove());

const PSS = ["rsa-pss", "-pkeyopt", "rsa_keygen_bits:2048"];
const ability = (options?: OddOptions) =>
  issuingAbility(readCertificate(oddCa(workshop, options, key).pem).x509);

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

  test.each<[string, OddOptions, RegExp]>([
    [
      "a short RSA-PSS key",
      { key: ["rsa-pss", "-pkeyopt", "rsa_keygen_bits:1024"] },
      /its RSA key has 1024 bits, and brokers accept 2048/,
    ],
    [
      "a critical extension whose number ends as a known one",
      { extensions: "1.2.5.29.14 = critical,DER:0500\n" },
      /its extension 1\.2\.5\.29\.14 is critical/,
    ],
    [
      "a critical extension whose number begins as a known one",
      { extensions: "2.5.29.14.1 = critical,DER:0500\n" },
      /its extension 2\.5\.29\.14\.1 is critical/,
    ],
    [
      "constraints to another organization that exclude something else, too",
      {
        extensions:
          "nameConstraints = critical,permitted;dirName:dir,excluded;email:a.example\n[dir]\nO = Other\n",
      },
      /name constraints exclude/,
    ],
  ])("%s: refused", (_name, options, words) => {
    expect(ability(options).problem).toMatch(words);
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
    ["Ed448", { key: ["ed448"] }, /key of the CA is ed448/],
    ["RSA-PSS for any digest", { key: [...PSS] }, /key of the CA is rsa-pss, which/],
    [
      "RSA-PSS for SHA-256",
      { key: [...PSS, "-pkeyopt", "rsa_pss_keygen_md:sha256"] },
      /key of the CA is rsa-pss, which/,
    ],
    ["SHA-1", { digest: "-sha1" }, /signed with SHA-1/],
    [
      "SHA-1 beside EC",
      { digest: "-sha1", key: ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"] },
      /signed with SHA-1/,
    ],
    ["MD5", { digest: "-md5" }, /signed with MD5/],
  ])("%s: a warning", (_name, options, words) => {
    const { problem, warnings } = ability(options);
    expect([problem, warnings]).toEqual([undefined, [expect.stringMatching(words)]]);
  });
});
