import { availableParallelism } from "node:os";
import type { DueReason } from "../../ca/agent-due.ts";
import { clientId } from "../../ca/agents.ts";
import type { Certificate } from "../../ca/certificate.ts";
import { ActionError } from "../../ca/errors.ts";
import { leafDays } from "../../ca/leaf.ts";
import type { Subject } from "../../ca/subject.ts";
import type { Connection } from "../../mindconnect/connect.ts";
import type { CaPair, Workplace } from "../../openssl/ca.ts";
import type { RequestedAgent } from "../inputs/agents.ts";
import type { KeyringInput } from "../inputs/keyring.ts";
import type { Tools } from "../tools.ts";
import { checkDevices } from "./devices.ts";
import { AgentDirectory } from "./directory.ts";
import { issueAll } from "./issue.ts";
import { issuingCa } from "./issuing-ca.ts";
import { recordOf, requireOwnManifest, writeManifest } from "./manifest.ts";
import { Progress } from "./progress.ts";
import { type DueAgent, scan } from "./scan.ts";
import { agentsOutput, summarizeAgents } from "./summary.ts";

/** What is to be issued, where, and by whom. */
export interface FleetOrder {
  readonly requested: readonly RequestedAgent[];
  readonly workplace: Workplace;
  readonly opensslProgram: string;
  readonly tenant: string;
  /** Names the region's rules for client ids, also where nothing is sent. */
  readonly gateway: URL;
  /** Undefined for offline. */
  readonly connection: Connection | undefined;
  readonly keyring: KeyringInput;
  /** A CA that wins over the keyring. */
  readonly brought: CaPair | undefined;
  /** Undefined for a new one. */
  readonly directory: string | undefined;
  /** Undefined where every agent has a CSR. */
  readonly subject: Omit<Subject, "commonName"> | undefined;
  /** Days that a certificate is valid. */
  readonly days: number;
  /** Whether to refuse, rather than shorten, what would outlive the CA. */
  readonly strictLifetime: boolean;
  /** Days before its end from which a certificate is issued anew. */
  readonly renewBefore: number;
  readonly keyBits: number;
  /** Undefined where keys lie in plain files. */
  readonly archivePassphrase: string | undefined;
}

/** The commands of one agent: of a fleet, the first one's are shown. */
const SHOWN_COMMANDS = 3;

/**
 * Issues what is missing, broken, ending or of an older CA, and shows what is there then.
 * @returns the outputs of the task
 * @throws ActionError
 */
export async function issueFleet(
  tools: Tools,
  order: FleetOrder,
): Promise<Record<"agents" | "directory" | "manifest-path" | "issued", string>> {
  const { tenant, opensslProgram, archivePassphrase } = order;
  const { runner } = tools;
  const lanes = availableParallelism();
  const { keyring } = tools.keyring(order.keyring, opensslProgram);
  runner.info(`Working with ${await order.workplace.openssl.version()}.`);
  const memory = tools.memory(opensslProgram);
  const planned = await checkDevices(order.requested, memory, lanes);
  const { passphrase } = order.keyring;
  const ca = await issuingCa(tools, order.connection, { keyring, passphrase, brought: order.brought });
  const days = lifetime(order, ca.certificate, tools);

  const directory = new AgentDirectory(order.directory ?? tools.results);
  await directory.open();
  await requireOwnManifest(directory);
  const { renewBefore } = order;
  const wanted = { ca: ca.certificate, renewBefore, days: days(), now: Date.now() };
  const archived = archivePassphrase !== undefined;
  const { due, kept } = await scan(planned, directory, wanted, archived);
  runner.info(`${due.length} of ${planned.length} agents need a certificate${reasons(due)}.`);

  const leaves = new Map(kept);
  const progress = new Progress(due.length, runner.info);
  const workers = tools.workers(opensslProgram, tenant, Math.min(lanes, due.length), SHOWN_COMMANDS);
  await issueAll(due, {
    ca,
    workers,
    directory,
    subject: order.subject,
    keyBits: order.keyBits,
    days,
    archive: archivePassphrase === undefined ? undefined : { memory, passphrase: archivePassphrase },
    progress,
    issued(name, leaf, lane) {
      const shown = progress.done === 1 ? (workers[lane]?.openssl.transcripts ?? []) : [];
      if (shown.length > 0)
        runner.group(
          `Issue ${name}, the first of ${due.length}`,
          shown.flatMap(({ lines }) => lines),
        );
      leaves.set(name, leaf);
    },
  });

  const records = planned.flatMap(({ name, device }) => {
    const leaf = leaves.get(name);
    const keyIn = device === undefined ? (archived ? "archive" : "key") : "device";
    return leaf === undefined ? [] : [recordOf(name, clientId(name, tenant, order.gateway), leaf, keyIn)];
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
}

/**
 * A leaf never outlives its CA: says so once where it has to be shortened.
 * @returns the days of a certificate issued at the moment of the call
 * @throws ActionError `CA_ENDS_FIRST`, also by what it returns
 */
function lifetime(
  { days: asked, strictLifetime }: Pick<FleetOrder, "days" | "strictLifetime">,
  ca: Certificate,
  tools: Tools,
): () => number {
  const days = () => {
    const possible = leafDays(asked, ca, Date.now());
    if (possible < 1 || (strictLifetime && possible < asked)) {
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
