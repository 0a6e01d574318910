import { parseHttpDate } from "./http-date.ts";

/** Some 30 years: what is longer makes no date any more. */
const MOST_SECONDS = 1e9;

/**
 * Reads a Retry-After header (RFC 9110 §10.2.3: seconds or a date).
 * @param header hostile text
 * @param now the clock of who sent it, milliseconds since 1970
 * @returns milliseconds to wait, at least one second; undefined where it says nothing usable
 */
export function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const trimmed = header.trim();
  const milliseconds = /^\d+$/.test(trimmed)
    ? Math.min(Number(trimmed), MOST_SECONDS) * 1000
    : parseHttpDate(trimmed) - now;
  return Number.isNaN(milliseconds) ? undefined : Math.max(1000, milliseconds);
}
