/** Checks the certificate signing requests (CSR, PKCS#10, RFC 2986) of devices that keep their keys, before anything is issued. */
import { constants, createPublicKey, type KeyObject, verify } from "node:crypto";
import { type DerElement, dottedOid, insideDer, readDer, TAG } from "../ca/der.ts";
import { deviceKeyProblem, spkiOf } from "../ca/public-key.ts";
import { commonNamesIn } from "../ca/x509.ts";
import { ActionError } from "../messages/errors.ts";
import { printable, quoted } from "../messages/printable.ts";
import { runInMemory } from "../openssl/memory.ts";
import type { OpenSslProgram } from "../openssl/program.ts";
import { type LineProblem, linesError, type RequestedAgent } from "./agent-list.ts";
import { forEachConcurrently, OPENSSL_PROCESSES, progressOf } from "./concurrency.ts";
import type { PlannedAgent } from "./fleet.ts";
import type { KeyPlace } from "./names.ts";

/**
 * Checks every CSR: its signature, its key, and that its common name is the agent's.
 * @param keyIn where keys that are made here are kept
 * @param print prints a line of progress, because thousands of CSRs take minutes
 * @throws ActionError `INPUT_INVALID` that names every line with a bad one
 */
export async function checkCsrs(
  requested: readonly RequestedAgent[],
  keyIn: KeyPlace,
  program: OpenSslProgram,
  print: (line: string) => void,
): Promise<PlannedAgent[]> {
  const planned: PlannedAgent[] = requested.map(({ name }) => ({ name, keyIn }));
  const wrong: LineProblem[] = [];
  const withCsr = [...requested.entries()].filter(([, { csr }]) => csr !== undefined);
  const count = progressOf("Checked CSRs:", withCsr.length, print);
  await forEachConcurrently(OPENSSL_PROCESSES, withCsr, async ([index, { name, csr, line }]) => {
    const pem = csr?.pem ?? "";
    const read = await readCsr(program, pem);
    if (typeof read === "string")
      wrong.push({ line, message: `the CSR of "${name}" cannot be used: ${read}` });
    else if (read.commonName !== name) {
      const message = `the CSR of "${name}" has the common name ${quoted(read.commonName)}. Make the CSR with the subject /CN=${name}, or give the agent the name of its CSR`;
      wrong.push({ line, message });
    } else {
      const publicKey = spkiOf(read.publicKey).toString("base64");
      planned[index] = { name, keyIn: "device", csr: { pem, publicKey } };
    }
    count();
  });
  if (wrong.length === 0) return planned;
  throw linesError(wrong, "Correct the CSRs named above. Nothing was issued or sent.");
}

/**
 * Reads a CSR with OpenSSL, as the documented command will, and checks its signature.
 * @returns what it says, or why it cannot be used, with OpenSSL's words made safe to print
 * @throws ActionError `OPENSSL_…` where OpenSSL cannot be run
 */
async function readCsr(program: OpenSslProgram, pem: string): Promise<Csr | string> {
  const { exitCode, stdout, stderr } = await runInMemory(program, {
    action: "req",
    input: Buffer.from(pem),
    options: { outform: "DER" },
  });
  if (exitCode !== 0)
    return `OpenSSL refuses it: ${printable(stderr.trim(), 200) || `exit code ${exitCode}`}`;
  if (stdout.length === 0)
    throw new ActionError("OPENSSL_FAILED", "OpenSSL ended with exit code 0, but did not write the CSR.");
  return parseCsr(stdout);
}

/** A CSR whose signature holds. */
interface Csr {
  readonly commonName: string;
  /** The public key of the device. */
  readonly publicKey: KeyObject;
}

/**
 * Reads a CSR (RFC 2986) and checks its signature, which is the proof of possession of the key. OpenSSL's own
 * check is not used: its words, the stream that they go to and its exit code differ by version (measured on
 * 1.1.1, 3.0, 3.5 and 4.0).
 * @param der hostile
 * @returns what the CSR says, or why it cannot be used
 */
export function parseCsr(der: Buffer): Csr | string {
  const parts = partsOf(der);
  if (parts === undefined) return "it is not a certificate signing request (PKCS#10)";
  const [commonName, ...others] = parts.commonNames;
  if (commonName === undefined || others.length > 0)
    return `it has ${parts.commonNames.length} common names instead of one`;
  const problem = deviceKeyProblem(parts.publicKey) ?? signatureProblem(parts);
  return problem ?? { commonName, publicKey: parts.publicKey };
}

interface Parts {
  readonly signed: Buffer;
  readonly algorithm: DerElement;
  readonly signature: Buffer;
  readonly commonNames: readonly string[];
  readonly publicKey: KeyObject;
}

function partsOf(der: Buffer): Parts | undefined {
  try {
    const [info, algorithm, signature] = insideDer(der);
    if (info === undefined || algorithm === undefined || signature?.tag !== TAG.bitString) return undefined;
    const [, subject, key] = readDer(info.content);
    if (subject === undefined || key === undefined) return undefined;
    return {
      signed: info.whole,
      algorithm,
      // The first octet of a BIT STRING counts the bits of the last one that are not used.
      signature: signature.content.subarray(1),
      commonNames: commonNamesIn(subject),
      publicKey: createPublicKey({ key: key.whole, format: "der", type: "spki" }),
    };
  } catch {
    return undefined;
  }
}

/** Signature algorithms of RSA (RFC 8017) and ECDSA (RFC 5758) and the digest of each, by Node's names. */
const SIGNATURES: Readonly<Record<string, string>> = {
  "1.2.840.113549.1.1.5": "sha1",
  "1.2.840.113549.1.1.14": "sha224",
  "1.2.840.113549.1.1.11": "sha256",
  "1.2.840.113549.1.1.12": "sha384",
  "1.2.840.113549.1.1.13": "sha512",
  "1.2.840.10045.4.1": "sha1",
  "1.2.840.10045.4.3.1": "sha224",
  "1.2.840.10045.4.3.2": "sha256",
  "1.2.840.10045.4.3.3": "sha384",
  "1.2.840.10045.4.3.4": "sha512",
};
const RSA_PSS = "1.2.840.113549.1.1.10";
const DIGESTS: Readonly<Record<string, string>> = {
  "1.3.14.3.2.26": "sha1",
  "2.16.840.1.101.3.4.2.4": "sha224",
  "2.16.840.1.101.3.4.2.1": "sha256",
  "2.16.840.1.101.3.4.2.2": "sha384",
  "2.16.840.1.101.3.4.2.3": "sha512",
};

function signatureProblem({ signed, algorithm, signature, publicKey }: Parts): string | undefined {
  const broken = "its signature is not valid. It was changed after it was signed, or signed by another key";
  try {
    const [oid, parameters] = readDer(algorithm.content);
    const name = dottedOid(oid);
    const pss = name === RSA_PSS;
    const digest = pss ? pssDigest(parameters) : SIGNATURES[name];
    if (digest === undefined) {
      return `its signature algorithm is ${name}. Valid are RSA and ECDSA with SHA-256, SHA-384 or SHA-512: make the CSR with -sha256`;
    }
    const padding = pss
      ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO }
      : {};
    return verify(digest, signed, { key: publicKey, ...padding }, signature) ? undefined : broken;
  } catch {
    return broken;
  }
}

/** @returns the digest in the parameters of RSASSA-PSS, SHA-1 where they name none (RFC 8017 §A.2.3) */
function pssDigest(parameters: DerElement | undefined): string | undefined {
  const fields = parameters === undefined ? [] : readDer(parameters.content);
  const named = fields.find(({ tag }) => tag === TAG.context0);
  if (named === undefined) return "sha1";
  const [oid] = insideDer(named.content);
  return DIGESTS[dottedOid(oid)];
}
