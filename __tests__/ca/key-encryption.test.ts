import { expect, test } from "vitest";
import { keyEncryption } from "../../src/ca/key-encryption.ts";
import { openPrivateKey, PrivateKeyError } from "../../src/ca/private-key.ts";

/** @returns DER of a SEQUENCE shorter than 128 bytes */
const sequence = (...parts: string[]) => {
  const content = parts.join("");
  return `30${(content.length / 2).toString(16).padStart(2, "0")}${content}`;
};
const salt = "0408a1b2c3d4e5f60708";
const rounds = "02020800";

/** What `openssl pkcs8 -topk8 -v1 PBE-MD5-DES` and others write; the key itself is noise. */
function encrypted(...algorithm: string[]): string {
  const der = Buffer.from(sequence(sequence(...algorithm), `0420${"5a".repeat(32)}`), "hex");
  const body = der.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN ENCRYPTED PRIVATE KEY-----", ...body, "-----END ENCRYPTED PRIVATE KEY-----\n"].join(
    "\n",
  );
}

const pbes2 = (cipher: string) =>
  encrypted(
    "06092a864886f70d01050d",
    sequence(sequence("06092a864886f70d01050c", sequence(salt, rounds)), cipher),
  );
const LEGACY = [
  "-----BEGIN RSA PRIVATE KEY-----",
  "Proc-Type: 4,ENCRYPTED",
  "DEK-Info: DES-CBC,1AAE9A00AC1AD0BC",
  "",
  "WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpa",
  "-----END RSA PRIVATE KEY-----\n",
].join("\n");

test.each([
  ["PBE-MD5-DES", encrypted("06092a864886f70d010503", sequence(salt, rounds))],
  ["PBE-SHA1-RC4-128", encrypted("060a2a864886f70d010c0101", sequence(salt, rounds))],
  ["PBKDF2 with BF-CBC", pbes2(sequence("06092b0601040197550102", "04080102030405060708"))],
  ["DES-CBC", LEGACY],
])(
  "a key that is encrypted with %s: not the passphrase is wrong, and how to convert it is said",
  (name, pem) => {
    expect(keyEncryption(pem)).toBe(name);
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

test("another passphrase for what Node can do is still a wrong one", () => {
  // PBES2 with AES-256-CBC.
  const pem = pbes2(sequence("060960864801650304012a", `0410${"01".repeat(16)}`));
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
  ).toBe("an unknown algorithm");
});
