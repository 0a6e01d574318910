import { inputError, type Problem } from "../ca/errors.ts";
import type { Subject } from "../ca/subject.ts";
import { type Field, plainGroup } from "../github/inputs.ts";
import { agentsInputs, readAgents } from "./inputs/agents.ts";
import {
  type AgentSubject,
  agentSubjectInputs,
  broughtCaInputs,
  directoryInputs,
  leafInputs,
  opensslInputs,
} from "./inputs/certificate.ts";
import { optionalConnectionInputs } from "./inputs/connection.ts";
import { readOnlyKeyringInputs } from "./inputs/keyring.ts";
import { reportUnwritable } from "./inputs/texts.ts";
import { defineTask } from "./task.ts";

const INPUTS = {
  agents: agentsInputs,
  connection: optionalConnectionInputs,
  subject: agentSubjectInputs,
  validity: leafInputs,
  brought: broughtCaInputs,
  keyring: readOnlyKeyringInputs,
  place: plainGroup({
    directory: {
      ...directoryInputs.fields.directory,
      description:
        "Directory where keys and certificates go and stay, and where an earlier run's are found again; nothing in it is overwritten. A new one under RUNNER_TEMP where it is not given.",
    } satisfies Field<string>,
  }),
  program: opensslInputs,
};

/** Issues agent certificates with the CA: what is missing, broken, ending or of an older CA, and nothing twice. */
export const agentCertificate = defineTask({
  name: "agent-certificate",
  description:
    "Issue MindConnect MQTT agent certificates with the CA of an Insights Hub environment, one or thousands, and nothing twice.",
  privateDirectory: true,
  inputs: INPUTS,
  outputs: {
    agents:
      "JSON array of the agents: name, clientId, certificatePath, privateKeyPath, chainPath, archivePath, expiration. Empty, with a warning, where it would be larger than a job's outputs may be.",
    directory: "Directory with the files of the agents.",
    "manifest-path": "Path of the manifest (JSON; agents.csv lies beside it): every agent, nothing secret.",
    issued: "Number of agents that this run issued a certificate for; the others were good as they were.",
  },

  check({ agents, connection, subject, validity, brought, keyring, place }, report) {
    reportUnwritable(place?.directory, report);
    const list = agents?.agents;
    const read = list === undefined ? [] : readAgents(list, connection?.tenant, report);
    if (read.some(({ csr }) => csr === undefined)) {
      for (const input of subject?.missing ?? [])
        report(input, "is missing: it is part of the subject of every agent without a CSR");
    }
    const renewBefore = agents?.["renew-before"];
    if (renewBefore !== undefined && validity?.days !== undefined && renewBefore >= validity.days) {
      report("renew-before", "must be less than days: each run would issue every certificate anew");
    }
    if (keyring === undefined || brought === undefined) return;
    if (brought.pair !== undefined || keyring.keyring.entries.length > 0) return;
    report("keyring", "is missing or empty, and so are keyring-file and ca-certificate: no CA could issue");
  },

  start({ agents, connection, program }, tools) {
    const workplace = tools.workplace(program["openssl-path"], connection.tenant);
    void workplace.openssl.version();
    const problems: Problem[] = [];
    const requested = readAgents(agents.agents, connection.tenant, (input, message) =>
      problems.push({ input, message }),
    );
    if (problems.length > 0) throw inputError(problems);
    return { workplace, requested };
  },

  async run(inputs, tools, { workplace, requested }) {
    const { agents, connection, validity } = inputs;
    // Where another task runs, nothing of it is loaded.
    const { issueFleet } = await import("./agents/fleet.ts");
    return await issueFleet(tools, {
      requested,
      workplace,
      opensslProgram: inputs.program["openssl-path"],
      ...connection,
      keyring: inputs.keyring,
      brought: inputs.brought.pair,
      directory: inputs.place.directory,
      subject: subjectOf(inputs.subject),
      days: validity.days,
      strictLifetime: agents["strict-lifetime"],
      renewBefore: agents["renew-before"],
      keyBits: validity["key-bits"],
      archivePassphrase: agents["archive-passphrase"],
    });
  },
});

function subjectOf(subject: AgentSubject): Omit<Subject, "commonName"> | undefined {
  const {
    "country-code": countryCode,
    city,
    organization,
    "organizational-unit": organizationalUnit,
  } = subject;
  if (countryCode === undefined || city === undefined || organization === undefined) return undefined;
  return { countryCode, city, organization, organizationalUnit: organizationalUnit ?? "" };
}
