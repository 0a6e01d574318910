/** Makes and opens the PKCS#12 archives of agents, from OpenSSL's standard input to its standard output. */
import type { Certificate } from "../ca/certificate.ts";
import { readDer } from "../ca/der.ts";
import { ActionError } from "../messages/errors.ts";
import { outputInMemory, runInMemory } from "../openssl/memory.ts";
import { isFrom, type OpenSslProgram } from "../openssl/program.ts";

/**
 * PBKDF2 rounds of an archive: a fleet has thousands, and each takes three derivations to make and to open. OpenSSL 1.1.1
 * has no option for them and takes 2,048.
 */
const PBKDF2_ROUNDS = 100_000;

/** Set for that one process: the passphrase is in neither argv nor a file. */
const PASSPHRASE_VARIABLE = "MINDCONNECT_CA_ARCHIVE_PASSPHRASE";

/** What makes and opens archives. */
export interface ArchiveAccess {
  readonly program: OpenSslProgram;
  readonly passphrase: string;
  /** As `openssl version` says it. */
  readonly version: string;
}

/** @returns whether an OpenSSL has the option for the rounds: `pkcs12 -export -iter` */
export function makesStrongArchives(version: string): boolean {
  return isFrom(version, [3, 0, 0]);
}

/**
 * Makes an encrypted PKCS#12 archive: AES-256-CBC, PBKDF2, HMAC-SHA-256. The algorithms are named because OpenSSL 1.1.1 would
 * take RC2 with 40 bits.
 * @param name the entry's friendly name
 * @param privateKey PEM
 * @returns the archive, DER
 * @throws ActionError `OPENSSL_…`
 */
export async function makeArchive(
  { program, passphrase, version }: ArchiveAccess,
  name: string,
  privateKey: string,
  certificate: Certificate,
  ca: Certificate,
): Promise<Buffer> {
  const archive = await outputInMemory(program, {
    action: "pkcs12",
    // The key comes first: OpenSSL reads stdin for the key, and what is left of it for the certificates.
    input: Buffer.from(`${privateKey}${certificate.pem}${ca.pem}`),
    options: {
      export: true,
      name,
      keypbe: "AES-256-CBC",
      certpbe: "AES-256-CBC",
      macalg: "sha256",
      ...(makesStrongArchives(version) ? { iter: String(PBKDF2_ROUNDS) } : {}),
      passout: `env:${PASSPHRASE_VARIABLE}`,
    },
    variables: { [PASSPHRASE_VARIABLE]: passphrase },
  });
  if (isWholeSequence(archive)) return archive;
  throw new ActionError("OPENSSL_FAILED", "OpenSSL did not write a complete archive.");
}

/**
 * Opens an archive and reads the certificate that its key belongs to. The key itself comes out nowhere.
 * @param archive DER
 * @returns what OpenSSL prints of it, PEM with lines around it; undefined where it does not open
 * @throws ActionError `OPENSSL_NOT_FOUND`
 */
export async function openArchive(
  { program, passphrase }: ArchiveAccess,
  archive: Buffer,
): Promise<string | undefined> {
  const { exitCode, stdout } = await runInMemory(program, {
    action: "pkcs12",
    input: archive,
    options: { nokeys: true, clcerts: true, passin: `env:${PASSPHRASE_VARIABLE}` },
    variables: { [PASSPHRASE_VARIABLE]: passphrase },
  });
  return exitCode === 0 ? stdout.toString("utf8") : undefined;
}

/** DER's tag (X.690). */
const SEQUENCE = 0x30;

/**
 * @returns whether bytes are one whole DER SEQUENCE, as a PKCS#12 is (RFC 7292). A PKCS#12 that was cut off
 * is not
 */
export function isWholeSequence(der: Buffer): boolean {
  try {
    const [only, ...others] = readDer(der);
    return only?.tag === SEQUENCE && others.length === 0;
  } catch {
    return false;
  }
}
