/** Issues the certificates of a fleet: checks what was asked for, finds what is due, and issues it. */
import { availableParallelism } from "node:os";
import type { RunContext } from "../run/run-context.ts";
import { checkArchives } from "./check-archives.ts";
import { checkCsrs } from "./check-csrs.ts";
import { AgentDirectory } from "./directory.ts";
import { type FleetState, findDue } from "./find-due.ts";
import type { Fleet, FleetInputs } from "./fleet.ts";
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
export async function issueFleet(context: RunContext, inputs: FleetInputs): Promise<FleetOutputs> {
  const fleet = await prepare(context, inputs);
  const directory = await AgentDirectory.open(inputs.directory ?? context.results, context.runner.info);
  try {
    return await issueDue(context, fleet, directory, await inspect(context, fleet, directory));
  } finally {
    await directory.close();
  }
}

/** The keyring is compared with the place it is written to: an old copy would issue with an old CA. */
async function prepare(context: RunContext, inputs: FleetInputs): Promise<Fleet> {
  const { runner } = context;
  // GitHub is asked before the platform, within the same time.
  context.startDeadline(inputs.connection?.timeout);
  const { opensslProgram, connection } = inputs;
  const program = context.program(opensslProgram);
  const keeper = context.keyring(inputs.keyring, {
    program: opensslProgram,
    tenant: inputs.environment.tenant,
    connection,
  });
  await keeper.check();
  const version = await inputs.commandDirectory.openssl.version();
  runner.info(`Working with ${version}.`);
  const concurrency = availableParallelism();
  const planned = await checkCsrs(inputs.requested, program, concurrency, runner.info);
  const ca = await issuingCa(context, connection, keeper, inputs.givenCa);
  requireOwnSubject(inputs.requested, inputs.subject, ca.certificate);
  return { inputs, planned, ca, program, version, concurrency };
}

async function inspect(
  { runner, clock }: RunContext,
  { inputs, planned, ca, program, concurrency }: Fleet,
  directory: AgentDirectory,
): Promise<FleetState> {
  await requireOwnTable(directory);
  const { renewBefore, archivePassphrase: passphrase } = inputs;
  const at = clock.agreement();
  const days = leafDays(inputs.days, ca.certificate, at.now);
  const search = {
    directory,
    own: await ownFiles(directory, inputs.environment.tenant, planned),
    required: { ca: ca.certificate, renewBefore, days, ...at },
    archived: passphrase !== undefined,
  };
  await removeHalfMade(directory, inputs.environment.tenant);
  const state = await findDue(planned, search);
  if (passphrase === undefined) return state;
  return await checkArchives(planned, search, state, {
    program,
    passphrase,
    concurrency,
    print: runner.info,
  });
}
