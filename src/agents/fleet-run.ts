/** Issues the certificates of a fleet: checks what was asked for, finds what is due, and issues it. */
import { encryptPlainKeys } from "../run/keyring-upkeep.ts";
import type { RunContext } from "../run/run-context.ts";
import { checkArchives } from "./check-archives.ts";
import { checkCsrs } from "./csr.ts";
import { AgentDirectory } from "./directory.ts";
import { type FleetState, findDue } from "./find-due.ts";
import type { Fleet, FleetInputs } from "./fleet.ts";
import { type FleetOutputs, issueDue } from "./issue-due.ts";
import { issuingCa } from "./issuing-ca.ts";
import { leafDays, requireOwnSubject } from "./leaf.ts";
import { ownFiles, removeHalfMade, requireOwnCsv } from "./manifest.ts";

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
  const { requested, opensslProgram, connection, archivePassphrase: passphrase } = inputs;
  // GitHub is asked before the platform, within the same time.
  context.startDeadline(connection?.timeout);
  const { tenant } = inputs.environment;
  const keyring = context.keyring(inputs.keyring, { program: opensslProgram, tenant, connection });
  await keyring.check();
  const version = await context.commandDirectory(opensslProgram, tenant).openssl.version();
  runner.info(`Working with ${version}.`);
  const program = context.program(opensslProgram);
  const archives = passphrase === undefined ? undefined : { program, passphrase, version };
  const planned = await checkCsrs(requested, archives ? "archive" : "file", program, runner.info);
  const ca = await issuingCa(context, connection, keyring, inputs.givenCa);
  requireOwnSubject(requested, inputs.subject, ca.certificate);
  // Without a passphrase the keys are plain on purpose. A warning in each daily run would not help.
  if (keyring.plainKeys().length > 0) await encryptPlainKeys(runner, keyring, { write: false });
  return { inputs, planned, ca, archives };
}

async function inspect(
  { runner, clock }: RunContext,
  { inputs, planned, ca, archives }: Fleet,
  directory: AgentDirectory,
): Promise<FleetState> {
  await requireOwnCsv(directory);
  const { environment, renewBefore } = inputs;
  const at = clock.agreement();
  const days = leafDays(inputs.days, ca.certificate, at.now);
  const search = {
    directory,
    own: await ownFiles(directory, environment.tenant, planned),
    required: { ca: ca.certificate, renewBefore, days, ...at },
  };
  await removeHalfMade(directory, environment.tenant);
  const state = await findDue(planned, search);
  return archives === undefined ? state : checkArchives(planned, search, state, archives, runner.info);
}
