import { decideRegistration } from "../ca/decide.ts";
import { recallVerified } from "../ca/slots.ts";
import { certificateNameInputs, certificateToUploadInputs } from "./inputs/certificate.ts";
import { connectionInputs } from "./inputs/connection.ts";
import { defaultName, upload as uploadStep, warnOfSkew } from "./procedure.ts";
import { uploadRefusal } from "./refusal.ts";
import { slotRows, summarizeStep } from "./summaries.ts";
import { defineTask } from "./task.ts";

/** Uploads a CA certificate; it takes a slot and is not verified yet. One that is there already is not sent again. */
export const upload = defineTask({
  name: "upload",
  description:
    "Upload a CA certificate to an Insights Hub environment. It takes a slot and is not verified yet.",
  privateDirectory: false,
  inputs: {
    connection: connectionInputs,
    certificate: certificateToUploadInputs,
    naming: certificateNameInputs,
  },
  outputs: {
    "certificate-id": "Id of the CA certificate on the platform.",
    "certificate-name": "Its name on the platform.",
    expiration: "When it expires, as the platform writes it (2031-05-30T09:22:55.000Z).",
    "common-name": "Its common name.",
    verified: "false for a new one: the proof of possession is still to come.",
  },

  async run({ connection, certificate, naming }, tools) {
    const platform = await tools.connect(connection);
    const slots = recallVerified(await platform.caCertificates.list(), []);
    warnOfSkew({ tools, platform });
    const at = platform.clock.agreement();
    const { commonName } = certificate;
    const decision = decideRegistration({ slots, entries: [], brought: { certificate }, commonName, ...at });
    if (!("slot" in decision)) platform.clock.require("make");
    if (decision.step === "refuse") throw uploadRefusal(decision, at.now);
    const name = naming["certificate-name"] ?? defaultName(connection.tenant, certificate);
    const there = "slot" in decision ? decision.slot : undefined;
    const slot = there ?? (await uploadStep({ tools, platform }, certificate, name));
    const what = there === undefined ? "uploaded" : "was there already";
    tools.runner.notice(`CA certificate ${what}: ${slot.id}, expires ${slot.expiration}.`);
    await summarizeStep(tools.runner, `CA certificate ${what}`, [
      ...slotRows(slot),
      ["SHA-256 fingerprint", certificate.fingerprint],
      [
        "Verified",
        slot.isVerified ? "yes" : "not yet: registration-code, verification-certificate and verify follow",
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
