/** Shows what a run did and what is to do next: a notice, the job summary, and the output `agents`. */
import { join } from "node:path";
import { type Cell, codeSpan, escapeMarkdown, markdownTable } from "../action/markdown.ts";
import { OUTPUT_LIMIT, type Runner } from "../action/runner.ts";
import { DAY_MS } from "../ca/time.ts";
import type { Environment } from "../mindconnect/connection-inputs.ts";
import type { AgentDirectory } from "./directory.ts";
import type { Fleet } from "./fleet.ts";
import { type IssuedAgent, keyPlaceOf } from "./manifest-lines.ts";
import { brokerHost } from "./names.ts";
import { makesStrongArchives } from "./pkcs12.ts";

/** Rows of the job summary: GitHub takes 1 MiB, and nobody reads a thousand. */
const MOST_ROWS = 50;

/** An agent takes more than 120 bytes of the output: of a larger fleet no text is made that could not be handed on. */
const MOST_IN_OUTPUT = OUTPUT_LIMIT / 120;

/** What a run did, and the agents of its list. */
interface Situation {
  readonly fleet: Fleet;
  readonly directory: AgentDirectory;
  /** Every agent of the list. */
  readonly agents: readonly IssuedAgent[];
  /** Names of those that this run issued. */
  readonly issued: ReadonlySet<string>;
  /** Whether a later run finds the directory again. */
  readonly lasting: boolean;
}

/** Shows what a run issued: a notice, a table of the first agents, and what to do next. */
export async function summarizeAgents(runner: Runner, situation: Situation): Promise<void> {
  const { fleet, agents, issued } = situation;
  const ca = fleet.ca.certificate;
  const directory = situation.directory.path;
  const headline = `Agent certificates: ${issued.size} issued, ${agents.length - issued.size} unchanged`;
  runner.notice(`${headline}. Issuing CA: ${ca.commonName}. Directory: ${directory}`);
  const steps = nextSteps(situation);
  const remarks = remarksOf(situation);
  for (const remark of remarks) runner.info(remark);
  for (const step of steps) runner.info(`Next: ${step.map(plain).join("")}`);
  const parts = [
    `### ${headline}`,
    `Issuing CA: ${codeSpan(ca.commonName)}, expires ${ca.expiration}.\\\nDirectory: ${codeSpan(directory)}`,
    ...remarks.map(escapeMarkdown),
    tableOf(agents, issued),
    "**Next**",
    steps.map((step) => `- ${step.map(marked).join("")}`).join("\n"),
  ];
  await runner.summary(`${parts.join("\n\n")}\n`);
}

/**
 * @returns what a newer OpenSSL would do better: facts for log and summary, not worth an annotation on every
 * run
 */
function remarksOf({ agents, fleet: { archives } }: Situation): string[] {
  const old = agents.filter(({ x509Version }) => x509Version === 1).length;
  const instead = (release: string) => `openssl-path to OpenSSL ${release} or later`;
  const remarks: string[] = [];
  if (old > 0)
    remarks.push(
      `${old} of ${agents.length} agent certificates are X.509 v1, because OpenSSL before 3.2 makes v1 with the documented command. Verifiers written in Rust (rustls) and Python (cryptography) refuse v1. If you need v3, set ${instead("3.2")}, move the agents' files away and run this task again.`,
    );
  if (archives !== undefined && !makesStrongArchives(archives.version))
    remarks.push(
      `${archives.version} encrypts archives with 2,048 rounds of PBKDF2. OpenSSL 3.0 and later use 100,000. Choose a long archive-passphrase, or set ${instead("3.0")}.`,
    );
  return remarks;
}

const plain = (part: Cell) => (typeof part === "string" ? part : part.code);
/** The words are the action's: only code needs to be made safe. */
const marked = (part: Cell) => (typeof part === "string" ? part : codeSpan(part.code));

/** Agents that this run issued come first, because their files go to devices. */
function tableOf(agents: readonly IssuedAgent[], issued: ReadonlySet<string>): string {
  const isIssued = ({ name }: IssuedAgent) => issued.has(name);
  const ordered = [...agents.filter(isIssued), ...agents.filter((agent) => !isIssued(agent))];
  const rows = ordered.slice(0, MOST_ROWS).map((agent): Cell[] => {
    const { name, clientId, expiration, serialNumber } = agent;
    const state = isIssued(agent) ? "issued" : "unchanged";
    return [{ code: name }, { code: clientId }, expiration, serialNumber, state];
  });
  const table = markdownTable(
    ["Agent", "MQTT client id", "Expires (UTC)", "Serial number", "This run"],
    rows,
  );
  const more = agents.length - MOST_ROWS;
  return more > 0 ? `${table}\n\n… and ${more} more. The file agents.csv lists all of them.` : table;
}

/**
 * @param directory absolute, where the files are
 * @returns the JSON array of the output `agents`; empty, with a warning, beyond 120,000 bytes: an empty text fails in a
 * fromJSON, an empty array would silently do nothing
 */
export function agentsOutput(
  runner: Pick<Runner, "warning">,
  agents: readonly IssuedAgent[],
  directory: string,
): string {
  const path = (file: string) => (file === "" ? "" : join(directory, file));
  const shown = agents.slice(0, MOST_IN_OUTPUT).map(({ name, clientId, expiration, ...files }) => ({
    name,
    clientId,
    certificatePath: path(files.certificate),
    privateKeyPath: path(files.privateKey),
    chainPath: path(files.chain),
    archivePath: path(files.archive),
    expiration,
  }));
  const text = JSON.stringify(shown);
  if (agents.length <= MOST_IN_OUTPUT && Buffer.byteLength(text) <= OUTPUT_LIMIT) return text;
  runner.warning(
    `The output agents is empty. For ${agents.length} agents it would have more than ${OUTPUT_LIMIT.toLocaleString("en")} bytes, and no step could take it as env. Read the manifest instead: its path is the output manifest-path.`,
  );
  return "";
}

/** One sentence or a few: plain words, and what is shown as code. */
type Step = readonly Cell[];

const [KEY, CHAIN, ARCHIVE] = [{ code: "<name>.key" }, { code: "<name>_chain.pem" }, { code: "<name>.p12" }];
/** The only region whose broker the vendor's page names. */
const DOCUMENTED = "mindconnectmqtt.eu1.mindsphere.io";

const KEEP: Step = [
  "Store the files elsewhere in a later step, before this job ends. A later run does not find them and issues all agents again. To issue only what is due, use a runner whose disk lasts and set ",
  { code: "directory" },
  ".",
];

const NOTHING_NEW: Step = ["Leave the devices as they are: no agent needs a new certificate."];

/** @returns what goes onto a device, where it connects, and when to run again, in the order in which it is done */
function nextSteps(situation: Situation): Step[] {
  const { fleet, agents, issued } = situation;
  const { superseded } = situation.directory;
  const fresh = agents.filter(({ name }) => issued.has(name));
  const replaced: Step[] = [];
  if (superseded !== undefined)
    replaced.push([
      "Remove ",
      { code: superseded },
      " when the devices have their new files. It holds what this run replaced, private keys included.",
    ]);
  const devices =
    fresh.length === 0
      ? [NOTHING_NEW, ...replaced]
      : [...handOver(fresh), connect(fresh, fleet.inputs.environment), ...replaced];
  // Files that vanish with the job are copied first.
  return situation.lasting ? [...devices, runAgain(situation)] : [KEEP, ...devices];
}

function handOver(fresh: readonly IssuedAgent[]): Step[] {
  const steps: Step[] = [];
  const keyPlaces = new Set(fresh.map(keyPlaceOf));
  if (keyPlaces.has("file"))
    steps.push(["Copy to each device its private key ", KEY, " and its certificate chain ", CHAIN, "."]);
  if (keyPlaces.has("archive"))
    steps.push([
      "Copy to each device its archive ",
      ARCHIVE,
      ". It holds the private key and the certificates. It opens with archive-passphrase.",
    ]);
  if (keyPlaces.has("device"))
    steps.push([
      "Copy to each device that sent a CSR only its certificate chain ",
      CHAIN,
      ". Its private key is on the device.",
    ]);
  const [first, ...others] = steps;
  const colon = fresh.some(({ name }) => name.includes(":"));
  if (!colon || first === undefined) return steps;
  return [[...first, " In file names a colon is written ", { code: "%3A" }, "."], ...others];
}

function connect(fresh: readonly IssuedAgent[], environment: Environment): Step {
  const host = brokerHost(environment);
  const broker = host === undefined ? "the MQTT broker of your environment" : { code: host };
  const keyPlaces = new Set(fresh.map(keyPlaceOf));
  const archive = ["the certificates in ", ARCHIVE];
  let presents: Step = [CHAIN];
  if (keyPlaces.has("archive")) presents = keyPlaces.size === 1 ? archive : [CHAIN, " or ", ...archive];
  const unproven =
    host === undefined || host === DOCUMENTED
      ? ""
      : " The vendor's page names only the broker of eu1: check this one.";
  return [
    "Let each device connect by TLS to ",
    broker,
    ", port 8883, and present ",
    ...presents,
    ` as its client certificate. The table has its MQTT client id. The first connection onboards the agent.${unproven}`,
  ];
}

function runAgain({ fleet, directory: { path }, agents }: Situation): Step {
  const ca = fleet.ca.certificate;
  const first = agents.reduce((least, { expiration }) => Math.min(least, Date.parse(expiration)), Infinity);
  // If the certificate were issued again now, it would not last longer, because the CA expires at the same
  // time.
  if (ca.notAfter - first < 2 * DAY_MS)
    return [
      "Rotate the CA ",
      { code: ca.commonName },
      `, because it expires ${ca.expiration} and no agent certificate outlives it. Then run this task again with directory `,
      { code: path },
      ".",
    ];
  const due = new Date(first - fleet.inputs.renewBefore * DAY_MS).toISOString().slice(0, 10);
  return [
    "Run this task again on a schedule, with directory ",
    { code: path },
    `. It issues only what is due: the first certificate from ${due} on, and every certificate after a rotation of the CA.`,
  ];
}
