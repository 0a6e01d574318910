// Parsers of the sandbox's options. Each throws an Error that says what is expected; its caller puts the option's name before it.
import { FAULT_FIELDS, type Fault, MAX_LATENCY } from "./faults.ts";
import { anyOf, checkFields } from "./fields.ts";
import type { LimitsName } from "./limits.ts";
import { QUIRKS, type Quirks } from "./quirks.ts";

const LIMITS: readonly LimitsName[] = ["documented", "smallest", "off"];

/** Reads a port. */
export function parsePort(text: string): number {
  return wholeNumber(text, 65_535);
}

/** Reads a latency in milliseconds. */
export function parseLatency(text: string): number {
  return wholeNumber(text, MAX_LATENCY);
}

/** Reads a bearer token: the token68 or JWT characters that may follow `Bearer ` (RFC 6750 §2.1). */
export function parseToken(text: string): string {
  if (!/^[A-Za-z0-9\-._~+/]+=*$/.test(text))
    throw new Error("must be one that may follow `Bearer `, without blanks");
  return text;
}

/** Reads the name of a plan of rate limits. */
export function parseLimits(text: string): LimitsName {
  const found = LIMITS.find((name) => name === text);
  if (!found) throw new Error(`must be ${anyOf(LIMITS)}, not ${JSON.stringify(text)}`);
  return found;
}

/** Reads a JSON array of faults. An error names the entry and the field. */
export function parseFaults(text: string): Fault[] {
  const example = '[{"call":"upload","kind":"reset"}]';
  const value = parseJson(text, example);
  if (!Array.isArray(value)) throw new Error(`must be a JSON array of objects, such as ${example}`);
  return value.map((entry: unknown, index) => {
    const label = `faults[${index}]`;
    const fault = checkFields(entry, FAULT_FIELDS, `${label}.`, `${label} must be a JSON object`);
    for (const name of ["call", "kind"]) {
      if (!(name in fault)) throw new Error(`${label}.${name} is missing`);
    }
    return fault as Fault;
  });
}

/** Reads a JSON object with some of the quirks. An error names the field. */
export function parseQuirks(text: string): Partial<Quirks> {
  const example = '{"listShape":"content"}';
  return checkFields(parseJson(text, example), QUIRKS, "", `must be a JSON object, such as ${example}`);
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
