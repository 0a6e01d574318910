/** The subject of a certificate: its attributes, their limits, and its form as an argument of OpenSSL. */

/** The distinguished name of the vendor's page: `/C=…/ST=…/O=…/OU=…/CN=…`, values exactly as asked. */
export interface Subject {
  /** C: ISO 3166-1 alpha-2. */
  readonly countryCode: string;
  /** ST, as the page has it: an abbreviation of the city. */
  readonly city: string;
  /** O. */
  readonly organization: string;
  /** OU. */
  readonly organizationalUnit: string;
  /** CN. */
  readonly commonName: string;
}

/** Attributes of a name in order, `[type, value]` with OpenSSL's short names. */
export type NameAttributes = readonly (readonly [type: string, value: string])[];

/** Upper bounds in characters, X.520 / RFC 5280 appendix A.1 (65 are refused by OpenSSL for a common name, measured). */
export const SUBJECT_LIMITS = {
  city: 128,
  organization: 64,
  organizationalUnit: 64,
  commonName: 64,
} as const;

/** @returns the attributes of a CA's subject in the order of the vendor's page */
export function subjectAttributes(subject: Subject): NameAttributes {
  return [
    ["C", subject.countryCode],
    ["ST", subject.city],
    ["O", subject.organization],
    ["OU", subject.organizationalUnit],
    ["CN", subject.commonName],
  ];
}

/**
 * Writes a name as the argument of OpenSSL's `-subj`.
 * Unescaped, a `/` or `+` in a value silently ends it (measured on OpenSSL 3.0: exit 0 with the CN lost).
 * @returns e.g. `/C=DE/ST=MUC/O=A\/S Corp/OU=IT/CN=acme`
 */
export function toSubjArgument(attributes: NameAttributes): string {
  return attributes.map(([type, value]) => `/${type}=${value.replaceAll(/[\\/+]/g, "\\$&")}`).join("");
}

/** @returns whether `-utf8` is needed: without it non-ASCII text is stored garbled (measured) */
export function needsUtf8(attributes: NameAttributes): boolean {
  return attributes.some(([, value]) => /[^\x20-\x7e]/.test(value));
}

/** @returns whether a text has invisible characters: soft hyphens, zero widths, directions, fillers, tags */
export function hasInvisible(text: string): boolean {
  return INVISIBLE.test(text);
}

/**
 * Unicode's list of invisible characters (UAX #44), which has those of musical notation, and the annotation
 * marks.
 */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/u;

/**
 * Checks a value for a subject. Control characters and invisible ones can make a name look like another name.
 * @param value the value as given, blanks included
 * @param limit most characters (Unicode code points)
 * @returns the reason, or undefined for a value that can be issued exactly as asked
 */
export function subjectValueProblem(value: string, limit: number): string | undefined {
  if (/\p{Cc}|\p{Zl}|\p{Zp}/u.test(value)) return "contains a control character or a line break";
  if (hasInvisible(value)) return "contains an invisible character";
  if (/\p{Cs}/u.test(value) || value.includes("\ufffd")) return "is not valid Unicode text";
  const length = [...value].length;
  return length > limit ? `is ${length} characters long. The limit is ${limit} characters` : undefined;
}
