import { isPrivateKey, type PemBlock, parsePem } from "../ca/pem.ts";
import { SHORTEST_SECRET } from "../ca/printable.ts";

/** Shorter lines of a key (the last one of a PEM body) would mask innocent text everywhere. */
const SHORTEST_LINE = 16;

/**
 * The forms in which a secret could show up. The runner itself derives base64, JSON and URI forms of what it is told,
 * and masks each line; it does not know a PEM body joined on one line, wrapped base64, or hex.
 * @param secret a token or passphrase, or a text with private keys in PEM
 * @returns texts to mask; the certificates of a keyring are public and stay readable
 */
export function secretForms(secret: string): string[] {
  const blocks = blocksOf(secret);
  const keys = blocks.filter(({ label }) => isPrivateKey(label)).map(({ pem }) => pem);
  const isPublic = blocks.length > 0 && blocks.every(({ label }) => label === "CERTIFICATE");
  const forms = keys.length > 0 ? keys.flatMap(keyForms) : isPublic ? [] : textForms(secret);
  return [...new Set(forms.map(withoutShortLines))].filter((form) => form !== "");
}

/** The runner masks each line of a text by itself, and a mask of a letter or two would blank the log. */
function withoutShortLines(form: string): string {
  const lines = form.split(/\r?\n/);
  return lines.filter((line) => line.length >= SHORTEST_SECRET && line.trim() !== "").join("\n");
}

function textForms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [secret, bytes.toString("base64"), bytes.toString("hex")];
}

/** @returns the blocks of a text in PEM; none where it is not, or not whole */
function blocksOf(text: string): PemBlock[] {
  if (!text.includes("-----BEGIN ")) return [];
  try {
    return parsePem(text).blocks;
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
