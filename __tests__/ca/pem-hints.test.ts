import { execFileSync } from "node:child_process";
import { createPrivateKey } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  decodeText,
  EncodingError,
  foreignFormat,
  holdsPrivateKey,
  isEncryptedKey,
  pemFromBase64,
  pemHint,
} from "../../src/ca/pem-hints.ts";
import { Workshop } from "../sandbox/workshop.ts";
import { encrypted, type MadeCa, makeCa } from "./made.ts";

let workshop: Workshop;
let ca: MadeCa;

beforeAll(() => {
  workshop = new Workshop();
  ca = makeCa(workshop, "/CN=acme");
});
afterAll(() => workshop.remove());

test("PEM is none, also with words before it", () => {
  expect(foreignFormat(Buffer.from(ca.pem))).toBeUndefined();
  expect(foreignFormat(Buffer.from(`Bag Attributes\n${ca.pkcs1}`))).toBeUndefined();
});

test.each(["pkcs1", "pkcs8"] as const)("a key in DER, %s", (type) => {
  const der = createPrivateKey(ca.pkcs8).export({ type, format: "der" });
  expect(foreignFormat(der)).toMatch(/a private key.*openssl pkey -inform DER/);
});

test("PKCS#12, whatever made it, and the command makes PEM of it", () => {
  const at = (name: string) => join(workshop.directory, name);
  writeFileSync(at("both.pem"), ca.pkcs8 + ca.pem);
  const made = ["-export", "-in", "both.pem", "-out", "both.pfx", "-passout", "pass:secret"];
  execFileSync("openssl", ["pkcs12", ...made], { cwd: workshop.directory, stdio: "pipe" });
  const said = foreignFormat(readFileSync(at("both.pfx"))) ?? "";
  expect(said).toContain("PKCS#12");
  const [, command = ""] = /: openssl (.*)$/.exec(said) ?? [];
  const argv = command.replaceAll("FILE", "both.pfx").split(" ");
  execFileSync("openssl", [...argv, "-passin", "pass:secret"], { cwd: workshop.directory, stdio: "pipe" });
  expect(foreignFormat(readFileSync(at("both.pfx.pem")))).toBeUndefined();
  const base64 = readFileSync(at("both.pfx")).toString("base64");
  expect(pemHint(base64)).toBe(
    "is base64 of PKCS#12 (.pfx, .p12). Pass the output of base64 -d | openssl pkcs12 -nodes",
  );
  expect(holdsPrivateKey(base64)).toBe(true);
});

test("noise is said to be without PEM", () => {
  expect(foreignFormat(Buffer.from([1, 2, 3]))).toMatch(/without PEM text/);
});

const derOf = (pem: string) => Buffer.from(pem.replaceAll(/-----[^-]*-----|\s/g, ""), "base64");

describe("a file that is not PEM is called what it is, with the command that converts it", () => {
  test.each<[string, () => Buffer, string]>([
    ["nothing", () => Buffer.from(" \r\n"), "names a file that is empty"],
    [
      "a certificate in DER",
      () => derOf(ca.pem),
      "names a file in DER (a certificate), not PEM. Convert it: openssl x509 -inform DER -in FILE -out FILE.pem",
    ],
    [
      "an encrypted key in DER",
      () => derOf(encrypted(workshop, ca, "secret")),
      "names a file in DER (an encrypted private key), not PEM. Convert it: openssl pkey -aes256 -inform DER -in FILE -out FILE.pem",
    ],
    [
      "base64 without its lines",
      () => Buffer.from(derOf(ca.pem).toString("base64")),
      "names a file that holds base64 without the lines -----BEGIN …----- and -----END …-----. Pass the whole PEM text",
    ],
  ])("%s", (_, bytes, says) => {
    expect(foreignFormat(bytes())).toBe(says);
  });

  test.each<[string, (pem: string) => Buffer]>([
    ["little end first", (pem) => Buffer.from(`\ufeff${pem}`, "utf16le")],
    ["big end first", (pem) => Buffer.from(`\ufeff${pem}`, "utf16le").swap16()],
    ["without its mark", (pem) => Buffer.from(pem, "utf16le")],
  ])("UTF-16, %s", (_, encode) => {
    expect(foreignFormat(encode(ca.pem))).toMatch(/^names a file in UTF-16, as PowerShell/);
  });

  test.each([
    ["little endian", Buffer.of(0xff, 0xfe)],
    ["big endian", Buffer.of(0xfe, 0xff)],
  ])("a byte order mark of UTF-16 alone tells it, whatever follows: %s", (_, mark) => {
    expect(foreignFormat(Buffer.concat([mark, Buffer.from("words")]))).toMatch(/in UTF-16/);
  });

  test("half a byte order mark is none", () => {
    for (const bytes of [
      Buffer.of(0xff, 0xff, 1),
      Buffer.of(0xfe, 0xfe, 1),
      Buffer.of(1, 0xfe),
      Buffer.of(1, 0xff),
    ])
      expect(foreignFormat(bytes)).toMatch(/without PEM text/);
  });

  test("a structure that begins like another one is not taken for it", () => {
    // An AlgorithmIdentifier and an OCTET STRING, and one element more.
    expect(isEncryptedKey(Buffer.from("3006 3000 0400 0500".replaceAll(" ", ""), "hex"))).toBe(false);
    expect(isEncryptedKey(Buffer.from("300430000400", "hex"))).toBe(true);
    expect(isEncryptedKey(Buffer.from("300431000400", "hex"))).toBe(false);
    expect(isEncryptedKey(Buffer.from("300430000500", "hex"))).toBe(false);
    for (const hex of ["30050201023000", "30050201033100", "3003020103"])
      expect(foreignFormat(Buffer.from(hex, "hex")), hex).toMatch(/without PEM text/);
    expect(foreignFormat(Buffer.from("30050201033000", "hex"))).toContain("PKCS#12");
  });
});

describe("a text that should be PEM", () => {
  test.each<[string, (pem: string) => string, RegExp | undefined]>([
    ["is PEM", (pem) => pem, undefined],
    ["has \\n instead of line breaks", (pem) => pem.replaceAll("\n", "\\n"), /^holds the two characters \\n/],
    ["is indented", (pem) => pem.replaceAll(/^/gm, "\t"), /^is indented/],
    ["has an indented last line", (pem) => pem.replace("-----END", "  -----END"), /^is indented/],
    ["has blanks instead of line breaks", (pem) => pem.replaceAll("\n", " "), /^has blanks instead of/],
    ["has no line breaks at all", (pem) => pem.replaceAll("\n", ""), /^has blanks instead of/],
    ["is base64 of PEM", (pem) => Buffer.from(pem).toString("base64"), /^is base64 of a whole PEM text/],
    [
      "is base64 of PEM in lines",
      (pem) => Buffer.from(pem).toString("base64").replaceAll(/.{76}/g, "$&\n"),
      /^is base64 of a whole/,
    ],
    [
      "is base64 of UTF-16",
      (pem) => Buffer.from(pem, "utf16le").toString("base64"),
      /^is base64 of a text in UTF-16/,
    ],
    [
      "lost its first and last line",
      (pem) => pem.split("\n").slice(1, -2).join("\n"),
      /^holds base64 without the lines/,
    ],
    ["is some other base64", () => "Z".repeat(200), undefined],
    ["is too short for base64 of a key", () => "MAAA", undefined],
    ["is a path", () => "/srv/keys/acme.pem", undefined],
  ])("%s", (_, damage, says) => {
    const hint = pemHint(damage(ca.pem));
    if (says === undefined) expect(hint).toBeUndefined();
    else expect(hint).toMatch(says);
  });

  test("is read where it came as base64, and only then", () => {
    const base64 = Buffer.from(ca.pem).toString("base64");
    expect(pemFromBase64(base64)).toBe(ca.pem);
    expect(pemFromBase64(` \n${base64}\n`)).toBe(ca.pem);
    expect(pemFromBase64(ca.pem)).toBeUndefined();
    expect(pemFromBase64(`!${base64}`)).toBeUndefined();
    expect(pemFromBase64(`${base64}!`)).toBeUndefined();
    expect(pemFromBase64(Buffer.from("words ".repeat(50)).toString("base64"))).toBeUndefined();
    const latin1 = Buffer.from(`Schlüssel\n${ca.pem}`, "latin1");
    expect(pemFromBase64(latin1.toString("base64"))).toBeUndefined();
  });
});

test.each<[string, () => string, boolean]>([
  ["a key in PEM", () => ca.pkcs8, true],
  ["one that was cut", () => ca.pkcs1.slice(0, 200), true],
  ["one in base64", () => Buffer.from(ca.pkcs8).toString("base64"), true],
  ["one in base64 of DER", () => derOf(ca.pkcs1).toString("base64"), true],
  [
    "an encrypted one in base64 of DER",
    () => derOf(encrypted(workshop, ca, "right")).toString("base64"),
    true,
  ],
  ["a certificate in PEM", () => ca.pem, false],
  ["a certificate in base64", () => Buffer.from(ca.pem).toString("base64"), false],
  ["a certificate in base64 of DER", () => derOf(ca.pem).toString("base64"), false],
  ["noise in base64", () => Buffer.alloc(200, 7).toString("base64"), false],
  ["a word", () => "acme", false],
])("whether a key is in a text that should hold none: %s", (_, text, expected) => {
  expect(holdsPrivateKey(text())).toBe(expected);
});

describe("the bytes of a text", () => {
  test.each([
    ["UTF-16, little end first", Buffer.from("\ufeffTenant: acme", "utf16le"), /UTF-16/],
    ["UTF-16, big end first", Buffer.from("\ufeffTenant: acme", "utf16le").swap16(), /UTF-16/],
    ["UTF-16 without its mark", Buffer.from("Tenant: acme", "utf16le"), /UTF-16/],
    ["Latin-1", Buffer.from("Schlüssel für acme", "latin1"), /not text in UTF-8/],
    ["zeros", Buffer.alloc(512), /zero bytes/],
  ])("bytes that are %s are refused by name", (_, bytes, says) => {
    expect(() => decodeText(bytes)).toThrow(says);
  });

  test("UTF-8 is read as it is, with or without a mark", () => {
    for (const text of ["", "Größe, 中文", "\ufeffTenant: acme"])
      expect(decodeText(Buffer.from(text))).toBe(text);
  });

  test("are told by their form where they are none", () => {
    expect(() => decodeText(derOf(ca.pem))).toThrow(
      new EncodingError(
        "is in DER (a certificate), not PEM. Convert it: openssl x509 -inform DER -in FILE -out FILE.pem",
      ),
    );
    expect(() => decodeText(Buffer.of(0xff, 0x41))).toThrow(/may be Latin-1/);
    expect(() => decodeText(Buffer.of(0, 1))).toThrow(/UTF-16/);
  });
});
