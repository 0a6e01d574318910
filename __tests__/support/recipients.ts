import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nextKey } from "./ready-keys.ts";

/** Somebody who can restore a backup: a key that is kept elsewhere, and its certificate. */
export interface Recipient {
  readonly pem: string;
  readonly key: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** What the key is, as `openssl req -newkey` takes it. */
export const RSA = ["rsa:2048"];
export const EC = ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"];

const CONFIG = "[req]\ndistinguished_name = dn\n[dn]\n[plain]\nbasicConstraints = CA:FALSE\n";

/** Where recipients make their keys and open backups: no machine of the action's. */
export class Safe {
  readonly directory = mkdtempSync(join(tmpdir(), "safe-test-"));
  #made = 0;

  constructor() {
    this.write("openssl.cnf", CONFIG);
  }

  /** @returns the path of a new file */
  write(name: string, text: string): string {
    const path = join(this.directory, name);
    writeFileSync(path, text);
    return path;
  }

  /**
   * @param newKey as `openssl req -newkey` takes it; an RSA key is one of those at hand
   * @param extension one more of the certificate, as a configuration has it
   */
  recipient(
    name: string,
    newKey: readonly string[] = RSA,
    extension = "",
    more: readonly string[] = [],
  ): Recipient {
    this.#made += 1;
    const [key, pem] = [`${this.#made}.key`, `${this.#made}.crt`];
    this.write("openssl.cnf", `${CONFIG}${extension}\n`);
    const subject = ["-subj", `/CN=${name}`, "-extensions", "plain"];
    const ready = newKey === RSA ? nextKey() : undefined;
    if (ready !== undefined) this.write(key, ready);
    const made = ready === undefined ? ["-nodes", "-newkey", ...newKey, "-keyout", key] : ["-key", key];
    this.openssl("req", "-x509", "-new", ...made, "-out", pem, "-days", "365", ...subject, ...more);
    const read = (file: string) => readFileSync(join(this.directory, file), "utf8");
    const [certificateFile, keyFile] = [join(this.directory, pem), join(this.directory, key)];
    return { pem: read(pem), key: read(key), certificateFile, keyFile };
  }

  /** @returns what the command prints */
  openssl(...argv: readonly string[]): string {
    return this.opensslOf("openssl", ...argv);
  }

  opensslOf(program: string, ...argv: readonly string[]): string {
    const env = { ...process.env, OPENSSL_CONF: join(this.directory, "openssl.cnf") };
    const stdio = ["ignore", "pipe", "pipe"] as ["ignore", "pipe", "pipe"];
    return execFileSync(program, [...argv], { cwd: this.directory, env, encoding: "utf8", stdio });
  }

  /** Opens a backup as docs/backup.md says. */
  restore(backup: string, { keyFile }: Pick<Recipient, "keyFile">, program = "openssl"): string {
    return this.opensslOf(program, "cms", "-decrypt", "-inform", "PEM", "-in", backup, "-inkey", keyFile);
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
