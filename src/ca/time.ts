/** Times as the platform and the keyring write them. */

/**
 * The end of the last year with four digits. Later dates are typing errors, and OpenSSL does not make them.
 */
const LATEST = Date.UTC(9999, 11, 31);

/** @returns whether a number can be a time in milliseconds since 1970: one of the years 1970 to 9999 */
export function isTime(time: number): boolean {
  return time >= 0 && time <= LATEST;
}

/** @returns a time (milliseconds since 1970) as the platform writes it: `2031-05-30T09:22:55.000Z` */
export function iso(time: number): string {
  return new Date(time).toISOString();
}

/** @returns the day of a time (milliseconds since 1970), UTC: `2031-05-30` */
export function day(time: number): string {
  return iso(time).slice(0, 10);
}

/**
 * Reads a time that the keyring notes.
 * @param text ISO 8601 UTC, or any text of a person; undefined where nothing is noted
 * @returns milliseconds since 1970, also one in the future; undefined for a text that is no time
 */
export function rememberedTime(text: string | undefined): number | undefined {
  const time = Date.parse(text ?? "");
  return isTime(time) ? time : undefined;
}

/** Milliseconds of a day. */
export const DAY_MS = 24 * 60 * 60 * 1000;

/** A hundred years: OpenSSL makes longer ones, but no dates beyond 9999 (measured). */
export const MOST_DAYS = 36_500;
