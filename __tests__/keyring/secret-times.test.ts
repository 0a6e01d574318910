import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readWrittenAt } from "../../src/keyring/keyring-format.ts";
import { compareWithSecret, type SecretFacts } from "../../src/keyring/secret-times.ts";

const AT = Date.parse("2026-11-23T12:00:00Z");
const SECOND = 1000;
const facts = (some: Partial<SecretFacts>): SecretFacts => ({
  cameIn: true,
  writtenAt: undefined,
  provisional: false,
  updatedAt: undefined,
  queuedAt: undefined,
  mayImport: false,
  ...some,
});

describe("whether the keyring that came in is what the secret holds (guarantee 3)", () => {
  test.each<[string, Partial<SecretFacts>, ReturnType<typeof compareWithSecret>]>([
    ["nothing, nowhere: the first run", { cameIn: false }, undefined],
    ["nothing, but the secret exists", { cameIn: false, updatedAt: AT }, "KEYRING_NOT_PASSED_IN"],
    ["a keyring, but no secret", { writtenAt: AT }, "KEYRING_SECRET_MISMATCH"],
    ["a keyring made by hand, but no secret", {}, "KEYRING_SECRET_MISMATCH"],
    ["a keyring for a new secret", { writtenAt: AT, mayImport: true }, undefined],
    ["a keyring made by hand for a new secret", { mayImport: true }, undefined],
    ["its own, written in the same second", { writtenAt: AT + 900, updatedAt: AT }, undefined],
    ["its own, written promptly", { writtenAt: AT, updatedAt: AT + 5 * SECOND }, undefined],
    [
      "its own, written slowly",
      { writtenAt: AT, updatedAt: AT + 60 * SECOND, queuedAt: AT + 60 * SECOND },
      undefined,
    ],
    [
      "one that was replaced soon after",
      { writtenAt: AT, updatedAt: AT + 6 * SECOND, queuedAt: AT },
      "KEYRING_STALE",
    ],
    ["either of these two", { writtenAt: AT, updatedAt: AT + 6 * SECOND }, "age-unknown"],
    ["an older one", { writtenAt: AT, updatedAt: AT + 61 * SECOND }, "KEYRING_STALE"],
    [
      "an older one, import or not",
      { writtenAt: AT, updatedAt: AT + 301 * SECOND, mayImport: true, queuedAt: AT + 900 * SECOND },
      "KEYRING_STALE",
    ],
    [
      "one that GitHub's clocks left behind, import",
      { writtenAt: AT, updatedAt: AT + 70 * SECOND, mayImport: true, queuedAt: AT + 70 * SECOND },
      undefined,
    ],
    [
      "the same, but the secret was written after the run was queued",
      { writtenAt: AT, updatedAt: AT + 70 * SECOND, mayImport: true, queuedAt: AT },
      "KEYRING_STALE",
    ],
    [
      "the same, and nobody knows when the run was queued",
      { writtenAt: AT, updatedAt: AT + 70 * SECOND, mayImport: true },
      "age-unknown",
    ],
    [
      "one that they left ahead, import",
      { writtenAt: AT, updatedAt: AT - 15 * SECOND, mayImport: true, queuedAt: AT },
      undefined,
    ],
    [
      "a newer one by more than clocks differ, import or not",
      { writtenAt: AT, updatedAt: AT - 301 * SECOND, mayImport: true, queuedAt: AT },
      "KEYRING_SECRET_MISMATCH",
    ],
    [
      "a provisional one, ahead",
      { writtenAt: AT, updatedAt: AT - 70 * SECOND, provisional: true, queuedAt: AT },
      undefined,
    ],
    [
      "a provisional one, behind",
      { writtenAt: AT, updatedAt: AT + 70 * SECOND, provisional: true, queuedAt: AT + 70 * SECOND },
      undefined,
    ],
    [
      "a provisional one that was replaced since",
      { writtenAt: AT, updatedAt: AT + 70 * SECOND, provisional: true, queuedAt: AT },
      "KEYRING_STALE",
    ],
    [
      "a provisional one that is too old for it",
      { writtenAt: AT, updatedAt: AT + 91 * SECOND, provisional: true, queuedAt: AT + 900 * SECOND },
      "KEYRING_STALE",
    ],
    [
      "a provisional one, minutes apart, import, the run queued as much later",
      {
        writtenAt: AT,
        updatedAt: AT + 400 * SECOND,
        provisional: true,
        mayImport: true,
        queuedAt: AT + 800 * SECOND,
      },
      undefined,
    ],
    [
      "the same, the run queued earlier",
      {
        writtenAt: AT,
        updatedAt: AT + 400 * SECOND,
        provisional: true,
        mayImport: true,
        queuedAt: AT + 799 * SECOND,
      },
      "KEYRING_STALE",
    ],
    [
      "the same, and nobody knows when the run was queued",
      { writtenAt: AT, updatedAt: AT + 400 * SECOND, provisional: true, mayImport: true, queuedAt: null },
      "KEYRING_STALE",
    ],
    [
      "one that they left far ahead, import, and nobody knows when the run was queued",
      { writtenAt: AT, updatedAt: AT - 400 * SECOND, provisional: true, mayImport: true, queuedAt: null },
      "KEYRING_SECRET_MISMATCH",
    ],
    ["a newer one", { writtenAt: AT, updatedAt: AT - 11 * SECOND }, "KEYRING_SECRET_MISMATCH"],
    ["made by hand, before the run was queued", { updatedAt: AT, queuedAt: AT }, undefined],
    ["made by hand, the secret written since", { updatedAt: AT + SECOND, queuedAt: AT }, "KEYRING_STALE"],
    ["made by hand, and nobody knows when", { updatedAt: AT }, "age-unknown"],
  ])("%s", (_, some, verdict) => {
    expect(compareWithSecret(facts(some))).toBe(verdict);
  });

  test("a secret that exists is never written without a keyring, nor with one of another time", () => {
    const time = fc.option(fc.integer({ min: 0, max: 2 ** 42 }), { nil: undefined });
    const any = fc.record({
      cameIn: fc.boolean(),
      writtenAt: time,
      provisional: fc.boolean(),
      updatedAt: fc.integer({ min: 0, max: 2 ** 42 }),
      queuedAt: time,
      mayImport: fc.boolean(),
    });
    fc.assert(
      fc.property(any, (seen) => {
        if (compareWithSecret(seen) !== undefined) return;
        const { cameIn, writtenAt, updatedAt, queuedAt, provisional, mayImport } = seen;
        expect(cameIn).toBe(true);
        const since = updatedAt - (writtenAt ?? Number.NEGATIVE_INFINITY);
        if (since > 5 * SECOND) expect(updatedAt).toBeLessThanOrEqual(queuedAt as number);
        const most = mayImport ? 300 : provisional ? 90 : 60;
        if (writtenAt === undefined || Math.abs(since) <= most * SECOND) return;
        expect(provisional && mayImport).toBe(true);
        expect((queuedAt as number) - updatedAt).toBeGreaterThanOrEqual(Math.abs(since));
      }),
    );
  });
});

describe("the time of writing of a keyring's text", () => {
  const header = "MindConnect CA keyring, generation 2, written 2026-11-23T12:00:00.000Z";

  test.each([
    ["of the first line", `${header}\n\nCommon name: acme\n`, AT],
    ["after blank lines, with Windows' line ends", `\r\n${header}\r\n`, AT],
    ["of a text made by hand", "-----BEGIN PRIVATE KEY-----\n", undefined],
    ["where something was put before it", `My keyring\n${header}\n`, undefined],
    ["that is no time", header.replace(/2026-\S+/, "xxxxxxxxxxxxxxxxxxxxxxxx"), undefined],
    ["of nothing", "", undefined],
  ])("%s", (_, text, at) => {
    expect(readWrittenAt(text).writtenAt).toBe(at);
  });
});
