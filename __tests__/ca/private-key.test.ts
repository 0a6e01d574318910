import { createPrivateKey } from "node:crypto";
import { expect, test } from "vitest";
import { keyEncryption } from "../../src/ca/encrypted-key-format.ts";
import { KeyEncryptionError, openPrivateKey, PrivateKeyError, plainPem } from "../../src/ca/private-key.ts";
import { newKey } from "../rotation/issuer.ts";
import { LEGACY, pbes1 } from "./sealed-keys.ts";

const key = createPrivateKey(newKey());
const plain = key.export({ type: "pkcs8", format: "pem" }).toString();
const sealed = key
  .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "right" })
  .toString();

test("a plain key needs no passphrase, and a byte order mark does no harm", () => {
  for (const pem of [plain, `\ufeff${plain}`, key.export({ type: "sec1", format: "pem" }).toString()])
    expect(plainPem(openPrivateKey(pem, "any"))).toBe(plain);
});

test("an encrypted key is written as plain PKCS#8 once it is open, also with a byte order mark", () => {
  expect(plainPem(openPrivateKey(sealed, "right"))).toBe(plain);
  expect(plainPem(openPrivateKey(`\ufeff${sealed}`, "right"))).toBe(plain);
});

test.each<[string, string, string | undefined, PrivateKeyError]>([
  ["that is none", "words", undefined, new PrivateKeyError("the private key cannot be read", false)],
  [
    "without its line breaks",
    plain.replaceAll("\n", " "),
    undefined,
    new PrivateKeyError(
      "the private key has blanks instead of line breaks. Pass the PEM text with its line breaks",
      false,
    ),
  ],
  [
    "encrypted, without its line breaks",
    sealed.replaceAll("\n", "\\n").replaceAll("END", "end"),
    "right",
    new PrivateKeyError(
      "the private key holds the two characters \\n instead of line breaks. Pass the PEM text with real line breaks",
      false,
    ),
  ],
  [
    "encrypted, and no passphrase",
    sealed,
    undefined,
    new PrivateKeyError("the private key is encrypted and no passphrase is given", true),
  ],
  [
    "encrypted, and another passphrase",
    sealed,
    "wrong",
    new PrivateKeyError(
      "the passphrase does not open the encrypted private key, or the key's block is damaged",
      true,
    ),
  ],
])(
  "a key %s is refused, and asks for a passphrase only where one may help",
  (_, pem, passphrase, expected) => {
    const { message, passphrase: asks } = expected;
    expect(() => openPrivateKey(pem, passphrase)).toThrow(
      expect.objectContaining({ message, passphrase: asks }),
    );
  },
);

test("a key that is encrypted with an empty passphrase is not opened where none is given", () => {
  const empty = key
    .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "" })
    .toString();
  expect(() => openPrivateKey(empty)).toThrow("the private key is encrypted and no passphrase is given");
  expect(plainPem(openPrivateKey(empty, ""))).toBe(plain);
});

test("what Node.js cannot open is told with the way to convert it; an unknown algorithm may be damage", () => {
  const message = (name: string, known: boolean) => new KeyEncryptionError({ name, known }).message;
  expect(message("DES-CBC", true)).toMatch(
    /^the private key is encrypted with DES-CBC, which Node\.js cannot open with any passphrase\. Convert it with openssl pkcs8 /,
  );
  expect(message("1.2.3", false)).toMatch(
    /^the private key is encrypted with 1\.2\.3, which is not known\. If its block is damaged, restore a copy\. .* convert it with openssl pkcs8 /,
  );
  expect(message("scrypt with AES-256-CBC", true)).toMatch(
    /Convert it with python3 -c 'import [^']*load_pem_private_key[^']*' < old\.key > new\.key \(/,
  );
  expect(new KeyEncryptionError({ name: "DES-CBC", known: true }).passphrase).toBe(false);
});

test("the older form names its cipher; one that OpenSSL never had may be damage", () => {
  const named = (cipher: string) => keyEncryption(LEGACY.replace("DES-CBC", cipher));
  for (const name of [
    "DES-CBC",
    "DES-EDE3-CBC",
    "AES-256-CBC",
    "CAST5-CBC",
    "CAST-CBC",
    "BF-CBC",
    "IDEA-CBC",
  ])
    expect(named(name)).toEqual({ name, known: true });
  for (const name of ["XES-CBC", "DESX", "AES_256_CBC", "X-AES"])
    expect(named(name)).toEqual({ name, known: false });
});

test("an algorithm that has no name here is told by its OID", () => {
  expect(keyEncryption(pbes1("1.2.840.113549.1.5.99"))).toEqual({
    name: "1.2.840.113549.1.5.99",
    known: false,
  });
});
