import { type Certificate, foreignCaProblem, oddCommonName, readCertificate } from "../../ca/certificate.ts";
import { KeyEncryptionError, openPrivateKey, PrivateKeyError, plainPem } from "../../ca/private-key.ts";
import { SUBJECT_LIMITS, type Subject } from "../../ca/subject.ts";
import { type Field, field, group, type IsGiven, plainGroup, type Report } from "../../github/inputs.ts";
import type { CaPair } from "../../openssl/ca.ts";
import { MOST_DAYS } from "./rotation.ts";
import {
  countryCode,
  EMPTY_SECRET,
  keyBits,
  maskable,
  path,
  pathOfPem,
  pemOrPath,
  program,
  subjectValue,
  visibleLine,
  wholeNumber,
} from "./texts.ts";

/** A verification certificate is used at once. */
const LONGEST_VERIFICATION_DAYS = 365;

/** The subject of a certificate that is made, but its common name. */
const subjectFields = {
  "country-code": field({
    description: "Country of the subject (C): ISO 3166-1 alpha-2, such as DE.",
    required: true,
    parse: countryCode,
  }),
  city: field({
    description: "Abbreviation of the city, the subject's ST.",
    required: true,
    verbatim: true,
    parse: subjectValue(SUBJECT_LIMITS.city),
  }),
  organization: field({
    description: "Abbreviation of the organization, the subject's O.",
    required: true,
    verbatim: true,
    parse: subjectValue(SUBJECT_LIMITS.organization),
  }),
  "organizational-unit": field({
    description: "Organizational unit, the subject's OU.",
    default: "IT",
    verbatim: true,
    parse: subjectValue(SUBJECT_LIMITS.organizationalUnit),
  }),
};

/** The subject of a CA certificate. */
export const subjectInputs = plainGroup({
  ...subjectFields,
  "common-name": field({
    description: "Common name of the CA certificate (CN); the tenant where it is not given.",
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

/** The subject of agent certificates, but their names. */
export interface AgentSubject {
  /** Inputs without a default that were not given: a CSR brings its own subject along, a key made here does not. */
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
  const rest = { "country-code": countryCode, city, organization, "organizational-unit": unit };
  return { missing, of: (name) => subjectOf(rest, name) };
});

function forMadeKeys({ required: _, ...declared }: Field<string>): Omit<Field<string>, "required"> {
  const description = `${declared.description} Required unless every agent has a CSR.`;
  return { ...declared, description };
}

/** Longest prefix of a rotated CA's common name: `-20261231-99` follows. */
export const LONGEST_PREFIX = SUBJECT_LIMITS.commonName - "-20261231-99".length;

/** The subject of a rotated CA certificate, which must have a common name of its own. */
export const rotatedSubjectInputs = plainGroup({
  ...subjectFields,
  "common-name-prefix": field({
    description:
      "The new CA's common name is this prefix, a hyphen and the date (YYYYMMDD, UTC); the tenant where it is not given.",
    verbatim: true,
    parse: subjectValue(LONGEST_PREFIX),
  }),
});

/** @returns the subject of a certificate from its inputs */
export function subjectOf(
  values: { "country-code": string; city: string; organization: string; "organizational-unit": string },
  commonName: string,
): Subject {
  const {
    "country-code": countryCode,
    city,
    organization,
    "organizational-unit": organizationalUnit,
  } = values;
  return { countryCode, city, organization, organizationalUnit, commonName };
}

const keyBitsField = field({
  description: "Size of a new RSA key: 2048, 3072 or 4096 bits.",
  default: "2048",
  parse: keyBits,
});

/** Where a CA is made. */
export const caInputs = plainGroup({
  days: field({
    description: "Days that the CA certificate is valid.",
    default: "3650",
    parse: wholeNumber(1, MOST_DAYS),
  }),
  "key-bits": keyBitsField,
});

/** Where agent certificates are made. */
export const leafInputs = plainGroup({
  days: field({
    description: "Days that an agent certificate is valid; fewer where the CA ends before.",
    default: "365",
    parse: wholeNumber(1, MOST_DAYS),
  }),
  "key-bits": keyBitsField,
});

/** Where a verification certificate is made. */
export const verificationInputs = plainGroup({
  days: field({
    description: "Days that the verification certificate is valid.",
    default: "7",
    parse: wholeNumber(1, LONGEST_VERIFICATION_DAYS),
  }),
  "key-bits": keyBitsField,
});

/** Where OpenSSL runs. */
export const opensslInputs = plainGroup({
  "openssl-path": field({
    description: "The OpenSSL program: openssl on PATH, or a path.",
    default: "openssl",
    parse: program,
  }),
});

/** The `name` attribute of an upload. */
export const certificateNameInputs = plainGroup({
  "certificate-name": field({
    description:
      "Name of the certificate on the platform; the tenant and the first 8 hex digits of the SHA-256 fingerprint where it is not given.",
    parse: visibleLine,
  }),
});

const certificateField = field({
  description:
    "A CA certificate of your own or of an earlier step: PEM text or a path. With its key it wins over a keyring.",
  parse: pemOrPath,
});
const privateKeyField = field({
  description: "The private key of ca-certificate: PEM text or a path.",
  secret: true,
  parse: pemOrPath,
});
const passphraseField = field({
  description: "Passphrase of an encrypted ca-private-key.",
  secret: true,
  verbatim: true,
  parse: maskable,
});

const pairFields = {
  "ca-certificate": certificateField,
  "ca-private-key": privateKeyField,
  "ca-private-key-passphrase": passphraseField,
};

/** A CA brought along, or nothing. */
export interface BroughtCa {
  readonly pair?: CaPair;
  /** Absolute paths of the files it came from, by input. */
  readonly files: readonly { readonly input: string; readonly file: string }[];
}

/** A CA brought along, or nothing: both certificate and key, or neither. */
export const broughtCaInputs = group(pairFields, (values, report, given, text): BroughtCa | undefined => {
  reportLonePassphrase(report, given);
  if (!given("ca-certificate") && !given("ca-private-key")) return { files: [] };
  const both = ["ca-certificate", "ca-private-key"];
  for (const name of both) {
    if (given(name)) continue;
    report(name, `is missing: certificate and key are given together or not at all. ${EMPTY_SECRET}`);
  }
  const pair = readPair(values, report);
  if (pair === undefined) return undefined;
  const files = both.flatMap((input) => {
    const file = pathOfPem(text(input));
    return file === undefined ? [] : [{ input, file }];
  });
  return { pair, files };
});

/** A CA that must be brought along, with its key. */
export const requiredCaInputs = group(
  {
    ...pairFields,
    "ca-certificate": { ...certificateField, required: true },
    "ca-private-key": { ...privateKeyField, required: true },
  },
  (values, report): CaPair | undefined => readPair(values, report),
);

/** A CA certificate that must be brought along; its key makes the local check stricter where it is given. */
export const certificateToUploadInputs = group(
  { ...pairFields, "ca-certificate": { ...certificateField, required: true } },
  (values, report, given): Certificate | undefined => {
    reportLonePassphrase(report, given);
    const certificate = given("ca-private-key")
      ? readPair(values, report)?.certificate
      : readCa(values["ca-certificate"], report);
    reportOddCommonName(certificate, report);
    return certificate;
  },
);

/** The rule for a task that may upload a CA that is brought along: it can be found again by its common name. */
export function reportOddCommonName(certificate: Certificate | undefined, report: Report): void {
  const odd = certificate && oddCommonName(certificate);
  if (odd !== undefined)
    report(
      "ca-certificate",
      `cannot be uploaded: ${odd}, so that replies of the platform cannot be mistaken`,
    );
}

function reportLonePassphrase(report: Report, given: IsGiven): void {
  if (given("ca-private-key-passphrase") && !given("ca-private-key"))
    report("ca-private-key-passphrase", "is given without ca-private-key");
}

interface PairValues {
  readonly "ca-certificate"?: string | undefined;
  readonly "ca-private-key"?: string | undefined;
  readonly "ca-private-key-passphrase"?: string | undefined;
}

function readPair(values: PairValues, report: Report): CaPair | undefined {
  const certificate = readCa(values["ca-certificate"], report);
  const key = values["ca-private-key"];
  if (key === undefined) return undefined;
  try {
    const privateKey = openPrivateKey(key, values["ca-private-key-passphrase"]);
    if (certificate === undefined) return undefined;
    if (!certificate.x509.checkPrivateKey(privateKey)) {
      report("ca-private-key", "does not belong to ca-certificate", "KEY_MISMATCH");
      return undefined;
    }
    return { certificate, privateKey: plainPem(privateKey) };
  } catch (error) {
    reportKey(error, values["ca-private-key-passphrase"] === undefined, report);
    return undefined;
  }
}

function reportKey(error: unknown, passphraseMissing: boolean, report: Report): void {
  if (!(error instanceof PrivateKeyError)) throw error;
  if (error instanceof KeyEncryptionError) report("ca-private-key", error.message);
  else if (!error.passphrase) report("ca-private-key", `is not a private key in PEM: ${error.message}`);
  else if (passphraseMissing)
    report("ca-private-key-passphrase", "is missing: ca-private-key is encrypted", "PASSPHRASE_WRONG");
  else report("ca-private-key-passphrase", "does not open ca-private-key", "PASSPHRASE_WRONG");
}

function readCa(text: string | undefined, report: Report): Certificate | undefined {
  if (text === undefined) return undefined;
  try {
    const certificate = readCertificate(text);
    const problem = foreignCaProblem(certificate, { now: Date.now() });
    if (problem === undefined) return certificate;
    report("ca-certificate", `cannot be used: ${problem}`);
  } catch (error) {
    report("ca-certificate", (error as Error).message);
  }
  return undefined;
}

const directoryFields = {
  directory: field({
    description:
      "Directory where the files go and stay; nothing in it is overwritten. A private one where it is not given.",
    parse: path,
  }),
};

/** Where files go and stay; one that is not valid is not taken for none. */
export const directoryInputs = group(directoryFields, (values, _report, given) =>
  given("directory") && values.directory === undefined ? undefined : values,
);
