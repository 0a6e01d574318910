/**
 * The task agent-certificate: its inputs and outputs, the rules between them, and the call that issues the fleet. It
 * issues what is missing, broken, expiring or of an older CA, and nothing twice.
 */
import { EMPTY_SECRETS_HINT, reportUnfitDirectory } from "../action/input-parsers.ts";
import { type Field, plainGroup, type Report, type Resolved } from "../action/inputs.ts";
import { agentsInputs, defaultRenewBefore } from "../agents/agent-inputs.ts";
import { type AgentList, type LineProblem, type ListContent, reportLines } from "../agents/agent-list.ts";
import { issueFleet } from "../agents/fleet-run.ts";
import { subjectProblem } from "../agents/leaf.ts";
import { findPathConflicts, type GivenFile } from "../agents/path-conflicts.ts";
import { openedKeyringInputs } from "../keyring/keyring-inputs.ts";
import { requireTenant } from "../keyring/keyring-rules.ts";
import { optionalConnectionInputs } from "../mindconnect/connection-inputs.ts";
import { opensslInputs } from "../openssl/program.ts";
import { defineTask } from "../run/task.ts";
import { agentSubjectInputs, directoryInputs, leafInputs } from "./certificate-inputs.ts";
import { providedCaInputs } from "./provided-ca-inputs.ts";

const INPUTS = {
  agents: agentsInputs,
  connection: optionalConnectionInputs,
  subject: agentSubjectInputs,
  validity: leafInputs,
  givenCa: providedCaInputs,
  keyring: openedKeyringInputs,
  place: plainGroup({
    directory: {
      ...directoryInputs.fields.directory,
      description:
        "Directory where keys and certificates go and stay. A later run finds them there and issues only what is due. Nothing in it is overwritten. Defaults to a new directory under RUNNER_TEMP, which the runner removes.",
    } satisfies Field<string>,
  }),
  program: opensslInputs,
};

type Inputs = Resolved<typeof INPUTS>;

export const agentCertificate = defineTask({
  name: "agent-certificate",
  description:
    "Issue MindConnect MQTT agent certificates with the CA of an Insights Hub environment, one or thousands. A run issues only what is due.",
  privateDirectory: true,
  boundedHeap: true,
  inputs: INPUTS,
  outputs: {
    agents:
      "JSON array of the agents: name, clientId, certificatePath, privateKeyPath, chainPath, archivePath, expiration. Empty, with a warning, beyond 120,000 bytes (about 300 agents), because no step could take more as env. Read the manifest then.",
    directory: "Directory with the files of the agents. A run that fails midway sets it, too.",
    "manifest-path":
      "Path of the manifest agents.json, which lists every agent of the directory and holds no secret. The table agents.csv lies beside it.",
    issued: "Number of agents that this run issued a certificate for.",
  },

  async check(inputs, report) {
    const { agents, subject, validity, givenCa, keyring, place } = inputs;
    reportUnfitDirectory(place?.directory, report);
    reportAgents(inputs, report);
    if (listOf(inputs)?.agents.some(({ csr }) => csr === undefined)) {
      for (const input of subject?.missing ?? [])
        report(input, "is missing. Every agent without a CSR needs it in its subject");
    }
    const renewBefore = agents?.["renew-before"];
    if (renewBefore !== undefined && validity?.days !== undefined && renewBefore >= validity.days) {
      report(
        "renew-before",
        `must be less than days (${validity.days}). Otherwise each run would issue every certificate again`,
      );
    }
    await requireTenant(keyring, inputs.connection?.environment.tenant, givenCa?.pair, report);
    if (keyring === undefined || givenCa === undefined) return;
    if (givenCa.pair !== undefined || keyring.keyring.entries.length > 0) return;
    report(
      "keyring",
      "is missing or empty. Run register first: it creates the keyring. Then give keyring, keyring-file, or ca-certificate with ca-private-key. One of them has the CA that issues",
      undefined,
      EMPTY_SECRETS_HINT,
    );
  },

  async run(inputs, context) {
    const { agents, connection, validity } = inputs;
    const list = agents.agents;
    if (list.alsoFile !== undefined)
      context.runner.notice(
        `agents is read as the name "${list.alsoFile}". A file of that name exists, too. To read the agents from it, set agents: ./${list.alsoFile}`,
      );
    return await issueFleet(context, {
      requested: list.read(connection.environment.tenant).agents,
      opensslProgram: inputs.program["openssl-path"],
      ...connection,
      keyring: inputs.keyring,
      givenCa: inputs.givenCa.pair,
      directory: inputs.place.directory,
      subject: inputs.subject.of,
      days: validity.days,
      strictLifetime: agents["strict-lifetime"],
      renewBefore: agents["renew-before"] ?? defaultRenewBefore(validity.days),
      keyBits: validity["key-bits"],
      archivePassphrase: agents["archive-passphrase"],
    });
  },
});

/** @returns the list's agents and wrong lines; undefined where the list could not be read */
function listOf({ agents, connection }: Partial<Inputs>): ListContent | undefined {
  const list: AgentList | undefined = agents?.agents;
  return list?.read(connection?.environment.tenant);
}

/** Reports what is wrong with the list by itself, and with the list and other inputs together. */
function reportAgents(inputs: Partial<Inputs>, report: Report): void {
  const { subject, givenCa, place } = inputs;
  const list = listOf(inputs);
  if (list === undefined) return;
  const { agents, problems } = list;
  const lines: LineProblem[] = [...problems];
  const ownSubject = givenCa?.pair && subjectProblem(agents, subject?.of, givenCa.pair.certificate);
  if (ownSubject !== undefined) lines.push(ownSubject);
  if (place?.directory !== undefined) {
    for (const { input, line, message } of findPathConflicts(place.directory, agents, filesGiven(inputs))) {
      if (line === undefined) report(input, message);
      else lines.push({ line, message });
    }
  }
  reportLines(lines, report);
  if (agents.length === 0 && problems.length === 0)
    report("agents", "names no agent. Give one name on each line");
}

function filesGiven({ agents, givenCa, keyring, program }: Partial<Inputs>): GivenFile[] {
  const list: AgentList | undefined = agents?.agents;
  const files = {
    agents: list?.file,
    "keyring-file": keyring?.file,
    "openssl-path": program?.["openssl-path"],
  };
  const named = Object.entries(files).flatMap(([input, file]) =>
    file === undefined ? [] : [{ input, file }],
  );
  return [...named, ...(givenCa?.files ?? [])];
}
