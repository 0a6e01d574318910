import { createPrivateKey, X509Certificate } from "node:crypto";
import { insideDer } from "./der.ts";
import { pemHint } from "./pem-hint.ts";

/**
 * Says what a file holds instead of PEM, with the command that converts it.
 * @param bytes of the file: hostile or secret; never quoted
 * @returns what it is, to follow the name of the input; undefined for PEM
 */
export function foreignFormat(bytes: Buffer): string | undefined {
  if (bytes.length === 0) return "names a file that is empty";
  if (isUtf16(bytes)) {
    return "names a file in UTF-16, as PowerShell writes it: save it as UTF-8 (iconv -f UTF-16 -t UTF-8)";
  }
  if (bytes.includes("-----BEGIN ")) return undefined;
  const command = converter(bytes);
  if (command !== undefined) {
    const [kind, argv] = command;
    return `names a file in ${kind}, not PEM: openssl ${argv} -in FILE -out FILE.pem`;
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

/** @returns what binary bytes are, and the arguments that make PEM of them */
function converter(bytes: Buffer): readonly [kind: string, argv: string] | undefined {
  if (parses(() => new X509Certificate(bytes))) return ["DER (a certificate)", "x509 -inform DER"];
  const isKey = (["pkcs8", "pkcs1", "sec1"] as const).some((type) =>
    parses(() => createPrivateKey({ key: bytes, format: "der", type })),
  );
  if (isKey) return ["DER (a private key)", "pkey -inform DER"];
  return isPkcs12(bytes) ? ["PKCS#12 (.pfx, .p12)", "pkcs12 -nodes"] : undefined;
}

/** PFX ::= SEQUENCE { version INTEGER 3, … } (RFC 7292 §4). */
function isPkcs12(bytes: Buffer): boolean {
  try {
    const [version, content] = insideDer(bytes);
    return version?.whole.equals(Buffer.of(0x02, 0x01, 0x03)) === true && content?.tag === 0x30;
  } catch {
    return false;
  }
}

function parses(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}
