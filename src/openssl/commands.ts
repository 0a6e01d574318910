/**
 * The documented commands as data, token for token: the LINUX lines of the vendor's page "Managing CA Certificates
 * using MindConnect MQTT API" (last update January 15, 2024). A test compares them with the page's lines.
 */

/** Arguments after `openssl`. */
export type Argv = readonly string[];

/**
 * `openssl genrsa -out acme.key 2048`. It overwrites an existing file without a word (measured): give each run a
 * directory of its own.
 */
export function generateKey(out: string, bits: number): Argv {
  return ["genrsa", "-out", out, String(bits)];
}

/** `openssl req -x509 -new -nodes -key acme.key -sha256 -days 3650 -out acme.pem -subj "/C=…/CN=acme"` */
export function selfSignedCertificate(options: {
  key: string;
  days: number;
  out: string;
  subj: string;
  /** Adds `-utf8`, which the page does not have: only for subjects that need it. */
  utf8: boolean;
}): Argv {
  const { key, days, out, subj, utf8 } = options;
  const argv = ["req", "-x509", "-new", "-nodes", "-key", key, "-sha256", "-days", String(days), "-out", out];
  return [...argv, "-subj", subj, ...(utf8 ? ["-utf8"] : [])];
}

/** `openssl req -new -key verificationCert.key -out verificationCert.csr -subj /CN=…`; an agent's has its whole subject */
export function signingRequest(options: {
  key: string;
  out: string;
  subj: string;
  /** Adds `-utf8`, which the page does not have: only for subjects that need it. */
  utf8?: boolean;
}): Argv {
  const { key, out, subj, utf8 = false } = options;
  return ["req", "-new", "-key", key, "-out", out, "-subj", subj, ...(utf8 ? ["-utf8"] : [])];
}

/**
 * `openssl x509 -req -in verificationCert.csr -CA acme.pem -CAkey acme.key -CAcreateserial -out verificationCert.pem
 * -days 7 -sha256`. It writes `acme.srl` beside the CA.
 */
export function signRequest(options: {
  csr: string;
  /** Names the CA's files: `<tenant>.pem` and `<tenant>.key`. */
  tenant: string;
  out: string;
  days: number;
}): Argv {
  const { csr, tenant, out, days } = options;
  const signer = ["-CA", `${tenant}.pem`, "-CAkey", `${tenant}.key`, "-CAcreateserial"];
  return ["x509", "-req", "-in", csr, ...signer, "-out", out, "-days", String(days), "-sha256"];
}

/** `openssl verify -CAfile acme.pem rehearsal.pem`. The command is not on the page, and writes no file. */
export function verifyCertificate(ca: string, certificate: string): Argv {
  return ["verify", "-CAfile", ca, certificate];
}

/**
 * The configuration that is in force for every OpenSSL process, through OPENSSL_CONF. Without a `v3_ca` section the
 * documented `req -x509` exits 0 and writes an X.509 v1 certificate that is no CA (measured on OpenSSL 3.0 and
 * LibreSSL). The extensions are those of the openssl.cnf that OpenSSL ships, and a key usage, which the vendor's Certificate
 * Manager asks for and strict verifiers miss (RFC 5280 §4.2.1.3).
 */
export const OPENSSL_CONFIGURATION = `[req]
distinguished_name = req_distinguished_name
x509_extensions = v3_ca
string_mask = utf8only

[req_distinguished_name]

[v3_ca]
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always,issuer
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
`;

/** @returns a command as a person would type it, for the log and the receipt */
export function commandLine(argv: Argv): string {
  const plain = /^[\w@%+=:,./-]+$/;
  return [
    "openssl",
    ...argv.map((word) => (plain.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)),
  ].join(" ");
}
