/** The receipt of a registration. Its shape is docs/receipt.schema.json. */
import { calledAs } from "../action/action-ref.ts";
import { NAME, VERSION } from "../action/product.ts";
import type { Connection } from "../mindconnect/connect.ts";
import type { RunContext } from "../run/run-context.ts";
import { asActionError } from "../run/run-task.ts";
import type { ProcedureContext } from "./documented-steps.ts";
import type { Registered } from "./registration-run.ts";

/** Version of docs/receipt.schema.json. Every change of the shape gets a new version. */
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

/**
 * The runner's variables about the run, and the shape that each must have. Their values come from outside.
 */
const RUN = {
  repository: ["GITHUB_REPOSITORY", /^[\w-]+\/[\w.-]+$/],
  run: ["GITHUB_RUN_ID", /^\d+$/],
  attempt: ["GITHUB_RUN_ATTEMPT", /^\d+$/],
  commit: ["GITHUB_SHA", /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/],
} as const;

/**
 * @returns which run made the receipt, and how the workflow named the action. A value that the runner does
 * not give, or gives in another shape, is left out
 */
function workflow(): Record<string, string> {
  const said = Object.entries(RUN).map(([key, [name, shape]]) => {
    const value = process.env[name] ?? "";
    return [key, shape.test(value) ? value : undefined];
  });
  return Object.fromEntries([...said, ["action", calledAs()]].filter(([, value]) => value !== undefined));
}

/**
 * Writes a file about a registration that is finished. A failure is only a warning, because the file decides
 * nothing any more (guarantee 11).
 * @param what the name of the file, to begin a sentence
 * @returns the path of the file; empty where it could not be written
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
