import { escapeMarkdown, markdownTable } from "../action/markdown.ts";
import type { Runner } from "../action/runner.ts";
import type { Certificate } from "../ca/certificate.ts";
import type { KeyringEntry } from "../ca/keyring.ts";
import { tellRefused } from "../ca/refused-cas.ts";
import type { Outcome } from "../ca/registration-decision.ts";
import type { SlotStatus } from "../ca/slot-status.ts";
import { SLOT_LIMIT, type Slot } from "../ca/slots.ts";

const HEADLINES: Record<Outcome, string> = {
  registered: "CA certificate registered",
  resumed: "CA certificate verified (an earlier run had uploaded it)",
  unchanged: "CA certificate already registered, nothing to do",
};

/** Shows a registration: a notice with id and expiration, and a table on the job's page with what to do next. */
export async function summarizeRegistration(
  runner: Runner,
  shown: {
    outcome: Outcome;
    slot: Slot;
    certificate: Certificate;
    slotsUsed: number;
    place: string | undefined;
    /** CAs of the keyring that the platform refused. */
    refused: readonly KeyringEntry[];
    /** What to do with other CAs that stay on the platform. */
    stays: readonly string[];
  },
): Promise<void> {
  const { outcome, slot, certificate, slotsUsed, place, refused, stays } = shown;
  runner.notice(`${HEADLINES[outcome]}: ${slot.id}, expires ${slot.expiration}.`);
  const rows = [
    ...slotRows(slot),
    ["SHA-256 fingerprint", certificate.fingerprint],
    ["Verified", slot.isVerified ? "yes, read back from the platform" : "no"],
    ["Slots in use", `${slotsUsed} of ${SLOT_LIMIT}`],
    ["Private key kept in", place ?? "your own place (this run wrote no keyring)"],
    ...refused.map((entry) => ["KeyringEntry CA", tellRefused(entry)]),
  ];
  const next = [
    "Issue agent certificates with this CA (tasks/agent-certificate). An agent is onboarded when it connects for the first time.",
    `Back up ${place ?? "the CA's private key"}. The platform does not have the private key.`,
    `Rotate the CA long before ${slot.expiration} (tasks/rotate, on a schedule). The old and the new CA must overlap for as long as an agent certificate is valid.`,
    ...stays,
  ];
  await runner.summary(`### ${HEADLINES[outcome]}\n\n${factsTable(rows)}\n\n${nextList(next)}`);
}

/** @returns rows of a table: what the platform says of one CA certificate */
export function slotRows(slot: Pick<Slot, "id" | "name" | "commonName" | "expiration">): string[][] {
  return [
    ["Id", slot.id],
    ["Name", slot.name],
    ["Common name", slot.commonName],
    ["Expires (UTC)", slot.expiration],
  ];
}

/** Shows what a single task did on the job's page: a headline and a table of names and values. */
export async function summarizeStep(
  runner: Pick<Runner, "summary">,
  headline: string,
  rows: readonly (readonly string[])[],
): Promise<void> {
  await runner.summary(`### ${headline}\n\n${factsTable(rows)}\n`);
}

/** @returns a table of names and values */
function factsTable(rows: readonly (readonly string[])[]): string {
  return markdownTable(["Property", "Value"], rows);
}

/** @returns what to do next as a list; the steps are escaped here */
export function nextList(steps: readonly string[]): string {
  return `**Next**\n\n${steps.map((step) => `- ${escapeMarkdown(step)}`).join("\n")}\n`;
}

/** A slot as a table and the log show it. */
export interface ShownSlot extends Omit<SlotStatus, "held"> {
  /** Whether its key is in the keyring; undefined where that is not known. */
  readonly held: boolean | undefined;
}

/** Shows both slots on the job's page and in the log, with the newest usable one, or what to do without one. */
export async function summarizeStatus(
  runner: Runner,
  shown: {
    certificates: readonly ShownSlot[];
    slotsFree: number;
    newest: SlotStatus | undefined;
    /** What else is to be said, a sentence or two each. */
    remarks: readonly string[];
  },
): Promise<void> {
  const { certificates, slotsFree, newest, remarks } = shown;
  const head = [
    "Id",
    "Name",
    "Common name",
    "Expires (UTC)",
    "Days left",
    "Life used (%)",
    "Verified",
    "Key in the keyring",
  ];
  const rows = certificates.map((slot) => [
    slot.id,
    slot.name,
    slot.commonName,
    slot.expiration,
    String(slot.daysLeft),
    slot.lifeUsed === null ? "not known" : String(slot.lifeUsed),
    slot.isVerified ? "yes" : "no",
    slot.held === undefined ? "not known" : slot.held ? "yes" : "no",
  ]);
  runner.group(
    `CA certificate slots: ${certificates.length} in use, ${slotsFree} free`,
    certificates.map(slotLine),
  );
  const newestLine =
    newest === undefined
      ? "No CA certificate is usable, so no agent can be onboarded."
      : `Newest usable CA certificate: ${newest.id}, expires ${newest.expiration}, ${newest.daysLeft} days left.`;
  runner.notice(newestLine);
  const table = rows.length === 0 ? "Both slots are free." : markdownTable(head, rows);
  const lines = [newestLine, ...remarks].map(escapeMarkdown).join("\n\n");
  await runner.summary(`### CA certificate slots: ${slotsFree} free\n\n${table}\n\n${lines}\n`);
}

/** A line of the log has no head above it, so it names what it shows. */
function slotLine({ id, name, commonName, expiration, daysLeft, isVerified, held }: ShownSlot): string {
  const end = daysLeft < 0 ? `expired ${expiration}` : `expires ${expiration} (${daysLeft} days left)`;
  const key = held === undefined ? "not known whether the key is held" : held ? "key held" : "key not held";
  return `${id} "${name}", common name "${commonName}", ${end}, ${isVerified ? "verified" : "not verified"}, ${key}`;
}
