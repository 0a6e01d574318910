import { execFileSync } from "node:child_process";
import { createPrivateKey } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readCertificate } from "../../src/ca/certificate.ts";
import type { KeyringEntry } from "../../src/ca/keyring-entries.ts";
import type { Workshop } from "../sandbox/workshop.ts";

/** A CA made with OpenSSL: its certificate, and its key in every form a keyring may have it in. */
export interface MadeCa {
  readonly file: string;
  readonly pem: string;
  readonly pkcs1: string;
  readonly pkcs8: string;
}

/** @returns a new CA */
export function makeCa(workshop: Workshop, subject: string): MadeCa {
  const file = workshop.key();
  const key = createPrivateKey(readFileSync(join(workshop.directory, file), "utf8"));
  return {
    file,
    pem: workshop.selfSigned(file, subject),
    pkcs1: key.export({ type: "pkcs1", format: "pem" }).toString(),
    pkcs8: key.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

/** @returns the key as `openssl pkcs8 -topk8` encrypts it, with few rounds to be quick */
export function encrypted(workshop: Workshop, { file }: MadeCa, passphrase: string): string {
  const cipher = ["-v2", "aes-256-cbc", "-iter", "1000", "-passout", `pass:${passphrase}`];
  return openssl(workshop, "pkcs8", "-topk8", "-in", file, ...cipher);
}

/** @returns what an OpenSSL command prints, run in the workshop under a bare configuration */
export function openssl(workshop: Workshop, ...argv: string[]): string {
  const bare = join(workshop.directory, "bare.cnf");
  writeFileSync(bare, "[req]\ndistinguished_name = dn\n[dn]\n");
  const env = { ...process.env, OPENSSL_CONF: bare };
  return execFileSync("openssl", argv, {
    cwd: workshop.directory,
    env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** @returns the keyring's entry of a CA, with nothing remembered */
export function entryOf({ pkcs8, pem }: MadeCa, more: Partial<KeyringEntry> = {}): KeyringEntry {
  return { privateKey: pkcs8, certificate: readCertificate(pem), notes: [], ...more };
}
