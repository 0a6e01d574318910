import { describe, expect, test } from "vitest";
import type { Deadline } from "../../src/http/deadline.ts";
import { type Outcome, persist } from "../../src/http/retry.ts";
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
  return { log, waits, deadline: deadline as unknown as Deadline };
}

const error = (code: ErrorCode) => new ActionError(code, code);
const done: Outcome<string> = { kind: "done", value: "done" };
const unclear = (waitMs?: number): Outcome<string> => ({
  kind: "unclear",
  waitMs,
  error: error("PLATFORM_ERROR"),
});
const unsent: Outcome<string> = { kind: "unsent", waitMs: undefined, error: error("PLATFORM_UNREACHABLE") };
const limited = (waitMs: number): Outcome<string> => ({
  kind: "again",
  waitMs,
  error: error("RATE_LIMITED"),
});

interface Play {
  readonly outcomes: readonly Outcome<string>[];
  /** Whether it is asked before each repetition that needs no look. */
  readonly recheck?: true;
  /** What each look finds; the last one counts for all that follow. Without: a call that changes nothing. */
  readonly looks?: readonly (string | undefined)[];
  readonly minutes?: number;
}

/** Lets a scripted call persist; the last outcome goes on for ever. */
async function play({ outcomes, looks, recheck, minutes = 10 }: Play) {
  const { log, waits, deadline } = world(minutes * 60_000);
  const told: number[] = [];
  let [attempts, looked] = [0, 0];
  const result = await persist<string>({
    deadline,
    attempt: async () => {
      log.push("attempt");
      attempts += 1;
      return outcomes[Math.min(attempts, outcomes.length) - 1] as Outcome<string>;
    },
    ...(looks && {
      look: async () => {
        log.push("look");
        looked += 1;
        return looks[Math.min(looked, looks.length) - 1];
      },
    }),
    ...(recheck && {
      recheck: async () => {
        log.push("recheck");
        return undefined;
      },
    }),
    onWait: (milliseconds) => told.push(milliseconds),
  }).catch((thrown: ActionError) => thrown.code);
  return { result, log: log.join(" "), attempts, looked, waits, told };
}

describe("a call that changes nothing", () => {
  test("done at once needs neither wait nor look", async () => {
    expect(await play({ outcomes: [done] })).toMatchObject({ result: "done", log: "attempt" });
  });

  test("is tried three times where the answer is unclear, each wait longer, then its own error is thrown", async () => {
    const { result, attempts, waits } = await play({ outcomes: [unclear()] });
    expect({ result, attempts }).toEqual({ result: "PLATFORM_ERROR", attempts: 3 });
    const [first = 0, second = 0] = waits;
    expect(waits).toHaveLength(2);
    expect(first).toBeGreaterThanOrEqual(375);
    expect(first).toBeLessThanOrEqual(625);
    expect(second).toBeGreaterThanOrEqual(750);
    expect(second).toBeLessThanOrEqual(1250);
  });

  test("goes on after two unclear answers", async () => {
    expect(await play({ outcomes: [unclear(), unclear(), done] })).toMatchObject({
      result: "done",
      attempts: 3,
    });
  });

  test("waits as long as it is told, and says so where a person would notice (guarantee 7)", async () => {
    const { result, waits, told } = await play({
      outcomes: [limited(30_000), limited(999), unclear(2000), done],
    });
    expect({ result, waits, told }).toEqual({
      result: "done",
      waits: [30_000, 999, 2000],
      told: [30_000, 2000],
    });
  });

  test("a rate limit does not count as an unclear answer; who attempts bounds it", async () => {
    const many = Array.from({ length: 6 }, () => limited(1));
    expect(await play({ outcomes: [...many, unclear(), unclear(), done] })).toMatchObject({ result: "done" });
  });

  test("is tried three times where no connection comes about", async () => {
    expect(await play({ outcomes: [unsent, unsent, done] })).toMatchObject({ result: "done" });
    expect(await play({ outcomes: [unsent] })).toMatchObject({ result: "PLATFORM_UNREACHABLE", attempts: 3 });
    expect(await play({ outcomes: [unsent, unclear(), unsent] })).toMatchObject({ attempts: 3 });
  });

  test("a wait longer than what is left fails at once, without waiting (guarantee 7)", async () => {
    expect(await play({ outcomes: [limited(60_000), done], minutes: 1 })).toMatchObject({
      result: "RATE_LIMITED",
      attempts: 1,
      waits: [],
    });
    expect(await play({ outcomes: [limited(40_000), limited(40_000), done], minutes: 1 })).toMatchObject({
      result: "RATE_LIMITED",
      attempts: 2,
      waits: [40_000],
    });
  });
});

describe("a call that changes something (guarantee 7)", () => {
  test("is looked for after each attempt that may have done it, and only then", async () => {
    const { result, log } = await play({
      outcomes: [unclear(), limited(5), unsent, done],
      looks: [undefined],
    });
    expect(result).toBe("done");
    expect(log).toBe("attempt wait look attempt wait attempt wait attempt");
  });

  test("is asked for again where there is nothing to look for, if its caller wants to know", async () => {
    const { log } = await play({
      outcomes: [limited(5), unclear(), unsent, done],
      looks: [undefined],
      recheck: true,
    });
    expect(log).toBe("attempt wait recheck attempt wait look attempt wait recheck attempt");
  });

  test("is not looked for where no attempt left this machine", async () => {
    const { result, log } = await play({ outcomes: [unsent], looks: ["found"] });
    expect(result).toBe("PLATFORM_UNREACHABLE");
    expect(log).not.toContain("look");
  });

  test("is not repeated where the look shows that it happened", async () => {
    const found = await play({ outcomes: [unclear()], looks: ["found"] });
    expect(found).toMatchObject({ result: "found", attempts: 1, log: "attempt wait look" });
    const later = await play({ outcomes: [unclear()], looks: [undefined, "found"] });
    expect(later).toMatchObject({ result: "found", attempts: 2 });
  });

  test("is looked for once more before giving up", async () => {
    const lost = await play({ outcomes: [unclear()], looks: [undefined, undefined, "found"] });
    expect(lost).toMatchObject({ result: "found", attempts: 3, looked: 3 });
    const never = await play({ outcomes: [unclear()], looks: [undefined] });
    expect(never).toMatchObject({ result: "PLATFORM_ERROR", attempts: 3, looked: 3 });
  });

  test("no look at all where nothing was unclear", async () => {
    expect(await play({ outcomes: [done], looks: ["found"] })).toMatchObject({ result: "done", looked: 0 });
  });
});
