/** A `Date` header has whole seconds, and servers' clocks differ a little: so little ahead is not the future. */
const AHEAD_TOLERATED_MS = 60_000;

/** @returns a time (milliseconds since 1970) as the platform writes it: `2031-05-30T09:22:55.000Z` */
export function iso(time: number): string {
  return new Date(time).toISOString();
}

/** @returns the day of a time (milliseconds since 1970), UTC: `2031-05-30` */
export function day(time: number): string {
  return iso(time).slice(0, 10);
}

/**
 * Reads a time that the keyring remembers of what is over.
 * @param text ISO 8601 UTC, or what somebody made of it; undefined where nothing is remembered
 * @param now milliseconds since 1970
 * @returns milliseconds since 1970; undefined, which is unknown, also for a text that is no time, or is in the future
 */
export function rememberedTime(text: string | undefined, now: number): number | undefined {
  const time = Date.parse(text ?? "");
  return time <= now + AHEAD_TOLERATED_MS ? time : undefined;
}
