/** Reads the bytes of a text file as UTF-8, or says what they are instead. */
import { TextDecoder } from "node:util";
import { binaryForm } from "./foreign-format.ts";

/** Bytes that are no text in UTF-8; the message says what they are instead, to follow the name of the file. */
export class EncodingError extends Error {
  override readonly name = "EncodingError";
}

/**
 * Reads the bytes of a text file. What is not UTF-8 would come back changed, and be written back so.
 * @throws EncodingError that says what the bytes are instead, to follow the name of the file
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
  if (form !== undefined)
    return `is in ${form.kind}, not PEM. Convert it: openssl ${form.argv} -in FILE -out FILE.pem`;
  if (bytes.every((byte) => byte === 0))
    return "contains only zero bytes, as a disk may leave it after a crash. Restore a copy";
  const [first, second] = bytes;
  const isMarked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  return isMarked || bytes.includes(0)
    ? "is text in UTF-16, as PowerShell writes it, or is not text. Save it as UTF-8 (iconv -f UTF-16 -t UTF-8)"
    : "is not text in UTF-8 (it may be Latin-1). Save it as UTF-8";
}
