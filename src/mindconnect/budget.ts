const HOUR_MS = 60 * 60_000;

/** One endpoint of the platform and its documented limit: requests an hour, of all runs of an environment together. */
export interface Endpoint {
  readonly perHour: number;
}

/** The vendor's rate-limit page, by endpoint. */
export const ENDPOINTS = {
  list: { perHour: 30 },
  get: { perHour: 30 },
  upload: { perHour: 10 },
  registrationCode: { perHour: 10 },
  verify: { perHour: 10 },
  remove: { perHour: 10 },
  /** Nothing is documented: no more than a change. */
  token: { perHour: 10 },
} as const satisfies Record<string, Endpoint>;

/** What this run has sent within the last hour: never more than the platform allows everybody, whatever it asks for. */
export class HourlyBudget {
  readonly #sent = new Map<Endpoint, number[]>();
  readonly #now: () => number;

  /** @param now milliseconds, on a clock that nobody sets */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** @returns milliseconds until the endpoint may be asked again; 0 for now */
  wait(endpoint: Endpoint): number {
    const sent = this.#sent.get(endpoint) ?? [];
    const first = sent.at(-endpoint.perHour);
    return first === undefined ? 0 : Math.max(0, first + HOUR_MS - this.#now());
  }

  /** Counts a request. */
  spend(endpoint: Endpoint): void {
    this.#sent.set(endpoint, [...(this.#sent.get(endpoint) ?? []), this.#now()]);
  }
}
