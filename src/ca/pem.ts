/** Splits a text into its PEM blocks (RFC 7468). */

/** One block of a PEM text with what stood before it. */
export interface PemBlock {
  /** `CERTIFICATE`, `PRIVATE KEY`, `RSA PRIVATE KEY`, `ENCRYPTED PRIVATE KEY` … */
  readonly label: string;
  /** The block by itself: LF line ends, one LF at the end. */
  readonly pem: string;
  /** The lines between the block before and this one; RFC 7468 §5.2 allows explanatory text there. */
  readonly before: readonly string[];
}

/** A text that stops being PEM inside a block. */
export class PemError extends Error {
  override readonly name = "PemError";
  /** How many whole blocks stand before it. */
  readonly block: number;

  constructor(message: string, block: number) {
    super(message);
    this.block = block;
  }
}

const BEGIN = /^-----BEGIN ([A-Z0-9 ]{1,40})-----$/;
/**
 * `openssl ecparam -genkey` writes this block before the key. The key itself also names its curve (RFC 5915
 * §3).
 */
const PARAMETERS = "EC PARAMETERS";
const BODY_LINE = /^(?:[A-Za-z0-9+/]+={0,2}|(?:Proc-Type|DEK-Info): .*|)$/;

/** @returns the text without the byte order mark that some editors put first */
export function withoutMark(text: string): string {
  return text.startsWith("\ufeff") ? text.slice(1) : text;
}

/**
 * Splits a text into its PEM blocks (RFC 7468; a byte order mark, CRLF and trailing blanks are accepted). A
 * block of EC parameters is left out: the key has them, too.
 * @param text the text of a file or of an input
 * @returns the blocks in order, and the lines after the last one
 * @throws PemError that says in which line the text stops being PEM, never quoting it
 */
export function parsePem(text: string): { blocks: PemBlock[]; after: string[] } {
  const blocks: PemBlock[] = [];
  let before: string[] = [];
  let open: { label: string; lines: string[] } | undefined;
  for (const [index, raw] of withoutMark(text).split(/\r?\n/).entries()) {
    const line = raw.trimEnd();
    const begin = BEGIN.exec(line)?.[1];
    if (open === undefined) {
      if (begin === undefined) before.push(line);
      else open = { label: begin, lines: [line] };
      continue;
    }
    open.lines.push(line);
    if (line === `-----END ${open.label}-----`) {
      if (open.label !== PARAMETERS) {
        blocks.push({ label: open.label, pem: `${open.lines.join("\n")}\n`, before });
        before = [];
      }
      open = undefined;
    } else if (!BODY_LINE.test(line)) {
      const what = /^\s/.test(line) ? "is indented" : "is not base64";
      throw new PemError(`line ${index + 1} ${what} inside "${open.label}"`, blocks.length);
    }
  }
  if (open !== undefined) throw new PemError(`"${open.label}" has no END line`, blocks.length);
  return { blocks, after: before };
}

/** @returns whether a label names a private key of any form */
export function isPrivateKey(label: string): boolean {
  return label.endsWith("PRIVATE KEY");
}

/** @returns whether a PEM private key is encrypted: PKCS#8 (RFC 5958) or the older OpenSSL form */
export function isEncrypted(pem: string): boolean {
  return pem.includes("BEGIN ENCRYPTED PRIVATE KEY") || pem.includes("Proc-Type: 4,ENCRYPTED");
}
