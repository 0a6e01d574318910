import { type Certificate, readCertificate, verificationProblem } from "../../ca/certificate.ts";
import { quoted } from "../../ca/printable.ts";
import { field, group, plainGroup } from "../../github/inputs.ts";
import { isCertificateId, isRegistrationCode } from "../../mindconnect/shapes.ts";
import { pemOrPath } from "./texts.ts";

/** The id of one CA certificate, as given by an earlier step. */
export const certificateIdInputs = plainGroup({
  "certificate-id": field({
    description: "Id of the CA certificate on the platform, as given by upload or status.",
    required: true,
    parse: certificateId,
  }),
});

function certificateId(text: string): string {
  if (!isCertificateId(text)) throw new Error(`${quoted(text)} cannot be the id of a certificate`);
  return text;
}

/** What the user says of certificates on the platform, where the keyring and the replies do not. */
export const knownIdsInputs = plainGroup({
  "allow-unheld": field({
    description:
      "Ids, separated by blanks, commas or lines, of CA certificates that may be on the platform without being in the keyring; where it is not known whose one of them is, it is not taken for yours.",
    parse: certificateIds,
  }),
  "certificate-id": field({
    description:
      "Id of a CA certificate on the platform that is one of yours, where replies show too little to know it (CA_DOUBTFUL).",
    parse: certificateId,
  }),
});

function certificateIds(text: string): ReadonlySet<string> {
  return new Set(
    text
      .split(/[\s,]+/)
      .filter((id) => id !== "")
      .map(certificateId),
  );
}

/** The registration code of one CA certificate. */
export const registrationCodeInputs = plainGroup({
  "registration-code": field({
    description: "Registration code of the CA certificate, as given by registration-code.",
    required: true,
    parse(text: string) {
      if (!isRegistrationCode(text))
        throw new Error("is not a registration code: 1 to 64 printable characters without blanks");
      return text;
    },
  }),
});

/** A verification certificate made by an earlier step. */
export const verificationCertificateInputs = group(
  {
    "verification-certificate": field({
      description: "The verification certificate: PEM text or a path.",
      required: true,
      parse: pemOrPath,
    }),
  },
  (values, report): Certificate | undefined => {
    const text = values["verification-certificate"];
    if (text === undefined) return undefined;
    try {
      const certificate = readCertificate(text);
      const problem = verificationProblem(certificate, { now: Date.now() });
      if (problem === undefined) return certificate;
      report("verification-certificate", `cannot be used: ${problem}`);
    } catch (error) {
      report("verification-certificate", (error as Error).message);
    }
    return undefined;
  },
);
