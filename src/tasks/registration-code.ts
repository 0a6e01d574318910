/** The task registration-code: fetches the common name that a verification certificate must have. */

import { connectionInputs } from "../mindconnect/connection-inputs.ts";
import { certificateIdInputs } from "../mindconnect/id-inputs.ts";
import { defineTask } from "../run/task.ts";
import { summarizeStep } from "./summary-parts.ts";

export const registrationCode = defineTask({
  name: "registration-code",
  description:
    "Fetch the registration code of a CA certificate. It becomes the common name of the verification certificate.",
  privateDirectory: false,
  inputs: { connection: connectionInputs, id: certificateIdInputs },
  outputs: {
    "registration-code": "Registration code of the CA certificate. It is not secret and is not masked.",
  },

  async run({ connection, id }, context) {
    const platform = await context.connect(connection);
    const code = await platform.caCertificates.registrationCode(id["certificate-id"]);
    context.runner.info(`Registration code of ${id["certificate-id"]}: ${code}`);
    await summarizeStep(context.runner, "Registration code fetched", [
      ["Id of the CA certificate", id["certificate-id"]],
      ["Registration code", code],
    ]);
    return { "registration-code": code };
  },
});
