/**
 * Reads a date of an HTTP header. `Date.parse` alone takes nearly anything: `7` would be a year.
 * @param text hostile text; RFC 9110 §5.6.7 dates begin with the day's name
 * @returns milliseconds since 1970, or NaN
 */
export function parseHttpDate(text: string): number {
  return /^[A-Z][a-z]{2,8},? /.test(text) ? Date.parse(text) : Number.NaN;
}
