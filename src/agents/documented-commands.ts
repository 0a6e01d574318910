import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Certificate, readCertificate } from "../ca/certificate.ts";
import { needsUtf8, type Subject, subjectAttributes, toSubjArgument } from "../ca/subject.ts";
import { ActionError } from "../messages/errors.ts";
import { generateKey, signingRequest, signRequest } from "../openssl/commands.ts";
import { type CommandDirectory, readMade } from "../openssl/process.ts";
import { leafProblem } from "./leaf.ts";
import { agentFiles } from "./names.ts";

/** The CSR of a device that keeps its key. */
export interface DeviceRequest {
  readonly pem: string;
  readonly publicKey: KeyObject;
}

/** One agent certificate to issue. */
export interface AgentOrder {
  readonly name: string;
  /** The subject of the certificate, or the CSR that brings it along. */
  readonly by: { readonly subject: Subject; readonly keyBits: number } | DeviceRequest;
  /** Asked right before the certificate is signed: making its key takes a while. */
  readonly days: () => number;
  /** Asked when it was signed, milliseconds since 1970: one that is not valid yet is not handed out. */
  readonly now: () => number;
  /** The CA whose files lie in the command directory. */
  readonly ca: Certificate;
}

/** An agent certificate as it was issued; its files are still in the command directory. */
export interface IssuedLeaf {
  readonly certificate: Certificate;
  /** PEM, byte for byte as OpenSSL wrote it. */
  readonly pem: string;
  /** Undefined where the device keeps its key. */
  readonly privateKey: string | undefined;
}

/**
 * Issues one agent certificate with the documented commands and checks what came out.
 * @throws ActionError `OPENSSL_…`, `CERTIFICATE_INVALID` where the certificate is not exactly what was asked for, and what
 * the order's `days` throws
 */
export async function issueAgent(commandDirectory: CommandDirectory, order: AgentOrder): Promise<IssuedLeaf> {
  const { openssl, directory, tenant } = commandDirectory;
  const { key, csr, certificate: out } = agentFiles(order.name);
  const at = (file: string) => join(directory, file);
  if ("pem" in order.by) {
    await writeFile(at(csr), order.by.pem, { flag: "wx", mode: 0o600 });
  } else {
    const subject = subjectAttributes(order.by.subject);
    const subj = toSubjArgument(subject);
    await openssl.run(generateKey(key, order.by.keyBits));
    await openssl.run(signingRequest({ key, out: csr, subj, utf8: needsUtf8(subject) }));
  }
  const signer = { ca: `${tenant}.pem`, caKey: `${tenant}.key` };
  await openssl.run(signRequest({ csr, ...signer, out, days: order.days() }));
  const issued = await readMade(directory, out, (pem) => ({ pem, certificate: readCertificate(pem) }));
  const made =
    "pem" in order.by
      ? { publicKey: order.by.publicKey, privateKey: undefined }
      : await readMade(directory, key, (privateKey) => ({
          publicKey: createPublicKey(createPrivateKey(privateKey)),
          privateKey,
        }));
  requireAsOrdered(issued.certificate, order, made.publicKey);
  return { ...issued, privateKey: made.privateKey };
}

function requireAsOrdered(
  certificate: Certificate,
  { name, by, ca, now }: AgentOrder,
  publicKey: KeyObject,
): void {
  const subject = "pem" in by ? {} : { subject: subjectAttributes(by.subject) };
  const problem = leafProblem(certificate, { commonName: name, ca, publicKey, now: now(), ...subject });
  if (problem === undefined) return;
  throw new ActionError(
    "CERTIFICATE_INVALID",
    `The action did not hand out the certificate of ${name}: ${problem}.`,
  );
}
