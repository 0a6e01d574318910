import { escapeMarkdown } from "../github/markdown.ts";
import { connectionInputs } from "./inputs/connection.ts";
import { certificateIdInputs } from "./inputs/identifiers.ts";
import { defineTask } from "./task.ts";

/** Fetches the registration code of one CA certificate: the common name its verification certificate must have. */
export const registrationCode = defineTask({
  name: "registration-code",
  description:
    "Fetch the registration code of a CA certificate. It becomes the common name of the verification certificate.",
  privateDirectory: false,
  inputs: { connection: connectionInputs, id: certificateIdInputs },
  outputs: {
    "registration-code": "Registration code of the CA certificate. It is not secret and is not masked.",
  },

  async run({ connection, id }, tools) {
    const platform = await tools.connect(connection);
    const code = await platform.caCertificates.registrationCode(id["certificate-id"]);
    const line = `Registration code of ${id["certificate-id"]}: ${code}`;
    tools.runner.info(line);
    await tools.runner.summary(`${escapeMarkdown(line)}\n`);
    return { "registration-code": code };
  },
});
