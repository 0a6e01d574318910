import { describe, expect, test } from "vitest";
import { ActionError } from "../../src/messages/errors.ts";
import {
  isCertificateId,
  readCaCertificate,
  readCaCertificates,
  readRegistrationCode,
  UnexpectedReply,
} from "../../src/mindconnect/replies.ts";

const CA = {
  id: "5fd9a6c3a4a5a6a7a8a9aaab",
  name: "SampleCACertificate",
  expiration: "2031-05-30T09:22:55.000Z",
  commonName: "acme",
};

describe("a CA certificate in a reply", () => {
  const read = (more: object) => readCaCertificate(JSON.stringify({ ...CA, ...more }));

  test("isVerified absent or null means not said; true and false are kept", () => {
    expect(read({})).toEqual({ ...CA, isVerified: undefined });
    expect(read({ isVerified: null }).isVerified).toBeUndefined();
    expect(read({ isVerified: true }).isVerified).toBe(true);
    expect(read({ isVerified: false }).isVerified).toBe(false);
  });

  test("the name is trimmed and may be absent; what is not known is left out", () => {
    expect(read({ name: " x " }).name).toBe("x");
    expect(read({ name: undefined }).name).toBe("");
    expect(read({ caCertificate: "PEM", extra: 1 })).not.toHaveProperty("extra");
  });

  test.each(["01ARZ3NDEKTSV4RRFFQ69G5FAV", "ca/1?a=1&b=%41#", "x", "a b", "ü", "...", "a".repeat(256)])(
    "an id is opaque: %s",
    (id) => {
      expect(read({ id }).id).toBe(id);
    },
  );

  test.each([
    ["no id", { id: undefined }, /id is missing/],
    ["an empty id", { id: "" }, /id is missing/],
    ["a number for an id", { id: 7 }, /id is missing/],
    ["an id of dots, that would climb out of its path", { id: ".." }, /id cannot be used/],
    ["an id with a line break", { id: "a\nb" }, /id cannot be used/],
    ["an endless id", { id: "a".repeat(1025) }, /id is (?:not usable|missing)/],
    ["an id that cannot be written into a path", { id: "a\ud800" }, /id cannot be used/],
    ["no expiration", { expiration: undefined }, /expiration is missing/],
    ["an expiration in words", { expiration: "tomorrow" }, /ISO 8601/],
    ["an expiration as a number", { expiration: 1_937_899_375 }, /expiration is missing/],
    ["an expiration that is no date", { expiration: "2031-02-31T25:00:00Z" }, /ISO 8601/],
    ["a number for a common name", { commonName: 7 }, /commonName is missing/],
    ["an isVerified in words", { isVerified: "true" }, /isVerified/],
  ])("refused: %s", (_, more, reason) => {
    expect(() => read(more)).toThrow(UnexpectedReply);
    expect(() => read(more)).toThrow(reason);
  });

  test.each(["", "null", "[]", "7", '"x"', "{", "<html>"])("refused: %j", (text) => {
    expect(() => readCaCertificate(text)).toThrow(UnexpectedReply);
  });
});

describe("a list of CA certificates", () => {
  test.each([
    ["a bare array", [CA]],
    ["caCertificates", { caCertificates: [CA] }],
    ["content", { content: [CA], page: { totalElements: 1 } }],
    ["_embedded", { _embedded: { caCertificates: [CA] }, _links: {} }],
  ])("%s", (_, body) => {
    expect(readCaCertificates(JSON.stringify(body)).map(({ id }) => id)).toEqual([CA.id]);
  });

  test.each([[[]], [{ caCertificates: [] }], [{ content: [] }], [{ _embedded: { caCertificates: [] } }]])(
    "an empty one: %j",
    (body) => {
      expect(readCaCertificates(JSON.stringify(body))).toEqual([]);
    },
  );

  test.each([
    ["an object without a list: it must not pass for two free slots", "{}"],
    ["an error", '{"errors":[{"message":"no"}]}'],
    ["null", "null"],
    ["an empty body", ""],
    ["a list with something else in it", JSON.stringify([CA, null])],
    ["an endless list", JSON.stringify(Array.from({ length: 101 }, () => CA))],
    ["a list in words", '{"content":"none"}'],
  ])("refused: %s", (_, text) => {
    expect(() => readCaCertificates(text)).toThrow(UnexpectedReply);
  });
});

describe("a list that says that there is more than it shows (guarantee 4)", () => {
  test.each([
    ["totalElements", { content: [CA], totalElements: 2 }],
    ["totalElements of an empty one", { content: [], totalElements: 1 }],
    ["total in words", { caCertificates: [CA], total: "3" }],
    ["page", { _embedded: { caCertificates: [CA] }, page: { totalElements: 2 } }],
    ["totalPages", { content: [CA], page: { totalPages: 2 } }],
    ["last", { content: [CA], last: false }],
    ["a next link", { content: [CA], next: "/more" }],
    ["_links", { _embedded: { caCertificates: [CA] }, _links: { self: {}, next: { href: "/more" } } }],
    ["an array of links", { content: [CA], links: [{ rel: "self" }, { rel: "next", href: "/more" }] }],
    ["hasNext", { content: [CA], pagination: { hasNext: true } }],
  ])("refused: %s", (_, body) => {
    expect(() => readCaCertificates(JSON.stringify(body))).toThrow(ActionError);
    expect(() => readCaCertificates(JSON.stringify(body))).toThrow(/shows [01] and says that more exist/);
  });

  test.each([
    { content: [CA], totalElements: 1, total: 0, last: true, number: 0, size: 20, totalPages: 1 },
    { caCertificates: [CA], next: null, hasMore: false, nextPageToken: "" },
    { _embedded: { caCertificates: [CA] }, _links: { self: { href: "/" }, next: null }, page: null },
    { content: [CA], links: [{ rel: "self", href: "/next" }] },
  ])("read, for it shows them all: %j", (body) => {
    expect(readCaCertificates(JSON.stringify(body))).toHaveLength(1);
  });
});

describe("an entry of a list", () => {
  const read = (more: object) => readCaCertificates(JSON.stringify([CA, { ...CA, ...more }]))[1];

  test.each([undefined, null, ""])("may lack a common name, as every reply may: %j", (commonName) => {
    expect(read({ commonName })?.commonName).toBe("");
    expect(readCaCertificate(JSON.stringify({ ...CA, commonName })).commonName).toBe("");
  });

  test("is named where it is wrong", () => {
    expect(() => read({ expiration: "soon" })).toThrow(
      /^entry 2: its expiration is not an ISO 8601 date, such as/,
    );
    expect(() => read({ commonName: 7 })).toThrow(/^entry 2: its commonName is missing$/);
    expect(() => readCaCertificates(JSON.stringify([CA, null]))).toThrow(/^entry 2: it is not a CA/);
  });

  test("has a name of bounded length", () => {
    expect(read({ name: "n".repeat(100_000) })?.name).toHaveLength(256);
  });
});

describe("a registration code", () => {
  const read = (registrationCode: unknown) => readRegistrationCode(JSON.stringify({ registrationCode }));

  test.each(["a", "c0de".repeat(16), "a-b_c.d", "/CN=x+y"])(
    "any that fits into a common name: %s",
    (code) => {
      expect(read(code)).toBe(code);
    },
  );

  test.each(["", "x".repeat(65), "a b", "a\nb", "ü", 7, null, undefined])("refused: %j", (code) => {
    expect(() => read(code)).toThrow(UnexpectedReply);
  });
});

test.each([".", "..", "", "a\u0000", "a\r\nb", "a\u2028", "\udfff"])("no id: %j", (id) => {
  expect(isCertificateId(id)).toBe(false);
});
