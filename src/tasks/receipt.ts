import type { Certificate } from "../ca/certificate.ts";
import type { Outcome } from "../ca/decide.ts";
import type { Slot } from "../ca/slots.ts";
import type { Connection } from "../mindconnect/connect.ts";
import { asActionError } from "./failure.ts";
import type { Procedure } from "./procedure.ts";
import type { Tools } from "./tools.ts";

/**
 * Writes the receipt: what was proven, in JSON, free of secrets and fit to be attested.
 * @returns its path; empty, with a warning, where it cannot be written
 */
export async function writeReceipt(
  tools: Pick<Tools, "commands" | "runner" | "writeResult">,
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
  const text = `${JSON.stringify(receipt, null, 2)}\n`;
  return await tools.writeResult("receipt.json", text).catch((error: unknown) => {
    // Reporting never decides (guarantee 11): what the receipt tells of is done.
    tools.runner.warning(`There is no receipt: ${asActionError(error).message}`);
    return "";
  });
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
