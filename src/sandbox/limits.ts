// The rate limits of the vendor's page.
import type { CallName } from "./calls.ts";
import type { Quirks } from "./quirks.ts";

/** Which of the vendor's plans is in force: the usual one, the smallest one, or none. */
export type LimitsName = "documented" | "smallest" | "off";

interface Budget {
  readonly per30Seconds: number;
  readonly perHour: number;
}

const HALF_MINUTE = 30_000;
const HOUR = 3_600_000;

/** The vendor's rate-limit page (FACTS §1), per endpoint and environment. Token endpoints have no known limit. */
const BUDGETS: Record<LimitsName, Partial<Record<CallName, Budget>>> = {
  documented: {
    ...changing({ per30Seconds: 2, perHour: 10 }),
    list: { per30Seconds: 10, perHour: 30 },
    get: { per30Seconds: 10, perHour: 30 },
  },
  smallest: {
    ...changing({ per30Seconds: 1, perHour: 10 }),
    list: { per30Seconds: 3, perHour: 30 },
    get: { per30Seconds: 2, perHour: 20 },
  },
  off: {},
};

/** The budget of each call that changes something, and of the registration code. */
function changing(budget: Budget) {
  return { upload: budget, verify: budget, code: budget, delete: budget };
}

/**
 * Counts requests against the budget of a plan, in sliding windows. Nobody knows whether the platform's
 * windows slide or are fixed. A client that keeps to sliding windows also keeps to fixed ones.
 */
export class RateLimiter {
  readonly #budgets: Partial<Record<CallName, Budget>>;
  readonly #clock: () => number;
  readonly #spent = new Map<CallName, number[]>();

  /** @param clock milliseconds since the epoch */
  constructor(plan: LimitsName, clock: () => number) {
    this.#budgets = BUDGETS[plan];
    this.#clock = clock;
  }

  /**
   * Spends one request, or says how long to wait. A request that is turned away spends nothing.
   * @returns milliseconds until the same request would pass; 0 when it passes now
   */
  spend(call: CallName): number {
    const budget = this.#budgets[call];
    if (!budget) return 0;
    const now = this.#clock();
    const times = (this.#spent.get(call) ?? []).filter((time) => now - time < HOUR);
    this.#spent.set(call, times);
    const wait = Math.max(
      untilFree(times, budget.per30Seconds, HALF_MINUTE, now),
      untilFree(times, budget.perHour, HOUR, now),
    );
    if (wait === 0) times.push(now);
    return wait;
  }
}

/** Milliseconds until fewer than `limit` of the times (oldest first) lie within the window before now. */
function untilFree(times: readonly number[], limit: number, window: number, now: number): number {
  const blocking = times[times.length - limit];
  return blocking === undefined ? 0 : Math.max(0, blocking + window - now);
}

/**
 * The Retry-After header of a 429 (RFC 9110 §10.2.3), rounded up to whole seconds, so that a client that keeps to it passes.
 * @param wait milliseconds
 * @param now milliseconds since the epoch
 */
export function retryAfterHeader(
  wait: number,
  now: number,
  form: Quirks["retryAfter"],
): Record<string, string> {
  if (form === false) return {};
  if (form === true) return { "Retry-After": String(Math.ceil(wait / 1000)) };
  return { "Retry-After": new Date(Math.ceil((now + wait) / 1000) * 1000).toUTCString() };
}
