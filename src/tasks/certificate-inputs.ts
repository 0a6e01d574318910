/** The inputs of a new certificate: subject, validity, key size, name, directory, and when its successor is due. */
import codes from "i18n-iso-countries/codes.json" with { type: "json" };
import german from "i18n-iso-countries/langs/de.json" with { type: "json" };
import english from "i18n-iso-countries/langs/en.json" with { type: "json" };
import { keyBits, path, subjectValue, visibleLine, wholeNumber } from "../action/input-parsers.ts";
import { type Field, field, group, plainGroup, type Values } from "../action/inputs.ts";
import { RENEW_BEFORE_DAYS } from "../ca/slot-status.ts";
import { SUBJECT_LIMITS, type Subject } from "../ca/subject.ts";
import { MOST_DAYS } from "../ca/time.ts";
import { quoted } from "../messages/printable.ts";

/** Longest validity. A verification certificate is used at once, so a year is enough. */
const LONGEST_VERIFICATION_DAYS = 365;

/** The subject of a new certificate without its common name. */
const subjectFields = {
  "country-code": field({
    description:
      "Country of the certificate's subject (C): the two letters of ISO 3166-1 alpha-2 in upper case, for example DE.",
    required: true,
    parse: countryCode,
  }),
  city: field({
    description: `City of the certificate's subject (ST), usually abbreviated, for example MUC. At most ${SUBJECT_LIMITS.city} characters.`,
    required: true,
    verbatim: true,
    parse: subjectValue(SUBJECT_LIMITS.city),
  }),
  organization: field({
    description: `Organization of the certificate's subject (O), usually abbreviated, for example Acme. At most ${SUBJECT_LIMITS.organization} characters.`,
    required: true,
    verbatim: true,
    parse: subjectValue(SUBJECT_LIMITS.organization),
  }),
  "organizational-unit": field({
    description: `Organizational unit of the certificate's subject (OU). At most ${SUBJECT_LIMITS.organizationalUnit} characters. Defaults to IT.`,
    default: "IT",
    verbatim: true,
    parse: subjectValue(SUBJECT_LIMITS.organizationalUnit),
  }),
};

/** The subject of a CA certificate. */
export const subjectInputs = plainGroup({
  ...subjectFields,
  "common-name": field({
    description: `Common name of the CA certificate (CN). At most ${SUBJECT_LIMITS.commonName} characters. Defaults to tenant.`,
    verbatim: true,
    parse: subjectValue(SUBJECT_LIMITS.commonName),
  }),
});

const agentSubjectFields = {
  "country-code": forMadeKeys(subjectFields["country-code"]),
  city: forMadeKeys(subjectFields.city),
  organization: forMadeKeys(subjectFields.organization),
  "organizational-unit": subjectFields["organizational-unit"],
};

/** The subject of agent certificates without their common names. */
export interface AgentSubject {
  /** Inputs without a default that were not given. An agent without a CSR needs them, because a CSR has its own subject. */
  readonly missing: readonly string[];
  /** The subject of an agent; undefined where something is missing. */
  readonly of: ((name: string) => Subject) | undefined;
}

/** The subject of agent certificates; whether it is needed depends on the agents. */
export const agentSubjectInputs = group(agentSubjectFields, (values, _report, given): AgentSubject => {
  const missing = ["country-code", "city", "organization"].filter((name) => !given(name));
  const { "country-code": countryCode, city, organization, "organizational-unit": unit } = values;
  if (countryCode === undefined || city === undefined || organization === undefined || unit === undefined)
    return { missing, of: undefined };
  const rest = { countryCode, city, organization, organizationalUnit: unit };
  return { missing, of: (commonName) => ({ ...rest, commonName }) };
});

function forMadeKeys({ required: _, ...declared }: Field<string>): Omit<Field<string>, "required"> {
  const description = `${declared.description} Required if an agent has no CSR.`;
  return { ...declared, description };
}

/** Longest prefix of a rotated CA's common name: `-20261231-99` follows. */
export const LONGEST_PREFIX = SUBJECT_LIMITS.commonName - "-20261231-99".length;

/** The subject of a rotated CA certificate, which must have a common name of its own. */
export const rotatedSubjectInputs = plainGroup({
  ...subjectFields,
  "common-name-prefix": field({
    description: `Beginning of the new CA's common name. A hyphen and the date in UTC follow, for example acme-20310530. At most ${LONGEST_PREFIX} characters. Defaults to tenant.`,
    verbatim: true,
    parse: subjectValue(LONGEST_PREFIX),
  }),
});

/** @returns the subject of a certificate from its inputs */
export function subjectOf(values: Values<typeof subjectFields>, commonName: string): Subject {
  const { "country-code": countryCode, city, organization, "organizational-unit": unit } = values;
  return { countryCode, city, organization, organizationalUnit: unit, commonName };
}

const keyBitsField = field({
  description: "Size of a new RSA key in bits: 2048, 3072 or 4096. Defaults to 2048.",
  default: "2048",
  parse: keyBits,
});

/** @returns the validity in days and the key size of a certificate that a task makes */
function validityInputs(description: string, defaultDays: string, most: number) {
  return plainGroup({
    days: field({ description, default: defaultDays, parse: wholeNumber(1, most) }),
    "key-bits": keyBitsField,
  });
}

export const caInputs = validityInputs(
  `Days that a new CA certificate is valid, from 1 to ${MOST_DAYS}. Defaults to 3650.`,
  "3650",
  MOST_DAYS,
);

export const leafInputs = validityInputs(
  `Days that an agent certificate is valid, from 1 to ${MOST_DAYS}. It gets fewer if the CA expires earlier. Defaults to 365.`,
  "365",
  MOST_DAYS,
);

export const verificationInputs = validityInputs(
  `Days that the verification certificate is valid, from 1 to ${LONGEST_VERIFICATION_DAYS}. Defaults to 7.`,
  "7",
  LONGEST_VERIFICATION_DAYS,
);

export const renewBeforeField = field({
  description: "Days before the newest usable CA expires. From then on a rotation is due. Defaults to 395.",
  default: String(RENEW_BEFORE_DAYS),
  parse: wholeNumber(1, MOST_DAYS),
});

/** The `name` attribute of an upload. */
export const certificateNameInputs = plainGroup({
  "certificate-name": field({
    description:
      "Name of the CA certificate on the platform, one line. Defaults to the tenant, a hyphen and the first 8 hex digits of the SHA-256 fingerprint.",
    parse: visibleLine,
  }),
});

const directoryFields = {
  directory: field({
    description:
      "Directory that the files are written to and stay in. It is created if needed, and no file in it is overwritten. Without it the files go to a private directory of the job.",
    parse: path,
  }),
};

/**
 * The directory for files that stay. An invalid directory resolves to undefined, so it is not taken for a
 * missing one.
 */
export const directoryInputs = group(directoryFields, (values, _report, given) =>
  given("directory") && values.directory === undefined ? undefined : values,
);

/**
 * Alpha-2 and alpha-3 codes of each country. The package also lists XK for Kosovo. ISO 3166-1 leaves that
 * code to its users, so it is left out.
 */
const COUNTRIES = codes.filter(([alpha2]) => alpha2 !== "XK") as unknown as readonly (readonly [
  alpha2: string,
  alpha3: string,
])[];
const ALPHA_2: ReadonlySet<string> = new Set(COUNTRIES.map(([alpha2]) => alpha2));

type Names = Readonly<Record<string, string | readonly string[]>>;

/** @throws Error for a text that is no code of ISO 3166-1 alpha-2 in upper case, as OpenSSL stores it */
export function countryCode(text: string): string {
  if (ALPHA_2.has(text)) return text;
  const meant = countriesMeantBy(text).map((alpha2) => `${alpha2} for ${nameOf(alpha2)}`);
  const example =
    meant.length === 0
      ? "for example DE for Germany"
      : `here ${meant.length > 1 ? "perhaps " : ""}${meant.join(", ")}`;
  throw new Error(
    `${quoted(text)} is not a country code. Give the two letters of ISO 3166-1 alpha-2 in upper case, ${example}`,
  );
}

/**
 * @returns the alpha-2 codes that a text may stand for. The text may be another form of a code, a country's
 * name or its beginning, or the first letter of a code
 */
function countriesMeantBy(text: string): readonly string[] {
  const wanted = text.toUpperCase();
  const named = (fits: (name: string) => boolean) =>
    COUNTRIES.filter(([alpha2]) => namesOf(alpha2).some(fits)).map(([alpha2]) => alpha2);
  const ways = [
    () => COUNTRIES.filter((forms) => forms.includes(wanted)).map(([alpha2]) => alpha2),
    () => named((name) => name === wanted),
    () => (wanted.length < 3 ? [] : named((name) => name.startsWith(wanted))),
    () =>
      /^[A-Z]$/.test(wanted) ? [...ALPHA_2].filter((alpha2) => alpha2.startsWith(wanted)).toSorted() : [],
  ];
  return ways.map((way) => way()).find((found) => found.length > 0) ?? [];
}

/** @returns a country's names in English and German, in upper case. `UK` is one of them */
function namesOf(alpha2: string): string[] {
  return [english.countries, german.countries].flatMap((names: Names) =>
    [names[alpha2] ?? []].flat().map((name) => name.toUpperCase()),
  );
}

function nameOf(alpha2: string): string {
  const [name = alpha2] = [(english.countries as Names)[alpha2] ?? []].flat();
  return name;
}
