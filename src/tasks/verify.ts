/** The task verify: proves possession of the CA's key with a verification certificate, and reads the outcome back. */
import { namesAlike, type Slot } from "../ca/slots.ts";
import { commonNames } from "../ca/x509.ts";
import { ActionError } from "../messages/errors.ts";
import { printableId, printableName } from "../messages/printable.ts";
import { connectionInputs } from "../mindconnect/connection-inputs.ts";
import { certificateIdInputs, verificationCertificateInputs } from "../mindconnect/id-inputs.ts";
import { warnOfSkew } from "../run/run-context.ts";
import { defineTask } from "../run/task.ts";
import { readBack } from "./documented-steps.ts";
import { slotRows, summarizeStep } from "./summary-parts.ts";
import { warnOfCommonNameForm } from "./warnings.ts";

export const verify = defineTask({
  name: "verify",
  description:
    "Prove with a verification certificate that you hold the CA's private key. The outcome is read back.",
  privateDirectory: false,
  inputs: {
    connection: connectionInputs,
    id: certificateIdInputs,
    verification: verificationCertificateInputs,
  },
  outputs: {
    "certificate-id": "Id of the CA certificate on the platform.",
    expiration:
      "When the CA certificate expires, as the platform writes it, for example 2031-05-30T09:22:55.000Z.",
    "common-name": "Common name of the CA certificate.",
    verified: "true: the platform showed the CA certificate as verified when it was read back.",
  },

  async run({ connection, id, verification }, context) {
    const platform = await context.connect(connection);
    const verified = await platform.caCertificates.verify(id["certificate-id"], verification);
    warnOfSkew(context.runner, platform.clock);
    const slot = await readBack({ context, platform }, id["certificate-id"], undefined, verified);
    const issuer = commonNames(verification.x509.raw, "issuer");
    requireIssuer(issuer, slot);
    warnOfCommonNameForm(context.runner, slot, issuer);
    context.runner.notice(`CA certificate verified: ${slot.id}, expires ${slot.expiration}.`);
    await summarizeStep(context.runner, "CA certificate verified", [
      ...slotRows(slot),
      ["Verified", "yes, read back from the platform"],
    ]);
    return {
      "certificate-id": slot.id,
      expiration: slot.expiration,
      "common-name": slot.commonName || (issuer.at(-1) ?? ""),
      verified: String(slot.isVerified),
    };
  },
});

/**
 * This task has no CA certificate to compare with, but the verification certificate names its issuer (guarantee 5). A
 * reply without a name, or with another rendering of it, passes.
 * @throws ActionError `VERIFY_NOT_CONFIRMED`
 */
function requireIssuer(commonNames: readonly string[], { id, commonName }: Slot): void {
  if (commonName === "" || namesAlike(commonName, { commonNames })) return;
  const issuer = commonNames.map((name) => `"${printableName(name)}"`).join(" and ");
  throw new ActionError(
    "VERIFY_NOT_CONFIRMED",
    `The platform shows the common name "${printableName(commonName)}" for ${printableId(id)}. The verification certificate was issued by ${issuer}.`,
    { next: "See the slots with tasks/status, and correct certificate-id: it may name another CA." },
  );
}
