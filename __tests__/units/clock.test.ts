import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { retryAfter } from "../../src/http/retry-after.ts";
import { PlatformClock } from "../../src/mindconnect/clock.ts";

const NOW = Date.UTC(2030, 0, 1);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the platform's clock", () => {
  const noted = (...headers: (string | undefined)[]) => {
    const clock = new PlatformClock();
    for (const header of headers) clock.note(header);
    return clock;
  };
  const at = (seconds: number) => new Date(NOW + seconds * 1000).toUTCString();

  test("is this machine's before the first reply, then the Date header's, and runs on", () => {
    expect(noted().now()).toBe(NOW);
    const clock = noted(at(3600));
    expect(clock.now()).toBe(NOW + 3_600_000);
    vi.setSystemTime(NOW + 5000);
    expect(clock.now()).toBe(NOW + 3_605_000);
  });

  test("the last usable header counts; others are ignored", () => {
    expect(noted(at(10), at(20)).skew).toBe(20_000);
    expect(noted(at(10), undefined, "", "yesterday").skew).toBe(10_000);
    for (const header of ["garbage", "7", "-5"]) expect(noted(header).skew).toBe(0);
  });

  test.each([0, 60, -60])("no word of %i s", (seconds) => {
    expect(noted(at(seconds)).skewWarning()).toBeUndefined();
  });

  test("more than 60 s are named, with their direction and what it means", () => {
    expect(noted(at(61)).skewWarning()).toMatch(
      /^This machine's clock is 61 s behind the platform's, which is ahead: .* may have ended there\.$/,
    );
    expect(noted(at(-3600)).skewWarning()).toMatch(
      /^This machine's clock is 3600 s ahead of the platform's: .* not valid there yet\.$/,
    );
  });
});

describe("Retry-After (guarantee 7)", () => {
  test.each([
    ["7", 7000],
    [" 30 ", 30_000],
    ["0", 1000],
    ["999999999", 999_999_999_000],
    ["99999999999999999999", 1_000_000_000_000],
    [new Date(NOW + 12_000).toUTCString(), 12_000],
    [new Date(NOW - 12_000).toUTCString(), 1000],
    [new Date(NOW).toUTCString(), 1000],
  ])("%j is %i ms", (header, milliseconds) => {
    expect(retryAfter(header, NOW, 30_000)).toBe(milliseconds);
  });

  test.each([undefined, "", "soon", "::error::x", "NaN"])(
    "without a usable one (%j) the next window of 30 s is waited for",
    (header) => {
      expect(retryAfter(header, NOW, 30_000)).toBe(30_000);
    },
  );

  test.each(["-5", "1.5", "1e3", "0x10"])(
    "what is neither seconds nor a date does not shorten the wait: %j",
    (header) => {
      expect(retryAfter(header, NOW, 30_000)).toBe(30_000);
    },
  );
});
