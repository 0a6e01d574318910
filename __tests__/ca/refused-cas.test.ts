import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { KeyringEntry } from "../../src/ca/keyring-entries.ts";
import {
  describeRefusal,
  findRefusedLike,
  type NewCaRequest,
  refusalWords,
  refusedEntries,
  restoreAdvice,
} from "../../src/ca/refused-cas.ts";
import { isRotatedName } from "../../src/ca/rotation-staging.ts";
import { DAY_MS } from "../../src/ca/time.ts";
import { formatKeyring, parseKeyring } from "../../src/keyring/keyring-format.ts";
import { Workshop } from "../sandbox/workshop.ts";
import { ca, slot } from "./fakes.ts";
import { entryOf, type MadeCa, makeCa } from "./made.ts";

const workshop = new Workshop();
let made: MadeCa;
let refused: KeyringEntry;
let wanted: NewCaRequest;

beforeAll(() => {
  made = makeCa(workshop, "/C=DE/ST=MUC/O=A\\/S, Größe \\+ Co/OU=IT/CN=acme-20300101");
});
beforeEach(() => {
  refused = entryOf(made, { refusedAt: "2030-01-01T00:00:00.000Z", refusedFor: "HTTP 400" });
  const { notBefore, notAfter } = refused.certificate;
  const days = Math.round((notAfter - notBefore) / DAY_MS);
  wanted = { subject: SUBJECT, isName: (name) => isRotatedName(name, "acme"), days, keyBits: 2048 };
});
afterAll(() => workshop.remove());

const SUBJECT = {
  countryCode: "DE",
  city: "MUC",
  organization: "A/S, Größe + Co",
  organizationalUnit: "IT",
  commonName: "acme",
};

describe("what was asked for in the very same way (guarantee 4)", () => {
  test("is found whatever the date of the common name and the characters of the subject", () => {
    expect(findRefusedLike([refused], wanted)).toBe(refused);
  });

  test.each<[string, Partial<NewCaRequest>]>([
    ["days", { days: 3650 }],
    ["key size", { keyBits: 4096 }],
    ["common name", { isName: (name) => name === "acme" }],
    ["country", { subject: { ...SUBJECT, countryCode: "AT" } }],
    ["city", { subject: { ...SUBJECT, city: "BER" } }],
    ["organization", { subject: { ...SUBJECT, organization: "Acme" } }],
    ["organizational unit", { subject: { ...SUBJECT, organizationalUnit: "OT" } }],
  ])("is not found where the %s is another", (_, other) => {
    expect(findRefusedLike([refused], { ...wanted, ...other })).toBeUndefined();
  });

  test("one that was not refused is none", () => {
    const { refusedAt, ...accepted } = refused;
    expect(findRefusedLike([accepted], wanted)).toBeUndefined();
  });

  test.each([
    ["acme-20300101", true],
    ["acme-20300101-2", true],
    ["acme", false],
    ["acme-b-20300101", false],
    ["acme-2030", false],
    ["other-20300101", false],
  ])("%s is a rotation's name for the prefix acme: %s", (name, expected) => {
    expect(isRotatedName(name, "acme")).toBe(expected);
  });
});

describe("what is said of a refusal", () => {
  const said = (more: Partial<KeyringEntry>) =>
    describeRefusal(ca("one", { commonName: "acme", expiration: "2034-01-01T00:00:00.000Z" }, more));

  test("when it was, and the platform's words where they are remembered", () => {
    const refusedAt = "2030-01-01T00:00:00.000Z";
    const sentence =
      'The platform refused the CA "acme" (expires 2034-01-01T00:00:00.000Z) at 2030-01-01T00:00:00.000Z';
    expect(said({ refusedAt, refusedFor: "HTTP 400" })).toBe(`${sentence}. It said: HTTP 400`);
    expect(said({ refusedAt })).toBe(sentence);
  });

  test("no more than a line, whatever a keyring holds", () => {
    const words = said({ refusedAt: "x".repeat(1000), refusedFor: "y".repeat(5000) });
    expect(words).toMatch(/ at x{40}…\. It said: y{400}…$/);
    expect(said({})).toMatch(/ at $/);
  });

  test("how the CA is uploaded again", () => {
    expect(restoreAdvice(refused)).toBe(`run register with restore: ${refused.certificate.fingerprint}`);
  });
});

describe("what is remembered of a refusal", () => {
  test.each([
    [{ status: 422, message: "no", logref: "ab" }, "HTTP 422 no (logref ab)"],
    [{ status: 400, message: "" }, "HTTP 400"],
    [{ message: "no" }, "HTTP \\? no"],
    [
      { status: 400, message: "a\r\n##[error]b\u2028-----BEGIN CERTIFICATE-----" },
      /^HTTP 400 a {1,2}## \[error\]b -BEGIN CERTIFICATE-$/,
    ],
    [{ status: 400, message: "x".repeat(5000), logref: "y".repeat(5000) }, /^.{300,430}$/],
  ] as const)("is one short line: %j", (said, expected) => {
    const words = refusalWords(said);
    expect(words).toMatch(
      typeof expected === "string" ? new RegExp(`^${expected.replace(/[()]/g, "\\$&")}$`) : expected,
    );
    const keyring = {
      generation: 1,
      writtenAt: "2030-01-01T00:00:00.000Z",
      entries: [{ ...refused, refusedFor: words }],
    };
    expect(parseKeyring(formatKeyring(keyring)).entries[0]?.refusedFor).toBe(words);
  });

  test("counts no more for one that lies in a slot", () => {
    const look = { commonName: "acme", expiration: "2034-01-01T00:00:00.000Z" };
    const entries = [
      ca("one", look, { refusedAt: "2030-01-01T00:00:00.000Z" }),
      ca("two", { ...look, commonName: "b" }),
    ];
    expect(refusedEntries([], entries)).toEqual(entries.slice(0, 1));
    expect(refusedEntries([slot("a", look)], entries)).toEqual([]);
  });
});
