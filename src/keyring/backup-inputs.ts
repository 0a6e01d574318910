import { pathOfPem, pemOrPath, readRegularBytes } from "../action/input-parsers.ts";
import { field, group, type Report } from "../action/inputs.ts";
import { recipientProblem } from "../ca/backup-recipient.ts";
import { type Certificate, readCertificate } from "../ca/certificate.ts";
import { holdsKey } from "../ca/key-material.ts";
import { parsePem } from "../ca/pem.ts";
import { binaryForm, holdsPrivateKey, isKeyForm, pemHint } from "../ca/pem-hints.ts";
import { isSamePublicKey } from "../ca/public-key.ts";
import { quoted } from "../messages/printable.ts";
import type { KeyringInput } from "./keyring-inputs.ts";
import { hasTarget } from "./keyring-rules.ts";

/** The input that says who can open the encrypted backup of the keyring, and its rules. */

const INPUT = "keyring-backup-certificate";
const VALID = `Give certificates in PEM, or the path of a PEM file, for example backup.crt`;
const HOLDS_KEY =
  "holds a private key. Give only certificates: a private key stays with the person who restores. If others could read that key, create a new one";

/** Who can open the backup. */
export interface BackupInput {
  /** Each certificate once; none where no backup is wanted. */
  readonly recipients: readonly Certificate[];
}

/** One piece of the input: its own text, or the text of one file that it names. */
type Source = { readonly text: string } | { readonly problem: string };

/** The inputs for the backup, for a task that writes the keyring. */
export const backupInputs = group(
  {
    [INPUT]: field({
      description:
        "X.509 certificates of the people who can restore the keyring: PEM text, or paths of PEM files, one a line. Their keys must be RSA (2048 bits or more) or EC. With them, the task writes an encrypted backup before each write of the keyring. The backup needs no passphrase, only the private key of one of these certificates.",
      parse: sourcesIn,
    }),
  },
  (values, report): BackupInput | undefined => {
    const found = (values[INPUT] ?? []).map((source) => certificatesIn(source));
    const problems = found.flatMap((piece) => piece.problems);
    for (const problem of problems) report(INPUT, problem);
    if (problems.length > 0) return undefined;
    const unique = new Map(
      found.flatMap(({ certificates }) => certificates).map((each) => [each.fingerprint, each]),
    );
    return { recipients: [...unique.values()] };
  },
);

/** The output of a task that writes the keyring. */
export const backupOutput = {
  "keyring-backup-path":
    "Path of the encrypted backup of the keyring (CMS in PEM), set as soon as the file exists. Upload it in a later step with if: always(). Empty if the run did not write the keyring, or without keyring-backup-certificate.",
} as const;

/**
 * The rule for a task that writes the keyring: no recipient has the key of a CA in the keyring. The keys of
 * these CAs are lost together with the keyring, and then nobody could open the backup.
 * @param more CAs that come into the keyring
 */
export function checkRecipients(
  backup: BackupInput | undefined,
  keyring: Pick<KeyringInput, "keyring"> | undefined,
  report: Report,
  more: readonly { readonly certificate: Certificate }[] = [],
): void {
  const cas = [...(keyring?.keyring.entries ?? []), ...more].map(({ certificate }) => certificate);
  for (const recipient of backup?.recipients ?? []) {
    const ca = cas.find(({ x509 }) => isSamePublicKey(x509.publicKey, recipient.x509.publicKey));
    if (ca !== undefined)
      report(
        INPUT,
        `holds the certificate of a CA (${quoted(ca.commonName)}) that is in the keyring, or another certificate of its key. If the keyring is lost, that key is lost too, and nobody could open the backup. Give a certificate of another key`,
      );
  }
}

/**
 * The rule for a task that makes a CA in any case: a backup needs a place to write the keyring to. A backup
 * is made only at a write of the keyring, so without that place the new key would be in no backup.
 */
export function requireBackupTarget(
  backup: BackupInput | undefined,
  keyring: KeyringInput | undefined,
  report: Report,
): void {
  if (backup === undefined || backup.recipients.length === 0 || keyring === undefined) return;
  if (!hasTarget(keyring))
    report(
      INPUT,
      "needs keyring-secret or keyring-file. The backup is a copy of the keyring, and without one of them the task writes none",
    );
}

/** @returns the pieces of what was given: a text in PEM, else one file a line */
function sourcesIn(text: string): readonly Source[] {
  const isText = text.includes("-----BEGIN") || pemHint(text) !== undefined || holdsPrivateKey(text);
  const pieces = isText ? [text] : text.split(/\r?\n/).map((line) => line.trim());
  return pieces.filter((piece) => piece !== "").map(readPiece);
}

function readPiece(piece: string): Source {
  if (holdsPrivateKey(piece)) return { problem: HOLDS_KEY };
  try {
    const file = pathOfPem(piece);
    if (file !== undefined && isKeyFile(file)) return { problem: HOLDS_KEY };
    return { text: pemOrPath(piece) };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

/**
 * A key in binary form must be refused here. Otherwise the message would say how to convert the key to PEM.
 */
function isKeyFile(file: string): boolean {
  try {
    return isKeyForm(binaryForm(readRegularBytes(file, 1024 * 1024, (reason) => new Error(reason))));
  } catch {
    // pemOrPath reads the file next, and reports a file that cannot be read.
    return false;
  }
}

function certificatesIn(source: Source): { certificates: Certificate[]; problems: string[] } {
  if ("problem" in source) return { certificates: [], problems: [source.problem] };
  const { text } = source;
  if (holdsPrivateKey(text)) return { certificates: [], problems: [HOLDS_KEY] };
  let blocks: ReturnType<typeof parsePem>;
  try {
    blocks = parsePem(text);
  } catch (error) {
    return { certificates: [], problems: [`is no whole PEM text: ${(error as Error).message}. ${VALID}`] };
  }
  const { blocks: pems, after } = blocks;
  if (holdsKey([...pems.flatMap(({ before }) => before), ...after]))
    return { certificates: [], problems: [HOLDS_KEY] };
  if (pems.length === 0) {
    const hint = pemHint(text) ?? "holds no certificate (no line -----BEGIN CERTIFICATE-----)";
    return { certificates: [], problems: [`${hint}. ${VALID}`] };
  }
  const judged = pems.map(({ pem }, index) => judge(pem, pems.length > 1 ? ` ${index + 1}` : ""));
  return {
    certificates: judged.flatMap(({ certificate }) => certificate ?? []),
    problems: judged.flatMap(({ problem }) => problem ?? []),
  };
}

/**
 * @param number the number of the certificate with a blank before it, as in ` 2`; empty where there is only
 * one
 */
function judge(pem: string, number: string): { certificate?: Certificate; problem?: string } {
  let certificate: Certificate;
  try {
    certificate = readCertificate(pem);
  } catch (error) {
    const which = number === "" ? "" : `, in PEM block${number},`;
    return { problem: `${(error as Error).message.replace(/^holds/, `holds${which}`)}. ${VALID}` };
  }
  const problem = recipientProblem(certificate, Date.now());
  if (problem === undefined) return { certificate };
  return {
    problem: `holds a certificate${number} (${quoted(certificate.commonName)}) that no backup can be encrypted for: ${problem}. Give a certificate that is valid now, with an RSA or EC key`,
  };
}
