/** Just enough of DER (X.690) to write a certificate: the stand-in for OpenSSL makes thousands of them. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), lengthOf(content), content]);
}

function lengthOf({ length }: Buffer): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  return length < 0x100
    ? Buffer.from([0x81, length])
    : Buffer.from([0x82, Math.floor(length / 0x100), length % 0x100]);
}

export const sequence = (...parts: readonly Uint8Array[]) => der(0x30, ...parts);
export const set = (...parts: readonly Uint8Array[]) => der(0x31, ...parts);
export const integer = (bytes: Uint8Array) => der(0x02, bytes);
export const bitString = (bytes: Uint8Array) => der(0x03, Buffer.of(0), bytes);
export const octetString = (bytes: Uint8Array) => der(0x04, bytes);
export const utf8 = (text: string) => der(0x0c, Buffer.from(text));
export const printableString = (text: string) => der(0x13, Buffer.from(text));
export const TRUE = der(0x01, Buffer.of(0xff));

/** @param arcs as in `2.5.29.19`; the first two are one byte */
export function objectId(arcs: string): Buffer {
  const [first = 0, second = 0, ...rest] = arcs.split(".").map(Number);
  return der(0x06, Buffer.of(first * 40 + second, ...rest.flatMap(base128)));
}

function base128(arc: number): number[] {
  const digits = [arc % 128];
  for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) {
    digits.unshift(128 + (left % 128));
  }
  return digits;
}

/** @returns a time in whole seconds: UTCTime before 2050, GeneralizedTime from then on (RFC 5280 §4.1.2.5) */
export function time(milliseconds: number): Buffer {
  const digits = new Date(milliseconds).toISOString().replaceAll(/[-T:]|\.\d+/g, "");
  return digits < "2050" ? der(0x17, Buffer.from(digits.slice(2))) : der(0x18, Buffer.from(digits));
}

export function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString("base64").replaceAll(/.{64}(?=.)/g, "$&\n");
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}
