import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseCsr } from "../../src/agents/csr.ts";
import { dottedOid, insideDer, readDer } from "../../src/ca/der.ts";
import { Workshop } from "../sandbox/workshop.ts";

let workshop: Workshop;
let key: string;
let good: Buffer;

beforeAll(() => {
  workshop = new Workshop();
  key = workshop.key();
  good = csr("-key", key, "-subj", "/C=DE/CN=dev-1");
});
afterAll(() => workshop.remove());

/** @returns a CSR, DER */
function csr(...argv: string[]): Buffer {
  const config = join(workshop.directory, "bare.cnf");
  writeFileSync(config, "[req]\ndistinguished_name = dn\n[dn]\n");
  return execFileSync("openssl", ["req", "-new", "-outform", "DER", "-config", config, ...argv], {
    cwd: workshop.directory,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

describe("a CSR that is whole (guarantee 9)", () => {
  test.each<[string, string[]]>([
    ["SHA-256", ["-sha256"]],
    ["SHA-384", ["-sha384"]],
    ["SHA-512", ["-sha512"]],
    ["SHA-1", ["-sha1"]],
    ["PSS", ["-sha256", "-sigopt", "rsa_padding_mode:pss"]],
    ["PSS with SHA-512", ["-sha512", "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:20"]],
    ["a multi-valued RDN", ["-multivalue-rdn"]],
  ])("%s", (_name, options) => {
    const subject = options.includes("-multivalue-rdn") ? "/O=Acme+CN=dev-1/C=DE" : "/CN=dev-1";
    const read = parseCsr(csr("-key", key, "-subj", subject, ...options));
    expect(read).toMatchObject({ commonName: "dev-1" });
  });

  test("a signature algorithm that is not known is named", () => {
    const read = parseCsr(csr("-key", key, "-subj", "/CN=dev-1", "-md5"));
    expect(read).toMatch(/signature algorithm is 1\.2\.840\.113549\.1\.1\.4.*-sha256/);
  });

  test("a key that spells its curve out is refused, though Node knows the curve", () => {
    const explicit = ["ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt", "ec_param_enc:explicit"];
    const keyed = ["-nodes", "-keyout", "explicit.key", "-newkey", ...explicit];
    expect(parseCsr(csr("-subj", "/CN=dev-1", ...keyed))).toMatch(/explicit curve parameters/);
  });

  test("names of other alphabets are read as they are", () => {
    expect(parseCsr(csr("-key", key, "-utf8", "-subj", "/CN=Mühle 東京"))).toMatchObject({
      commonName: "Mühle 東京",
    });
  });
});

test("whatever byte is changed: refused, or what was signed (guarantee 9)", () => {
  const honest = parseCsr(good);
  if (typeof honest === "string") throw new Error(honest);
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const bent = Buffer.from(good);
      bent[at] = (bent[at] as number) ^ change;
      const read = parseCsr(bent);
      // What says how it was signed is not itself signed.
      if (typeof read === "string") return true;
      return read.commonName === honest.commonName && read.publicKey.equals(honest.publicKey);
    }),
    { numRuns: 500 },
  );
});

test("noise is no CSR, and nothing but a sentence comes of it", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      return typeof parseCsr(Buffer.from(bytes)) === "string";
    }),
  );
  expect(parseCsr(Buffer.concat([good, Buffer.of(0)]))).toMatch(/not a certificate signing request/);
});

describe("DER", () => {
  test.each([
    ["2.5.4.3", "0603550403"],
    ["1.2.840.113549.1.1.11", "06092a864886f70d01010b"],
    ["2.999.3", "0603883703"],
  ])("OID %s", (oid, hex) => {
    expect(dottedOid(readDer(Buffer.from(hex, "hex"))[0])).toBe(oid);
  });

  test.each(["30", "3080", "3081", "30820001", "3005000000", "1f8101ff", "308500000000010000"])(
    "%s is none",
    (hex) => {
      expect(() => readDer(Buffer.from(hex, "hex"))).toThrow("no DER");
    },
  );

  test("two elements are not one", () => {
    expect(() => insideDer(Buffer.from("30003000", "hex"))).toThrow("no DER");
  });
});
