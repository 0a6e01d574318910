import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A TLS server's key and certificate, and the CA that issued it. */
export interface TlsIdentity {
  readonly key: string;
  readonly cert: string;
  /** Path of the CA certificate, for NODE_EXTRA_CA_CERTS. */
  readonly ca: string;
}

/** Who issues the certificates of {@link makeTlsIdentity}, as a message shows it. */
export const ISSUER = "CN=Acme TLS inspection, O=Acme";

/**
 * Makes the identity of a server with a CA of its own.
 * @param root where a folder for its files is made
 * @param days validity of its certificate; -1 for one that has expired
 * @param extension one more line for the extensions of its certificate
 */
export function makeTlsIdentity(
  root: string,
  names: readonly string[],
  days = 2,
  extension = "",
): TlsIdentity {
  const cwd = mkdtempSync(join(root, "tls-"));
  const run = (...argv: string[]) => execFileSync("openssl", argv, { cwd, stdio: "ignore" });
  writeFileSync(join(cwd, "ext.cnf"), `subjectAltName=${names.join(",")}\n${extension}\n`);
  // On a curve: an RSA key takes fifty times as long, and which it is proves nothing.
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const fresh = (key: string) => [...curve, "-keyout", key];
  run("req", "-x509", ...fresh("ca.key"), "-out", "ca.pem", "-subj", "/O=Acme/CN=Acme TLS inspection");
  run("req", ...fresh("server.key"), "-out", "server.csr", "-subj", "/CN=server");
  const signing = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "ext.cnf"];
  run("x509", "-req", "-in", "server.csr", ...signing, "-days", String(days), "-out", "server.pem");
  const read = (name: string) => readFileSync(join(cwd, name), "utf8");
  return { key: read("server.key"), cert: read("server.pem"), ca: join(cwd, "ca.pem") };
}
