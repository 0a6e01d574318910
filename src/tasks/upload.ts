/** The task upload: uploads a CA certificate. One that is on the platform already is not sent again. */
import type { Clocks } from "../ca/clocks.ts";
import type { KeyringEntry } from "../ca/keyring-entries.ts";
import { decideRegistration } from "../ca/registration-decision.ts";
import { applyUserHint, recallVerified, type Slot } from "../ca/slots.ts";
import { connectionInputs } from "../mindconnect/connection-inputs.ts";
import { warnOfSkew } from "../run/run-context.ts";
import { defineTask } from "../run/task.ts";
import { certificateNameInputs } from "./certificate-inputs.ts";
import { defaultName, upload as uploadStep } from "./documented-steps.ts";
import { certificateToUploadInputs } from "./provided-ca-inputs.ts";
import { uploadDoubtRefusal, uploadRefusal } from "./refusal-messages.ts";
import { slotRows, summarizeStep } from "./summary-parts.ts";
import { warnOfCommonNameForm } from "./warnings.ts";

export const upload = defineTask({
  name: "upload",
  description:
    "Upload a CA certificate to an Insights Hub environment. It takes one of two slots and is not verified yet.",
  privateDirectory: false,
  inputs: {
    connection: connectionInputs,
    certificate: certificateToUploadInputs,
    naming: certificateNameInputs,
  },
  outputs: {
    "certificate-id": "Id of the CA certificate on the platform.",
    "certificate-name": "Name of the CA certificate on the platform.",
    expiration:
      "When the CA certificate expires, as the platform writes it, for example 2031-05-30T09:22:55.000Z.",
    "common-name": "Common name of the CA certificate.",
    verified: "Whether the CA certificate is verified. false after a new upload: verify it next.",
  },

  async run({ connection, certificate, naming }, context) {
    const platform = await context.connect(connection);
    const slots = recallVerified(await platform.caCertificates.list(), []);
    warnOfSkew(context.runner, platform.clock);
    const name = naming["certificate-name"];
    const provided: KeyringEntry = { privateKey: "", certificate, notes: [] };
    const [entry = provided] = applyUserHint(slots, [provided], { name });
    const found = findUploaded(entry, slots, platform.clock);
    const listed =
      found ??
      (await uploadStep(
        { context, platform },
        certificate,
        name ?? defaultName(connection.tenant, certificate),
      ));
    warnOfCommonNameForm(context.runner, listed, certificate.commonNames);
    const slot = { ...listed, commonName: certificate.commonName };
    const headline =
      found === undefined ? "CA certificate uploaded" : "CA certificate already on the platform";
    context.runner.notice(`${headline}: ${slot.id}, expires ${slot.expiration}.`);
    await summarizeStep(context.runner, headline, [
      ...slotRows(slot),
      ["SHA-256 fingerprint", certificate.fingerprint],
      [
        "Verified",
        slot.isVerified
          ? "yes"
          : "not yet. Next: tasks/registration-code, tasks/verification-certificate, tasks/verify",
      ],
    ]);
    return {
      "certificate-id": slot.id,
      "certificate-name": slot.name,
      expiration: slot.expiration,
      "common-name": slot.commonName,
      verified: String(slot.isVerified),
    };
  },
});

/**
 * @returns the slot that holds the certificate; undefined where it is to be uploaded
 * @throws ActionError where it can be neither uploaded nor known to be on the platform
 */
function findUploaded(provided: KeyringEntry, slots: readonly Slot[], clock: Clocks): Slot | undefined {
  const { commonName } = provided.certificate;
  const at = clock.agreement();
  const decision = decideRegistration({ slots, entries: [], provided, commonName, ...at });
  if (decision.step === "unchanged" || decision.step === "resume") return decision.slot;
  clock.require("make");
  if (decision.step === "ambiguous") throw uploadDoubtRefusal(decision, at.now);
  if (decision.step !== "refuse") return undefined;
  const { code } = decision;
  if (code === "CA_NOT_HELD") throw new Error("a provided certificate is not refused because of a keyring");
  throw uploadRefusal({ ...decision, code }, { slots, entries: [], now: at.now });
}
