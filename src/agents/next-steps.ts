/** Tells what to do after a run: which files go onto which device, where it connects, and when to run again. */
import type { Cell } from "../action/markdown.ts";
import { DAY_MS } from "../ca/time.ts";
import type { Environment } from "../mindconnect/connection-inputs.ts";
import type { AgentDirectory } from "./directory.ts";
import type { Fleet } from "./fleet.ts";
import { type IssuedAgent, keyPlaceOf } from "./manifest-lines.ts";
import { brokerHost } from "./names.ts";

/** One sentence or a few: plain words, and what is shown as code. */
export type Step = readonly Cell[];

/** What a run leaves for a person to do. */
export interface Situation {
  readonly fleet: Fleet;
  readonly directory: AgentDirectory;
  /** Every agent of the list. */
  readonly agents: readonly IssuedAgent[];
  /** Names of those that this run issued. */
  readonly issued: ReadonlySet<string>;
  /** Whether a later run finds the directory again. */
  readonly lasting: boolean;
}

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
export function nextSteps(situation: Situation): Step[] {
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
  // What vanishes with the job is copied first.
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
  const first = Math.min(...agents.map(({ expiration }) => Date.parse(expiration)));
  // Issued again now, it would not last longer: its CA expires at the same time.
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
