import type { CallName } from "./calls.ts";

/** What can go wrong on the wire; {@link Fault} says what each one does. */
export const FAULT_KINDS = [
  "reset-before",
  "reset",
  "hang",
  "hang-after",
  "rate-limit",
  "status",
  "html",
  "truncated",
  "garbage",
  "wrong-shape",
  "huge",
  "redirect",
  "body",
  "slow",
  "late",
  "trickle",
  "date",
] as const;

/** One of {@link FAULT_KINDS}. */
export type FaultKind = (typeof FAULT_KINDS)[number];

/** A fault that strikes chosen requests. Fields that its kind does not use are ignored. */
export interface Fault {
  /** Which requests; `any` for every one. */
  readonly call: CallName | "any";
  /** The first occurrence struck, 1-based, counted from when the fault was added. Default 1. */
  readonly nth?: number;
  /** How many occurrences in a row are struck. Default 1. */
  readonly times?: number;
  /**
   * Not carried out: `reset-before` (connection reset), `hang` (never answered), `rate-limit` (429).
   * Carried out: `reset` and `hang-after` (the reply is lost), `truncated` (half of it arrives), `garbage` (200, no
   * JSON), `wrong-shape` (200, JSON of another shape), `huge` (200, 32 MiB), `slow` (late by `delay`), `trickle` (200, a
   * body that never ends), `date` (answered as ever, but for what the reply says of the time: `ahead`, `date`, `age`).
   * Carried out if `carriedOut` says so: `status`, `html`, `redirect`, `body`. An upload that is refused for good is a
   * `status` or `body` with 400, 409 or 422 and many `times`.
   * Carried out later: `late` (connection reset; the platform does what was asked after the next request, or `after` many).
   */
  readonly kind: FaultKind;
  /** `status` (default 503), `html` (502), `redirect` (302), `body` (200). */
  readonly status?: number;
  /** Default false. */
  readonly carriedOut?: boolean;
  /** `rate-limit`: the header's value, or false for none. Default 30. */
  readonly retryAfter?: number | string | false;
  /** `redirect`: where to. Default a host that cannot exist. */
  readonly location?: string;
  /** `body`: the reply's body. Default empty. */
  readonly body?: string;
  /** `body`: its Content-Type. Default application/json. */
  readonly contentType?: string;
  /** `slow`: milliseconds. Default 1000. */
  readonly delay?: number;
  /** `late`: after how many more requests of any kind it is carried out. Default 1. */
  readonly after?: number;
  /** `date`: seconds that the header `Date` is ahead of the sandbox's clock, negative for behind. Default 0. */
  readonly ahead?: number;
  /** `date`: the header's value as it stands, several for as many headers, false for none. Wins over `ahead`. */
  readonly date?: string | readonly string[] | false;
  /** `date`: an `Age` header of so many seconds, as a reply from a cache has it. */
  readonly age?: number;
}

/** The faults in waiting. */
export interface FaultQueue {
  /** Adds a fault; its count of occurrences starts now. */
  add(fault: Fault): void;
  /** Counts an occurrence of a call; returns the first fault added that strikes it. */
  strike(call: CallName): Fault | undefined;
}

/**
 * Makes a queue.
 * @param initial faults that are there from the start
 */
export function createFaultQueue(initial: readonly Fault[] = []): FaultQueue {
  const entries = initial.map((fault) => ({ fault, seen: 0 }));
  return {
    add(fault) {
      entries.push({ fault, seen: 0 });
    },
    strike(call) {
      const waiting = entries.filter(({ fault }) => fault.call === call || fault.call === "any");
      for (const entry of waiting) entry.seen++;
      return waiting.find(strikes)?.fault;
    },
  };
}

function strikes({ fault, seen }: { fault: Fault; seen: number }): boolean {
  const first = fault.nth ?? 1;
  return seen >= first && seen < first + (fault.times ?? 1);
}
