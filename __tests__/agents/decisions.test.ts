import { createPrivateKey, createPublicKey } from "node:crypto";
import { afterAll, describe, expect, test } from "vitest";
import { dueReason, type Requirements, type StoredFiles } from "../../src/agents/due-reason.ts";
import { chooseIssuingCa, chooseOffline } from "../../src/agents/issuing-ca.ts";
import { chainOf, leafDays, leafProblem } from "../../src/agents/leaf.ts";
import { readCertificate } from "../../src/ca/certificate.ts";
import { unconfirmedAt } from "../../src/ca/clocks.ts";
import type { KeyringEntry } from "../../src/ca/keyring-entries.ts";
import type { ListedSlot } from "../../src/ca/slots.ts";
import { DAY_MS } from "../../src/ca/time.ts";
import { agreedAt } from "../ca/fakes.ts";
import { entryOf } from "../ca/made.ts";
import { Makers } from "./agent-scene.ts";

const makers = new Makers();
afterAll(() => makers.workshop.remove());

const ca = readCertificate(makers.ca.pem);
const next = readCertificate(makers.next.pem);
const { workshop, spareKey } = makers;
const leaf = readCertificate(workshop.issued({ key: makers.ca.file, pem: makers.ca.pem }, spareKey, "/CN=a"));
const publicKey = createPublicKey(createPrivateKey(makers.spareKeyPem));
const now = Date.now();

describe("whether an agent needs a certificate (it has 7 days)", () => {
  const good: StoredFiles = { certificate: leaf, chain: chainOf(leaf, ca), publicKey };
  const required: Requirements = { ca, renewBefore: 3, days: 365, now, standing: "agreed" };
  test.each<[string, Partial<StoredFiles>, Partial<Requirements & { name: string }>, string | undefined]>([
    ["a good one", {}, {}, undefined],
    ["in an archive", { publicKey: "unknown" }, {}, undefined],
    ["no certificate to read", { certificate: undefined }, {}, "broken"],
    ["no key to read", { publicKey: undefined }, {}, "broken"],
    ["another name", {}, { name: "b" }, "broken"],
    ["another key", { publicKey: ca.x509.publicKey }, {}, "broken"],
    ["another CA", {}, { ca: next }, "old-ca"],
    ["another chain", { chain: chainOf(leaf, next) }, {}, "broken"],
    ["near its end", {}, { renewBefore: 8 }, "ending"],
    ["past its end", {}, { renewBefore: 0, now: now + 8 * DAY_MS }, "ending"],
    ["yet to begin", {}, { now: now - DAY_MS }, "not-yet-valid"],
    ["yet to begin, as one clock says alone", {}, { now: now - DAY_MS, standing: "unconfirmed" }, undefined],
    ["yet to begin, as one of two clocks says", {}, { now: now - DAY_MS, standing: "doubtful" }, undefined],
    ["near its end, and nothing lasts longer", {}, { renewBefore: 8, days: 7 }, undefined],
  ])("%s", (_name, stored, { name = "a", ...more }, reason) => {
    expect(dueReason(name, { ...good, ...stored }, { ...required, ...more })).toBe(reason);
  });
});

describe("what is wrong with a certificate that OpenSSL made", () => {
  const expected = { commonName: "a", ca, publicKey, now };
  test.each([
    ["nothing", {}, undefined],
    ["its name", { commonName: "b" }, /common name/],
    ["its key", { publicKey: ca.x509.publicKey }, /key is not/],
    ["its signer", { ca: next }, /not signed/],
    ["its subject", { subject: [["CN", "b"]] as const }, /subject/],
    ["its subject, which is the CA's", { ca: { ...ca, subject: leaf.subject } }, /the CA's own/],
    ["its beginning", { now: now - DAY_MS }, /not valid before/],
    ["its end, by the clock that counts", { now: leaf.notAfter }, /expired/],
    ["its end", { ca: { ...ca, notAfter: leaf.notAfter - 1 } }, /outlive/],
  ])("%s", (_name, more, problem) => {
    const found = leafProblem(leaf, { ...expected, ...more });
    if (problem === undefined) expect(found).toBeUndefined();
    else expect(found).toMatch(problem);
  });
});

test("the days of a leaf: as asked, or whole ones until the CA's end", () => {
  const at = (days: number) => ca.notAfter - days * DAY_MS;
  expect(leafDays(365, ca, at(400))).toBe(365);
  expect(leafDays(365, ca, at(100.9))).toBe(100);
  // Until it is signed the clock goes on: a minute is left for that.
  expect(leafDays(365, ca, at(100))).toBe(99);
  expect(leafDays(365, ca, at(100) - 60_000)).toBe(100);
  expect(leafDays(365, ca, at(0.5))).toBe(0);
  expect(leafDays(365, ca, at(-3))).toBe(0);
});

describe("which CA issues", () => {
  const [newer, older] = [entryOf(makers.next), entryOf(makers.ca)];
  const slot = (entry: KeyringEntry, isVerified: boolean | undefined): ListedSlot => {
    const { commonName, expiration } = entry.certificate;
    return { id: `id-${commonName}`, name: "", commonName, expiration, isVerified };
  };
  const choose = (listed: ListedSlot[], entries = [newer, older], given?: KeyringEntry) => {
    const chosen = chooseIssuingCa({ entries, given, ...agreedAt(now) }, listed);
    return "refused" in chosen ? chosen.refused : chosen.ca.certificate.commonName;
  };

  test("the newest usable one of the keyring, by its order and not by dates", () => {
    expect(choose([slot(older, true), slot(newer, true)])).toBe(next.commonName);
    expect(choose([slot(older, true), slot(newer, true)], [older, newer])).toBe(ca.commonName);
    expect(choose([slot(older, true), slot(newer, false)])).toBe(ca.commonName);
    expect(choose([slot(older, true), slot(newer, undefined)])).toBe(ca.commonName);
  });

  test("none that the keyring does not hold, that is retired, or that has expired", () => {
    expect(choose([slot(older, true)], [newer])).toMatch(/No CA of the keyring is usable/);
    expect(choose([slot(older, true)], [{ ...older, retiredAt: "2026-01-01" }])).toMatch(/was retired/);
    expect(choose([])).toMatch(/is usable/);
    const late = chooseIssuingCa({ entries: [older], given: undefined, ...agreedAt(ca.notAfter) }, [
      slot(older, true),
    ]);
    expect(late).toHaveProperty("refused");
  });

  test("the CA of ca-certificate wins, and must be usable itself", () => {
    expect(choose([slot(older, true), slot(newer, true)], [newer], older)).toBe(ca.commonName);
    expect(choose([slot(newer, true)], [newer], older)).toMatch(/CA of ca-certificate is not usable/);
  });

  test("a platform whose reads never say so: what the reply to the verify said is remembered", () => {
    const remembered = { ...older, platformId: `id-${ca.commonName}`, verifiedBy: "reply" };
    expect(choose([slot(older, undefined)], [remembered])).toBe(ca.commonName);
    expect(choose([slot(older, undefined)], [older])).toMatch(/is usable/);
  });

  test("offline: the newest that is remembered as verified, else the newest that may serve", () => {
    const chosen = (entries: KeyringEntry[], at = now) => {
      const found = chooseOffline({ entries, given: undefined, ...unconfirmedAt(at) });
      return "refused" in found ? found.refused : found.ca.certificate.commonName;
    };
    const verified = { ...older, verifiedAt: "2026-01-01T00:00:00.000Z" };
    expect(chosen([newer, verified])).toBe(ca.commonName);
    expect(chosen([newer, older])).toBe(next.commonName);
    expect(chosen([{ ...newer, retiredAt: "2026-01-01" }, older])).toBe(ca.commonName);
    const early = Math.min(next.notBefore, ca.notBefore) - DAY_MS;
    expect(chosen([newer, verified], early)).toBe(ca.commonName);
    expect(chosen([newer], next.notAfter)).toMatch(/or expired/);
  });
});
