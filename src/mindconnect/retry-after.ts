import { parseHttpDate } from "../ca/http-date.ts";

/** The platform counts in windows of 30 s; without a Retry-After the next one is waited for. */
const WINDOW_MS = 30_000;

/**
 * Reads a Retry-After header (RFC 9110 §10.2.3: seconds or a date).
 * @param header hostile text
 * @param now the platform's clock, milliseconds since 1970
 * @returns milliseconds to wait: at least one second, and 30 s where the header says nothing usable
 */
export function retryAfter(header: string | undefined, now: number): number {
  if (header === undefined) return WINDOW_MS;
  const trimmed = header.trim();
  const milliseconds = /^\d{1,9}$/.test(trimmed) ? Number(trimmed) * 1000 : parseHttpDate(trimmed) - now;
  return Number.isNaN(milliseconds) ? WINDOW_MS : Math.max(1000, milliseconds);
}
