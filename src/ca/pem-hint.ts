/**
 * What happened to a text that should be PEM: secrets and YAML often lose its line breaks.
 * @param text hostile or secret; never quoted
 * @returns what it holds instead, to follow the name of the text; undefined where nothing is recognised
 */
export function pemHint(text: string): string | undefined {
  if (!text.includes("-----BEGIN ")) {
    if (/^\s*LS0tLS1CRUdJTi/.test(text))
      return "is base64 of a whole PEM text: pass what base64 -d makes of it";
    // DER of a certificate or an RSA key begins so in base64.
    return /^\s*MII[A-Za-z0-9+/=\s]{100,}$/.test(text)
      ? "holds base64 without its lines -----BEGIN …----- and -----END …-----: pass the whole PEM text"
      : undefined;
  }
  if (text.includes("\\n"))
    return "holds the two characters \\n instead of line breaks: pass the PEM unescaped";
  if (/^[ \t]+-----(?:BEGIN|END) /m.test(text))
    return "is indented: every line of a PEM text begins at its left margin";
  if (/-----BEGIN [A-Z0-9 ]+-----[ \t]*[^-\s]/.test(text))
    return "has blanks instead of line breaks: pass the PEM with the lines it had";
  return undefined;
}
