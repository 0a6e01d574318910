import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nextKey } from "../support/ready-keys.ts";

/** Names the extensions itself, so that no host's openssl.cnf decides what a test certificate is. */
const CONFIG = `
[req]
distinguished_name = dn
[dn]
[ca]
basicConstraints = critical,CA:TRUE
[leaf]
basicConstraints = CA:FALSE
[none]
`;

type Extensions = "ca" | "leaf" | "none";

interface Issuer {
  readonly key: string;
  readonly pem: string;
}

/** Certificates made so far by this test file. */
let made = 0;

/** Makes certificates with OpenSSL in a directory of its own. */
export class Workshop {
  readonly directory = mkdtempSync(join(tmpdir(), "sandbox-test-"));
  #files = 0;

  constructor() {
    writeFileSync(join(this.directory, "openssl.cnf"), CONFIG);
  }

  /** A new RSA key; returns its file name. */
  key(): string {
    const file = this.#file("key");
    const ready = nextKey();
    if (ready === undefined) this.#openssl("genrsa", "-out", file, "2048");
    else writeFileSync(join(this.directory, file), ready, { mode: 0o600 });
    return file;
  }

  /**
   * A self-signed certificate in PEM, valid for nearly 10 years: each ends a day later than the one before, and none with
   * those that a task makes by default. Two that end in the same second could be taken for one another.
   */
  selfSigned(key: string, subject: string, extensions: Extensions = "ca"): string {
    const out = this.#file("pem");
    const section = extensions === "none" ? [] : ["-extensions", extensions];
    made += 1;
    this.#openssl(
      "req",
      "-x509",
      "-new",
      "-utf8",
      "-key",
      key,
      "-days",
      String(3500 + (made % 100)),
      "-subj",
      subject,
      ...section,
      "-out",
      out,
    );
    return this.#read(out);
  }

  /** A certificate in PEM for a key of its subject, issued by a CA; valid for 7 days. */
  issued(ca: Issuer, key: string, subject: string, extensions: Extensions = "leaf"): string {
    const [csr, caFile, out] = [this.#file("csr"), this.#file("pem"), this.#file("pem")];
    writeFileSync(join(this.directory, caFile), ca.pem);
    this.#openssl("req", "-new", "-key", key, "-subj", subject, "-out", csr);
    const signing = ["-CA", caFile, "-CAkey", ca.key, "-CAcreateserial", "-days", "7", "-sha256"];
    this.#openssl(
      "x509",
      "-req",
      "-in",
      csr,
      ...signing,
      "-extfile",
      "openssl.cnf",
      "-extensions",
      extensions,
      "-out",
      out,
    );
    return this.#read(out);
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  #file(extension: string): string {
    this.#files++;
    return `${this.#files}.${extension}`;
  }

  #read(file: string): string {
    return readFileSync(join(this.directory, file), "utf8");
  }

  #openssl(...args: string[]): void {
    const env = { ...process.env, OPENSSL_CONF: join(this.directory, "openssl.cnf") };
    execFileSync("openssl", args, { cwd: this.directory, env, stdio: ["ignore", "ignore", "pipe"] });
  }
}
