import type { Certificate } from "../ca/certificate.ts";
import type { Outcome } from "../ca/decide.ts";
import type { Slot } from "../ca/slots.ts";
import type { Connection } from "../mindconnect/connect.ts";
import { asActionError } from "./failure.ts";
import type { Procedure } from "./procedure.ts";
import type { Tools } from "./tools.ts";

/**
 * Writes the receipt: what was proven, in JSON, free of secrets and fit to be attested.
 * @returns its path
 */
export async function writeReceipt(
  tools: Pick<Tools, "commands" | "writeResult">,
  { platform, workplace, keys }: Pick<Procedure, "platform" | "workplace" | "keys">,
  proven: {
    connection: Connection;
    outcome: Outcome;
    slot: Slot;
    certificate: Certificate;
    /** Commands that tried a CA before it was sent, and whose files are gone. */
    rehearsal: readonly string[];
  },
): Promise<string> {
  const { connection, outcome, slot, certificate, rehearsal } = proven;
  const receipt = {
    action: "mindconnect-ca-action",
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
      version: tools.commands.length === 0 ? null : await workplace.openssl.version(),
      commands: tools.commands,
      rehearsal,
      // Whether the two keys changed their file names, because the second one was ready first.
      keysExchanged: keys.exchanged,
    },
    calls: platform.calls,
    clockSkewMilliseconds: platform.clock.skew,
    workflow: workflow(),
  };
  return await tools.writeResult("receipt.json", `${JSON.stringify(receipt, null, 2)}\n`);
}

/** Which run made it, as the runner says; absent outside of a workflow. */
function workflow(): Record<string, string> {
  const names = {
    repository: "GITHUB_REPOSITORY",
    run: "GITHUB_RUN_ID",
    attempt: "GITHUB_RUN_ATTEMPT",
    commit: "GITHUB_SHA",
  };
  return Object.fromEntries(
    Object.entries(names).flatMap(([key, name]) => {
      const value = process.env[name] ?? "";
      return value === "" ? [] : [[key, value]];
    }),
  );
}

/**
 * Writes what tells of a registration that is finished: it decides nothing any more (guarantee 11).
 * @param what the name of it, to begin a sentence
 * @returns its path; empty where it could not be written, which is a warning
 */
export async function handOut(
  { warning }: Pick<Tools["runner"], "warning">,
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
