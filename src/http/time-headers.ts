// Reads the HTTP headers with a time: Date (with Age) and Retry-After.

/**
 * Reads a date of an HTTP header: a single IMF-fixdate of RFC 9110 §5.6.7, `Sun, 06 Nov 1994 08:49:37 GMT`, the weekday
 * included. `Date.parse` itself takes nearly anything: `Mon, 12` would be a day of 2001.
 * @param text hostile text
 * @returns milliseconds since 1970, or NaN
 */
export function parseHttpDate(text: string): number {
  const time = Date.parse(text);
  // toUTCString writes exactly this form.
  return new Date(time).toUTCString() === text ? time : Number.NaN;
}

/**
 * Reads the time of a reply from its `Date` header. A reply with an `Age` comes from a cache, so its date is in the past.
 * @param headers by name in lower case; the values of several lines are an array
 * @returns milliseconds since 1970, or NaN where the headers tell no usable time
 */
export function timeOfReply({ date, age }: Readonly<Record<string, unknown>>): number {
  return typeof date === "string" && age === undefined ? parseHttpDate(date) : Number.NaN;
}

/** Some 30 years. A longer wait would not give a valid date. */
const MOST_SECONDS = 1e9;

/**
 * Reads a Retry-After header (RFC 9110 §10.2.3: seconds or a date).
 * @param header hostile text
 * @param now the time by the clock of its sender, milliseconds since 1970
 * @returns milliseconds to wait, at least one second; undefined where it cannot be read
 */
export function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const trimmed = header.trim();
  const milliseconds = /^\d+$/.test(trimmed)
    ? Math.min(Number(trimmed), MOST_SECONDS) * 1000
    : parseHttpDate(trimmed) - now;
  return Number.isNaN(milliseconds) ? undefined : Math.max(1000, milliseconds);
}
