/** The task upload. */
import type { Clocks } from "../ca/clocks.ts";
import type { KeyringEntry } from "../ca/keyring.ts";
import { decideRegistration } from "../ca/registration-decision.ts";
import { applyUserHint, recallVerified, type Slot } from "../ca/slots.ts";
import { connectionInputs } from "../mindconnect/connection-inputs.ts";
import { warnOfSkew } from "../run/run-context.ts";
import { defineTask } from "../run/task.ts";
import { certificateNameInputs } from "./certificate-inputs.ts";
import { defaultName, upload as uploadStep } from "./documented-steps.ts";
import { certificateToUploadInputs } from "./provided-ca-inputs.ts";
import { uploadDoubt, uploadRefusal } from "./refusal-messages.ts";
import { slotRows, summarizeStep } from "./summary-parts.ts";
import { warnOfCommonNameForm } from "./warnings.ts";

/** Uploads a CA certificate; it takes a slot and is not verified yet. One that is there already is not sent again. */
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
    const given = naming["certificate-name"];
    const unknown: KeyringEntry = { privateKey: "", certificate, notes: [] };
    const [entry = unknown] = applyUserHint(slots, [unknown], { name: given });
    const decision = decideUpload(entry, slots, platform.clock);
    const name = given ?? defaultName(connection.tenant, certificate);
    const there = "slot" in decision ? decision.slot : undefined;
    const shown = there ?? (await uploadStep({ context, platform }, certificate, name));
    warnOfCommonNameForm(context.runner, shown, certificate.commonNames);
    const slot = { ...shown, commonName: certificate.commonName };
    const headline =
      there === undefined ? "CA certificate uploaded" : "CA certificate already on the platform";
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

/** @throws ActionError where it can be neither uploaded nor known to be there */
function decideUpload(provided: KeyringEntry, slots: readonly Slot[], clock: Clocks) {
  const { commonName } = provided.certificate;
  const at = clock.agreement();
  const { now } = at;
  const decision = decideRegistration({ slots, entries: [], provided, commonName, ...at });
  if (decision.step !== "unchanged" && decision.step !== "resume") clock.require("make");
  if (decision.step === "ambiguous") throw uploadDoubt(decision, now);
  if (decision.step !== "refuse") return decision;
  const { code } = decision;
  // Without a keyring nothing is said of whose the others are.
  if (code === "CA_NOT_HELD") throw new Error("a provided certificate waits for no keyring");
  throw uploadRefusal({ ...decision, code }, { slots, entries: [], now });
}
