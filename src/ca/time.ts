/** Later times have no four digits for the year, nobody means them, and there is little room to count on from them. */
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
 * Reads a time that the keyring remembers.
 * @param text ISO 8601 UTC, or what somebody made of it; undefined where nothing is remembered
 * @returns milliseconds since 1970, also in the future, where nobody has been yet; undefined for a text that is no time
 */
export function rememberedTime(text: string | undefined): number | undefined {
  const time = Date.parse(text ?? "");
  return isTime(time) ? time : undefined;
}

/**
 * @param now milliseconds since 1970
 * @param remembered what is remembered already, ISO 8601 UTC
 * @returns what to remember as now: never before the certificate's own beginning, nor before what is remembered
 */
export function timeToRemember(
  now: number,
  begins: number,
  ...remembered: readonly (string | undefined)[]
): string {
  return iso(Math.max(now, begins, ...remembered.map((text) => rememberedTime(text) ?? now)));
}

/** A hundred years: OpenSSL makes longer ones, dates beyond 9999 it does not (measured), and nobody means it. */
export const MOST_DAYS = 36_500;
