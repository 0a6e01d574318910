import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { afterAll, describe, expect, test } from "vitest";
import { insideDer } from "../../src/ca/der.ts";
import { openInPool, openPrivateKey, plainPem } from "../../src/ca/private-key.ts";
import {
  der as element,
  integer,
  objectId,
  octetString,
  pem as pemOf,
  sequence,
} from "../rotation/write-der.ts";
import { Workshop } from "../sandbox/workshop.ts";
import { encrypted, makeCa, openssl } from "./made.ts";
import { LEGACY, pbes1, pbes2, scrypted, sealedAsInKeyring } from "./sealed-keys.ts";

const PASSPHRASE = "die Wörter, die es öffnen ✓";

const workshop = new Workshop();
const ca = makeCa(workshop, "/CN=acme");
const sealed = encrypted(workshop, ca, PASSPHRASE);
const plain = createPrivateKey(ca.pkcs8).export({ type: "pkcs8", format: "der" });
afterAll(() => workshop.remove());

/** @returns a private key that has an algorithm, and no key */
function pkcs8(algorithm: Buffer): Buffer {
  return sequence(integer(Buffer.of(0)), algorithm, octetString(Buffer.from("no key")));
}

/** @returns the key in PEM, or why it does not open */
function outcome(open: () => ReturnType<typeof openPrivateKey>): string {
  try {
    return plainPem(open());
  } catch (error) {
    return (error as Error).message;
  }
}

/** Checks that a key opens, or is refused with the same words, whether it was opened in the pool before or not. */
async function expectTheSame(pem: string, passphrase: string): Promise<void> {
  const opening = await openInPool(pem, passphrase);
  const inPool = outcome(() => openPrivateKey(pem, passphrase, opening));
  expect(inPool).toBe(outcome(() => openPrivateKey(pem, passphrase)));
}

describe("a key is opened in the pool", () => {
  test("if it is encrypted as OpenSSL does for a keyring, or as Node.js does", async () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const byNode = privateKey
      .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: PASSPHRASE })
      .toString();
    for (const [pem, plain] of [
      [sealed, ca.pkcs8],
      [sealed.replaceAll("\n", "\r\n"), ca.pkcs8],
      [byNode, plainPem(privateKey)],
    ] as const) {
      const opening = await openInPool(pem, PASSPHRASE);
      expect(opening && "key" in opening && plainPem(opening.key)).toBe(plain);
    }
  });

  test("only with its passphrase", async () => {
    for (const passphrase of ["other words", ""]) {
      expect(await openInPool(sealed, passphrase)).toEqual({ code: expect.stringContaining("ERR_OSSL_") });
      await expectTheSame(sealed, passphrase);
    }
  });

  // Once in 256 times a wrong passphrase makes something whose padding is right.
  test.each<[string, Buffer]>([
    ["words", Buffer.from("This is no key.")],
    ["nothing", Buffer.alloc(0)],
    ["PKCS#8 of an unknown algorithm", pkcs8(sequence(objectId("1.2.3.4.5")))],
    ["PKCS#8 of RSA without its numbers", pkcs8(sequence(objectId("1.2.840.113549.1.1.1"), element(0x05)))],
    ["PKCS#8 of an unknown curve", pkcs8(sequence(objectId("1.2.840.10045.2.1"), objectId("1.2.3.4")))],
  ])("only if there is a key in it, and not %s", async (_, plain) => {
    const pem = sealedAsInKeyring(plain, PASSPHRASE);
    expect(await openInPool(pem, PASSPHRASE)).toEqual({ code: "ERR_OSSL_UNSUPPORTED" });
    await expectTheSame(pem, PASSPHRASE);
  });
});

describe("what is encrypted otherwise is left to Node.js", () => {
  const otherwise = (...how: string[]) =>
    openssl(workshop, "pkcs8", "-topk8", "-in", ca.file, ...how, "-passout", `pass:${PASSPHRASE}`);

  test.each<[string, () => string]>([
    ["another cipher", () => otherwise("-v2", "aes-128-cbc", "-iter", "1000")],
    ["another pseudo-random function", () => otherwise("-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA1")],
    ["scrypt", () => scrypted(ca.pkcs8, PASSPHRASE)],
    ["PBES1", () => pbes1("1.2.840.113549.1.5.3")],
    ["PBES2 without its pseudo-random function", () => pbes2("2.16.840.1.101.3.4.1.42", Buffer.alloc(16))],
    ["the older form", () => LEGACY],
    ["not at all", () => ca.pkcs8],
    ["under another label", () => ca.pkcs8.replaceAll("PRIVATE KEY", "ENCRYPTED PRIVATE KEY")],
  ])("%s", async (_, make) => {
    const pem = make();
    expect(await openInPool(pem, PASSPHRASE)).toBeUndefined();
    await expectTheSame(pem, PASSPHRASE);
  });
});

describe("a changed key is judged as Node.js judges it", () => {
  const der = Buffer.from(sealed.replaceAll(/-----.*-----/g, ""), "base64");
  const changed = (at: number, to: number) => {
    const bytes = Buffer.from(der);
    bytes[at] = to;
    return pemOf("ENCRYPTED PRIVATE KEY", bytes);
  };
  const [, ciphertext] = insideDer(der);
  /** How many octets come before the ciphertext: lengths, tags, names, salt, rounds and vector. */
  const described = der.length - (ciphertext?.content.length ?? 0);

  test.each([PASSPHRASE, "other words"])(
    "in each octet of what it says of its encryption: %s",
    async (words) => {
      for (let at = 0; at < described; at += 1) {
        const was = der[at] ?? 0;
        for (const to of [was ^ 1, was ^ 0x80, 0, 0xff]) await expectTheSame(changed(at, to), words);
      }
    },
  );

  test("in how its text is written, which Node.js takes in some ways and not in others", async () => {
    const base64 = der.toString("base64");
    const inside = (body: string) => sealed.replace(/(?<=-----\n)[^-]+(?=\n-----)/, body);
    const lines = (length: number) => inside(base64.replaceAll(new RegExp(`.{${length}}(?=.)`, "g"), "$&\n"));
    const written = [
      ...[1, 76, 300, base64.length].map(lines),
      ...["\n\n", "\r", " \n", "\n "].map((end) => sealed.replaceAll("\n", end)),
      ...[" ", "\t", "\f", "\u00a0", "="].map((between) => inside(base64.replace(/.{10}/, `$&${between}`))),
      ...[`some text\n${sealed}`, `\ufeff${sealed}`, ` ${sealed}`, sealed.trimEnd(), `${sealed}some text`],
      ...[sealed + sealed, ca.pkcs8 + sealed, sealed + ca.pkcs8],
      ...["PRIVATE KEY", "RSA PRIVATE KEY"].map((label) => sealed.replaceAll("ENCRYPTED PRIVATE KEY", label)),
    ];
    for (const pem of written)
      for (const words of [PASSPHRASE, "other words"]) await expectTheSame(pem, words);
  });

  test("in its ciphertext, at both ends and in between, and cut off", async () => {
    for (const at of [described, described + 600, der.length - 17, der.length - 1])
      for (const by of [1, 0x80, 0xff]) await expectTheSame(changed(at, (der[at] ?? 0) ^ by), PASSPHRASE);
    for (const missing of [1, 8, 16, 17]) {
      const pem = sealedAsInKeyring(plain, PASSPHRASE, { missing });
      expect(await openInPool(pem, PASSPHRASE)).toEqual({ code: expect.stringContaining("ERR_OSSL_") });
      await expectTheSame(pem, PASSPHRASE);
    }
  });

  test("in an octet too many, which means the same and is not DER", async () => {
    const oid = (hex: string) => element(0x06, Buffer.from(hex, "hex"));
    const rounds = (...octets: number[]) => ({ rounds: integer(Buffer.of(...octets)) });
    for (const different of [
      ...[rounds(0, 8, 0), rounds(0, 0, 0, 8, 0), rounds(0x88, 0), rounds(0), rounds()],
      { oids: { pbes2: oid("2a80864886f70d01050d") } },
      { oids: { pbkdf2: oid("2a864886f70d01050c86") } },
      { oids: { hmac: oid("2a864886f70d020986") } },
      { oids: { aes: oid("60864801650304012a86") } },
    ]) {
      const pem = sealedAsInKeyring(plain, PASSPHRASE, different);
      expect(await openInPool(pem, PASSPHRASE)).toBeUndefined();
      await expectTheSame(pem, PASSPHRASE);
    }
    // Here the octet in front is needed.
    const usual = sealedAsInKeyring(plain, PASSPHRASE, rounds(0, 0x80, 0));
    expect(await openInPool(usual, PASSPHRASE)).toBeDefined();
  });

  test("under a passphrase of 1024 bytes, which Node.js takes, and under a longer one", async () => {
    for (const length of [1024, 1025]) {
      const words = "w".repeat(length);
      await expectTheSame(sealedAsInKeyring(plain, words), words);
    }
  });

  test("of more rounds than any program makes, it is left to Node.js", async () => {
    const many = integer(Buffer.of(0x7f, 0xff, 0xff, 0xff));
    expect(
      await openInPool(sealedAsInKeyring(plain, PASSPHRASE, { rounds: many }), PASSPHRASE),
    ).toBeUndefined();
  });
});
