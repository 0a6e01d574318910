/** The CA and the verification certificate: made with the documented commands, and checked before anything is sent. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type CaExpectation,
  type Certificate,
  caProblem,
  readCertificate,
  verificationProblem,
} from "../ca/certificate.ts";
import { issuingAbility } from "../ca/issuing-ability.ts";
import { openPrivateKey } from "../ca/private-key.ts";
import { needsUtf8, type Subject, subjectAttributes, toSubjArgument } from "../ca/subject.ts";
import { ActionError } from "../messages/errors.ts";
import { selfSignedCertificate, signingRequest, signRequest } from "./commands.ts";
import type { KeyMaking } from "./key-making.ts";
import { type CommandDirectory, readMade } from "./process.ts";

/** A CA with its private key in PEM, unencrypted. */
export interface CaPair {
  readonly certificate: Certificate;
  readonly privateKey: string;
}

/** @returns the file of the CA's private key: `$TENANT.key` */
export function caKeyFile({ tenant }: Pick<CommandDirectory, "tenant">): string {
  return `${tenant}.key`;
}

/** The file of the verification certificate's private key. */
export const VERIFICATION_KEY_FILE = "verificationCert.key";

/**
 * Makes the self-signed CA certificate with the documented command and checks what came out.
 * @param options.keys makes its private key, or has begun to
 * @param options.now asked for the check of the dates, milliseconds since 1970
 * @throws ActionError `OPENSSL_…`, or `CERTIFICATE_INVALID` where the certificate is not exactly what was asked for
 */
export async function createCa(
  commandDirectory: CommandDirectory,
  options: { subject: Subject; days: number; keys: KeyMaking; now: () => number },
): Promise<CaPair> {
  const { openssl, directory, tenant } = commandDirectory;
  const subject = subjectAttributes(options.subject);
  const key = caKeyFile(commandDirectory);
  await options.keys.take(key);
  const out = `${tenant}.pem`;
  const subj = toSubjArgument(subject);
  const utf8 = needsUtf8(subject);
  await openssl.run(selfSignedCertificate({ key, days: options.days, out, subj, utf8 }));
  const certificate = await readMade(directory, out, readCertificate);
  const { text, opened } = await readMade(directory, key, (text) => ({ text, opened: openPrivateKey(text) }));
  requireUploadable(certificate, { now: options.now(), privateKey: opened, subject });
  return { certificate, privateKey: text.replaceAll("\r\n", "\n") };
}

/**
 * The preflight before an upload, as an error.
 * @param next the next step, where the usual one does not fit
 * @throws ActionError `CERTIFICATE_INVALID`
 */
export function requireUploadable(certificate: Certificate, expected: CaExpectation, next?: string): void {
  const problem = caProblem(certificate, expected) ?? issuingAbility(certificate.x509).problem;
  if (problem !== undefined) {
    const message = `The action did not send the CA certificate: ${problem}.`;
    throw new ActionError("CERTIFICATE_INVALID", message, { next });
  }
}

/** Writes the files of a CA from the keyring or from the inputs where the commands expect them. */
export async function placeCa({ directory, tenant }: CommandDirectory, ca: CaPair): Promise<void> {
  const own = { flag: "wx", mode: 0o600 } as const;
  await Promise.all([
    writeFile(join(directory, `${tenant}.key`), ca.privateKey, own),
    writeFile(join(directory, `${tenant}.pem`), ca.certificate.pem, own),
  ]);
}

/**
 * Makes the verification certificate for a registration code with the documented commands. The CA whose files are in the
 * command directory signs it.
 * @param options.keys makes its private key, or has begun to
 * @throws ActionError `OPENSSL_…`, or `CERTIFICATE_INVALID` where the certificate would be refused by the platform
 */
export async function createVerificationCertificate(
  commandDirectory: CommandDirectory,
  options: {
    registrationCode: string;
    days: number;
    keys: KeyMaking;
    ca: Certificate;
    now: () => number;
  },
): Promise<Certificate> {
  const { openssl, directory, tenant } = commandDirectory;
  const [key, csr, out] = [VERIFICATION_KEY_FILE, "verificationCert.csr", "verificationCert.pem"];
  await options.keys.take(key);
  await openssl.run(
    signingRequest({ key, out: csr, subj: toSubjArgument([["CN", options.registrationCode]]) }),
  );
  await openssl.run(signRequest({ csr, tenant, out, days: options.days }));
  const verification = await readMade(directory, out, readCertificate);
  const problem = verificationProblem(verification, { ...options, now: options.now() });
  if (problem === undefined) return verification;
  throw new ActionError(
    "CERTIFICATE_INVALID",
    `The action did not send the verification certificate: ${problem}.`,
  );
}
