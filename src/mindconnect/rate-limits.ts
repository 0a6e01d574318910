// The documented rate limits of the platform, and how many requests this run has sent.
const HOUR_MS = 60 * 60_000;
/** The platform counts requests in windows of 30 s. Without a Retry-After a call waits for the next window. */
export const WINDOW_MS = 30_000;

/** The documented limit of one endpoint: requests an hour, for all runs of an environment together. */
export interface Endpoint {
  readonly perHour: number;
}

/** The limits of the vendor's rate-limit page, by endpoint. */
export const ENDPOINTS = {
  list: { perHour: 30 },
  get: { perHour: 30 },
  upload: { perHour: 10 },
  registrationCode: { perHour: 10 },
  verify: { perHour: 10 },
  remove: { perHour: 10 },
  /** No limit is documented. This one is that of the calls that change something. */
  token: { perHour: 10 },
} as const satisfies Record<string, Endpoint>;

/**
 * The requests of this run within the last hour. A run never sends more than the documented number, even if a
 * Retry-After would allow more.
 */
export class HourlyBudget {
  readonly #sent = new Map<Endpoint, number[]>();
  readonly #now: () => number;

  /** @param now milliseconds of a monotonic clock */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** @returns milliseconds until the next request to the endpoint may be sent; 0 for at once */
  wait(endpoint: Endpoint): number {
    const sent = this.#sent.get(endpoint) ?? [];
    const first = sent.at(-endpoint.perHour);
    return first === undefined ? 0 : Math.max(0, first + HOUR_MS - this.#now());
  }

  spend(endpoint: Endpoint): void {
    this.#sent.set(endpoint, [...(this.#sent.get(endpoint) ?? []), this.#now()]);
  }
}
