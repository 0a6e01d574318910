import {
  EMPTY_SECRET,
  emptySecret,
  keyBits,
  maskable,
  path,
  pathOfPem,
  pemOrPath,
  subjectValue,
  visibleLine,
  wholeNumber,
} from "../action/input-texts.ts";
import { type Field, field, group, type IsGiven, plainGroup, type Report } from "../action/inputs.ts";
import { type Certificate, foreignCaProblem, oddCommonName, readCertificate } from "../ca/certificate.ts";
import { KeyEncryptionError, openPrivateKey, PrivateKeyError, plainPem } from "../ca/private-key.ts";
import { SUBJECT_LIMITS, type Subject } from "../ca/subject.ts";
import { MOST_DAYS } from "../ca/time.ts";
import type { CaPair } from "../openssl/make-certificates.ts";
import { countryCode } from "./country-input.ts";

/** A verification certificate is used at once. */
const LONGEST_VERIFICATION_DAYS = 365;

/** The subject of a certificate that is made, but its common name. */
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
  description: "Size of a new RSA key in bits: 2048, 3072 or 4096. Defaults to 2048.",
  default: "2048",
  parse: keyBits,
});

/** Where a CA is made. */
export const caInputs = plainGroup({
  days: field({
    description: `Days that a new CA certificate is valid, from 1 to ${MOST_DAYS}. Defaults to 3650.`,
    default: "3650",
    parse: wholeNumber(1, MOST_DAYS),
  }),
  "key-bits": keyBitsField,
});

/** Where agent certificates are made. */
export const leafInputs = plainGroup({
  days: field({
    description: `Days that an agent certificate is valid, from 1 to ${MOST_DAYS}. It gets fewer if the CA expires earlier. Defaults to 365.`,
    default: "365",
    parse: wholeNumber(1, MOST_DAYS),
  }),
  "key-bits": keyBitsField,
});

/** Where a verification certificate is made. */
export const verificationInputs = plainGroup({
  days: field({
    description: `Days that the verification certificate is valid, from 1 to ${LONGEST_VERIFICATION_DAYS}. Defaults to 7.`,
    default: "7",
    parse: wholeNumber(1, LONGEST_VERIFICATION_DAYS),
  }),
  "key-bits": keyBitsField,
});

/** The `name` attribute of an upload. */
export const certificateNameInputs = plainGroup({
  "certificate-name": field({
    description:
      "Name of the CA certificate on the platform, one line. Defaults to the tenant, a hyphen and the first 8 hex digits of the SHA-256 fingerprint.",
    parse: visibleLine,
  }),
});

const certificateField = field({
  description:
    "CA certificate of your own or of an earlier step: PEM text or the path of a file. Needs ca-private-key. The task uses this CA instead of one of the keyring.",
  parse: pemOrPath,
});
const privateKeyField = field({
  description: "Private key of ca-certificate: PEM text or the path of a file.",
  secret: true,
  parse: pemOrPath,
});
const passphraseField = field({
  description: "Passphrase of ca-private-key, if that key is encrypted.",
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
    report(
      name,
      "is missing. Give ca-certificate and ca-private-key together, or neither",
      undefined,
      EMPTY_SECRET,
    );
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
    "ca-certificate": {
      ...certificateField,
      description: "CA certificate that signs: PEM text or the path of a file.",
      required: true,
    },
    "ca-private-key": { ...privateKeyField, required: true },
  },
  (values, report): CaPair | undefined => readPair(values, report),
);

/** A CA certificate that must be brought along; its key makes the local check stricter where it is given. */
export const certificateToUploadInputs = group(
  {
    ...pairFields,
    "ca-certificate": {
      ...certificateField,
      description: "CA certificate to upload: PEM text or the path of a file.",
      required: true,
    },
    "ca-private-key": {
      ...privateKeyField,
      description:
        "Private key of ca-certificate: PEM text or the path of a file. The task only checks that the two belong together, and sends the key nowhere.",
    },
  },
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
      `cannot be uploaded: ${odd}. The platform's replies could not be matched with it. Give a CA certificate with one plain common name, for example acme-2031`,
    );
}

function reportLonePassphrase(report: Report, given: IsGiven): void {
  if (given("ca-private-key-passphrase") && !given("ca-private-key"))
    report(
      "ca-private-key-passphrase",
      "is given without ca-private-key. Give both, or remove the passphrase",
    );
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
      report(
        "ca-private-key",
        "does not belong to ca-certificate. Give the private key that the certificate was made with",
        "KEY_MISMATCH",
      );
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
    report(
      "ca-private-key-passphrase",
      "is missing. ca-private-key is encrypted, and this passphrase must open it",
      "PASSPHRASE_WRONG",
      emptySecret("ca-private-key-passphrase"),
    );
  else
    report(
      "ca-private-key-passphrase",
      "does not open ca-private-key. Give its passphrase exactly as it was set, including blanks",
      "PASSPHRASE_WRONG",
    );
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
      "Directory that the files are written to and stay in. It is created if needed, and no file in it is overwritten. Without it the files go to a private directory of the job.",
    parse: path,
  }),
};

/** Where files go and stay; one that is not valid is not taken for none. */
export const directoryInputs = group(directoryFields, (values, _report, given) =>
  given("directory") && values.directory === undefined ? undefined : values,
);
