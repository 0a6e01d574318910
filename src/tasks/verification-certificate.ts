/** The task verification-certificate: makes the certificate for a registration code. The platform is not asked. */
import { reportUnfitDirectory } from "../action/input-parsers.ts";
import { makeDirectory } from "../action/private-directory.ts";
import { optionalEnvironmentInputs } from "../mindconnect/connection-inputs.ts";
import { registrationCodeInputs } from "../mindconnect/id-inputs.ts";
import { KeyMaking } from "../openssl/key-making.ts";
import {
  createVerificationCertificate,
  placeCa,
  VERIFICATION_KEY_FILE,
} from "../openssl/make-certificates.ts";
import { opensslInputs } from "../openssl/program.ts";
import { defineTask } from "../run/task.ts";
import { directoryInputs, verificationInputs } from "./certificate-inputs.ts";
import { requiredCaInputs } from "./provided-ca-inputs.ts";
import { summarizeStep } from "./summary-parts.ts";

/** The file's name on the vendor's page. */
const CERTIFICATE_FILE = "verificationCert.pem";

export const verificationCertificate = defineTask({
  name: "verification-certificate",
  description: "Create the verification certificate for a registration code with OpenSSL. The CA signs it.",
  privateDirectory: true,
  inputs: {
    environment: optionalEnvironmentInputs,
    ca: requiredCaInputs,
    code: registrationCodeInputs,
    validity: verificationInputs,
    place: directoryInputs,
    program: opensslInputs,
  },
  outputs: {
    "verification-certificate-path": "Path of the verification certificate (PEM).",
  },

  check({ place }, report) {
    reportUnfitDirectory(place?.directory, report, [CERTIFICATE_FILE]);
  },

  start({ environment, validity, place, program }, context) {
    makeDirectory(place.directory);
    const commandDirectory = context.commandDirectory(program["openssl-path"], environment.tenant ?? "ca");
    void commandDirectory.openssl.version();
    const keys = new KeyMaking(commandDirectory, validity["key-bits"]);
    keys.begin(VERIFICATION_KEY_FILE);
    return { commandDirectory, keys };
  },

  async run({ ca, code, validity, place }, context, { commandDirectory, keys }) {
    context.runner.mask(ca.privateKey);
    context.runner.info(`Using ${await commandDirectory.openssl.version()}.`);
    await placeCa(commandDirectory, ca);
    const verification = await createVerificationCertificate(commandDirectory, {
      registrationCode: code["registration-code"],
      days: validity.days,
      keys,
      ca: ca.certificate,
      now: Date.now,
    });
    context.showCommands("Create the verification certificate");
    const path = await context.writeResult(CERTIFICATE_FILE, verification.pem, place.directory);
    await summarizeStep(context.runner, "Verification certificate created", [
      ["Registration code", code["registration-code"]],
      ["Certificate file", path],
    ]);
    return { "verification-certificate-path": path };
  },
});
