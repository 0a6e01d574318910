/** The task verification-certificate. */
import { reportUnfit } from "../action/input-texts.ts";
import { makeDirectory } from "../action/private-directory.ts";
import { registrationCodeInputs } from "../mindconnect/id-inputs.ts";
import { optionalEnvironmentInputs } from "../mindconnect/inputs.ts";
import { KeyMaking } from "../openssl/key-making.ts";
import {
  createVerificationCertificate,
  placeCa,
  VERIFICATION_KEY_FILE,
} from "../openssl/make-certificates.ts";
import { opensslInputs } from "../openssl/program-input.ts";
import { defineTask } from "../run/task.ts";
import { directoryInputs, verificationInputs } from "./certificate-inputs.ts";
import { requiredCaInputs } from "./provided-ca-inputs.ts";
import { summarizeStep } from "./summary-parts.ts";

/** As on the vendor's page. */
const CERTIFICATE_FILE = "verificationCert.pem";

/** Makes the verification certificate for a registration code; the platform is not asked. */
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
    reportUnfit(place?.directory, [CERTIFICATE_FILE], report);
  },

  start({ environment, validity, place, program }, tools) {
    makeDirectory(place.directory);
    const workplace = tools.workplace(program["openssl-path"], environment.tenant ?? "ca");
    void workplace.openssl.version();
    const keys = new KeyMaking(workplace, validity["key-bits"]);
    keys.begin(VERIFICATION_KEY_FILE);
    return { workplace, keys };
  },

  async run({ ca, code, validity, place }, tools, { workplace, keys }) {
    tools.runner.mask(ca.privateKey);
    tools.runner.info(`Using ${await workplace.openssl.version()}.`);
    await placeCa(workplace, ca);
    const verification = await createVerificationCertificate(workplace, {
      registrationCode: code["registration-code"],
      days: validity.days,
      keys,
      ca: ca.certificate,
      now: Date.now,
    });
    tools.showCommands("Create the verification certificate");
    const path = await tools.placeFile(place.directory, CERTIFICATE_FILE, verification.pem);
    await summarizeStep(tools.runner, "Verification certificate created", [
      ["Registration code", code["registration-code"]],
      ["Certificate file", path],
    ]);
    return { "verification-certificate-path": path };
  },
});
