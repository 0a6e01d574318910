/** @returns the day in UTC as a rotated CA's common name has it: YYYYMMDD */
export function today(): string {
  return new Date().toISOString().slice(0, 10).replaceAll("-", "");
}

/**
 * The common names that a CA can have which was made since a day was {@link today}: midnight may have come in between.
 * @param nth which CA of that day it is
 */
export function namesSince(day: string, nth: 1 | 2 = 1): string[] {
  const made = nth === 1 ? `acme-${day}` : `acme-${day}-2`;
  return day === today() ? [made] : [made, `acme-${today()}`];
}
