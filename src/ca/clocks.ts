/** The clocks of a run (this machine, the platform, GitHub), whether they agree, and what may be decided by them. */
import { ActionError } from "../messages/errors.ts";
import { iso, isTime } from "./time.ts";

/** Clocks that differ by more than this agree on nothing. */
export const CLOCKS_AGREE_MS = 5 * 60_000;
/** A difference worth a warning: what is made by the faster clock may not be valid yet for the other. */
const WARN_MS = 60_000;
/** The longest that a reading of a second clock counts. The machine's clock may jump after it. */
const BELIEVED_MS = 60 * 60_000;

/** The two clocks of this machine. */
export interface MachineClock {
  /** Milliseconds since 1970; anybody may set it. */
  wall(): number;
  /** Milliseconds since an arbitrary start. Nothing sets this clock. */
  steady(): number;
}

/**
 * The second clocks, in the order in which they count: each one counts only where those before it say
 * nothing.
 */
const SOURCES = {
  platform: "the platform's clock (Date)",
  "token endpoint": "the token endpoint's clock (Date)",
  token: "the token issuer's clock (iat)",
  github: "GitHub's clock (Date)",
} as const;

/** Where a reading of a second clock comes from. */
export type ClockSource = keyof typeof SOURCES;

/**
 * Whether the clocks agree.
 * - `agreed`: this machine's clock and a second one differ by at most 5 minutes.
 * - `unconfirmed`: no second clock is known, or it was read more than an hour ago.
 * - `doubtful`: the two clocks differ by more, or this machine's clock has jumped.
 */
export type Standing = "agreed" | "unconfirmed" | "doubtful";

/** The time for every decision about a CA, with the standing of the clocks. */
export interface Agreement {
  /** The time that decisions go by, milliseconds since 1970: the second clock's where there is one. */
  readonly now: number;
  readonly standing: Standing;
}

/** @returns a time that one clock says and no second one confirms */
export function unconfirmedAt(now: number): Agreement {
  return { now, standing: "unconfirmed" };
}

/** A moment by both of the machine's clocks. */
interface Moment {
  readonly wall: number;
  readonly steady: number;
}

interface Reading extends Moment {
  readonly source: ClockSource;
  /** What the second clock said then, milliseconds since 1970. */
  readonly at: number;
}

/** Every clock of one run, and whether they agree. No single clock decides over a CA (guarantee 3). */
export class Clocks {
  readonly #machine: MachineClock;
  readonly #began: Moment;
  readonly #readings = new Map<ClockSource, Reading>();

  constructor(machine: MachineClock = { wall: () => Date.now(), steady: () => performance.now() }) {
    this.#machine = machine;
    this.#began = this.#moment();
  }

  /**
   * Notes the time of a second clock at this moment. The last reading of each source counts.
   * @param at milliseconds since 1970. Undefined, or a number that is no time, is ignored
   */
  note(source: ClockSource, at: number | undefined): void {
    if (at === undefined || !isTime(at)) return;
    this.#readings.set(source, { source, at, ...this.#moment() });
  }

  /** @returns the time that decisions go by, milliseconds since 1970 */
  now(): number {
    return this.agreement().now;
  }

  /**
   * @returns the earliest time that it can be now, whichever clock is right. What has ended by then has
   * surely ended
   */
  earliest(): number {
    const { now, standing } = this.agreement();
    return standing === "agreed" ? now : Math.min(now, this.#machine.wall());
  }

  /** @returns the time at this moment, and whether the clocks agree on it */
  agreement(): Agreement {
    const moment = this.#moment();
    const second = this.#second();
    // The skew is that of the same moment. With two moments a millisecond apart, the time could come out
    // before that of a reply which has just arrived.
    const skew = this.#skewAt(moment);
    const now = moment.wall + skew;
    if (this.#hasJumped() || Math.abs(skew) > CLOCKS_AGREE_MS) return { now, standing: "doubtful" };
    return { now, standing: second === undefined || this.#isOld(second) ? "unconfirmed" : "agreed" };
  }

  /** Milliseconds that the second clock is ahead of this machine's, to about a second; 0 where there is none. */
  get skew(): number {
    return this.#skewAt(this.#moment());
  }

  #skewAt({ wall, steady }: Moment): number {
    const second = this.#second();
    if (second === undefined) return 0;
    return Math.round(second.at + (steady - second.steady) - wall);
  }

  /**
   * Requires that the clocks are good enough for an action. Callers ask before an action that depends on the
   * time, and again right before a step that cannot be undone.
   * @param what `make`: a certificate, an upload or a proof of possession is made. One clock is enough where
   * no second one is known. `end`: a CA is retired, deleted or forgotten. Two clocks must agree
   * @returns the time that decisions go by, milliseconds since 1970
   * @throws ActionError `CLOCK_DOUBTFUL` that names each clock with its reading
   */
  require(what: "make" | "end"): number {
    const { now, standing } = this.agreement();
    if (standing === "agreed" || (standing === "unconfirmed" && what === "make")) return now;
    throw new ActionError("CLOCK_DOUBTFUL", this.#doubt(standing));
  }

  /**
   * For a task that knows only this machine's clock: a time that was noted earlier must not be more than
   * 5 minutes later than now.
   * @param at the noted time, milliseconds since 1970; undefined or NaN where it is not known
   * @param what a clause that ends before that time: `the keyring was written at`
   * @param next the next step where the usual one does not fit
   * @throws ActionError `CLOCK_DOUBTFUL`
   */
  requireAfter(at: number | undefined, what: string, next?: string): void {
    const now = this.now();
    if (at === undefined || !(at > now + CLOCKS_AGREE_MS)) return;
    const message = `This machine's clock says ${iso(now)}, but ${what} ${iso(at)}, which is later.`;
    throw new ActionError("CLOCK_DOUBTFUL", message, { next });
  }

  /** @returns a sentence that names a difference of more than 60 s and what it means, or undefined */
  warning(): string | undefined {
    const second = this.#second();
    if (this.#hasJumped()) return this.#doubt("doubtful");
    if (second === undefined || Math.abs(this.skew) <= WARN_MS) return undefined;
    const apart = lasting(this.skew);
    const whose = second.source === "platform" ? "the platform's" : SOURCES[second.source];
    const means =
      this.skew < 0
        ? `${apart} ahead of ${whose}. For so long, a certificate that is created here is not valid there yet.`
        : `${apart} behind ${whose}. A token or certificate that is valid here may have expired there.`;
    const nothing = Math.abs(this.skew) > CLOCKS_AGREE_MS ? ` ${this.#doubt("doubtful")}` : "";
    return `This machine's clock is ${means}${nothing}`;
  }

  /** Names each clock with its reading. */
  #doubt(standing: Standing): string {
    const here = `this machine's clock says ${iso(this.#machine.wall())}`;
    const second = this.#second();
    if (this.#hasJumped())
      return `The clocks of this run do not agree: ${here}. It was set during this run, or the machine slept.`;
    if (standing !== "doubtful" || second === undefined) {
      const old = second === undefined ? "" : " that was read within the hour";
      return `One clock is not enough to decide over a CA: ${here}, and this run knows no second clock${old} to compare it with.`;
    }
    const there = `${SOURCES[second.source]} says ${iso(this.now())}`;
    return `The clocks of this run do not agree: ${here} and ${there}. They differ by ${lasting(this.skew)}.`;
  }

  /**
   * The first second clock that was read within the hour; where there is none, the first that was read at
   * all.
   */
  #second(): Reading | undefined {
    const readings = Object.keys(SOURCES).flatMap(
      (source) => this.#readings.get(source as ClockSource) ?? [],
    );
    return readings.find((reading) => !this.#isOld(reading)) ?? readings[0];
  }

  #isOld({ steady }: Moment): boolean {
    return this.#machine.steady() - steady > BELIEVED_MS;
  }

  /**
   * Whether the wall clock and the steady clock have gone apart by more than 5 minutes since a second clock
   * was read, or since the run began.
   */
  #hasJumped(): boolean {
    const since = this.#second() ?? this.#began;
    const { wall, steady } = this.#moment();
    return Math.abs(wall - since.wall - (steady - since.steady)) > CLOCKS_AGREE_MS;
  }

  #moment(): Moment {
    return { wall: this.#machine.wall(), steady: this.#machine.steady() };
  }
}

/** @returns a duration for messages: `90 s`, and from two days on `4018 days` */
function lasting(milliseconds: number): string {
  const seconds = Math.round(Math.abs(milliseconds) / 1000);
  return seconds < 2 * 86_400 ? `${seconds} s` : `${Math.round(seconds / 86_400)} days`;
}
