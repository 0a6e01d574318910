/** Reads DER, as far as certificates, CSRs and keys need it. */

/** One element of DER (X.690 §8.1): its tag and what it holds. */
export interface DerElement {
  /** The first octet: class, constructed or not, and number. */
  readonly tag: number;
  readonly content: Buffer;
  /** With its tag and length. */
  readonly whole: Buffer;
}

/** Tags that certificates, CSRs and encrypted keys are made of. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  sequence: 0x30,
  context0: 0xa0,
} as const;

/**
 * Reads the elements that stand in a row.
 * @param bytes hostile
 * @throws Error where they are not whole elements with one tag octet and a definite length
 */
export function readDer(bytes: Buffer): DerElement[] {
  const elements: DerElement[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at] as number;
    const first = bytes[at + 1] ?? 0x80;
    const more = first < 0x80 ? 0 : first - 0x80;
    const begin = at + 2 + more;
    if ((tag & 0x1f) === 0x1f || first === 0x80 || more > 4 || begin > bytes.length)
      throw new Error("no DER");
    const length = more === 0 ? first : bytes.readUIntBE(at + 2, more);
    const end = begin + length;
    if (end > bytes.length) throw new Error("no DER");
    elements.push({ tag, content: bytes.subarray(begin, end), whole: bytes.subarray(at, end) });
    at = end;
  }
  return elements;
}

/**
 * @param bytes DER of one element
 * @returns the elements inside it
 * @throws Error where it is not one whole element
 */
export function insideDer(bytes: Buffer): DerElement[] {
  const [only, ...others] = readDer(bytes);
  if (only === undefined || others.length > 0) throw new Error("no DER");
  return readDer(only.content);
}

/** @returns an OBJECT IDENTIFIER in dotted form (X.690 §8.19); empty for anything else */
export function dottedOid(element: DerElement | undefined): string {
  if (element?.tag !== TAG.oid) return "";
  const arcs: number[] = [];
  let arc = 0;
  for (const octet of element.content) {
    arc = arc * 0x80 + (octet & 0x7f);
    if (octet >= 0x80) continue;
    if (arcs.length > 0) arcs.push(arc);
    else {
      const top = Math.min(2, Math.floor(arc / 40));
      arcs.push(top, arc - top * 40);
    }
    arc = 0;
  }
  return arcs.join(".");
}
