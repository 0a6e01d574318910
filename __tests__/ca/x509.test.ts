import { expect, test } from "vitest";
import { readDer } from "../../src/ca/der.ts";
import {
  commonNames,
  commonNamesIn,
  extensionsOf,
  signatureAlgorithm,
  x509Version,
} from "../../src/ca/x509.ts";
import {
  bitString,
  der,
  integer,
  objectId,
  octetString,
  sequence,
  set,
  TRUE,
  utf8,
} from "../rotation/write-der.ts";

const rdn = (type: string, text: string) => set(sequence(objectId(type), utf8(text)));
const name = (...texts: string[]) =>
  sequence(rdn("2.5.4.10", "Acme"), ...texts.map((it) => rdn("2.5.4.3", it)));
const SHA256 = sequence(objectId("1.2.840.113549.1.1.11"));

/** @returns the DER of what is a certificate as far as this module looks: no key and no signature is real */
function certificate({ version, extensions }: { version?: number; extensions?: Buffer[] } = {}): Buffer {
  const signed = sequence(
    ...(version === undefined ? [] : [der(0xa0, integer(Buffer.of(version)))]),
    integer(Buffer.of(7)),
    SHA256,
    name("issuer"),
    sequence(),
    name("subject", "second"),
    sequence(),
    ...(extensions === undefined ? [] : [der(0xa3, sequence(...extensions))]),
  );
  return sequence(signed, SHA256, bitString(Buffer.alloc(4)));
}

test.each([
  [undefined, 1],
  [1, 2],
  [2, 3],
])("a certificate that says version %s is X.509 v%i", (version, expected) => {
  expect(x509Version(certificate({ ...(version !== undefined && { version }) }))).toBe(expected);
});

test.each([undefined, 2])(
  "the names of issuer and subject are told apart, whatever the version: %s",
  (version) => {
    const made = certificate({ ...(version !== undefined && { version }) });
    expect(commonNames(made, "issuer")).toEqual(["issuer"]);
    expect(commonNames(made, "subject")).toEqual(["subject", "second"]);
  },
);

test("extensions have their OID, whether they are critical, and their value", () => {
  const usage = objectId("2.5.29.15");
  const FALSE = der(0x01, Buffer.of(0));
  const value = octetString(Buffer.of(3, 2, 1, 6));
  const extensions = [
    sequence(usage, TRUE, value),
    sequence(usage, value),
    sequence(usage, FALSE, value),
    sequence(usage),
  ];
  const read = { oid: "2.5.29.15", value: Buffer.of(3, 2, 1, 6) };
  expect(extensionsOf(certificate({ version: 2, extensions }))).toEqual([
    { ...read, critical: true },
    { ...read, critical: false },
    { ...read, critical: false },
    { ...read, critical: false, value: Buffer.alloc(0) },
  ]);
  expect(extensionsOf(certificate({ version: 2 }))).toEqual([]);
});

test("the signature's algorithm is dotted", () => {
  expect(signatureAlgorithm(certificate())).toBe("1.2.840.113549.1.1.11");
});

test("a name that is not there has no common names; one of a type that is not known is read by octets", () => {
  expect(commonNamesIn(undefined)).toEqual([]);
  const [odd] = readDer(sequence(set(sequence(objectId("2.5.4.3"), der(0x1e, Buffer.from("abc"))))));
  expect(commonNamesIn(odd)).toEqual(["abc"]);
  const [longer] = readDer(sequence(set(sequence(objectId("2.5.4.3"), der(0x1c, Buffer.from("abc"))))));
  expect(commonNamesIn(longer)).toEqual(["abc"]);
  const [latin1] = readDer(
    sequence(set(sequence(objectId("2.5.4.3"), der(0x14, Buffer.from("Größe", "latin1"))))),
  );
  expect(commonNamesIn(latin1)).toEqual(["Größe"]);
  const [none] = readDer(sequence(set(sequence(objectId("2.5.4.3")))));
  expect(commonNamesIn(none)).toEqual([""]);
});
