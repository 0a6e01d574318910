import { binaryForm } from "./binary-form.ts";
import { pemHint } from "./pem-hint.ts";

/**
 * Says what a file holds instead of PEM, with the command that converts it.
 * @param bytes of the file: hostile or secret; never quoted
 * @returns what it is, to follow the name of the input; undefined for PEM
 */
export function foreignFormat(bytes: Buffer): string | undefined {
  if (bytes.toString("latin1").trim() === "") return "names a file that is empty";
  if (isUtf16(bytes)) {
    return "names a file in UTF-16, as PowerShell writes it. Save it as UTF-8 (iconv -f UTF-16 -t UTF-8)";
  }
  if (bytes.includes("-----BEGIN ")) return undefined;
  const form = binaryForm(bytes);
  if (form !== undefined) {
    return `names a file in ${form.kind}, not PEM. Convert it: openssl ${form.argv} -in FILE -out FILE.pem`;
  }
  const hint = pemHint(bytes.toString("latin1"));
  if (hint !== undefined) return `names a file that ${hint}`;
  return "names a file without PEM text (no -----BEGIN …----- line)";
}

/** With a byte order mark, or without one in a text of ASCII characters. */
function isUtf16(bytes: Buffer): boolean {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  return bytes.includes(Buffer.from("-----BEGIN ", "utf16le"));
}
