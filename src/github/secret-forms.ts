import { isPrivateKey, parsePem } from "../ca/pem.ts";

/** Shorter lines of a key (the last one of a PEM body) would mask innocent text everywhere. */
const SHORTEST_LINE = 16;

/**
 * The forms in which a secret could show up. The runner itself derives base64, JSON and URI forms of what it is told,
 * and masks each line; it does not know a PEM body joined on one line, wrapped base64, or hex.
 * @param secret a token or passphrase, or a text with private keys in PEM
 * @returns texts to mask; the certificates of a keyring are public and stay readable
 */
export function secretForms(secret: string): string[] {
  const keys = privateKeys(secret);
  const forms = keys.length > 0 ? keys.flatMap(keyForms) : textForms(secret);
  return [...new Set(forms)].filter((form) => form.trim() !== "");
}

function textForms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [secret, bytes.toString("base64"), bytes.toString("hex")];
}

function privateKeys(text: string): string[] {
  if (!text.includes("PRIVATE KEY-----")) return [];
  try {
    return parsePem(text)
      .blocks.filter(({ label }) => isPrivateKey(label))
      .map(({ pem }) => pem);
  } catch {
    return [];
  }
}

function keyForms(pem: string): string[] {
  const lines = pem.split("\n").filter((line) => /^[A-Za-z0-9+/]+={0,2}$/.test(line));
  const joined = lines.join("");
  const der = Buffer.from(joined, "base64");
  const whole = Buffer.from(pem).toString("base64");
  const blocks = [lines, wrap(joined, 76), wrap(whole, 64), wrap(whole, 76)].map((wrapped) =>
    wrapped.filter((line) => line.length >= SHORTEST_LINE).join("\n"),
  );
  return [...blocks, joined, whole, der.toString("hex"), der.toString("hex").toUpperCase()];
}

function wrap(text: string, columns: number): string[] {
  return text.match(new RegExp(`.{1,${columns}}`, "g")) ?? [];
}
