/** What a person does after a run: which files go onto which device, where it connects, and when to run again. */
import type { Cell } from "../action/markdown.ts";
import type { Certificate } from "../ca/certificate.ts";
import { DAY_MS } from "../ca/time.ts";
import type { Environment } from "../mindconnect/connection-inputs.ts";
import type { IssuedAgent } from "./issued-agent.ts";
import { brokerHost } from "./names.ts";

/** One sentence or a few: plain words, and what is shown as code. */
export type Step = readonly Cell[];

/** What a run leaves for a person to do. */
export interface Situation {
  /** Every agent of the list. */
  readonly agents: readonly IssuedAgent[];
  /** Names of those that this run issued. */
  readonly issued: ReadonlySet<string>;
  readonly home: Environment;
  readonly ca: Certificate;
  /** Absolute. */
  readonly directory: string;
  /** Whether a later run finds the directory again. */
  readonly lasting: boolean;
  /** Where this run's replaced files went. */
  readonly superseded: string | undefined;
  readonly renewBefore: number;
}

const [KEY, CHAIN, ARCHIVE] = [{ code: "<name>.key" }, { code: "<name>_chain.pem" }, { code: "<name>.p12" }];
/** The only region whose broker the vendor's page names. */
const DOCUMENTED = "mindconnectmqtt.eu1.mindsphere.io";

const KEEP: Step = [
  "Store the files elsewhere in a later step, before this job ends. A later run does not find them and issues all agents again. To issue only what is due, use a runner whose disk lasts and set ",
  { code: "directory" },
  ".",
];

/** @returns what goes onto a device, where it connects, and when to run again, in the order in which it is done */
export function nextSteps(situation: Situation): Step[] {
  const { agents, issued, superseded } = situation;
  const fresh = agents.filter(({ name }) => issued.has(name));
  const replaced: Step[] =
    superseded === undefined
      ? []
      : [
          [
            "Remove ",
            { code: superseded },
            " when the devices have their new files. It holds what this run replaced, private keys included.",
          ],
        ];
  const devices = [...handOver(fresh), ...connect(fresh, situation.environment), ...replaced];
  // What vanishes with the job is copied first.
  return situation.lasting ? [...devices, runAgain(situation)] : [KEEP, ...devices];
}

function handOver(fresh: readonly IssuedAgent[]): Step[] {
  if (fresh.length === 0) return [["Leave the devices as they are: no agent needs a new certificate."]];
  const steps: Step[] = [];
  const kinds = kindsOf(fresh);
  if (kinds.file)
    steps.push(["Copy to each device its private key ", KEY, " and its certificate chain ", CHAIN, "."]);
  if (kinds.archive)
    steps.push([
      "Copy to each device its archive ",
      ARCHIVE,
      ". It holds the private key and the certificates. It opens with archive-passphrase.",
    ]);
  if (kinds.device)
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

function connect(fresh: readonly IssuedAgent[], home: Environment): Step[] {
  if (fresh.length === 0) return [];
  const host = brokerHost(home);
  const broker: Step = host === undefined ? ["the MQTT broker of your environment"] : [{ code: host }];
  const kinds = kindsOf(fresh);
  const chain: Step[] = kinds.file || kinds.device ? [[CHAIN]] : [];
  const archive: Step[] = kinds.archive ? [["the certificates in ", ARCHIVE]] : [];
  const presents = [...chain, ...archive].flatMap((one, index) => (index === 0 ? one : [" or ", ...one]));
  const unproven =
    host === undefined || host === DOCUMENTED
      ? ""
      : " The vendor's page names only the broker of eu1: check this one.";
  return [
    [
      "Let each device connect by TLS to ",
      ...broker,
      ", port 8883, and present ",
      ...presents,
      ` as its client certificate. The table has its MQTT client id. The first connection onboards the agent.${unproven}`,
    ],
  ];
}

function runAgain({ agents, ca, directory, renewBefore }: Situation): Step {
  const first = Math.min(...agents.map(({ expiration }) => Date.parse(expiration)));
  // Issued again now, it would not last longer: its CA expires at the same time.
  if (ca.notAfter - first < 2 * DAY_MS)
    return [
      "Rotate the CA ",
      { code: ca.commonName },
      `, because it expires ${ca.expiration} and no agent certificate outlives it. Then run this task again with directory `,
      { code: directory },
      ".",
    ];
  const due = new Date(first - renewBefore * DAY_MS).toISOString().slice(0, 10);
  return [
    "Run this task again on a schedule, with directory ",
    { code: directory },
    `. It issues only what is due: the first certificate from ${due} on, and every certificate after a rotation of the CA.`,
  ];
}

function kindsOf(agents: readonly IssuedAgent[]): Readonly<Record<"file" | "archive" | "device", boolean>> {
  return {
    file: agents.some(({ privateKey }) => privateKey !== ""),
    archive: agents.some(({ archive }) => archive !== ""),
    device: agents.some(({ privateKey, archive }) => privateKey === "" && archive === ""),
  };
}
