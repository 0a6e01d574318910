// The faults that a sandbox can be told to show, and which request gets which one.
import { CALL_NAMES, type CallName } from "./calls.ts";
import { fieldType, integer, oneOf, status, string, type Values } from "./fields.ts";

/** What can go wrong on the wire: whether the request is carried out, and what the client sees (docs/rehearsal.md). */
export const FAULTS = {
  "reset-before": { carriedOut: "no", seen: "The connection is reset." },
  reset: { carriedOut: "yes", seen: "The connection is reset: the reply is lost." },
  hang: { carriedOut: "no", seen: "No reply ever comes." },
  "hang-after": { carriedOut: "yes", seen: "No reply ever comes." },
  "rate-limit": { carriedOut: "no", seen: "429, with `Retry-After` as `retryAfter` says." },
  status: { carriedOut: "if asked", seen: "An error of the platform with the status `status`." },
  html: { carriedOut: "if asked", seen: "An HTML page with the status `status`, as a proxy sends it." },
  truncated: { carriedOut: "yes", seen: "Half of the reply, then the connection breaks." },
  garbage: { carriedOut: "yes", seen: "200, and a body that is not JSON." },
  "wrong-shape": { carriedOut: "yes", seen: "200, and JSON of another shape." },
  huge: { carriedOut: "yes", seen: "200, and a body of 32 MiB." },
  redirect: { carriedOut: "if asked", seen: "A redirect to `location`." },
  body: { carriedOut: "if asked", seen: "The body `body`, with `status` and `contentType`." },
  slow: { carriedOut: "yes", seen: "The right reply, `delay` milliseconds late." },
  late: {
    carriedOut: "later",
    seen: "The connection is reset. The platform does what was asked after `after` more requests.",
  },
  trickle: { carriedOut: "yes", seen: "200, and a body that never ends." },
  date: {
    carriedOut: "yes",
    seen: "The right reply, with another `Date` or an `Age`: `ahead`, `date`, `age`.",
  },
} as const satisfies Record<string, { carriedOut: "yes" | "no" | "if asked" | "later"; seen: string }>;

/** One of {@link FAULTS}. */
export type FaultKind = keyof typeof FAULTS;

/** Every kind of fault, in the order of the documentation. */
export const FAULT_KINDS = Object.keys(FAULTS) as readonly FaultKind[];

/** Longer than any client waits, in milliseconds. */
export const MAX_LATENCY = 600_000;
/** Limit of `ahead` in seconds: a thousand years from now, the year of an HTTP date still has four digits. */
const MAX_AHEAD = 1000 * 366 * 86_400;

/** The fields of a {@link Fault}. Those that its kind does not use are ignored. */
export const FAULT_FIELDS = {
  /** The calls that it strikes. `any` strikes every one. */
  call: oneOf(...CALL_NAMES, "any"),
  /** One of the kinds above. */
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

/** @returns whether the platform carries a request out before its fault shows */
export function isCarriedOut({ kind, carriedOut = false }: Fault): boolean {
  const carries = FAULTS[kind].carriedOut;
  return carries === "yes" || (carries === "if asked" && carriedOut);
}

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
