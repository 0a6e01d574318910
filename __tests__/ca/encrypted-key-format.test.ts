import { describe, expect, test } from "vitest";
import { encryptedKeyDamage, keyEncryption } from "../../src/ca/encrypted-key-format.ts";
import { KeyEncryptionError, openPrivateKey, PrivateKeyError } from "../../src/ca/private-key.ts";
import { newKey } from "../rotation/issuer.ts";
import { LEGACY, pbes1, pbes2, scrypted } from "./sealed-keys.ts";

test.each([
  ["PBE-MD5-DES", pbes1("1.2.840.113549.1.5.3")],
  ["PBE-SHA1-RC4-128", pbes1("1.2.840.113549.1.12.1.1")],
  ["PBKDF2 with BF-CBC", pbes2("1.3.6.1.4.1.3029.1.2", Buffer.alloc(8, 1))],
  ["DES-CBC", LEGACY],
])(
  "a key that is encrypted with %s: not the passphrase is wrong, and how to convert it is said",
  (name, pem) => {
    expect(keyEncryption(pem)).toEqual({ name, known: true });
    try {
      openPrivateKey(pem, "the right one");
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(PrivateKeyError);
      const { passphrase, message } = error as PrivateKeyError;
      expect(passphrase).toBe(false);
      expect(message).toContain(`encrypted with ${name}, which Node.js cannot open`);
      expect(message).toContain("openssl pkcs8 -topk8 -v2 aes-256-cbc");
    }
  },
);

test("scrypt that takes more memory than OpenSSL gives: its programs cannot convert it either", () => {
  const pem = scrypted(newKey(), "the right one");
  for (const passphrase of ["the right one", "a wrong one"]) {
    expect(() => openPrivateKey(pem, passphrase)).toThrow(KeyEncryptionError);
    expect(() => openPrivateKey(pem, passphrase)).toThrow(/scrypt with AES-256-CBC.*python3 -c/);
  }
});

test("another passphrase for what Node can do is still a wrong one", () => {
  const pem = pbes2("2.16.840.1.101.3.4.1.42", Buffer.alloc(16, 1));
  try {
    openPrivateKey(pem, "a wrong one");
    expect.unreachable();
  } catch (error) {
    expect((error as PrivateKeyError).passphrase).toBe(true);
  }
});

test("what is no key has no algorithm", () => {
  expect(
    keyEncryption("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"),
  ).toEqual({ name: "an unknown algorithm", known: false });
});

test.each([
  ["1.2.840.113549.1.5.1", "PBE-MD2-DES"],
  ["1.2.840.113549.1.5.3", "PBE-MD5-DES"],
  ["1.2.840.113549.1.5.6", "PBE-MD5-RC2"],
  ["1.2.840.113549.1.5.10", "PBE-SHA1-DES"],
  ["1.2.840.113549.1.5.11", "PBE-SHA1-RC2"],
  ["1.2.840.113549.1.12.1.1", "PBE-SHA1-RC4-128"],
  ["1.2.840.113549.1.12.1.2", "PBE-SHA1-RC4-40"],
  ["1.2.840.113549.1.12.1.3", "PBE-SHA1-3DES"],
  ["1.2.840.113549.1.12.1.5", "PBE-SHA1-RC2-128"],
  ["1.2.840.113549.1.12.1.6", "PBE-SHA1-RC2-40"],
  ["1.3.6.1.4.1.11591.4.11", "scrypt"],
  ["1.2.840.113549.1.5.12", "PBKDF2"],
  ["2.16.840.1.101.3.4.1.2", "AES-128-CBC"],
  ["2.16.840.1.101.3.4.1.22", "AES-192-CBC"],
  ["2.16.840.1.101.3.4.1.42", "AES-256-CBC"],
  ["1.3.14.3.2.7", "DES-CBC"],
  ["1.2.840.113549.3.2", "RC2-CBC"],
  ["1.2.840.113549.3.4", "RC4"],
  ["1.3.6.1.4.1.3029.1.2", "BF-CBC"],
])("the algorithm %s has the name by which people search for it: %s", (oid, name) => {
  const { name: told, known } = keyEncryption(pbes1(oid));
  expect(told.startsWith(name)).toBe(true);
  expect(known).toBe(true);
});

describe("what is damaged of an encrypted key", () => {
  const MODERN = pbes1("1.2.840.113549.1.5.3");
  const END = "its block has no END line, or the END line of another block";
  const LINES = "its lines Proc-Type and DEK-Info, or the empty line after them, are not whole";
  const BASE64 = "its base64 has a character too few, too many or of another kind";
  const CUT = "its block was cut off, or characters in it were changed";
  /** Changes the first line of the body, from its beginning, or the last one, to its end. */
  const first = (pem: string, to: string) => pem.replace(/(?<=KEY-----\n)M|(?<=\n\n)W/, to);
  const last = (pem: string, from: RegExp, to: string) =>
    pem.replace(new RegExp(`${from.source}(?=\\n-----END)`), to);

  test.each<[string, string]>([
    ["PKCS#8", MODERN],
    ["the older form", LEGACY],
    ["the older form without RSA in its lines", LEGACY.replaceAll("RSA ", "")],
    [
      "Windows' line ends, and blanks at the ends of lines",
      LEGACY.replaceAll("\n", " \t\r\n").replace(/^-+.*?-+ \t/, (line) => line.trimEnd()),
    ],
    ["small letters in DEK-Info", LEGACY.replace("1AAE9A00AC1AD0BC", "1aae9a00ac1ad0bc")],
  ])("nothing: %s", (_, pem) => {
    expect(encryptedKeyDamage(pem)).toBeUndefined();
  });

  test.each<[string, string, string]>([
    ["no END line", MODERN.replace(/-----END.*/, ""), END],
    ["the END line of another key", LEGACY.replace("END RSA", "END EC"), END],
    ["DEK-Info lost a digit", LEGACY.replace("1AAE9A00", "1AAE9A0"), LINES],
    ["DEK-Info lost its empty line", LEGACY.replace("\n\n", "\n"), LINES],
    ["something before Proc-Type", LEGACY.replace("Proc-Type", "x Proc-Type"), LINES],
    ["a foreign character at the beginning", first(MODERN, "*"), BASE64],
    ["the same in the older form", first(LEGACY, "*"), BASE64],
    ["a foreign character at the end", last(LEGACY, /./, "*"), BASE64],
    ["a character too few", last(LEGACY, /./, ""), BASE64],
    ["padding in the middle", first(LEGACY, "="), BASE64],
    ["three octets are missing", last(LEGACY, /.{4}/, ""), CUT],
    ["the same in PKCS#8", last(MODERN, /.{4}/, ""), CUT],
  ])("%s", (_, pem, damage) => {
    expect(encryptedKeyDamage(pem)).toBe(damage);
  });
});
