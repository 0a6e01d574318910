import { availableParallelism } from "node:os";
import { takeKeyring } from "../run/given-keyring.ts";
import type { Tools } from "../run/tools.ts";
import { checkArchives } from "./archives.ts";
import { checkDevices } from "./check-csrs.ts";
import { AgentDirectory } from "./directory.ts";
import { requireOwnSubject } from "./input-rules.ts";
import { carryOut } from "./issue-due.ts";
import { issuingCa } from "./issuing-ca.ts";
import { leafDays } from "./leaf.ts";
import { requireOwnTable } from "./manifest.ts";
import type { FleetOrder, Prepared } from "./order.ts";
import { ownFiles, removeHalfMade } from "./ownership.ts";
import { type Scan, scan } from "./scan-directory.ts";

/**
 * Issues what is missing, broken, ending or of an older CA, and shows what is there then.
 * @returns the outputs of the task
 * @throws ActionError
 */
export async function issueFleet(
  tools: Tools,
  order: FleetOrder,
): Promise<Record<"agents" | "directory" | "manifest-path" | "issued", string>> {
  const prepared = await prepare(tools, order);
  const directory = await AgentDirectory.open(order.directory ?? tools.results, tools.runner.info);
  try {
    const found = await observe(tools, prepared, directory);
    return await carryOut(tools, prepared, directory, found);
  } finally {
    await directory.close();
  }
}

/** The keyring is checked as where it is written: an old one would issue with an old CA. */
async function prepare(tools: Tools, order: FleetOrder): Promise<Prepared> {
  const { runner } = tools;
  // GitHub is asked before the platform, within the same time.
  tools.limit(order.connection?.timeout);
  const { opensslProgram, connection } = order;
  const program = tools.program(opensslProgram);
  const keeper = takeKeyring(tools, order.keyring, {
    program: opensslProgram,
    tenant: order.home.tenant,
    connection,
  });
  await keeper.check();
  const version = await order.commandDirectory.openssl.version();
  runner.info(`Working with ${version}.`);
  const lanes = availableParallelism();
  const planned = await checkDevices(order.requested, program, lanes, runner.info);
  const ca = await issuingCa(tools, connection, { keeper, brought: order.brought });
  requireOwnSubject(order.requested, order.subject, ca.certificate);
  return { order, planned, ca, program, version, lanes };
}

async function observe(
  { runner, clock }: Tools,
  { order, planned, ca, program, lanes }: Prepared,
  directory: AgentDirectory,
): Promise<Scan> {
  await requireOwnTable(directory);
  const { renewBefore, archivePassphrase: passphrase } = order;
  const at = clock.agreement();
  const days = leafDays(order.days, ca.certificate, at.now);
  const looking = {
    directory,
    own: await ownFiles(directory, order.home.tenant, planned),
    wanted: { ca: ca.certificate, renewBefore, days, ...at },
    archived: passphrase !== undefined,
  };
  await removeHalfMade(directory, order.home.tenant);
  const found = await scan(planned, looking);
  if (passphrase === undefined) return found;
  return await checkArchives(planned, looking, found, { program, passphrase, lanes, print: runner.info });
}
