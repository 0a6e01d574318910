import { describe, expect, test } from "vitest";
import { day, rememberedTime } from "../../src/ca/time.ts";

describe("a time that the keyring remembers", () => {
  test.each([
    ["one that is over", "2029-05-30T09:22:55.000Z", Date.UTC(2029, 4, 30, 9, 22, 55)],
    ["one in the future, where it stays", "2041-01-01T00:00:00.000Z", Date.UTC(2041, 0, 1)],
    ["the first one", "1970-01-01T00:00:00.000Z", 0],
    ["one before it: unknown", "1969-12-31T23:59:59.999Z", undefined],
    ["words that are no time: unknown", "a year ago or so", undefined],
    ["the last day of four digits", "9999-12-31T00:00:00.000Z", Date.UTC(9999, 11, 31)],
    ["a time beyond the years of four digits: unknown", "+275760-09-13T00:00:00.000Z", undefined],
    ["nothing: unknown", undefined, undefined],
    ["an empty text: unknown", "", undefined],
  ])("%s", (_, text, expected) => {
    expect(rememberedTime(text)).toBe(expected);
  });

  test("a day is that of UTC", () => {
    expect(day(Date.UTC(2031, 4, 30, 23, 59, 59))).toBe("2031-05-30");
  });
});
