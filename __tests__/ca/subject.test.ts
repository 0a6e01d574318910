import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readCertificate } from "../../src/ca/certificate.ts";
import {
  type NameAttributes,
  needsUtf8,
  SUBJECT_LIMITS,
  subjectAttributes,
  subjectValueProblem,
  toSubjArgument,
} from "../../src/ca/subject.ts";
import { OPENSSL_CONFIGURATION, selfSignedCertificate } from "../../src/openssl/commands.ts";
import { Workshop } from "../sandbox/workshop.ts";
import { MUTATION } from "./sample.ts";

let workshop: Workshop;
let key: string;

beforeAll(() => {
  workshop = new Workshop();
  key = workshop.key();
  writeFileSync(join(workshop.directory, "own.cnf"), OPENSSL_CONFIGURATION);
});
afterAll(() => workshop.remove());

/** Issues a name with the documented command under the action's own configuration, and reads it back. */
function issued(attributes: NameAttributes): { read: NameAttributes; ca: boolean } {
  const options = { subj: toSubjArgument(attributes), utf8: needsUtf8(attributes) };
  const argv = selfSignedCertificate({ key, days: 9, out: "out.pem", ...options });
  const env = { ...process.env, OPENSSL_CONF: join(workshop.directory, "own.cnf") };
  execFileSync("openssl", argv, { cwd: workshop.directory, env, stdio: ["ignore", "ignore", "pipe"] });
  const { subject, x509 } = readCertificate(readFileSync(join(workshop.directory, "out.pem"), "utf8"));
  return { read: subject, ca: x509.ca };
}

function subjectOf(city: string, organization: string, organizationalUnit: string, commonName: string) {
  return subjectAttributes({ countryCode: "DE", city, organization, organizationalUnit, commonName });
}

/** What the inputs let through. */
function acceptable(value: string, limit: number): boolean {
  return subjectValueProblem(value, limit) === undefined && value.trim() !== "";
}

const tricky = fc.constantFrom(
  ..."/+,\"=\\ ;<>#'`$%&|*?!~:@()[]{}^-_.aAzZ09",
  ..."äöüßÄÉñŁøğşİıЖщΩאعไ中文字日本語한국어😀👩‍🔧€—“”•\u00a0\u00ad\u200b\u200d\u0301\u3000",
);
const any = (limit: number) =>
  fc
    .oneof(
      fc.string({ unit: tricky, minLength: 1, maxLength: limit }),
      fc.string({ unit: "grapheme", minLength: 1, maxLength: limit }),
      fc.string({ unit: "binary", minLength: 1, maxLength: limit }),
      fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: limit }).map((text) => `  ${text} `),
    )
    .filter((value) => acceptable(value, limit));

describe("a subject, issued by the OpenSSL that is here", () => {
  test("arbitrary values read back exactly as asked, or OpenSSL is never asked", () => {
    const { city, organization, organizationalUnit, commonName } = SUBJECT_LIMITS;
    const values = fc.tuple(any(city), any(organization), any(organizationalUnit), any(commonName));
    fc.assert(
      fc.property(values, (given) => {
        const asked = subjectOf(...given);
        expect(issued(asked)).toEqual({ read: asked, ca: true });
      }),
      { numRuns: MUTATION ? 6 : 60 },
    );
  });

  test.each([
    "A/S Corp",
    "/",
    "/CN=other",
    "A+B",
    "+OU=x",
    'say "hi"',
    "a,b=c;d<e>f",
    "=",
    "back\\slash",
    "ends in \\",
    "\\2C\\,AB",
    "  leading",
    "#hash",
    "Müller & Söhne GmbH",
    "西门子（中国）",
    "Größe 😀",
    "x".repeat(64),
    "中".repeat(64),
    "😀".repeat(64),
    "DE/O=Evil",
  ])("%j", (value) => {
    const asked = subjectOf(value, value, value, value);
    expect(subjectValueProblem(value, 64)).toBeUndefined();
    expect(issued(asked)).toEqual({ read: asked, ca: true });
  });

  test("a plain subject needs no escaping and no -utf8: it is the page's argument (guarantee 1)", () => {
    const plain = subjectOf("MUC", "Acme Inc.", "IT", "acme");
    expect(toSubjArgument(plain)).toBe("/C=DE/ST=MUC/O=Acme Inc./OU=IT/CN=acme");
    expect(needsUtf8(plain)).toBe(false);
  });
});

describe("values that are refused", () => {
  test.each([
    ["a\nb", /control character or a line break/],
    ["a\rb", /control character/],
    ["a\0b", /control character/],
    ["a\tb", /control character/],
    ["\u001b[31m", /control character/],
    ["a\u007f", /control character/],
    ["a\u0085b", /control character/],
    ["a\u2028b", /line break/],
    ["acme\u202ecom", /invisible/],
    ["acme\u200f", /invisible/],
    ["\u2066acme\u2069", /invisible/],
    ["\ufeffacme", /invisible/],
    ["ac\u00adme", /invisible/],
    ["ac\u034fme", /invisible/],
    ["ac\u180eme", /invisible/],
    ["ac\u2062me", /invisible/],
    ["acme\u3164", /invisible/],
    ["acme\ufe0f", /invisible/],
    ["\ufff9acme", /invisible/],
    ["acme\u{e0041}", /invisible/],
    ["a\ud800b", /not valid Unicode/],
    ["a\ufffdb", /not valid Unicode/],
    ["x".repeat(65), /65 characters long\. The limit is 64/],
    ["😀".repeat(65), /65 characters long/],
  ])("%j (guarantee 9)", (value, reason) => {
    expect(subjectValueProblem(value, 64)).toMatch(reason);
  });

  test("no value with a control character gets through", () => {
    const control = fc.integer({ min: 0, max: 0x9f }).filter((code) => code < 0x20 || code > 0x7e);
    fc.assert(
      fc.property(fc.string(), control, fc.string(), (before, code, after) => {
        expect(subjectValueProblem(before + String.fromCharCode(code) + after, 1000)).toMatch(/control/);
      }),
    );
  });

  test("the limits are characters, not bytes or UTF-16 units, and OpenSSL agrees (guarantee 1)", () => {
    expect(subjectValueProblem("中".repeat(64), SUBJECT_LIMITS.commonName)).toBeUndefined();
    expect(subjectValueProblem("中".repeat(65), SUBJECT_LIMITS.commonName)).toBeDefined();
    expect(() => issued(subjectOf("MUC", "Acme", "IT", "中".repeat(65)))).toThrow(/string too long/i);
    expect(() => issued(subjectOf("MUC", "o".repeat(65), "IT", "acme"))).toThrow(/string too long/i);
    expect(() => issued(subjectOf("s".repeat(129), "Acme", "IT", "acme"))).toThrow(/string too long/i);
  });
});
