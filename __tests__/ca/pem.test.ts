import { expect, test } from "vitest";
import { isEncrypted, isPrivateKey, PemError, parsePem, withoutMark } from "../../src/ca/pem.ts";

const block = (label: string, body = "AAAA") => `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;

test("blocks come in their order, each with the lines before it; the lines after the last one are kept", () => {
  const text = `\ufeffone\r\n${block("CERTIFICATE")}two \t\n\nthree\n${block("PRIVATE KEY", "BBBB==")}after`;
  expect(parsePem(text)).toEqual({
    blocks: [
      { label: "CERTIFICATE", pem: block("CERTIFICATE"), before: ["one"] },
      { label: "PRIVATE KEY", pem: block("PRIVATE KEY", "BBBB=="), before: ["two", "", "three"] },
    ],
    after: ["after"],
  });
});

test("parameters before a key are left out; what stood before them stands before the key", () => {
  const text = `mine\n${block("EC PARAMETERS")}also mine\n${block("EC PRIVATE KEY")}`;
  const { blocks } = parsePem(text);
  expect(blocks).toMatchObject([{ label: "EC PRIVATE KEY", before: ["mine", "also mine"] }]);
});

test("the lines of an encrypted key's header, and an empty line, belong to its block", () => {
  const body = "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,AB\n\nAAAA";
  expect(parsePem(block("RSA PRIVATE KEY", body)).blocks).toHaveLength(1);
});

test.each([
  ["is indented", " AAAA", 'line 5 is indented inside "PRIVATE KEY"'],
  ["is no base64", "some words", 'line 5 is not base64 inside "PRIVATE KEY"'],
  ["has three padding characters", "AAAA===", 'line 5 is not base64 inside "PRIVATE KEY"'],
  ["is another header", "Name: x", 'line 5 is not base64 inside "PRIVATE KEY"'],
])("a line that %s ends the reading, which says where and after how many blocks", (_, line, message) => {
  const text = block("CERTIFICATE") + block("PRIVATE KEY", line);
  expect(() => parsePem(text)).toThrow(new PemError(message, 1));
  expect(() => parsePem(text)).toThrow(expect.objectContaining({ block: 1 }));
});

test("a block without its END line, or with that of another one, is no block", () => {
  expect(() => parsePem("-----BEGIN CERTIFICATE-----\nAAAA\n")).toThrow('"CERTIFICATE" has no END line');
  expect(() => parsePem(block("CERTIFICATE").replace("END CERT", "END X"))).toThrow(PemError);
  expect(parsePem("before -----BEGIN CERTIFICATE-----").blocks).toEqual([]);
  expect(parsePem("-----BEGIN CERTIFICATE----- after").blocks).toEqual([]);
});

test("a label tells a private key of any form", () => {
  for (const label of ["PRIVATE KEY", "RSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY"])
    expect(isPrivateKey(label)).toBe(true);
  for (const label of ["CERTIFICATE", "PUBLIC KEY", "PRIVATE KEY REQUEST"])
    expect(isPrivateKey(label)).toBe(false);
});

test("a key is encrypted by its label, or by the header of the older form", () => {
  expect(isEncrypted(block("ENCRYPTED PRIVATE KEY"))).toBe(true);
  expect(isEncrypted(block("RSA PRIVATE KEY", "Proc-Type: 4,ENCRYPTED"))).toBe(true);
  expect(isEncrypted(block("PRIVATE KEY"))).toBe(false);
});

test("only a byte order mark at the very beginning is one", () => {
  expect(withoutMark("\ufeffa\ufeff")).toBe("a\ufeff");
  expect(withoutMark("a\ufeff")).toBe("a\ufeff");
});
