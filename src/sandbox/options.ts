// Parsers of the sandbox's options. Their callers put the name of the option before the message of an error.
import { CALL_NAMES } from "./calls.ts";
import { FAULT_KINDS, type Fault } from "./faults.ts";
import type { LimitsName } from "./limits.ts";
import type { Quirks } from "./quirks.ts";

/** Longer than any client waits. */
const MAX_LATENCY = 600_000;
/** Seconds: a thousand years keep to the four digits of an HTTP date. */
const MAX_AHEAD = 1000 * 366 * 86_400;
const LIMITS: readonly LimitsName[] = ["documented", "smallest", "off"];

/** Returns what is expected when a value does not fit, else undefined. */
type Check = (value: unknown) => string | undefined;
type Checks<Fields> = Readonly<Record<keyof Fields, Check>>;

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
    const fault = checkFields(entry, FAULT_CHECKS, label);
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
  if (!isObject(value)) throw new Error(`must be a JSON object, such as ${example}`);
  return checkFields(value, QUIRK_CHECKS, "");
}

const oneOf =
  (...allowed: readonly unknown[]): Check =>
  (value) =>
    allowed.includes(value) ? undefined : anyOf(allowed);
const integer =
  (least: number, most: number): Check =>
  (value) =>
    Number.isInteger(value) && Number(value) >= least && Number(value) <= most
      ? undefined
      : `a whole number from ${least} to ${most}`;
const string: Check = (value) => (typeof value === "string" ? undefined : "a string");
const status = integer(200, 599);

const FAULT_CHECKS: Checks<Fault> = {
  call: oneOf(...CALL_NAMES, "any"),
  kind: oneOf(...FAULT_KINDS),
  nth: integer(1, Number.MAX_SAFE_INTEGER),
  times: integer(1, Number.MAX_SAFE_INTEGER),
  status,
  carriedOut: oneOf(true, false),
  retryAfter: (value) =>
    typeof value === "string" || typeof value === "number" || value === false
      ? undefined
      : "a number, a string or false",
  location: string,
  body: string,
  contentType: string,
  delay: integer(0, MAX_LATENCY),
  after: integer(1, Number.MAX_SAFE_INTEGER),
  ahead: integer(-MAX_AHEAD, MAX_AHEAD),
  date: (value) =>
    value === false || [value].flat().every((each) => typeof each === "string" && /^[ -~]*$/.test(each))
      ? undefined
      : "a string or an array of strings, in printable ASCII, or false",
  age: integer(0, Number.MAX_SAFE_INTEGER),
};

const QUIRK_CHECKS: Checks<Quirks> = {
  uploadStatus: oneOf(200, 201),
  deleteStatus: oneOf(200, 202, 204),
  listShape: oneOf("array", "caCertificates", "content", "_embedded"),
  isVerified: oneOf("present", "absent-until-verified", "absent-in-reads"),
  listOmitsVerified: oneOf("none", "newest", "all"),
  commonName: oneOf("exact", "null", "absent", "empty", "trimmed", "lower-case", "prefixed", "decomposed"),
  listHidesMore: oneOf("none", "totalElements", "total", "page", "last", "next", "links"),
  leadingBlank: oneOf(true, false),
  pemInReplies: oneOf(true, false),
  idForm: oneOf("hex", "ulid", "reserved", "reused"),
  thirdUpload: (value) => {
    const { status: code, code: name } = { ...(value as Partial<Quirks["thirdUpload"]>) };
    return (status(code) ?? string(name)) ? 'an object such as {"status":409,"code":"…"}' : undefined;
  },
  duplicateUpload: oneOf("accepted", "refused"),
  verifyAgain: oneOf("accepted", "refused"),
  codeChangesEachTime: oneOf(true, false),
  codeLifetimeSeconds: integer(0, Number.MAX_SAFE_INTEGER),
  errorShape: oneOf("errors", "array", "id", "oauth", "message", "html"),
  retryAfter: oneOf(true, false, "date"),
};

function checkFields<Fields>(value: unknown, checks: Checks<Fields>, label: string): Partial<Fields> {
  if (!isObject(value)) throw new Error(`${label} must be a JSON object`);
  const at = (name: string) => (label === "" ? name : `${label}.${name}`);
  const table = new Map<string, Check>(Object.entries(checks));
  for (const [name, field] of Object.entries(value)) {
    const check = table.get(name);
    if (!check) throw new Error(`"${at(name)}" is unknown. Known are ${[...table.keys()].join(", ")}`);
    const expected = check(field);
    if (expected) throw new Error(`${at(name)} must be ${expected}, not ${JSON.stringify(field)}`);
  }
  return value as Partial<Fields>;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
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

function anyOf(values: readonly unknown[]): string {
  return `one of ${values.map((value) => JSON.stringify(value)).join(", ")}`;
}
