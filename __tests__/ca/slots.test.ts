import { describe, expect, test } from "vitest";
import { couldBe, isUsable, matchSlots } from "../../src/ca/slots.ts";
import { readCaCertificate } from "../../src/mindconnect/shapes.ts";
import { ca, type Look, looksLike, slot } from "./fakes.ts";

const LOOK: Look = {
  commonName: "acme",
  expiration: "2031-05-30T09:22:55.000Z",
  fingerprint: "AB:CD:EF:01:23",
};
const named = { name: "acme-abcdef01" };

/** @returns for each slot's id the label of the CA that was found in it */
function matched(slots: ReturnType<typeof slot>[], ...candidates: ReturnType<typeof ca>[]) {
  return Object.fromEntries([...matchSlots(slots, candidates)].map(([id, { label }]) => [id, label]));
}

describe("matching a slot with a certificate", () => {
  test("common name and expiration decide; the name is not required", () => {
    expect(matched([slot("a", LOOK, { name: "renamed" })], ca("one", LOOK))).toEqual({ a: "one" });
    expect(matched([slot("a", LOOK, { name: "" })], ca("one", LOOK))).toEqual({ a: "one" });
  });

  test("our name on another certificate is not enough, nor is a remembered id", () => {
    const other = { ...LOOK, commonName: "other" };
    const later = { ...LOOK, expiration: "2031-05-30T09:22:56.000Z" };
    const one = ca("one", LOOK, { platformId: "a" });
    expect(matched([slot("a", other, named)], one)).toEqual({});
    expect(matched([slot("a", later, named)], one)).toEqual({});
  });

  test.each(["2031-05-30T09:22:55.999Z", "2031-05-30T09:22:55Z", "2031-05-30T11:22:55.500+02:00"])(
    "the expiration is compared to the second: %s",
    (expiration) => {
      expect(couldBe(slot("a", { ...LOOK, expiration }), looksLike(LOOK))).toBe(true);
    },
  );

  test.each(["2031-05-30T09:22:54.999Z", "2031-05-30T09:22:56.000Z", "2031-05-30T09:22:55.000+01:00"])(
    "a second off is another certificate: %s",
    (expiration) => {
      expect(couldBe(slot("a", { ...LOOK, expiration }), looksLike(LOOK))).toBe(false);
    },
  );

  test("case and blanks of a common name count", () => {
    for (const commonName of ["Acme", "acme ", " acme"]) {
      expect(couldBe(slot("a", { ...LOOK, commonName }), looksLike(LOOK))).toBe(false);
    }
  });

  test("the name breaks a tie between two CAs of one common name and second", () => {
    const one = ca("one", LOOK);
    const two = ca("two", { ...LOOK, fingerprint: "99:99:99:99:99" });
    expect(matched([slot("a", LOOK, named)], two, one)).toEqual({ a: "one" });
    expect(matched([slot("a", LOOK), slot("b", LOOK, named)], one, two)).toEqual({ a: "two", b: "one" });
  });

  test("a remembered id wins over the name", () => {
    const one = ca("one", LOOK);
    const two = ca("two", { ...LOOK, fingerprint: "99:99:99:99:99" }, { platformId: "a" });
    expect(matched([slot("a", LOOK, named), slot("b", LOOK)], one, two)).toEqual({ a: "two", b: "one" });
  });

  test("each slot gets one CA, and each CA one of the slots while there is another CA for the other", () => {
    const [one, two] = [ca("one", LOOK), ca("two", LOOK)];
    const found = matched([slot("a", LOOK), slot("b", LOOK)], one, two);
    expect(Object.values(found).toSorted()).toEqual(["one", "two"]);
    expect(matched([slot("a", LOOK)], one, two)).toEqual({ a: "one" });
  });

  test("a leading blank that the platform puts before a name does not matter", () => {
    const reply = {
      id: "a",
      name: ` ${named.name}`,
      commonName: LOOK.commonName,
      expiration: LOOK.expiration,
    };
    const read = readCaCertificate(JSON.stringify(reply));
    expect(read.name).toBe(named.name);
    const two = ca("two", { ...LOOK, fingerprint: "99:99:99:99:99" });
    expect(matched([{ ...read, isVerified: false }], two, ca("one", LOOK))).toEqual({ a: "one" });
  });
});

describe("usable", () => {
  const end = Date.parse(LOOK.expiration);

  test("usable is verified and not expired", () => {
    expect(isUsable(slot("a", LOOK), end - 1)).toBe(true);
    expect(isUsable(slot("a", LOOK), end)).toBe(false);
    expect(isUsable(slot("a", LOOK, { isVerified: false }), end - 1)).toBe(false);
  });
});
