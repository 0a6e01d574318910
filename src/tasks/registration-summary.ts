/** What a registration shows on the job's page and in the log. */
import type { Runner } from "../action/runner.ts";
import type { Certificate } from "../ca/certificate.ts";
import type { KeyringEntry } from "../ca/keyring.ts";
import { describeRefusal } from "../ca/refused-cas.ts";
import type { RegistrationOutcome } from "../ca/registration-decision.ts";
import { SLOT_LIMIT, type Slot } from "../ca/slots.ts";
import type { KeysEncrypted } from "../run/given-keyring.ts";
import { factsTable, nextList, slotRows } from "./summary-parts.ts";

const HEADLINES: Record<RegistrationOutcome, string> = {
  registered: "CA certificate registered",
  resumed: "CA certificate verified (an earlier run had uploaded it)",
  unchanged: "CA certificate already registered",
};

/** Shows a registration: a notice with id and expiration, and a table on the job's page with what to do next. */
export async function summarizeRegistration(
  runner: Runner,
  shown: {
    outcome: RegistrationOutcome;
    slot: Slot;
    certificate: Certificate;
    slotsUsed: number;
    place: string | undefined;
    /** CAs of the keyring that the platform refused. */
    refused: readonly KeyringEntry[];
    /** What to do with other CAs that stay on the platform. */
    stays: readonly string[];
    /** What to say of keys that this run encrypted. */
    encrypted: KeysEncrypted | undefined;
  },
): Promise<void> {
  const { outcome, slot, certificate, slotsUsed, place, refused, stays, encrypted } = shown;
  const idle = outcome === "unchanged" && encrypted === undefined ? ", nothing to do" : "";
  const headline = `${HEADLINES[outcome]}${idle}`;
  runner.notice(`${headline}: ${slot.id}, expires ${slot.expiration}.`);
  const rows = [
    ...slotRows(slot),
    ["SHA-256 fingerprint", certificate.fingerprint],
    ["Verified", slot.isVerified ? "yes, read back from the platform" : "no"],
    ["Slots in use", `${slotsUsed} of ${SLOT_LIMIT}`],
    ["Private key kept in", place ?? "your own place (this run wrote no keyring)"],
    ...(encrypted === undefined ? [] : [["Changed in the keyring", encrypted.done]]),
    ...refused.map((entry) => ["Refused CA", describeRefusal(entry)]),
  ];
  const next = [
    ...(encrypted === undefined ? [] : [encrypted.next]),
    "Issue agent certificates with this CA (tasks/agent-certificate). An agent is onboarded when it connects for the first time.",
    `Back up ${place ?? "the CA's private key"}. The platform does not have the private key.`,
    `Rotate the CA long before ${slot.expiration} (tasks/rotate, on a schedule). The old and the new CA must overlap for as long as an agent certificate is valid.`,
    ...stays,
  ];
  await runner.summary(`### ${headline}\n\n${factsTable(rows)}\n\n${nextList(next)}`);
}
