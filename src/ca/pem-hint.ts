import { binaryForm } from "./binary-form.ts";

/** What base64 consists of, in lines or without; no path is as long. */
const BASE64 = /^\s*[A-Za-z0-9+/][A-Za-z0-9+/=\s]{98,}$/;

/**
 * Reads a text whose base64 came in instead of it, as secrets of several lines are often stored.
 * @param text hostile or secret
 * @returns the PEM text; undefined where the text is no base64 of one in UTF-8
 */
export function pemFromBase64(text: string): string | undefined {
  if (!BASE64.test(text)) return undefined;
  const bytes = Buffer.from(text, "base64");
  const decoded = bytes.toString("utf8");
  return decoded.includes("-----BEGIN ") && Buffer.from(decoded).equals(bytes) ? decoded : undefined;
}

/**
 * What happened to a text that should be PEM: secrets and YAML often lose its line breaks.
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
  if (bytes.includes(Buffer.from("-----BEGIN ", "utf16le")))
    return "is base64 of a text in UTF-16. Pass the output of base64 -d | iconv -f UTF-16 -t UTF-8";
  const form = binaryForm(bytes);
  if (form?.kind.startsWith("PKCS#12"))
    return `is base64 of ${form.kind}. Pass the output of base64 -d | openssl ${form.argv}`;
  // DER of a certificate or a key begins so in base64: it is what stands in a PEM text.
  return /^\s*M[A-P]/.test(text)
    ? "holds base64 without the lines -----BEGIN …----- and -----END …-----. Pass the whole PEM text"
    : undefined;
}
