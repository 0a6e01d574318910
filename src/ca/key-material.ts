/**
 * Recognises private keys in texts that should hold none: notes of a keyring, and the output of programs.
 * Only the form of a text is judged, because a damaged or partial key cannot be parsed.
 */

/** The first or last line of a key's PEM block, also where an editor changed its dashes or quoted it. */
const MARKER = /^\W*(?:BEGIN|END) (?:[A-Z0-9]+ )*PRIVATE KEY\W*$/;
/** A line of a PEM body has 64 digits of base64, rarely 76. A line that was cut has a few less. */
const BODY = /[A-Za-z0-9+/]{60,}/g;
/** A whole key on one line: DER begins with a SEQUENCE, which is `MA` to `MP` in base64; an Ed25519 key is short. */
const ON_ONE_LINE = /(?<![A-Za-z0-9+/])M[A-P][A-Za-z0-9+/]{98,}|MC4CAQAwBQYDK2V/;

/**
 * @param lines outside of any PEM block
 * @returns whether they hold a private key: a hash in hexadecimal, or the words "private key" in a sentence, are none
 */
export function holdsKey(lines: readonly string[]): boolean {
  if (lines.some((line) => MARKER.test(line) || ON_ONE_LINE.test(line))) return true;
  return lines.flatMap((line) => line.match(BODY) ?? []).filter(isBase64).length > 1;
}

/**
 * @returns whether a run of base64 digits is base64. Hexadecimal and most paths lack one of the three kinds
 * of characters
 */
function isBase64(run: string): boolean {
  return /[A-Z]/.test(run) && /[a-z]/.test(run) && /\d/.test(run) && !/^[0-9a-f]+$/i.test(run);
}

/**
 * The form in which `openssl … -text` and `certtool` print a key: a title, and named numbers with their bytes
 * below.
 */
const TITLE = /^\s*(?:[A-Z0-9]+ )?Private-Key:/;
const SECRET_NUMBER =
  /^\s*(?:private ?exponent|prime\d+|exponent\d+|exp\d|coefficient(?: ?\d+)?|priv)\s*:\s*$/i;
const PUBLIC_NUMBER =
  /^\s*(?:modulus|public ?exponent|pub|[PQGAB]|prime|order|seed|generator(?: \(\w+\))?)\s*:\s*$/i;
const DETAIL =
  /^\s*(?:public ?exponent: \d+ \(0x[0-9a-f]+\)|cofactor: .*|ASN1 OID: \S+|NIST CURVE: \S+|Field Type: \S+)$/i;
/** OpenSSL puts 15 bytes into an indented line; where the blanks got lost, a line of another length may be anything. */
const BYTES =
  /^(?:\s+(?:[0-9a-f]{2}:)*[0-9a-f]{2}:?|(?:[0-9a-f]{2}:){15}|(?:[0-9a-f]{2}:){0,14}[0-9a-f]{2})$/i;

/** The form in which `openssl asn1parse` prints a structure, one value a line. */
const PARSED = /^\s*\d+:d=\d+ +hl=\d+ *l= *(?:\d+|inf) +(?:prim|cons): /;
/**
 * A long number, or an OCTET STRING with a structure inside. A public key has one such number and no such
 * string.
 */
const PARSED_NUMBER = /: INTEGER +:[0-9A-F]{64,}$/i;
const PARSED_KEY = /: OCTET STRING +\[HEX DUMP\]:30[0-9A-F]{200,}$/i;

/** @returns the lines without those that spell a private key out, as `openssl rsa -text` and `asn1parse` do */
export function withoutKeyDump(lines: readonly string[]): string[] {
  // Somebody may have put the marks of a comment before the lines.
  const bare = lines.map((line) => line.replace(/^\s*(?:#|\/\/|;|>)/, ""));
  const kept: string[] = [];
  for (let from = 0; from < lines.length; ) {
    const to = Math.max(endOfDump(bare, from), endOfParsed(bare, from));
    if (!spellsKey(bare.slice(from, to))) kept.push(...lines.slice(from, Math.max(to, from + 1)));
    from = Math.max(to, from + 1);
  }
  return kept;
}

function spellsKey(dump: readonly string[]): boolean {
  if (dump.filter((line) => PARSED_NUMBER.test(line)).length > 1) return true;
  return dump.some(
    (line, index) => PARSED_KEY.test(line) || (SECRET_NUMBER.test(line) && BYTES.test(dump[index + 1] ?? "")),
  );
}

function endOfParsed(lines: readonly string[], from: number): number {
  const length = lines.slice(from).findIndex((line) => !PARSED.test(line));
  return length < 0 ? lines.length : from + length;
}

/** @returns the index after a dump that begins here; the same index where none does */
function endOfDump(lines: readonly string[], from: number): number {
  const begins = (line = "") => TITLE.test(line) || SECRET_NUMBER.test(line) || PUBLIC_NUMBER.test(line);
  if (!begins(lines[from])) return from;
  const rest = lines.slice(from);
  const length = rest.findIndex((line) => !begins(line) && !DETAIL.test(line) && !BYTES.test(line));
  return length < 0 ? lines.length : from + length;
}

/** Long hexadecimal numbers; a registration code, which OpenSSL prints as a name, has 64 digits. */
const HEXADECIMAL = /[0-9a-f]{65,}|(?:[0-9a-f]{2}:){12,}(?:[0-9a-f]{2})?/gi;

/**
 * Takes private keys out of what a program printed. The runner does not mask it yet.
 * @param lines hostile
 * @returns the lines with `***` for what may be a key
 */
export function withoutKeys(lines: readonly string[]): string[] {
  let inKey = false;
  return lines.flatMap((line) => {
    const begins = /BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY/.test(line);
    const wasInKey = inKey;
    inKey = (inKey || begins) && !/END (?:[A-Z0-9]+ )*PRIVATE KEY/.test(line);
    if (wasInKey) return [];
    if (begins) return ["*** (a private key)"];
    return [line.replaceAll(BODY, (run) => (isBase64(run) ? "***" : run)).replaceAll(HEXADECIMAL, "***")];
  });
}
