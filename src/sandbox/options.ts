// Parsers of the sandbox's options. Their callers put the name of the option before the message of an error.
import { FAULT_FIELDS, type Fault, MAX_LATENCY } from "./faults.ts";
import { anyOf, checkFields } from "./fields.ts";
import type { LimitsName } from "./limits.ts";
import { QUIRKS, type Quirks } from "./quirks.ts";

const LIMITS: readonly LimitsName[] = ["documented", "smallest", "off"];

/**
 * Reads a port.
 * @param text decimal digits
 * @throws Error that says what is expected
 */
export function parsePort(text: string): number {
  return wholeNumber(text, 65_535);
}

/**
 * Reads a latency in milliseconds.
 * @param text decimal digits
 * @throws Error that says what is expected
 */
export function parseLatency(text: string): number {
  return wholeNumber(text, MAX_LATENCY);
}

/**
 * Reads a bearer token.
 * @param text the token68 or JWT characters that may follow `Bearer ` (RFC 6750 §2.1)
 * @throws Error that says what is expected
 */
export function parseToken(text: string): string {
  if (!/^[A-Za-z0-9\-._~+/]+=*$/.test(text))
    throw new Error("must be one that may follow `Bearer `, without blanks");
  return text;
}

/**
 * Reads the name of a plan of rate limits.
 * @throws Error that lists the names
 */
export function parseLimits(text: string): LimitsName {
  const found = LIMITS.find((name) => name === text);
  if (!found) throw new Error(`must be ${anyOf(LIMITS)}, not ${JSON.stringify(text)}`);
  return found;
}

/**
 * Reads faults.
 * @param text a JSON array of {@link Fault}
 * @throws Error that names the entry and the field, and says what is expected
 */
export function parseFaults(text: string): Fault[] {
  const value = parseJson(text, '[{"call":"upload","kind":"reset"}]');
  if (!Array.isArray(value))
    throw new Error('must be a JSON array of objects, such as [{"call":"upload","kind":"reset"}]');
  return value.map((entry: unknown, index) => {
    const label = `faults[${index}]`;
    const fault = checkFields(entry, FAULT_FIELDS, label);
    for (const name of ["call", "kind"]) {
      if (!(name in fault)) throw new Error(`${label}.${name} is missing`);
    }
    return fault as Fault;
  });
}

/**
 * Reads quirks.
 * @param text a JSON object with some of the fields of {@link Quirks}
 * @throws Error that names the field and says what is expected
 */
export function parseQuirks(text: string): Partial<Quirks> {
  const example = '{"listShape":"content"}';
  const value = parseJson(text, example);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error(`must be a JSON object, such as ${example}`);
  return checkFields(value, QUIRKS, "");
}

function parseJson(text: string, example: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`must be valid JSON, such as ${example}`);
  }
}

function wholeNumber(text: string, most: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= most))
    throw new Error(`must be a whole number from 0 to ${most}, not ${JSON.stringify(text)}`);
  return value;
}
