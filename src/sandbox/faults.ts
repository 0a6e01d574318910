// The faults that a sandbox can be told to show, and which request gets which one.
import { CALL_NAMES, type CallName } from "./calls.ts";
import { fieldType, integer, oneOf, status, string, type Values } from "./fields.ts";

/** What can go wrong on the wire; `kind` of {@link FAULT_FIELDS} says what each one does. */
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

/** Longer than any client waits, in milliseconds. */
export const MAX_LATENCY = 600_000;
/** Seconds: a thousand years keep to the four digits of an HTTP date. */
const MAX_AHEAD = 1000 * 366 * 86_400;

/** The fields of a {@link Fault}. Those that its kind does not use are ignored. */
export const FAULT_FIELDS = {
  /** The calls that it strikes. `any` strikes every one. */
  call: oneOf(...CALL_NAMES, "any"),
  /**
   * Not carried out: `reset-before` (connection reset), `hang` (never answered), `rate-limit` (429).
   * Carried out: `reset` and `hang-after` (the reply is lost), `truncated` (half of it arrives), `garbage` (200, no
   * JSON), `wrong-shape` (200, JSON of another shape), `huge` (200, 32 MiB), `slow` (late by `delay`), `trickle` (200, a
   * body that never ends), `date` (answered as ever, but for what the reply says of the time: `ahead`, `date`, `age`).
   * Carried out if `carriedOut` says so: `status`, `html`, `redirect`, `body`. An upload that is refused for good is a
   * `status` or `body` with 400, 409 or 422 and many `times`.
   * Carried out later: `late` (connection reset; the platform does what was asked after the next request, or `after` many).
   */
  kind: oneOf(...FAULT_KINDS),
  /** The first request that it strikes. The count begins with 1 when the fault is added. Defaults to 1. */
  nth: integer(1),
  /** How many requests in a row it strikes. Defaults to 1. */
  times: integer(1),
  /** HTTP status of `status` (defaults to 503), `html` (502), `redirect` (302) and `body` (200). */
  status,
  /** Whether the request is carried out, for the kinds that leave it open. Defaults to false. */
  carriedOut: oneOf(true, false),
  /** `rate-limit`: value of the header `Retry-After`, or false for no header. Defaults to 30. */
  retryAfter: fieldType<number | string | false>(
    "number | string | false",
    "a number, a string or false",
    (value) => typeof value === "string" || typeof value === "number" || value === false,
  ),
  /** `redirect`: the target. Defaults to a host that cannot exist. */
  location: string,
  /** `body`: the reply's body. Defaults to an empty one. */
  body: string,
  /** `body`: the reply's Content-Type. Defaults to application/json. */
  contentType: string,
  /** `slow`: milliseconds before the reply. Defaults to 1000. */
  delay: integer(0, MAX_LATENCY),
  /** `late`: the platform carries the request out after so many more requests of any kind. Defaults to 1. */
  after: integer(1),
  /** `date`: seconds that the header `Date` is ahead of the sandbox's clock. Negative for behind. Defaults to 0. */
  ahead: integer(-MAX_AHEAD, MAX_AHEAD),
  /** `date`: value of the header `Date`. An array gives several headers, false gives none. Wins over `ahead`. */
  date: fieldType<string | readonly string[] | false>(
    "string | string[] | false",
    "a string or an array of strings, in printable ASCII, or false",
    (value) =>
      value === false || [value].flat().every((each) => typeof each === "string" && /^[ -~]*$/.test(each)),
  ),
  /** `date`: seconds in the header `Age`, which a reply from a cache has. */
  age: integer(0),
};

type AllFields = Values<typeof FAULT_FIELDS>;

/** A fault that strikes chosen requests. */
export type Fault = Readonly<Pick<AllFields, "call" | "kind"> & Partial<AllFields>>;

/** The faults that wait for their requests. */
export class FaultQueue {
  readonly #entries: { readonly fault: Fault; seen: number }[] = [];

  /** @param initial faults that are there from the start */
  constructor(initial: readonly Fault[] = []) {
    for (const fault of initial) this.add(fault);
  }

  /** Adds a fault; its count of requests starts now. */
  add(fault: Fault): void {
    this.#entries.push({ fault, seen: 0 });
  }

  /** Counts a request. @returns the first fault added that strikes it */
  next(call: CallName): Fault | undefined {
    const waiting = this.#entries.filter(({ fault }) => fault.call === call || fault.call === "any");
    for (const entry of waiting) entry.seen++;
    return waiting.find(({ fault: { nth = 1, times = 1 }, seen }) => seen >= nth && seen < nth + times)
      ?.fault;
  }
}
