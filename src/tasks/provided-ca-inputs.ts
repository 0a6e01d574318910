/** The inputs of a CA that the user provides: its certificate, its key and the key's passphrase. */
import {
  EMPTY_SECRETS_HINT,
  emptySecretHint,
  maskable,
  pathOfPem,
  pemOrPath,
} from "../action/input-parsers.ts";
import { field, group, type IsGiven, type Report, type Values } from "../action/inputs.ts";
import { type Certificate, foreignCaProblem, oddCommonName, readCertificate } from "../ca/certificate.ts";
import { PrivateKeyError, plainPem } from "../ca/private-key.ts";
import { Passphrases } from "../keyring/passphrases.ts";
import type { CaPair } from "../openssl/make-certificates.ts";

const pairFields = {
  "ca-certificate": field({
    description:
      "CA certificate of your own or of an earlier step: PEM text or the path of a file. Needs ca-private-key. The task uses this CA instead of one of the keyring.",
    parse: pemOrPath,
  }),
  "ca-private-key": field({
    description: "Private key of ca-certificate: PEM text or the path of a file.",
    secret: true,
    parse: pemOrPath,
  }),
  "ca-private-key-passphrase": field({
    description: "Passphrase of ca-private-key, if that key is encrypted.",
    secret: true,
    verbatim: true,
    parse: maskable,
  }),
};

type PairValues = Partial<Values<typeof pairFields>>;

/** A CA that the user provides, or none. */
export interface ProvidedCa {
  readonly pair?: CaPair;
  /** The files that it came from: absolute paths, by input. */
  readonly files: readonly { readonly input: string; readonly file: string }[];
}

/** A CA that the user provides, or none: both certificate and key, or neither. */
export const providedCaInputs = group(
  pairFields,
  async (values, report, given, text): Promise<ProvidedCa | undefined> => {
    reportLonePassphrase(report, given);
    if (!given("ca-certificate") && !given("ca-private-key")) return { files: [] };
    const both = ["ca-certificate", "ca-private-key"];
    for (const name of both.filter((name) => !given(name)))
      report(
        name,
        "is missing. Give ca-certificate and ca-private-key together, or neither",
        undefined,
        EMPTY_SECRETS_HINT,
      );
    const pair = await readPair(values, report);
    if (pair === undefined) return undefined;
    const files = both.flatMap((input) => {
      const file = pathOfPem(text(input));
      return file === undefined ? [] : [{ input, file }];
    });
    return { pair, files };
  },
);

/** A CA that the user must provide, with its key. */
export const requiredCaInputs = group(
  {
    ...pairFields,
    "ca-certificate": {
      ...pairFields["ca-certificate"],
      description: "CA certificate that signs: PEM text or the path of a file.",
      required: true,
    },
    "ca-private-key": { ...pairFields["ca-private-key"], required: true },
  },
  (values, report) => readPair(values, report),
);

/** A CA certificate that the user must provide. With its key the local check is stricter. */
export const certificateToUploadInputs = group(
  {
    ...pairFields,
    "ca-certificate": {
      ...pairFields["ca-certificate"],
      description: "CA certificate to upload: PEM text or the path of a file.",
      required: true,
    },
    "ca-private-key": {
      ...pairFields["ca-private-key"],
      description:
        "Private key of ca-certificate: PEM text or the path of a file. The task only checks that the two belong together, and sends the key nowhere.",
    },
  },
  async (values, report, given): Promise<Certificate | undefined> => {
    reportLonePassphrase(report, given);
    const certificate = given("ca-private-key")
      ? (await readPair(values, report))?.certificate
      : readCa(values["ca-certificate"], report);
    reportOddCommonName(certificate, report);
    return certificate;
  },
);

/**
 * Reports a provided CA that cannot be uploaded. The platform's replies show a CA by its common name, so the
 * CA needs one plain common name.
 */
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

async function readPair(values: PairValues, report: Report): Promise<CaPair | undefined> {
  const certificate = readCa(values["ca-certificate"], report);
  const key = values["ca-private-key"];
  if (key === undefined) return undefined;
  const passphrases = Passphrases.of(values["ca-private-key-passphrase"]);
  await passphrases.openAll([key]);
  try {
    const privateKey = passphrases.open(key);
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
  if (!error.passphrase) {
    // The subject of these messages is the key. A reported problem has its input as the subject.
    const problem = error.message.replace(/^the private key /, "");
    report(
      "ca-private-key",
      problem === "cannot be read" ? "is not a private key in PEM, or is damaged" : problem,
    );
  } else if (passphraseMissing)
    report(
      "ca-private-key-passphrase",
      "is missing. ca-private-key is encrypted, and this passphrase must open it",
      "PASSPHRASE_WRONG",
      emptySecretHint("ca-private-key-passphrase"),
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
