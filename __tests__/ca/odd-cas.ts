import { sign, X509Certificate } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { insideDer, readDer } from "../../src/ca/der.ts";
import { bitString, pem, sequence } from "../rotation/write-der.ts";
import type { Workshop } from "../sandbox/workshop.ts";
import { openssl } from "./made.ts";

/** A CA that somebody provides, in PEM. */
export interface OddCa {
  readonly pem: string;
  readonly key: string;
}

const CA = "basicConstraints = critical,CA:TRUE\n";

/**
 * @param ready the file of a key that the workshop has, for a CA whose key is as any other's. Default: another one each time
 * @returns a self-signed CA whose key and extensions are as told
 */
export function oddCa(
  workshop: Workshop,
  { key, extensions = "", digest = "-sha256" }: OddOptions = {},
  ready?: string,
): OddCa {
  writeFileSync(
    join(workshop.directory, "odd.cnf"),
    `[req]\ndistinguished_name = dn\n[dn]\n[ca]\n${CA}${extensions}`,
  );
  const config = ["-config", "odd.cnf", "-extensions", "ca", "-subj", "/CN=acme", "-days", "9", digest];
  const file = key === undefined ? (ready ?? workshop.key()) : "odd.key";
  const made = key === undefined ? ["-key", file] : ["-nodes", "-keyout", file, "-newkey", ...key];
  const pem = openssl(workshop, "req", "-x509", "-new", ...config, ...made);
  return { pem, key: readFileSync(join(workshop.directory, file), "utf8") };
}

/** @returns a self-signed CA certificate in PEM whose authority key identifier is that of another key */
export function withForeignAki(workshop: Workshop, key: string): string {
  const identifiers = `subjectKeyIdentifier = hash\n2.5.29.35 = DER:30168014${"00".repeat(20)}\n`;
  writeFileSync(
    join(workshop.directory, "aki.cnf"),
    `[req]\ndistinguished_name = dn\n[dn]\n[ca]\n${CA}${identifiers}`,
  );
  const config = ["-config", "aki.cnf", "-extensions", "ca", "-subj", "/CN=acme", "-days", "9"];
  return openssl(workshop, "req", "-x509", "-new", "-key", key, ...config);
}

/** @returns the same CA certificate in PEM without its version, which makes it X.509 v1 with extensions */
export function asVersion1({ pem: text, key }: OddCa): string {
  const [signed, algorithm] = insideDer(new X509Certificate(text).raw);
  const [, ...said] = readDer(signed?.content ?? Buffer.alloc(0));
  const anew = sequence(...said.map(({ whole }) => whole));
  const signature = bitString(sign("sha256", anew, key));
  return pem("CERTIFICATE", sequence(anew, algorithm?.whole ?? Buffer.alloc(0), signature));
}

export interface OddOptions {
  /** What `req -newkey` takes; without it the key is one of those at hand. */
  readonly key?: readonly string[];
  /** Lines of a section of extensions, besides basicConstraints. */
  readonly extensions?: string;
  readonly digest?: string;
}

/** CAs that nobody can use, and what is said of them. */
export const USELESS: readonly (readonly [string, OddOptions, RegExp])[] = [
  ["a short RSA key", { key: ["rsa:1024"] }, /RSA key has 1024 bits/],
  [
    "an RSA-PSS key for another digest",
    {
      key: ["rsa-pss", "-pkeyopt", "rsa_keygen_bits:2048", "-pkeyopt", "rsa_pss_keygen_md:sha384"],
      digest: "-sha384",
    },
    /RSA-PSS key signs with sha384 only/,
  ],
  [
    "explicit EC parameters",
    { key: ["ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt", "ec_param_enc:explicit"] },
    /explicit curve parameters/,
  ],
  [
    "an unknown critical extension",
    { extensions: "1.2.3.4.5 = critical,ASN1:UTF8String:x\n" },
    /extension 1\.2\.3\.4\.5 is critical/,
  ],
  ["an extended key usage of servers", { extensions: "extendedKeyUsage = serverAuth\n" }, /clientAuth/],
  [
    "constraints to another organization",
    { extensions: "nameConstraints = critical,permitted;dirName:dir\n[dir]\nO = Other\n" },
    /name constraints exclude/,
  ],
  [
    "constraints that exclude every name",
    { extensions: "2.5.29.30 = DER:3008a1063004a4023000\n" },
    /name constraints exclude/,
  ],
];
