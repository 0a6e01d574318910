/** PKCS#12 archives of agents, made and opened in OpenSSL's memory. */
import { ActionError } from "../messages/errors.ts";
import { opensslFailure } from "../openssl/failure.ts";
import { argvOf, type MemoryCommand, runInMemory } from "../openssl/memory.ts";
import { ARCHIVE_ROUNDS, isFrom, type OpenSslProgram } from "../openssl/program.ts";

/**
 * PBKDF2 rounds of an archive: a fleet has thousands, and each takes three derivations to make and to open. OpenSSL 1.1.1
 * has no option for them and takes 2,048.
 */
const PBKDF2_ROUNDS = 100_000;

/** Set for that one process: the passphrase is in neither argv nor a file. */
const PASSPHRASE_VARIABLE = "MINDCONNECT_CA_ARCHIVE_PASSPHRASE";

/** What goes into an archive, in PEM. */
export interface ArchiveContent {
  /** The entry's friendly name. */
  readonly name: string;
  readonly privateKey: string;
  readonly certificate: string;
  readonly ca: string;
}

/** Where archives are made and opened, and how well they are locked. */
export interface ArchivePlace {
  readonly program: OpenSslProgram;
  readonly passphrase: string;
  /** As `openssl version` says it. */
  readonly version: string;
}

/** @returns whether an OpenSSL's archives have many rounds between a guess and the key */
export function makesStrongArchives(version: string): boolean {
  return isFrom(version, ARCHIVE_ROUNDS);
}

/**
 * Makes an encrypted PKCS#12 archive in OpenSSL's memory (stdin to stdout): AES-256-CBC, PBKDF2, HMAC-SHA-256. The
 * algorithms are named because OpenSSL 1.1.1 would take RC2 with 40 bits.
 * @returns the archive, DER
 * @throws ActionError `OPENSSL_…`
 */
export async function makeArchive(
  { program, passphrase, version }: ArchivePlace,
  { name, privateKey, certificate, ca }: ArchiveContent,
): Promise<Buffer> {
  const command: MemoryCommand = {
    action: "pkcs12",
    // The key comes first: OpenSSL reads stdin for the key, and what is left of it for the certificates.
    input: Buffer.from(`${privateKey}${certificate}${ca}`),
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
  };
  const { exitCode, stdout, stderr } = await runInMemory(program, command);
  if (exitCode !== 0) throw opensslFailure(argvOf(command), exitCode, stderr);
  if (!isWholeSequence(stdout))
    throw new ActionError("OPENSSL_FAILED", "OpenSSL did not write a complete archive.");
  return stdout;
}

/**
 * Opens an archive in OpenSSL's memory and reads the certificate that its key belongs to. The key itself comes out nowhere.
 * @param archive DER
 * @returns what OpenSSL prints of it, PEM with lines around it; undefined where it does not open
 * @throws ActionError `OPENSSL_NOT_FOUND`
 */
export async function openArchive(
  program: OpenSslProgram,
  archive: Buffer,
  passphrase: string,
): Promise<string | undefined> {
  const { exitCode, stdout } = await runInMemory(program, {
    action: "pkcs12",
    input: archive,
    options: { nokeys: true, clcerts: true, passin: `env:${PASSPHRASE_VARIABLE}` },
    variables: { [PASSPHRASE_VARIABLE]: passphrase },
  });
  return exitCode === 0 ? stdout.toString("utf8") : undefined;
}

/** @returns whether bytes are one whole DER SEQUENCE: the outermost of a PKCS#12, of a length that it says itself */
export function isWholeSequence(der: Buffer): boolean {
  const [tag, length = 0] = der;
  if (tag !== 0x30) return false;
  if (length < 0x80) return der.length === 2 + length;
  const bytes = length - 0x80;
  if (bytes < 1 || bytes > 4 || der.length < 2 + bytes) return false;
  return der.length === 2 + bytes + der.readUIntBE(2, bytes);
}
