import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { holdsKey, withoutKeyDump, withoutKeys } from "../../src/ca/key-material.ts";
import { Workshop } from "../sandbox/workshop.ts";
import { openssl } from "./made.ts";

const pem = (key: KeyObject) => key.export({ type: "pkcs8", format: "pem" }).toString();
const KEYS = {
  RSA: pem(generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey),
  EC: pem(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey),
  Ed25519: pem(generateKeyPairSync("ed25519").privateKey),
};
let workshop: Workshop;
beforeAll(() => {
  workshop = new Workshop();
});
afterAll(() => workshop.remove());
const body = (key: string) => key.split("\n").slice(1, -2);

describe("lines outside of any block that are a private key", () => {
  test.each(Object.entries(KEYS))(
    "%s: indented, with other dashes, without its first line, on one line",
    (_, key) => {
      const lines = key.split("\n");
      for (const changed of [
        lines.map((line) => `  ${line}`),
        lines.map((line) => line.replaceAll("-----", "—")),
        lines.map((line) => `> ${line}`),
        lines.slice(1),
        [body(key).join("")],
        [lines.join(" ")],
        [lines.join("\\n")],
      ])
        expect(holdsKey(changed), changed.join("\n")).toBe(true);
    },
  );

  test.each([
    "the PRIVATE KEY of acme; never send it to anybody",
    "PRIVATE KEY",
    "sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08",
    "AB:".repeat(31),
    "kept in /srv/backups/mindconnect/production/certificates/authorities/acme/2026",
    "sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPu0Qq4lZ0XQ8Yw9iB7M0m1v2Jd8fXy3c6Z5n4T7k2Lr bob",
  ])("not so: %s", (line) => {
    expect(holdsKey([line, "made by hand"])).toBe(false);
    expect(holdsKey([line, line.toLowerCase(), "# and so on"])).toBe(false);
  });
});

describe("a key that is spelled out", () => {
  const dump = (key: string) => {
    writeFileSync(join(workshop.directory, "dumped.key"), key);
    return openssl(workshop, "pkey", "-in", "dumped.key", "-noout", "-text").trimEnd().split("\n");
  };

  test.each(Object.entries(KEYS))(
    "%s, as openssl -text does: nothing of it is left, and all else is",
    (_, key) => {
      const around = ["before: AB:CD", "Tenant: acme"];
      expect(withoutKeyDump([...around, ...dump(key), "# after"])).toEqual([...around, "# after"]);
      const flat = dump(key).map((line) => line.trim());
      expect(withoutKeyDump([...around, ...flat, "# after"])).toEqual([...around, "# after"]);
    },
  );

  test.each(Object.entries(KEYS).slice(0, 1))(
    "%s, as openssl asn1parse does, also as a comment",
    (_, key) => {
      const rsa = createPrivateKey(key).export({ type: "pkcs1", format: "pem" }).toString();
      for (const pem of [key, rsa]) {
        writeFileSync(join(workshop.directory, "parsed.key"), pem);
        const parsed = openssl(workshop, "asn1parse", "-in", "parsed.key").trimEnd().split("\n");
        expect(withoutKeyDump(["before", ...parsed, "# after"])).toEqual(["before", "# after"]);
        const comment = [...parsed, ...dump(key)].map((line) => `# ${line}`);
        expect(withoutKeyDump(["# before", ...comment, "# after"])).toEqual(["# before", "# after"]);
      }
    },
  );

  test("a certificate and a public key, as openssl asn1parse prints them, stay", () => {
    const file = workshop.key();
    writeFileSync(join(workshop.directory, "parsed.crt"), workshop.selfSigned(file, "/CN=acme"));
    openssl(workshop, "rsa", "-in", file, "-RSAPublicKey_out", "-out", "parsed.pub");
    for (const name of ["parsed.crt", "parsed.pub"]) {
      const lines = openssl(workshop, "asn1parse", "-in", name).trimEnd().split("\n");
      expect(withoutKeyDump(lines)).toEqual(lines);
    }
  });

  test("as 1.1.1 and GnuTLS name the numbers", () => {
    const bytes = ["    00:d8:2c:45:", "    17:22"];
    const lines = [
      "RSA Private-Key: (2048 bit, 2 primes)",
      "modulus:",
      ...bytes,
      "publicExponent: 65537 (0x10001)",
    ];
    expect(withoutKeyDump([...lines, "privateExponent:", ...bytes, "prime1:", ...bytes])).toEqual([]);
    const other = [
      "modulus:",
      "\t00:d8:",
      "public exponent:",
      "\t01:00:01:",
      "private exponent:",
      "\t44:a7:",
    ];
    expect(withoutKeyDump(["Public Key Info:", ...other, "exp1:", "\t01:02:"])).toEqual(["Public Key Info:"]);
  });

  test("a public key, and words, stay", () => {
    const lines = ["Public-Key: (2048 bit)", "Modulus:", "    00:d8:2c:45:", "Exponent: 65537 (0x10001)"];
    for (const kept of [lines, ["prime1:", "is what Bob calls it"], ["priv: ask Bob", "A:", "B:"]])
      expect(withoutKeyDump(kept)).toEqual(kept);
  });
});

describe("what a program printed", () => {
  test.each(Object.entries(KEYS))("holds no %s key any more, as PEM, its body, or its numbers", (_, key) => {
    const text = ["writing it", ...key.split("\n"), body(key).join(""), ...body(key), "done"];
    const printed = withoutKeys(text).join("\n");
    for (const line of body(key)) if (line.length >= 60) expect(printed).not.toContain(line);
    expect(printed).toMatch(/^writing it\n[\s\S]*done$/);
    const der = Buffer.from(body(key).join(""), "base64").toString("hex");
    expect(withoutKeys([`key ${der}`])).toEqual(["key ***"]);
  });

  test("stays what it is where it is OpenSSL's own", () => {
    const lines = [
      "Generating RSA private key, 2048 bit long modulus (2 primes)",
      "....+.....+...+++++++++++++++++++++++++++++++++++++++*....+.....+++++++++++++++++++++++++++++++++*",
      "Certificate request self-signature ok",
      `subject=CN = ${"0af9".repeat(16)}`,
      "40E7A1F2E77F0000:error:0480006C:PEM routines:get_name:no start line:crypto/pem/pem_lib.c:763:Expecting: ANY PRIVATE KEY",
    ];
    expect(withoutKeys(lines)).toEqual(lines);
  });
});

describe("the form by which a key is known", () => {
  const digits = (length: number) => "Ab1+/zY9".repeat(20).slice(0, length);

  test.each([
    ["-----BEGIN PRIVATE KEY-----", true],
    ["END RSA PRIVATE KEY", true],
    ["“BEGIN NEW 2ND PRIVATE KEY”", true],
    ["the BEGIN PRIVATE KEY", false],
    ["BEGIN PRIVATE KEY of acme", false],
    ["BEGINPRIVATE KEY", false],
    ["BEGIN rsa PRIVATE KEY", false],
    ["BEGIN CERTIFICATE", false],
  ])("the first or last line of its block: %s, %s", (line, expected) => {
    expect(holdsKey([line])).toBe(expected);
  });

  test("two runs of 60 digits of base64, in two lines or one; one may be anything", () => {
    expect(holdsKey([digits(60), digits(60)])).toBe(true);
    expect(holdsKey([`${digits(60)} ${digits(60)}`])).toBe(true);
    expect(holdsKey([digits(59), digits(59)])).toBe(false);
    expect(holdsKey([digits(60), digits(59)])).toBe(false);
    expect(holdsKey([digits(90)])).toBe(false);
  });

  test.each(["ab1".repeat(30), "AB1".repeat(30), "AZ2".repeat(30), "aZb".repeat(30), "aB1".repeat(30)])(
    "runs that are no base64 of a key: %s",
    (run) => {
      expect(holdsKey([run, run])).toBe(false);
    },
  );

  test("one run of a hundred that begins as DER does, and an Ed25519 key", () => {
    for (const begin of ["MA", "MI", "MP"]) {
      expect(holdsKey([`key=${begin}${digits(98)}`])).toBe(true);
      expect(holdsKey([begin + digits(97)])).toBe(false);
      expect(holdsKey([`a${begin}${digits(98)}`])).toBe(false);
    }
    for (const begin of ["MQ", "NA"]) expect(holdsKey([begin + digits(98)])).toBe(false);
    expect(holdsKey(["MC4CAQAwBQYDK2VwBCIEI"])).toBe(true);
  });
});

describe("a dump", () => {
  const bytes = "    00:d8:2c:45:";
  const isDump = (...lines: string[]) => withoutKeyDump(lines).length === 0;

  test.each([
    "privateExponent:",
    "private exponent:",
    "prime1:",
    "prime12:",
    "exponent2:",
    "exp1:",
    "coefficient:",
    "coefficient 3:",
    "coefficient3:",
    "coefficient 12:",
    "exponent12:",
    "priv:",
    "\tPrime2 : ",
  ])("names a secret number: %j", (name) => {
    expect(isDump(name, bytes)).toBe(true);
    expect(isDump(`the ${name}`, bytes)).toBe(false);
    expect(isDump(`${name} 7`, bytes)).toBe(false);
    expect(isDump(name)).toBe(false);
  });

  test.each([
    "modulus:",
    "publicExponent:",
    "public exponent:",
    "pub:",
    "P:",
    "G:",
    "prime:",
    "order:",
    "seed:",
    "generator:",
    "generator (uncompressed):",
  ])("goes on over a public number: %s", (name) => {
    expect(isDump("priv:", bytes, name, bytes)).toBe(true);
    expect(isDump(name, bytes, "priv:", bytes)).toBe(true);
    expect(isDump(name, bytes)).toBe(false);
    expect(withoutKeyDump(["priv:", bytes, `the ${name}`])).toEqual([`the ${name}`]);
    expect(withoutKeyDump(["priv:", bytes, `${name} 7`])).toEqual([`${name} 7`]);
  });

  test.each([
    "publicExponent: 65537 (0x10001)",
    "public exponent: 3 (0x3)",
    "Cofactor:  1 (0x1)",
    "ASN1 OID: prime256v1",
    "NIST CURVE: P-256",
    "Field Type: prime-field",
  ])("goes on over a detail: %s", (detail) => {
    expect(isDump("priv:", bytes, `  ${detail}`, "prime1:", bytes)).toBe(true);
    expect(withoutKeyDump(["priv:", bytes, `x ${detail}`])).toEqual([`x ${detail}`]);
    const more = `${detail} as Bob said`;
    if (!detail.startsWith("Cofactor")) expect(withoutKeyDump(["priv:", bytes, more])).toEqual([more]);
    expect(withoutKeyDump([detail])).toEqual([detail]);
    expect(withoutKeyDump([detail, "priv:", bytes])).toEqual([detail]);
  });

  test.each(["RSA Private-Key: (2048 bit)", "Private-Key: (256 bit)", "  ED25519 Private-Key:"])(
    "begins with a title: %s",
    (title) => {
      expect(isDump(title, "priv:", bytes)).toBe(true);
      expect(withoutKeyDump([title])).toEqual([title]);
      expect(withoutKeyDump([`my ${title}`, "priv:", bytes])).toEqual([`my ${title}`]);
    },
  );

  test.each([
    ["    ab", true],
    ["    ab:cd", true],
    [`\t${"ab:".repeat(15)}`, true],
    ["ab:".repeat(15), true],
    [`${"ab:".repeat(14)}ab`, true],
    ["ab", true],
    ["ab:cd", true],
    ["ab:".repeat(14), false],
    ["ab:".repeat(16), false],
    [`${"ab:".repeat(15)}ab`, false],
    ["    abc", false],
    ["    ab:cd said Bob", false],
    ["xab", false],
  ])("has lines of bytes: %j, %s", (line, expected) => {
    expect(isDump("priv:", line)).toBe(expected);
  });

  test.each(["#", "//", ";", ">", "  #"])("may be a comment: %s", (mark) => {
    expect(isDump(`${mark} priv:`, `${mark} ${bytes}`)).toBe(true);
    expect(isDump(`x${mark} priv:`, `${mark} ${bytes}`)).toBe(false);
  });

  const parsed = (what: string) => `    4:d=1  hl=2 l= 256 prim: ${what}`;
  const number = parsed(`INTEGER           :${"AB".repeat(32)}`);
  test("of asn1parse is a key by two long numbers, or a structure in a string", () => {
    expect(isDump(number, number)).toBe(true);
    expect(isDump("    0:d=0  hl=4 l=inf  cons: SEQUENCE", number, number)).toBe(true);
    const deep = number.replace("d=1  hl=2", "d=12 hl=12");
    expect(isDump(deep, deep)).toBe(true);
    const tight = number.replace("hl=2 l=", "hl=2l=");
    expect(isDump(tight, tight)).toBe(true);
    expect(withoutKeyDump([`${number}-`, `${number}-`])).toEqual([`${number}-`, `${number}-`]);
    expect(withoutKeyDump([number])).toEqual([number]);
    const short = parsed(`INTEGER           :${"A".repeat(63)}`);
    expect(withoutKeyDump([number, short])).toEqual([number, short]);
    const inside = parsed(`OCTET STRING      [HEX DUMP]:30${"AB".repeat(100)}`);
    expect(isDump(inside)).toBe(true);
    for (const other of [
      parsed(`OCTET STRING      [HEX DUMP]:30${"A".repeat(199)}`),
      parsed(`OCTET STRING      [HEX DUMP]:31${"AB".repeat(100)}`),
      `x ${inside}`,
      `${inside}-`,
    ])
      expect(withoutKeyDump([other])).toEqual([other]);
    expect(withoutKeyDump([number, "between", number])).toEqual([number, "between", number]);
  });
});

describe("what may be a key in what a program printed", () => {
  test("is a block to its END line; what follows stays", () => {
    expect(
      withoutKeys(["a", "-----BEGIN EC PRIVATE KEY-----", "secret", "-----END EC PRIVATE KEY-----", "b"]),
    ).toEqual(["a", "*** (a private key)", "b"]);
    expect(withoutKeys(["-----BEGIN PRIVATE KEY-----secret-----END PRIVATE KEY-----", "b"])).toEqual([
      "*** (a private key)",
      "b",
    ]);
    expect(withoutKeys(["-----BEGIN 2 RSA PRIVATE KEY-----", "secret"])).toEqual(["*** (a private key)"]);
    expect(withoutKeys(["-----END PRIVATE KEY-----", "-----BEGIN CERTIFICATE-----"])).toEqual([
      "-----END PRIVATE KEY-----",
      "-----BEGIN CERTIFICATE-----",
    ]);
  });

  test.each([
    ["a".repeat(65), "***"],
    ["A".repeat(65), "***"],
    ["a".repeat(64), "a".repeat(64)],
    ["ab:".repeat(12), "***"],
    [`${"ab:".repeat(12)}cd`, "***"],
    ["ab:".repeat(11), "ab:".repeat(11)],
    [`x ${"Ab1".repeat(20)}z y`, "x *** y"],
  ])("a long number: %s", (line, expected) => {
    expect(withoutKeys([line])).toEqual([expected]);
  });
});
