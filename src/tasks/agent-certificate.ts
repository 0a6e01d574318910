import { availableParallelism } from "node:os";
import type { DueReason } from "../ca/agent-due.ts";
import { clientId } from "../ca/agents.ts";
import type { Certificate } from "../ca/certificate.ts";
import { ActionError, inputError, type Problem } from "../ca/errors.ts";
import { leafDays } from "../ca/leaf.ts";
import type { Subject } from "../ca/subject.ts";
import { type Field, plainGroup, type Resolved } from "../github/inputs.ts";
import { checkDevices } from "./agents/devices.ts";
import { AgentDirectory } from "./agents/directory.ts";
import { issueAll } from "./agents/issue.ts";
import { issuingCa } from "./agents/issuing-ca.ts";
import { recordOf, requireOwnManifest, writeManifest } from "./agents/manifest.ts";
import { Progress } from "./agents/progress.ts";
import { type DueAgent, scan } from "./agents/scan.ts";
import { agentsOutput, summarizeAgents } from "./agents/summary.ts";
import { agentsInputs, readAgents } from "./inputs/agents.ts";
import {
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
import type { Tools } from "./tools.ts";

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

type Inputs = Resolved<typeof INPUTS>;

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
    const { agents, connection, keyring: input, program, place } = inputs;
    const { tenant, gateway } = connection;
    const { runner } = tools;
    const lanes = availableParallelism();
    const { keyring } = tools.keyring(input, program["openssl-path"]);
    runner.info(`Working with ${await workplace.openssl.version()}.`);
    const planned = await checkDevices(requested, tools.memory(program["openssl-path"]), lanes);
    const { pair: brought } = inputs.brought;
    const { passphrase } = input;
    const ca = await issuingCa(tools, connection.connection, { keyring, passphrase, brought });
    const days = lifetime(inputs, ca.certificate, tools);

    const directory = new AgentDirectory(place.directory ?? tools.results);
    await directory.open();
    await requireOwnManifest(directory);
    const wanted = {
      ca: ca.certificate,
      renewBefore: agents["renew-before"],
      days: days(),
      now: Date.now(),
    };
    const archived = agents["archive-passphrase"] !== undefined;
    const { due, kept } = await scan(planned, directory, wanted, archived);
    runner.info(`${due.length} of ${planned.length} agents need a certificate${reasons(due)}.`);

    const certificates = new Map(kept);
    const progress = new Progress(due.length, runner.info);
    const workers = tools.workers(
      program["openssl-path"],
      tenant,
      Math.min(lanes, due.length),
      SHOWN_COMMANDS,
    );
    await issueAll(due, {
      ca,
      workers,
      directory,
      subject: subjectOf(inputs),
      keyBits: inputs.validity["key-bits"],
      days,
      archive:
        agents["archive-passphrase"] === undefined
          ? undefined
          : {
              memory: tools.memory(program["openssl-path"]),
              passphrase: agents["archive-passphrase"],
            },
      progress,
      issued(name, certificate, lane) {
        const shown = progress.done === 1 ? (workers[lane]?.openssl.transcripts ?? []) : [];
        if (shown.length > 0)
          runner.group(
            `Issue ${name}, the first of ${due.length}`,
            shown.flatMap(({ lines }) => lines),
          );
        certificates.set(name, certificate);
      },
    });

    const records = planned.flatMap(({ name, device }) => {
      const certificate = certificates.get(name);
      const keyIn = device === undefined ? (archived ? "archive" : "key") : "device";
      return certificate === undefined
        ? []
        : [recordOf(name, clientId(name, tenant, gateway), certificate, keyIn)];
    });
    const manifestPath = await writeManifest(directory, tenant, ca.certificate, records);
    const { path } = directory;
    await summarizeAgents(runner, { records, issued: due.length, ca: ca.certificate, directory: path });
    return {
      agents: agentsOutput(runner, records, path),
      directory: path,
      "manifest-path": manifestPath,
      issued: String(due.length),
    };
  },
});

/** The commands of one agent: of a fleet, the first one's are shown. */
const SHOWN_COMMANDS = 3;

function subjectOf({ subject }: Inputs): Omit<Subject, "commonName"> | undefined {
  const {
    "country-code": countryCode,
    city,
    organization,
    "organizational-unit": organizationalUnit,
  } = subject;
  if (countryCode === undefined || city === undefined || organization === undefined) return undefined;
  return { countryCode, city, organization, organizationalUnit: organizationalUnit ?? "" };
}

/**
 * A leaf never outlives its CA: says so once where it has to be shortened.
 * @returns the days of a certificate issued at the moment of the call
 * @throws ActionError `CA_ENDS_FIRST`, also by what it returns
 */
function lifetime({ agents, validity }: Inputs, ca: Certificate, tools: Tools): () => number {
  const asked = validity.days;
  const strict = agents["strict-lifetime"];
  const days = () => {
    const possible = leafDays(asked, ca, Date.now());
    if (possible < 1 || (strict && possible < asked)) {
      throw new ActionError(
        "CA_ENDS_FIRST",
        `The CA ${ca.commonName} ends ${ca.expiration}: an agent certificate may have ${possible} days, not ${asked}.`,
      );
    }
    return possible;
  };
  const first = days();
  if (first < asked) {
    tools.runner.warning(
      `The CA ends ${ca.expiration}: agent certificates are valid for ${first} days instead of ${asked}. Rotate the CA.`,
    );
  }
  return days;
}

/** @returns e.g. ` (120 missing, 3 ending)` */
function reasons(due: readonly DueAgent[]): string {
  const words: Record<DueReason, string> = {
    missing: "missing",
    broken: "broken",
    ending: "ending",
    "old-ca": "of another CA",
  };
  const counted = (Object.keys(words) as DueReason[]).flatMap((reason) => {
    const count = due.filter((one) => one.reason === reason).length;
    return count === 0 ? [] : [`${count} ${words[reason]}`];
  });
  return counted.length === 0 ? "" : ` (${counted.join(", ")})`;
}
