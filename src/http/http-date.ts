/**
 * Reads a date of an HTTP header: a single IMF-fixdate of RFC 9110 §5.6.7, `Sun, 06 Nov 1994 08:49:37 GMT`, the weekday
 * included. `Date.parse` alone takes nearly anything: `Mon, 12` would be a day of 2001.
 * @param text hostile text
 * @returns milliseconds since 1970, or NaN
 */
export function parseHttpDate(text: string): number {
  const time = Date.parse(text);
  // Its own rendering is that form, byte for byte.
  return new Date(time).toUTCString() === text ? time : Number.NaN;
}

/**
 * Reads the time of a reply off its headers.
 * @param dates every `Date` header
 * @param ages every `Age` header: a reply that has one comes from a cache, and is of the past
 * @returns milliseconds since 1970, or NaN where it says nothing usable
 */
export function timeOfReply(dates: readonly string[], ages: readonly string[]): number {
  const [date] = dates;
  return date === undefined || dates.length > 1 || ages.length > 0 ? Number.NaN : parseHttpDate(date);
}
