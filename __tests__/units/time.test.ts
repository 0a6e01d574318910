import { describe, expect, test } from "vitest";
import { day, iso, rememberedTime } from "../../src/ca/time.ts";

const NOW = Date.UTC(2030, 0, 1);

describe("a time that the keyring remembers", () => {
  test.each([
    ["one that is over", "2029-05-30T09:22:55.000Z", Date.UTC(2029, 4, 30, 9, 22, 55)],
    ["a little ahead, as clocks differ", iso(NOW + 59_000), NOW + 59_000],
    ["in the future: unknown", iso(NOW + 61_000), undefined],
    ["words that are no time: unknown", "a year ago or so", undefined],
    ["nothing: unknown", undefined, undefined],
    ["an empty text: unknown", "", undefined],
  ])("%s", (_, text, expected) => {
    expect(rememberedTime(text, NOW)).toBe(expected);
  });

  test("a day is that of UTC", () => {
    expect(day(Date.UTC(2031, 4, 30, 23, 59, 59))).toBe("2031-05-30");
  });
});
