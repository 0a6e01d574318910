/** Issues the certificates of a fleet: checks what was asked for, finds what is due, and issues it. */
import { availableParallelism } from "node:os";
import { takeKeyring } from "../run/given-keyring.ts";
import type { Tools } from "../run/tools.ts";
import { checkArchives } from "./check-archives.ts";
import { checkCsrs } from "./check-csrs.ts";
import { AgentDirectory } from "./directory.ts";
import { type FleetState, findDue } from "./find-due.ts";
import type { FleetContext, FleetInputs } from "./fleet-context.ts";
import { requireOwnSubject } from "./input-rules.ts";
import { type FleetOutputs, issueDue } from "./issue-due.ts";
import { issuingCa } from "./issuing-ca.ts";
import { leafDays } from "./leaf.ts";
import { requireOwnTable } from "./manifest.ts";
import { ownFiles, removeHalfMade } from "./own-files.ts";

/**
 * Issues what is missing, broken, ending or of an older CA, and shows what is there then.
 * @returns the outputs of the task
 * @throws ActionError
 */
export async function issueFleet(tools: Tools, inputs: FleetInputs): Promise<FleetOutputs> {
  const context = await prepare(tools, inputs);
  const directory = await AgentDirectory.open(inputs.directory ?? tools.results, tools.runner.info);
  try {
    return await issueDue(tools, context, directory, await inspect(tools, context, directory));
  } finally {
    await directory.close();
  }
}

/** The keyring is compared with the place it is written to: an old copy would issue with an old CA. */
async function prepare(tools: Tools, inputs: FleetInputs): Promise<FleetContext> {
  const { runner } = tools;
  // GitHub is asked before the platform, within the same time.
  tools.limit(inputs.connection?.timeout);
  const { opensslProgram, connection } = inputs;
  const program = tools.program(opensslProgram);
  const keeper = takeKeyring(tools, inputs.keyring, {
    program: opensslProgram,
    tenant: inputs.home.tenant,
    connection,
  });
  await keeper.check();
  const version = await inputs.commandDirectory.openssl.version();
  runner.info(`Working with ${version}.`);
  const concurrency = availableParallelism();
  const planned = await checkCsrs(inputs.requested, program, concurrency, runner.info);
  const ca = await issuingCa(tools, connection, keeper, inputs.givenCa);
  requireOwnSubject(inputs.requested, inputs.subject, ca.certificate);
  return { inputs, planned, ca, program, version, concurrency };
}

async function inspect(
  { runner, clock }: Tools,
  { inputs, planned, ca, program, concurrency }: FleetContext,
  directory: AgentDirectory,
): Promise<FleetState> {
  await requireOwnTable(directory);
  const { renewBefore, archivePassphrase: passphrase } = inputs;
  const at = clock.agreement();
  const days = leafDays(inputs.days, ca.certificate, at.now);
  const search = {
    directory,
    own: await ownFiles(directory, inputs.home.tenant, planned),
    required: { ca: ca.certificate, renewBefore, days, ...at },
    archived: passphrase !== undefined,
  };
  await removeHalfMade(directory, inputs.home.tenant);
  const state = await findDue(planned, search);
  if (passphrase === undefined) return state;
  return await checkArchives(planned, search, state, {
    program,
    passphrase,
    concurrency,
    print: runner.info,
  });
}
