/** The clocks of a run (this machine, the platform, GitHub), whether they agree, and what may be decided by them. */
import { ActionError } from "../messages/errors.ts";
import { iso, isTime } from "./time.ts";

/** Clocks that differ by more than this agree on nothing. */
export const CLOCKS_AGREE_MS = 5 * 60_000;
/** A difference worth a warning: what is made by the faster clock may not be valid yet for the other. */
const WARN_MS = 60_000;
/** A clock may jump: what was agreed on so long ago is not believed any more. */
const BELIEVED_MS = 60 * 60_000;

/** What this machine knows of the time. */
export interface MachineClock {
  /** Milliseconds since 1970; anybody may set it. */
  wall(): number;
  /** Milliseconds since an arbitrary start. Nothing sets this clock. */
  steady(): number;
}

/** Second clocks, the one that counts first; of the others each counts where those before it say nothing. */
const SOURCES = {
  platform: "the platform's clock (Date)",
  "token endpoint": "the token endpoint's clock (Date)",
  token: "the token issuer's clock (iat)",
  github: "GitHub's clock (Date)",
} as const;

/** Where a reading of a second clock comes from. */
export type ClockSource = keyof typeof SOURCES;

/**
 * What the clocks agree on: `agreed`, this machine's and a second one within 5 minutes; `unconfirmed`, no second one is known;
 * `doubtful`, they differ, or this machine's has jumped.
 */
export type Standing = "agreed" | "unconfirmed" | "doubtful";

/** What every decision about a CA is given instead of a bare time. */
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

/** Knows every clock of one run and what they agree on. No single one decides over a CA (guarantee 3). */
export class Clocks {
  readonly #machine: MachineClock;
  readonly #began: Moment;
  readonly #readings = new Map<ClockSource, Reading>();

  constructor(machine: MachineClock = { wall: () => Date.now(), steady: () => performance.now() }) {
    this.#machine = machine;
    this.#began = this.#moment();
  }

  /**
   * Takes in what a second clock says at this moment; the last word of each source counts.
   * @param at milliseconds since 1970; undefined, or no time, where it says nothing usable
   */
  note(source: ClockSource, at: number | undefined): void {
    if (at === undefined || !isTime(at)) return;
    this.#readings.set(source, { source, at, ...this.#moment() });
  }

  /** @returns the time that decisions go by, milliseconds since 1970 */
  now(): number {
    return this.agreement().now;
  }

  /** @returns the least time that it can be, whichever clock is right: what is over by it is over */
  earliest(): number {
    const { now, standing } = this.agreement();
    return standing === "agreed" ? now : Math.min(now, this.#machine.wall());
  }

  /** @returns what the clocks agree on at this moment */
  agreement(): Agreement {
    const moment = this.#moment();
    const second = this.#second();
    // Of one moment: a millisecond between two would set the time back, before that of a reply which has just come.
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
   * To be called before something is done that the time decides on, and again right before what cannot be undone.
   * @param what `make`: a certificate, an upload, a proof, which one clock may do where no second one is known; `end`: a
   * CA is retired, deleted or forgotten, which takes two that agree
   * @returns the time that decisions go by, milliseconds since 1970
   * @throws ActionError `CLOCK_DOUBTFUL` that names each clock with its reading
   */
  require(what: "make" | "end"): number {
    const { now, standing } = this.agreement();
    if (standing === "agreed" || (standing === "unconfirmed" && what === "make")) return now;
    throw new ActionError("CLOCK_DOUBTFUL", this.#doubt(standing));
  }

  /**
   * For a task that knows only this machine's clock: what is there already was made earlier.
   * @param at when that was, milliseconds since 1970; undefined or NaN where it is not known
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

  /** The second clock that counts; where none is believed any more, the first of them that was read. */
  #second(): Reading | undefined {
    const readings = Object.keys(SOURCES).flatMap(
      (source) => this.#readings.get(source as ClockSource) ?? [],
    );
    return readings.find((reading) => !this.#isOld(reading)) ?? readings[0];
  }

  #isOld({ steady }: Moment): boolean {
    return this.#machine.steady() - steady > BELIEVED_MS;
  }

  /** Whether the wall clock has gone another way than the steady one since a second clock was read, or the run began. */
  #hasJumped(): boolean {
    const since = this.#second() ?? this.#began;
    const { wall, steady } = this.#moment();
    return Math.abs(wall - since.wall - (steady - since.steady)) > CLOCKS_AGREE_MS;
  }

  #moment(): Moment {
    return { wall: this.#machine.wall(), steady: this.#machine.steady() };
  }
}

/** @returns seconds, of much longer ones days: `4018 days` */
function lasting(milliseconds: number): string {
  const seconds = Math.round(Math.abs(milliseconds) / 1000);
  return seconds < 2 * 86_400 ? `${seconds} s` : `${Math.round(seconds / 86_400)} days`;
}
