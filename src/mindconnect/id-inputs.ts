// The inputs that name things on the platform: ids of CA certificates, registration codes, verification certificates.
import { pemOrPath } from "../action/input-parsers.ts";
import { field, group, plainGroup } from "../action/inputs.ts";
import { type Certificate, readCertificate, verificationProblem } from "../ca/certificate.ts";
import { quoted } from "../messages/printable.ts";
import { isCertificateId, isRegistrationCode } from "./replies.ts";

/** The id of one CA certificate, as given by an earlier step. */
export const certificateIdInputs = plainGroup({
  "certificate-id": field({
    description:
      "Id of the CA certificate on the platform: an output of upload, and in the summary of status.",
    required: true,
    ids: true,
    parse: certificateId,
  }),
});

function certificateId(text: string): string {
  if (!isCertificateId(text))
    throw new Error(
      `${quoted(text)} is not the id of a certificate. Give an id exactly as the platform shows it, for example the output certificate-id of an earlier step`,
    );
  return text;
}

/** The user's facts about certificates on the platform that neither the keyring nor the replies have. */
export const knownIdsInputs = plainGroup({
  "allow-unheld": field({
    description:
      "Ids of CA certificates on the platform that may stay although the keyring does not hold them. Separate several ids by commas, blanks or lines. If it is unclear whose certificate has such an id, the task does not take it for yours.",
    ids: true,
    parse: certificateIds,
  }),
  "certificate-id": field({
    description:
      "Id of a CA certificate on the platform that is yours. Needed only after the error CA_DOUBTFUL, if the platform's replies do not show whose it is.",
    ids: true,
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
    description: "Registration code of the CA certificate: the output of the task registration-code.",
    required: true,
    parse(text: string) {
      if (!isRegistrationCode(text))
        throw new Error(
          "is not a registration code. A code has 1 to 64 printable characters and no blanks. Give the output of the task registration-code",
        );
      return text;
    },
  }),
});

/** A verification certificate made by an earlier step. */
export const verificationCertificateInputs = group(
  {
    "verification-certificate": field({
      description: "Verification certificate for the registration code: PEM text or the path of a file.",
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
