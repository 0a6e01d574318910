// The forms of a secret that have to be masked.
import { isPrivateKey, type PemBlock, parsePem } from "../ca/pem.ts";
import { SHORTEST_SECRET } from "../messages/secrets.ts";

/** Shorter lines of a key (the last one of a PEM body) would mask innocent text everywhere. */
const SHORTEST_LINE = 16;

/** Shorter parts of base64 stand in innocent texts by chance. */
const SHORTEST_INSIDE = 8;

/**
 * The forms in which a secret could show up. The runner itself derives base64, JSON and URI forms of what it is told,
 * and masks each line; it does not know a PEM body joined on one line, wrapped base64, or hex, and masks no outputs and
 * files.
 * @param secret a token or passphrase, or a text with private keys in PEM
 * @returns texts to mask; the certificates of a keyring are public and stay readable
 */
export function secretEncodings(secret: string): string[] {
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
  const hex = bytes.toString("hex");
  // Where nothing needs an escape these two are the secret itself.
  const escaped = [encodeURIComponent(bytes.toString()), JSON.stringify(secret).slice(1, -1)];
  return [secret, ...escaped, bytes.toString("base64"), ...insideBase64(bytes), hex, hex.toUpperCase()];
}

/**
 * @returns the part that is the same in the base64 of every text with these bytes in it, such as an
 * Authorization header. There are several forms, because the part depends on how many bytes stand before
 * these
 */
function insideBase64(bytes: Buffer): string[] {
  const forms = [0, 1, 2].flatMap((before) => {
    const digits = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64url");
    // The digits at both ends also encode bits of the bytes beside.
    const end = (before + bytes.length) % 3 === 0 ? digits.length : digits.length - 1;
    const inside = digits.slice(Math.ceil((before * 8) / 6), end);
    return [inside, inside.replaceAll("-", "+").replaceAll("_", "/")];
  });
  return forms.filter((form) => form.length >= SHORTEST_INSIDE);
}

/** @returns the blocks of a text in PEM; none where the text is not PEM, or not whole */
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
