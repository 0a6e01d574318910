/** Encrypts a text for the owners of certificates: CMS EnvelopedData (RFC 5652), made in memory. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Certificate } from "../ca/certificate.ts";
import { dottedOid, insideDer, readDer } from "../ca/der.ts";
import { parsePem } from "../ca/pem.ts";
import { ActionError } from "../messages/errors.ts";
import type { Argv } from "./commands.ts";
import { opensslFailure } from "./failure.ts";
import { Output, runProgram } from "./process.ts";
import type { OpenSslProgram } from "./program.ts";

/**
 * Options for the `-recip` before them. OpenSSL knows all of them from 1.1.1 on (measured with 1.1.1k,
 * 3.0.19, 3.5.4 and 4.0.3). Without them it uses SHA-1 for both kinds of keys.
 */
const KEY_OPTIONS: Readonly<Record<string, Argv>> = {
  rsa: ["-keyopt", "rsa_padding_mode:oaep", "-keyopt", "rsa_oaep_md:sha256"],
  ec: ["-keyopt", "ecdh_kdf_md:sha256"],
};

/**
 * Encrypts a text with AES-256-CBC. The AES key is encrypted by OAEP for an RSA key, and by ECDH for an EC
 * key. OpenSSL reads the text from standard input, so the text is on no disk. The certificates are public,
 * and are in the private directory. openssl-wrapper is not used here: it takes options as an object, and so
 * cannot repeat `-keyopt` after each recipient.
 * @param text secret
 * @param recipients with RSA or EC keys; at least one
 * @returns PEM `CMS`
 * @throws ActionError `OPENSSL_…`, `FILE_FAILED`
 */
export async function encryptForRecipients(
  text: string,
  recipients: readonly Certificate[],
  program: OpenSslProgram,
): Promise<string> {
  const files = recipients.map((_, index) => `backup-recipient-${index + 1}.crt`);
  await Promise.all(
    recipients.map(({ pem }, index) =>
      writeFile(join(program.directory, files[index] as string), pem, { mode: 0o600 }),
    ),
  );
  const argv = [
    ...["cms", "-encrypt", "-binary", "-aes-256-cbc", "-outform", "PEM"],
    ...recipients.flatMap(({ x509 }, index) => [
      ...["-recip", files[index] as string],
      ...(KEY_OPTIONS[x509.publicKey.asymmetricKeyType ?? ""] ?? []),
    ]),
  ];
  const chunks: Buffer[] = [];
  const stderr = new Output();
  const exitCode = await runProgram(program, argv, {
    stdout: (data) => chunks.push(data),
    stderr: (data) => stderr.add(data),
    said: () => stderr.text(),
    input: Buffer.from(text),
  });
  if (exitCode !== 0) throw opensslFailure(argv, exitCode, stderr.text());
  const pem = envelopeIn(Buffer.concat(chunks).toString("latin1"), recipients.length);
  if (pem === undefined)
    throw new ActionError(
      "OPENSSL_FAILED",
      "OpenSSL did not write a complete encrypted text for each recipient.",
    );
  return pem;
}

/** ContentInfo of EnvelopedData, and of the content inside (RFC 5652 §6.1). */
const ENVELOPED_DATA = "1.2.840.113549.1.7.3";

/**
 * Checks the output, because OpenSSL may fail and still exit with 0. Only the CMS block is used: a program
 * could also print the secret text.
 * @returns the only PEM block of the output, if it is whole and has this number of recipients; undefined
 * otherwise
 */
function envelopeIn(printed: string, recipients: number): string | undefined {
  try {
    const [block, ...others] = parsePem(printed).blocks;
    if (block?.label !== "CMS" || others.length > 0) return undefined;
    const base64 = block.pem.split("\n").slice(1, -2).join("");
    const [type, content] = insideDer(Buffer.from(base64, "base64"));
    if (dottedOid(type) !== ENVELOPED_DATA || content === undefined) return undefined;
    // version, originatorInfo where there is one, recipientInfos SET, encryptedContentInfo
    const opened = insideDer(content.content).find(({ tag }) => tag === SET);
    return opened !== undefined && readDer(opened.content).length === recipients ? block.pem : undefined;
  } catch {
    return undefined;
  }
}

const SET = 0x31;
