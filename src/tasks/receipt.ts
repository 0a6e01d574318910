/** The receipt of a registration. Its shape is docs/receipt.schema.json. */
import { calledAs } from "../action/action-ref.ts";
import { NAME, VERSION } from "../action/product.ts";
import type { Connection } from "../mindconnect/connect.ts";
import type { RunContext } from "../run/run-context.ts";
import { asActionError } from "../run/run-task.ts";
import type { ProcedureContext } from "./documented-steps.ts";
import type { Registered } from "./registration-run.ts";

/** Of docs/receipt.schema.json: another one for every change of the shape. */
const SCHEMA_VERSION = 1;

/**
 * Writes the receipt: what was proven, in JSON, free of secrets and fit to be attested. Its shape is
 * docs/receipt.schema.json.
 * @returns its path
 */
export async function writeReceipt(
  context: Pick<RunContext, "commands" | "writeResult">,
  { platform, commandDirectory }: Pick<ProcedureContext, "platform" | "commandDirectory">,
  connection: Connection,
  { outcome, slot, ca: { certificate }, rehearsal }: Registered,
): Promise<string> {
  const receipt = {
    schemaVersion: SCHEMA_VERSION,
    action: NAME,
    actionVersion: VERSION,
    task: "register",
    outcome,
    finishedAt: new Date().toISOString(),
    tenant: connection.tenant,
    gateway: connection.gateway.origin,
    caCertificate: {
      id: slot.id,
      name: slot.name,
      commonName: slot.commonName,
      expiration: slot.expiration,
      isVerified: slot.isVerified,
      fingerprintSha256: certificate.fingerprint,
      serialNumber: certificate.serialNumber,
      subject: certificate.subject.map(([type, value]) => `${type}=${value}`),
    },
    openssl: {
      // A run with nothing to do starts no OpenSSL.
      version: context.commands.length === 0 ? null : await commandDirectory.openssl.version(),
      commands: context.commands,
      rehearsal,
    },
    calls: platform.calls,
    clockSkewMilliseconds: platform.clock.skew,
    workflow: workflow(),
  };
  return await context.writeResult("receipt.json", `${JSON.stringify(receipt, null, 2)}\n`);
}

/** What the runner says of the run, each in its shape: it is not ours. */
const RUN = {
  repository: ["GITHUB_REPOSITORY", /^[\w-]+\/[\w.-]+$/],
  run: ["GITHUB_RUN_ID", /^\d+$/],
  attempt: ["GITHUB_RUN_ATTEMPT", /^\d+$/],
  commit: ["GITHUB_SHA", /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/],
} as const;

/** Which run made it, and how it called the action; what the runner does not say, or says in another shape, is left out. */
function workflow(): Record<string, string> {
  const said = Object.entries(RUN).map(([key, [name, shape]]) => {
    const value = process.env[name] ?? "";
    return [key, shape.test(value) ? value : undefined];
  });
  return Object.fromEntries([...said, ["action", calledAs()]].filter(([, value]) => value !== undefined));
}

/**
 * Writes what tells of a registration that is finished: it decides nothing any more (guarantee 11).
 * @param what the name of it, to begin a sentence
 * @returns its path; empty where it could not be written, which is a warning
 */
export async function writeOptional(
  { warning }: Pick<RunContext["runner"], "warning">,
  what: string,
  write: () => Promise<string>,
): Promise<string> {
  try {
    return await write();
  } catch (error) {
    const { message } = asActionError(error);
    warning(`${what} could not be written, so its output is empty. The CA is verified. ${message}`);
    return "";
  }
}
