import { afterEach, describe, expect, test, vi } from "vitest";
import { type AttemptResult, backoff, retry } from "../../src/http/retry.ts";
import { ActionError, type ErrorCode } from "../../src/messages/errors.ts";

/** Time that passes only when somebody waits. */
function world(milliseconds: number) {
  const log: string[] = [];
  const waits: number[] = [];
  const deadline = {
    left: milliseconds,
    wait: async (time: number) => {
      waits.push(time);
      log.push("wait");
      deadline.left = Math.max(0, deadline.left - time);
    },
  };
  return { log, waits, deadline };
}

const error = (code: ErrorCode) => new ActionError(code, code);
const done: AttemptResult<string> = { kind: "done", value: "done" };
const maybeDone = (waitMs?: number): AttemptResult<string> => ({
  kind: "maybe-done",
  waitMs,
  error: error("PLATFORM_ERROR"),
});
const notSent: AttemptResult<string> = {
  kind: "not-sent",
  error: error("PLATFORM_UNREACHABLE"),
};
const limited = (waitMs: number): AttemptResult<string> => ({
  kind: "try-later",
  waitMs,
  error: error("RATE_LIMITED"),
});

interface Play {
  readonly results: readonly AttemptResult<string>[];
  /** Whether it is asked before each repetition that needs no look. */
  readonly checkAllowed?: true;
  /** What each look finds; the last one counts for all that follow. Without: a call that changes nothing. */
  readonly found?: readonly (string | undefined)[];
  readonly minutes?: number;
}

/** Repeats a scripted call; the last result goes on for ever. */
async function play({ results, found, checkAllowed, minutes = 10 }: Play) {
  const { log, waits, deadline } = world(minutes * 60_000);
  const told: number[] = [];
  let [attempts, checked] = [0, 0];
  const result = await retry<string>({
    deadline,
    attempt: async () => {
      log.push("attempt");
      attempts += 1;
      return results[Math.min(attempts, results.length) - 1] as AttemptResult<string>;
    },
    ...(found && {
      checkDone: async () => {
        log.push("checkDone");
        checked += 1;
        return found[Math.min(checked, found.length) - 1];
      },
    }),
    ...(checkAllowed && {
      checkAllowed: async () => {
        log.push("checkAllowed");
        return undefined;
      },
    }),
    onWait: (milliseconds) => told.push(milliseconds),
  }).catch((thrown: ActionError) => thrown.code);
  return { result, log: log.join(" "), attempts, checked, waits, told };
}

describe("a call that changes nothing", () => {
  test("done at once needs neither wait nor look", async () => {
    expect(await play({ results: [done] })).toMatchObject({ result: "done", log: "attempt" });
  });

  test("is tried three times where the answer is unclear, each wait longer, then its own error is thrown", async () => {
    const { result, attempts, waits } = await play({ results: [maybeDone()] });
    expect({ result, attempts }).toEqual({ result: "PLATFORM_ERROR", attempts: 3 });
    const [first = 0, second = 0] = waits;
    expect(waits).toHaveLength(2);
    expect(first).toBeGreaterThanOrEqual(375);
    expect(first).toBeLessThanOrEqual(625);
    expect(second).toBeGreaterThanOrEqual(750);
    expect(second).toBeLessThanOrEqual(1250);
  });

  test("goes on after two unclear answers", async () => {
    expect(await play({ results: [maybeDone(), maybeDone(), done] })).toMatchObject({
      result: "done",
      attempts: 3,
    });
  });

  test("waits as long as it is told, and says so where a person would notice (guarantee 7)", async () => {
    const { result, waits, told } = await play({
      results: [limited(30_000), limited(999), maybeDone(2000), done],
    });
    expect({ result, waits, told }).toEqual({
      result: "done",
      waits: [30_000, 999, 2000],
      told: [30_000, 2000],
    });
  });

  test("a rate limit does not count as an unclear answer; who attempts bounds it", async () => {
    const many = Array.from({ length: 6 }, () => limited(1));
    expect(await play({ results: [...many, maybeDone(), maybeDone(), done] })).toMatchObject({
      result: "done",
    });
  });

  test("is tried three times where no connection comes about", async () => {
    expect(await play({ results: [notSent, notSent, done] })).toMatchObject({ result: "done" });
    expect(await play({ results: [notSent] })).toMatchObject({ result: "PLATFORM_UNREACHABLE", attempts: 3 });
    expect(await play({ results: [notSent, maybeDone(), notSent] })).toMatchObject({ attempts: 3 });
  });

  test("a wait longer than what is left fails at once, without waiting (guarantee 7)", async () => {
    expect(await play({ results: [limited(60_000), done], minutes: 1 })).toMatchObject({
      result: "RATE_LIMITED",
      attempts: 1,
      waits: [],
    });
    expect(await play({ results: [limited(40_000), limited(40_000), done], minutes: 1 })).toMatchObject({
      result: "RATE_LIMITED",
      attempts: 2,
      waits: [40_000],
    });
  });
});

describe("a call that changes something (guarantee 7)", () => {
  test("is checked for after each attempt that may have done it, and only then", async () => {
    const { result, log } = await play({
      results: [maybeDone(), limited(5), notSent, done],
      found: [undefined],
    });
    expect(result).toBe("done");
    expect(log).toBe("attempt wait checkDone attempt wait attempt wait attempt");
  });

  test("is asked for again where there is nothing to look for, if its caller wants to know", async () => {
    const { log } = await play({
      results: [limited(5), maybeDone(), notSent, done],
      found: [undefined],
      checkAllowed: true,
    });
    expect(log).toBe("attempt wait checkAllowed attempt wait checkDone attempt wait checkAllowed attempt");
  });

  test("is not checked for where no attempt left this machine", async () => {
    const { result, log } = await play({ results: [notSent], found: ["found"] });
    expect(result).toBe("PLATFORM_UNREACHABLE");
    expect(log).not.toContain("checkDone");
  });

  test("is not repeated where the look shows that it happened", async () => {
    const found = await play({ results: [maybeDone()], found: ["found"] });
    expect(found).toMatchObject({ result: "found", attempts: 1, log: "attempt wait checkDone" });
    const later = await play({ results: [maybeDone()], found: [undefined, "found"] });
    expect(later).toMatchObject({ result: "found", attempts: 2 });
  });

  test("is checked for once more before giving up", async () => {
    const lost = await play({ results: [maybeDone()], found: [undefined, undefined, "found"] });
    expect(lost).toMatchObject({ result: "found", attempts: 3, checked: 3 });
    const never = await play({ results: [maybeDone()], found: [undefined] });
    expect(never).toMatchObject({ result: "PLATFORM_ERROR", attempts: 3, checked: 3 });
  });

  test("no look at all where nothing was unclear", async () => {
    expect(await play({ results: [done], found: ["found"] })).toMatchObject({ result: "done", checked: 0 });
  });
});

describe("the wait where nobody names a time", () => {
  afterEach(() => void vi.restoreAllMocks());

  test.each([
    [1, 375, 500, 625],
    [2, 750, 1000, 1250],
    [3, 1500, 2000, 2500],
  ])("after %i failures: from %i ms, in the middle %i ms, to %i ms", (failed, least, middle, most) => {
    expect([0, 0.5, 1].map((random) => backoff(failed, random))).toEqual([least, middle, most]);
  });

  test("is spread by chance, so that parallel runs do not come back together", async () => {
    const random = vi.spyOn(Math, "random");
    for (const chance of [0, 0.5, 0.25, 1]) random.mockReturnValueOnce(chance);
    expect((await play({ results: [maybeDone()] })).waits).toEqual([375, 1000]);
    expect((await play({ results: [notSent] })).waits).toEqual([437.5, 1250]);
  });
});
