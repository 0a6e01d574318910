import { describe, expect, test } from "vitest";
import {
  applyUserHint,
  endsTogether,
  findAmbiguousMatches,
  findContradictions,
  isExpired,
  isLastUsable,
  isUsable,
  matchSlots,
  namesAlike,
  plausibleCandidates,
  recallVerified,
} from "../../src/ca/slots.ts";
import { readCaCertificate } from "../../src/mindconnect/replies.ts";
import { agreedAt, ca, type Look, labelOf, looksLike, slot } from "./fakes.ts";

const LOOK: Look = {
  commonName: "acme",
  expiration: "2031-05-30T09:22:55.000Z",
  fingerprint: "AB:CD:EF:01:23",
};
const named = { name: "acme-abcdef01" };

/** @returns for each slot's id the label of the CA that was found in it */
function matched(slots: ReturnType<typeof slot>[], ...candidates: ReturnType<typeof ca>[]) {
  return Object.fromEntries([...matchSlots(slots, candidates)].map(([id, entry]) => [id, labelOf(entry)]));
}

describe("matching a slot with a certificate", () => {
  test("expiration decides, with the common name, the fingerprint in the name or the remembered id", () => {
    expect(matched([slot("a", LOOK, { name: "renamed" })], ca("one", LOOK))).toEqual({ a: "one" });
    expect(matched([slot("a", LOOK, { name: "" })], ca("one", LOOK))).toEqual({ a: "one" });
  });

  test("our name on another certificate is not enough, nor is a remembered id", () => {
    const later = { ...LOOK, expiration: "2031-05-30T09:22:56.000Z" };
    const one = ca("one", LOOK, { platformId: "a" });
    expect(matched([slot("a", later, named)], one)).toEqual({});
  });

  test.each(["2031-05-30T09:22:55.999Z", "2031-05-30T09:22:55Z", "2031-05-30T11:22:55.500+02:00"])(
    "the expiration is compared to the second: %s",
    (expiration) => {
      expect(endsTogether(slot("a", { ...LOOK, expiration }), looksLike(LOOK))).toBe(true);
    },
  );

  test.each(["2031-05-30T09:22:54.999Z", "2031-05-30T09:22:56.000Z", "2031-05-30T09:22:55.000+01:00"])(
    "a second off is another certificate: %s",
    (expiration) => {
      expect(endsTogether(slot("a", { ...LOOK, expiration }), looksLike(LOOK))).toBe(false);
    },
  );

  test.each(["Acme", " acme ", "CN=acme", "C=DE, O=Acme, CN=acme", "/C=DE/CN = acme/O=x"])(
    "how a common name is rendered tells nothing: %s",
    (commonName) => {
      expect(matched([slot("a", { ...LOOK, commonName })], ca("one", LOOK))).toEqual({ a: "one" });
    },
  );

  test.each(["A/S Corp, Ltd", "CN=acme", "a\\b"])("nor a separator in the name itself: %s", (name) => {
    const escaped = name.replaceAll(/[\\,/=]/g, "\\$&");
    for (const shown of [name, `CN=${name}`, `cn = ${name} `, `C=DE, CN=${escaped}, O=x`, name.toUpperCase()])
      expect(namesAlike(shown, { commonNames: [name] }), shown).toBe(true);
    expect(namesAlike("CN=A", { commonNames: ["A/S Corp"] })).toBe(false);
  });

  test("nor in which Unicode form, nor which of two common names", () => {
    const commonName = "Werk München";
    expect(namesAlike(commonName.normalize("NFD"), { commonNames: [commonName] })).toBe(true);
    expect(namesAlike("second", { commonNames: ["first", "second"] })).toBe(true);
    expect(namesAlike("Werk \t München", { commonNames: [commonName] })).toBe(true);
    expect(namesAlike("WerkMünchen", { commonNames: [commonName] })).toBe(false);
    expect(namesAlike("", { commonNames: [" "] })).toBe(false);
    for (const shown of ["", "acme-2", "xacme", "O=acme"])
      expect(namesAlike(shown, { commonNames: ["acme"] })).toBe(false);
  });

  test("whatever the common name, the remembered id or the fingerprint in the name match with the same second", () => {
    for (const commonName of ["", "other"]) {
      const shown = { ...LOOK, commonName };
      expect(matched([slot("a", shown, named)], ca("one", LOOK))).toEqual({ a: "one" });
      expect(matched([slot("a", shown)], ca("one", LOOK, { platformId: "a" }))).toEqual({ a: "one" });
    }
  });

  test("the second alone is no match, but a doubt, where nothing else explains the slot or the CA (guarantee 4)", () => {
    const shown = slot("a", { ...LOOK, commonName: "other" });
    const one = ca("one", LOOK);
    expect(matched([shown], one)).toEqual({});
    expect(findAmbiguousMatches([shown], [one])).toEqual([{ kind: "date", slot: shown, ca: one }]);
    const explains = ca("two", { ...LOOK, commonName: "other" });
    expect(findAmbiguousMatches([shown], [one, explains])).toEqual([]);
    expect(findAmbiguousMatches([shown, slot("b", LOOK)], [one])).toEqual([]);
    for (const hint of [{ id: "a" }, { name: " somebody's " }])
      expect(matched([shown], ...applyUserHint([shown], [one], hint))).toEqual({ a: "one" });
    for (const hint of [{}, { id: "b" }, { name: "other" }])
      expect(applyUserHint([shown], [one], hint)).toEqual([one]);
    // An empty name is no hint, although a slot may have none.
    expect(applyUserHint([{ ...shown, name: "" }], [one], { name: " " })).toEqual([one]);
  });

  test("a remembered id or our name on another certificate is a contradiction, unless another CA explains it", () => {
    const later = { ...LOOK, expiration: "2031-05-30T09:22:56.000Z" };
    const [remembered, retired] = [
      ca("one", LOOK, { platformId: "a" }),
      ca("gone", LOOK, { platformId: "a", retiredAt: "2030-01-01T00:00:00.000Z" }),
    ];
    const shown = slot("a", later);
    expect(findContradictions([shown], [remembered])).toEqual([
      { kind: "contradiction", slot: shown, ca: remembered },
    ]);
    expect(findContradictions([slot("b", later, named)], [ca("one", LOOK)])).toHaveLength(1);
    expect(findContradictions([shown], [retired])).toEqual([]);
    expect(findContradictions([shown], [remembered, ca("new", later)])).toEqual([]);
    expect(findContradictions([slot("a", LOOK)], [remembered])).toEqual([]);
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

describe("what a list does not say of isVerified", () => {
  const recall = (isVerified: boolean | undefined, remembered: object, look = LOOK) =>
    recallVerified([{ ...slot("a", look), isVerified }], [ca("one", LOOK, remembered)])[0];
  const verifiedAt = "2030-01-01T00:00:00.000Z";

  test("is remembered, by the id and the same second, and marked as such; what the list says wins", () => {
    expect(recall(undefined, { platformId: "a", verifiedAt })).toMatchObject({
      isVerified: true,
      remembered: true,
    });
    expect(recall(false, { platformId: "a", verifiedAt })?.isVerified).toBe(false);
    expect(recall(true, {})).not.toHaveProperty("remembered");
    expect(recall(undefined, { platformId: "b", verifiedAt })?.isVerified).toBe(false);
    expect(recall(undefined, { platformId: "a" })?.isVerified).toBe(false);
    expect(recall(undefined, { platformId: "a", verifiedAt: "a year ago" })?.isVerified).toBe(false);
    const later = { ...LOOK, expiration: "2031-05-30T09:22:56.000Z" };
    expect(recall(undefined, { platformId: "a", verifiedAt }, later)?.isVerified).toBe(false);
  });

  test("where only the reply to the verify could say it, nothing more is to be had", () => {
    const found = recall(undefined, { platformId: "a", verifiedAt, verifiedBy: "reply" });
    expect(found?.isVerified).toBe(true);
    expect(found).not.toHaveProperty("remembered");
  });
});

describe("usable", () => {
  const end = Date.parse(LOOK.expiration);

  test("usable is verified and not expired", () => {
    expect(isUsable(slot("a", LOOK), end - 1)).toBe(true);
    expect(isUsable(slot("a", LOOK), end)).toBe(false);
    expect(isUsable(slot("a", LOOK, { isVerified: false }), end - 1)).toBe(false);
    expect([isExpired(slot("a", LOOK), end - 1), isExpired(slot("a", LOOK), end)]).toEqual([false, true]);
  });

  test("the last one is that beside which none is usable, or only one that the keyring alone remembers as verified", () => {
    const [one, two] = [slot("a", LOOK), slot("b", LOOK)];
    const isLast = (...slots: ReturnType<typeof slot>[]) => isLastUsable(slots, "a", end - 1);
    expect(isLast(one)).toBe(true);
    expect(isLast(one, two)).toBe(false);
    expect(isLast(one, { ...two, remembered: true })).toBe(true);
    expect(isLast(one, { ...two, isVerified: false })).toBe(true);
    expect(isLast({ ...one, isVerified: false })).toBe(false);
    expect(isLast({ ...one, isVerified: false }, { ...two, remembered: true })).toBe(false);
    expect(isLast(two)).toBe(false);
    expect(isLast()).toBe(false);
  });
});

describe("the candidates that may be in an ambiguous slot (guarantee 4)", () => {
  const now = Date.parse("2030-01-01T00:00:00.000Z");
  const plausible = (
    entry: ReturnType<typeof ca>,
    slots: ReturnType<typeof slot>[] = [],
    wish?: typeof entry,
  ) => plausibleCandidates(slots, [entry], agreedAt(now), wish).length === 1;
  const refused = ca("one", LOOK, { refusedAt: "2029-01-01T00:00:00.000Z" });
  const made = ca("one", LOOK);
  const late = { ...made, certificate: { ...made.certificate, notBefore: now + 3_600_000 } };

  test("are those that could have been sent, those that are in a slot, and the one that the user asks for", () => {
    expect(plausible(ca("one", LOOK))).toBe(true);
    for (const entry of [refused, late]) {
      expect(plausible(entry)).toBe(false);
      expect(plausible(entry, [slot("a", LOOK)])).toBe(true);
      expect(plausible(entry, [], entry)).toBe(true);
    }
    // One clock is enough to hold one back that is not on the platform.
    expect(plausibleCandidates([], [late], { now, standing: "unconfirmed" })).toEqual([]);
    expect(plausibleCandidates([], [late], { now, standing: "doubtful" })).toEqual([late]);
  });
});
