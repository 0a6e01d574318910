/**
 * Recognises a file or text that should be PEM or UTF-8 and is not: another format, another encoding, or
 * damaged PEM.
 */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { TextDecoder } from "node:util";
import { type DerElement, insideDer, TAG } from "./der.ts";

/**
 * The error for bytes that are not UTF-8. The message says what the bytes are, to follow the name of the
 * file.
 */
export class EncodingError extends Error {
  override readonly name = "EncodingError";
}

/**
 * Reads the bytes of a text file. Bytes that are not UTF-8 are refused: decoded and written back, they would
 * be changed.
 * @throws EncodingError
 */
export function decodeText(bytes: Uint8Array): string {
  if (bytes.includes(0)) throw new EncodingError(otherThanText(bytes));
  try {
    // The byte order mark is kept: readers of the text expect it.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new EncodingError(otherThanText(bytes));
  }
}

function otherThanText(bytes: Uint8Array): string {
  const form = binaryForm(Buffer.from(bytes));
  if (form !== undefined) return `is in ${convertible(form)}`;
  if (bytes.every((byte) => byte === 0))
    return "contains only zero bytes, as a disk may leave it after a crash. Restore a copy";
  return hasUtf16Mark(bytes) || bytes.includes(0)
    ? "is text in UTF-16, as PowerShell writes it, or is not text. Save it as UTF-8 (iconv -f UTF-16 -t UTF-8)"
    : "is not text in UTF-8 (it may be Latin-1). Save it as UTF-8";
}

/**
 * Says what a file holds instead of PEM, with the command that converts it.
 * @param bytes of the file: hostile or secret; never quoted
 * @returns what it is, to follow the name of the input; undefined for PEM
 */
export function foreignFormat(bytes: Buffer): string | undefined {
  const text = bytes.toString("latin1");
  if (text.trim() === "") return "names a file that is empty";
  if (hasUtf16Mark(bytes) || bytes.includes(UTF16_BEGIN)) {
    return "names a file in UTF-16, as PowerShell writes it. Save it as UTF-8 (iconv -f UTF-16 -t UTF-8)";
  }
  if (text.includes("-----BEGIN ")) return undefined;
  const form = binaryForm(bytes);
  if (form !== undefined) return `names a file in ${convertible(form)}`;
  const hint = pemHint(text);
  return hint === undefined
    ? "names a file without PEM text (no -----BEGIN …----- line)"
    : `names a file that ${hint}`;
}

/** How PEM begins in UTF-16 without a byte order mark. */
const UTF16_BEGIN = Buffer.from("-----BEGIN ", "utf16le");

function hasUtf16Mark([first, second]: Uint8Array): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}

/** Base64, with or without line breaks, of at least 99 characters: a path is shorter. */
const BASE64 = /^\s*[A-Za-z0-9+/][A-Za-z0-9+/=\s]{98,}$/;

/**
 * Decodes a PEM text that was given as base64: secrets of several lines are often stored in this form.
 * @param text hostile or secret
 * @returns the PEM text; undefined where the given text is not base64 of PEM in UTF-8
 */
export function pemFromBase64(text: string): string | undefined {
  if (!BASE64.test(text)) return undefined;
  const bytes = Buffer.from(text, "base64");
  const decoded = bytes.toString("utf8");
  return decoded.includes("-----BEGIN ") && Buffer.from(decoded).equals(bytes) ? decoded : undefined;
}

/**
 * Recognises how a PEM text was damaged: secrets and YAML often lose its line breaks.
 * @param text hostile or secret; never quoted
 * @returns what it holds instead, to follow the name of the text; undefined where nothing is recognised
 */
export function pemHint(text: string): string | undefined {
  if (!text.includes("-----BEGIN ")) return base64Hint(text);
  if (text.includes("\\n"))
    return "holds the two characters \\n instead of line breaks. Pass the PEM text with real line breaks";
  if (/^[ \t]+-----(?:BEGIN|END) /m.test(text))
    return "is indented. Every line of a PEM text must begin at the left margin";
  if (/-----BEGIN [A-Z0-9 ]+-----[ \t]*[^-\s]/.test(text))
    return "has blanks instead of line breaks. Pass the PEM text with its line breaks";
  return undefined;
}

function base64Hint(text: string): string | undefined {
  if (pemFromBase64(text) !== undefined) return "is base64 of a whole PEM text. Pass the output of base64 -d";
  if (!BASE64.test(text)) return undefined;
  const bytes = Buffer.from(text, "base64");
  if (bytes.includes(UTF16_BEGIN))
    return "is base64 of a text in UTF-16. Pass the output of base64 -d | iconv -f UTF-16 -t UTF-8";
  const form = binaryForm(bytes);
  if (form?.kind.startsWith("PKCS#12"))
    return `is base64 of ${form.kind}. Pass the output of base64 -d | openssl ${form.argv}`;
  // The base64 of a certificate's or key's DER begins with MA to MP. It is the body of a PEM text.
  return /^\s*M[A-P]/.test(text)
    ? "holds base64 without the lines -----BEGIN …----- and -----END …-----. Pass the whole PEM text"
    : undefined;
}

const CERTIFICATE_KIND = "DER (a certificate)";

/** A binary format, and the arguments of openssl that convert it to PEM, without the names of files. */
export interface BinaryForm {
  readonly kind: string;
  readonly argv: string;
}

function convertible({ kind, argv }: BinaryForm): string {
  return `${kind}, not PEM. Convert it: openssl ${argv} -in FILE -out FILE.pem`;
}

/**
 * Recognises certificates and keys that are stored in binary.
 * @param bytes hostile or secret
 * @returns undefined for anything else
 */
export function binaryForm(bytes: Buffer): BinaryForm | undefined {
  // X509Certificate reads PEM as well.
  if (parses(() => new X509Certificate(bytes)) && !bytes.includes("-----BEGIN "))
    return { kind: CERTIFICATE_KIND, argv: "x509 -inform DER" };
  const isKey = (["pkcs8", "pkcs1", "sec1"] as const).some((type) =>
    parses(() => createPrivateKey({ key: bytes, format: "der", type })),
  );
  if (isKey) return { kind: "DER (a private key)", argv: "pkey -inform DER" };
  if (isEncryptedKey(bytes))
    return { kind: "DER (an encrypted private key)", argv: "pkey -aes256 -inform DER" };
  return isPkcs12(bytes) ? { kind: "PKCS#12 (.pfx, .p12)", argv: "pkcs12 -nodes" } : undefined;
}

/**
 * @param text of an input that should hold no key; hostile or secret
 * @returns whether a private key is in it: in PEM, encrypted or not, damaged or in base64, or in base64 of DER or PKCS#12
 */
export function holdsPrivateKey(text: string): boolean {
  if ((pemFromBase64(text) ?? text).includes("PRIVATE KEY-----")) return true;
  return BASE64.test(text) && isKeyForm(binaryForm(Buffer.from(text, "base64")));
}

/** @returns whether a binary form may have a private key inside */
export function isKeyForm(form: BinaryForm | undefined): boolean {
  return form !== undefined && form.kind !== CERTIFICATE_KIND;
}

function partsOf(bytes: Buffer): readonly DerElement[] {
  try {
    return insideDer(bytes);
  } catch {
    return [];
  }
}

/**
 * EncryptedPrivateKeyInfo ::= SEQUENCE { AlgorithmIdentifier, OCTET STRING } (RFC 5958 §3).
 * @returns whether bytes are one, whole from the first to the last
 */
export function isEncryptedKey(bytes: Buffer): boolean {
  const [algorithm, encrypted, ...others] = partsOf(bytes);
  return algorithm?.tag === 0x30 && encrypted?.tag === TAG.octetString && others.length === 0;
}

/** PFX ::= SEQUENCE { version INTEGER 3, … } (RFC 7292 §4). */
function isPkcs12(bytes: Buffer): boolean {
  const [version, content] = partsOf(bytes);
  return version?.whole.equals(Buffer.of(0x02, 0x01, 0x03)) === true && content?.tag === 0x30;
}

function parses(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}
