import { describe, expect, test } from "vitest";
import { type ClockSource, Clocks, unconfirmedAt } from "../../src/ca/clocks.ts";
import { parseHttpDate, retryAfter, timeOfReply } from "../../src/http/time-headers.ts";

const NOW = Date.UTC(2030, 0, 1);
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A machine whose clocks a test moves. */
class Machine {
  #wall = NOW;
  #steady = 5;
  readonly clocks: Clocks;

  constructor() {
    this.clocks = new Clocks({ wall: () => this.#wall, steady: () => this.#steady });
  }

  pass(milliseconds: number): void {
    this.#wall += milliseconds;
    this.#steady += milliseconds;
  }

  /** Somebody sets the clock, or the machine slept, in which the steady one stands still. */
  jump(milliseconds: number): void {
    this.#wall += milliseconds;
  }

  hear(ahead: number, source: ClockSource = "platform"): void {
    this.clocks.note(source, this.#wall + ahead);
  }

  get standing(): string {
    return this.clocks.agreement().standing;
  }

  /** @returns what may be done now */
  get may(): string {
    const allowed = (["make", "end"] as const).filter((what) => {
      try {
        this.clocks.require(what);
        return true;
      } catch (error) {
        expect(error).toMatchObject({ code: "CLOCK_DOUBTFUL" });
        return false;
      }
    });
    return allowed.join(" and ");
  }

  get doubt(): string {
    try {
      this.clocks.require("end");
      return "";
    } catch (error) {
      return (error as Error).message;
    }
  }
}

describe("the clocks of a run (guarantee 3)", () => {
  test("before any reply this machine's is alone: a CA may be made, none may go", () => {
    const machine = new Machine();
    expect(machine.clocks.agreement()).toEqual(unconfirmedAt(NOW));
    expect(machine.may).toBe("make");
    expect(machine.doubt).toContain(
      "this machine's clock says 2030-01-01T00:00:00.000Z, and this run knows no second clock to compare it with.",
    );
  });

  test.each([0, 5 * MINUTE, -5 * MINUTE])(
    "a second one that is %i ms ahead agrees; decisions go by it",
    (ahead) => {
      const machine = new Machine();
      machine.hear(ahead);
      expect(machine.clocks.agreement()).toEqual({ now: NOW + ahead, standing: "agreed" });
      machine.pass(MINUTE);
      expect(machine.clocks.now()).toBe(NOW + MINUTE + ahead);
      expect(machine.clocks.earliest()).toBe(NOW + MINUTE + ahead);
      expect(machine.may).toBe("make and end");
    },
  );

  test.each([5 * MINUTE + 1, -5 * MINUTE - 1, 4018 * DAY, -400 * DAY])(
    "a second one that is %i ms ahead does not: nothing may be done, and each is named",
    (ahead) => {
      const machine = new Machine();
      machine.hear(ahead);
      expect(machine.clocks.agreement()).toEqual({ now: NOW + ahead, standing: "doubtful" });
      expect(machine.clocks.earliest()).toBe(Math.min(NOW, NOW + ahead));
      expect(machine.may).toBe("");
      expect(machine.doubt).toContain(
        "this machine's clock says 2030-01-01T00:00:00.000Z and the platform's clock",
      );
      expect(machine.doubt).toContain(`says ${new Date(NOW + ahead).toISOString()}`);
    },
  );

  test("the platform's counts before the token endpoint's, the token's, and GitHub's; the last word of each", () => {
    const machine = new Machine();
    for (const [index, source] of (["github", "token", "token endpoint", "platform"] as const).entries()) {
      machine.hear(index * SECOND, source);
      expect(machine.clocks.skew).toBe(index * SECOND);
    }
    machine.hear(-SECOND, "github");
    expect(machine.clocks.skew).toBe(3 * SECOND);
    machine.hear(DAY);
    expect(machine.standing).toBe("doubtful");
    machine.hear(0);
    expect(machine.standing).toBe("agreed");
  });

  test("what says nothing of the time is no reading", () => {
    const machine = new Machine();
    for (const at of [Number.NaN, undefined, Number.POSITIVE_INFINITY, -1, 1e20])
      machine.clocks.note("platform", at);
    expect(machine.standing).toBe("unconfirmed");
  });

  test.each([DAY, -DAY, 6 * MINUTE])(
    "a clock that jumps by %i ms ends the agreement until a new reading agrees",
    (by) => {
      const machine = new Machine();
      machine.hear(0);
      machine.jump(by);
      expect(machine.may).toBe("");
      expect(machine.doubt).toContain("was set during this run, or the machine slept");
      machine.hear(0);
      expect(machine.may).toBe("make and end");
    },
  );

  test("a jump of 5 minutes ends nothing: clocks may differ by as much", () => {
    const machine = new Machine();
    machine.hear(0);
    machine.jump(5 * MINUTE);
    expect(machine.standing).toBe("agreed");
  });

  test("this machine's own clocks are those of the process", () => {
    const clocks = new Clocks();
    clocks.note("platform", Date.now());
    expect(clocks.agreement().standing).toBe("agreed");
    expect(Math.abs(clocks.now() - Date.now())).toBeLessThan(5 * MINUTE);
  });

  test("a jump that brings two clocks together is no agreement", () => {
    const machine = new Machine();
    machine.hear(10 * MINUTE);
    machine.jump(10 * MINUTE);
    expect(machine.standing).toBe("doubtful");
  });

  test("a lone clock that jumps is doubtful", () => {
    const machine = new Machine();
    machine.jump(-DAY);
    expect(machine.may).toBe("");
  });

  test("an agreement is not believed an hour later; another source, or a new reading, is", () => {
    const machine = new Machine();
    machine.hear(0);
    machine.pass(HOUR);
    expect(machine.may).toBe("make and end");
    machine.pass(1);
    expect(machine.may).toBe("make");
    expect(machine.doubt).toContain("no second clock that was read within the hour");
    machine.hear(0, "github");
    expect(machine.may).toBe("make and end");
  });

  test("a doubt does not go away by itself", () => {
    const machine = new Machine();
    machine.hear(DAY);
    machine.pass(2 * HOUR);
    expect(machine.may).toBe("");
  });

  test("what was made earlier ends the belief in a single clock", () => {
    const { clocks } = new Machine();
    clocks.requireAfter(undefined, "nothing was written at");
    clocks.requireAfter(Number.NaN, "nothing was written at");
    clocks.requireAfter(NOW + 5 * MINUTE, "it was written at");
    expect(() => clocks.requireAfter(NOW + 5 * MINUTE + 1, "it was written at")).toThrow(
      /says 2030-01-01T00:00:00.000Z, but it was written at 2030-01-01T00:05:00.001Z, which is later/,
    );
    expect(() => clocks.requireAfter(NOW + DAY, "it was written at", "Ask somebody.")).toThrow(
      expect.objectContaining({ next: "Ask somebody." }),
    );
  });
});

describe("the warning", () => {
  const warning = (ahead: number, source?: ClockSource) => {
    const machine = new Machine();
    machine.hear(ahead, source);
    return machine.clocks.warning();
  };

  test.each([0, 60, -60])("no word of %i s", (seconds) => {
    expect(warning(seconds * SECOND)).toBeUndefined();
    expect(new Machine().clocks.warning()).toBeUndefined();
  });

  test("more than 60 s are named, with their direction and what it means", () => {
    expect(warning(61 * SECOND)).toMatch(
      /^This machine's clock is 61 s behind the platform's\. .* may have expired there\.$/,
    );
    expect(warning(-200 * SECOND)).toMatch(
      /^This machine's clock is 200 s ahead of the platform's\. .* not valid there yet\.$/,
    );
    expect(warning(-200 * SECOND, "github")).toContain("ahead of GitHub's clock");
  });

  test("a difference is told in seconds, and from two days on in days", () => {
    expect(warning(2 * DAY - SECOND)).toContain("is 172799 s behind the platform's");
    expect(warning(2 * DAY)).toContain("is 2 days behind the platform's");
    expect(warning(-4018 * DAY)).toContain("is 4018 days ahead of the platform's");
  });

  test("a clock that jumped is warned of, whatever the difference", () => {
    const machine = new Machine();
    machine.jump(DAY);
    expect(machine.clocks.warning()).toContain("It was set during this run, or the machine slept.");
  });

  test("more than 5 minutes also name each clock", () => {
    expect(warning(-5 * MINUTE)).not.toContain("clock says");
    expect(warning(-HOUR)).toMatch(
      /is 3600 s ahead of the platform's\. .* this machine's clock says 2030-.* says 2029-/,
    );
  });
});

describe("the time of a reply", () => {
  const date = "Tue, 01 Jan 2030 00:00:00 GMT";

  test("is its one Date, an IMF-fixdate of RFC 9110, and no Age", () => {
    expect(timeOfReply({ date })).toBe(NOW);
    expect(timeOfReply({})).toBeNaN();
    expect(timeOfReply({ date: [date, date] })).toBeNaN();
    expect(timeOfReply({ date, age: "0" })).toBeNaN();
  });

  test.each([
    "Mon, 12",
    "7",
    "-5",
    "",
    "garbage",
    "Invalid Date",
    "Mon, 01 Jan 2030 00:00:00 GMT",
    "Tue, 1 Jan 2030 00:00:00 GMT",
    "Tue, 01 Jan 2030 00:00:00 UTC",
    "Tue, 01 Jan 2030 00:00:00 +0000",
    "Tue, 01 Jan 2030 24:00:00 GMT",
    "Wed, 31 Feb 2030 00:00:00 GMT",
    "Tuesday, 01-Jan-30 00:00:00 GMT",
    "Tue Jan  1 00:00:00 2030",
    "2030-01-01T00:00:00Z",
    ` ${date}`,
    `${date}, ${date}`,
  ])("%j is none", (text) => {
    expect(parseHttpDate(text)).toBeNaN();
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
    expect(retryAfter(header, NOW)).toBe(milliseconds);
  });

  test.each([undefined, "", "soon", "::error::x", "NaN"])(
    "without a usable one (%j) nothing is known",
    (header) => {
      expect(retryAfter(header, NOW)).toBeUndefined();
    },
  );

  test.each(["-5", "1.5", "1e3", "0x10", "Mon, 12", "Tuesday, 01-Jan-30 00:00:12 GMT"])(
    "what is neither seconds nor a date is none: %j",
    (header) => {
      expect(retryAfter(header, NOW)).toBeUndefined();
    },
  );
});

test("a millisecond that passes while the clocks are read does not set the time back: what was made in the second of the reply is valid", () => {
  let wall = NOW;
  const clocks = new Clocks({ wall: () => wall++, steady: () => 5 });
  clocks.note("platform", NOW);
  expect(clocks.earliest()).toBeGreaterThanOrEqual(NOW);
});
