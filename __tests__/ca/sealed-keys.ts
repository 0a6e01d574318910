import { createCipheriv, createPrivateKey, pbkdf2Sync, randomBytes, scryptSync } from "node:crypto";
import { der, integer, objectId, octetString, pem, sequence } from "../rotation/write-der.ts";

/** Encrypted private keys. Node.js opens only what {@link sealedAsInKeyring} makes; the first three are noise inside. */

const [PBES2, PBKDF2] = [objectId("1.2.840.113549.1.5.13"), objectId("1.2.840.113549.1.5.12")];
const AES_256_CBC = objectId("2.16.840.1.101.3.4.1.42");
const rounds = integer(Buffer.of(8, 0));
const salt = octetString(Buffer.from("a1b2c3d4e5f60708", "hex"));

/** What `openssl pkcs8 -topk8 -v1 PBE-MD5-DES` and others write. */
export function pbes1(algorithm: string): string {
  return encryptedKey(sequence(objectId(algorithm), sequence(salt, rounds)), Buffer.alloc(32, "Z"));
}

/** PBES2 with PBKDF2 and a cipher. */
export function pbes2(cipher: string, iv: Buffer): string {
  const derivation = sequence(PBKDF2, sequence(salt, rounds));
  return encryptedKey(scheme(derivation, objectId(cipher), iv), Buffer.alloc(32, "Z"));
}

/** The older form of OpenSSL, as `openssl ec -des` writes it. */
export const LEGACY: string = [
  "-----BEGIN RSA PRIVATE KEY-----",
  "Proc-Type: 4,ENCRYPTED",
  "DEK-Info: DES-CBC,1AAE9A00AC1AD0BC",
  "",
  "WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpa",
  "-----END RSA PRIVATE KEY-----\n",
].join("\n");

/** @returns a key as programs encrypt it that let scrypt take more memory than OpenSSL does: 32 MiB */
export function scrypted(key: string, passphrase: string): string {
  const [bytes, iv, cost] = [randomBytes(16), randomBytes(16), 2 ** 15];
  const derived = scryptSync(passphrase, bytes, 32, { N: cost, r: 8, p: 1, maxmem: 2 ** 26 });
  const cipher = createCipheriv("aes-256-cbc", derived, iv);
  const plain = createPrivateKey(key).export({ type: "pkcs8", format: "der" });
  const costs = [Buffer.of(0, 0x80, 0), Buffer.of(8), Buffer.of(1)].map(integer);
  const derivation = sequence(objectId("1.3.6.1.4.1.11591.4.11"), sequence(octetString(bytes), ...costs));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return encryptedKey(scheme(derivation, AES_256_CBC, iv), sealed);
}

/** How {@link sealedAsInKeyring} differs from what a keyring has: DER in place of its own, and octets that its ciphertext lacks. */
interface Differences {
  readonly oids?: Partial<Record<"pbes2" | "pbkdf2" | "hmac" | "aes", Buffer>>;
  readonly rounds?: Buffer;
  readonly missing?: number;
}

/** @returns what is given, encrypted as a keyring has its keys, with few rounds */
export function sealedAsInKeyring(plain: Buffer, passphrase: string, different: Differences = {}): string {
  const [bytes, iv] = [randomBytes(8), randomBytes(16)];
  const cipher = createCipheriv("aes-256-cbc", pbkdf2Sync(passphrase, bytes, 2048, 32, "sha256"), iv);
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  const { oids = {}, missing = 0 } = different;
  const hmac = sequence(oids.hmac ?? objectId("1.2.840.113549.2.9"), der(0x05));
  const parameters = sequence(octetString(bytes), different.rounds ?? rounds, hmac);
  const derivation = sequence(oids.pbkdf2 ?? PBKDF2, parameters);
  const algorithm = scheme(derivation, oids.aes ?? AES_256_CBC, iv, oids.pbes2);
  return encryptedKey(algorithm, sealed.subarray(0, sealed.length - missing));
}

function scheme(derivation: Buffer, cipher: Buffer, iv: Buffer, pbes2 = PBES2): Buffer {
  return sequence(pbes2, sequence(derivation, sequence(cipher, octetString(iv))));
}

function encryptedKey(algorithm: Buffer, sealed: Buffer): string {
  return pem("ENCRYPTED PRIVATE KEY", sequence(algorithm, octetString(sealed)));
}
