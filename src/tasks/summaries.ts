import type { Certificate } from "../ca/certificate.ts";
import type { Outcome } from "../ca/decide.ts";
import type { ActionError } from "../ca/errors.ts";
import { type Refused, restoreRefused, tellRefused } from "../ca/refused.ts";
import { SLOT_LIMIT, type Slot } from "../ca/slots.ts";
import type { SlotStatus } from "../ca/status.ts";
import { errorPage } from "../github/called-as.ts";
import { escapeMarkdown, markdownTable } from "../github/markdown.ts";
import { explain, type Runner } from "../github/runner.ts";

const HEADLINES: Record<Outcome, string> = {
  registered: "CA certificate registered",
  resumed: "CA certificate verified (an earlier run's work was finished)",
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
    refused: readonly Refused[];
  },
): Promise<void> {
  const { outcome, slot, certificate, slotsUsed, place, refused } = shown;
  runner.notice(`${HEADLINES[outcome]}: ${slot.id}, expires ${slot.expiration}.`);
  const rows = [
    ...slotRows(slot),
    ["SHA-256 fingerprint", certificate.fingerprint],
    ["Verified", slot.isVerified ? "yes, read back from the platform" : "no"],
    ["Slots in use", `${slotsUsed} of ${SLOT_LIMIT}`],
    ["Key kept in", place ?? "your own place (no keyring was written)"],
    ...refused.map((entry) => ["Refused", tellRefused(entry)]),
  ];
  const next = [
    "Issue agent certificates with this CA; the first connection of an agent onboards it.",
    `Keep ${place === undefined ? "the CA's private key" : escapeMarkdown(place)} safe: it cannot be had from the platform.`,
    `Rotate well before ${slot.expiration}: old and new CA must overlap for as long as an agent certificate lives.`,
  ];
  const list = next.map((step) => `- ${step}`).join("\n");
  await runner.summary(
    `### ${HEADLINES[outcome]}\n\n${markdownTable(["", ""], rows)}\n\n**Next**\n\n${list}\n`,
  );
}

/** @returns rows of a table: what the platform says of one CA certificate */
export function slotRows(slot: Pick<Slot, "id" | "name" | "commonName" | "expiration">): string[][] {
  return [
    ["Id", slot.id],
    ["Name", slot.name],
    ["Common name", slot.commonName],
    ["Expiration", slot.expiration],
  ];
}

/** Shows what a single task did on the job's page: a headline and a table of names and values. */
export async function summarizeStep(
  runner: Pick<Runner, "summary">,
  headline: string,
  rows: readonly (readonly string[])[],
): Promise<void> {
  await runner.summary(`### ${headline}\n\n${markdownTable(["", ""], rows)}\n`);
}

/** Shows both slots on the job's page and in the log, and warns of what needs somebody's attention. */
export async function summarizeStatus(
  runner: Runner,
  shown: {
    certificates: readonly SlotStatus[];
    /** Ids of those of which it is not known whether the keyring holds them. */
    unclearIds: ReadonlySet<string>;
    slotsFree: number;
    newest: SlotStatus | undefined;
    rotationDue: boolean;
    /** CAs of the keyring that the platform refused. */
    refused: readonly Refused[];
  },
): Promise<void> {
  const { certificates, unclearIds, slotsFree, newest, rotationDue, refused } = shown;
  const head = ["Id", "Name", "Common name", "Expiration", "Days left", "Life used", "Verified", "Key held"];
  const rows = certificates.map((slot) => [
    slot.id,
    slot.name,
    slot.commonName,
    slot.expiration,
    String(slot.daysLeft),
    slot.lifeUsed === null ? "–" : `${slot.lifeUsed} %`,
    slot.isVerified ? "yes" : "no",
    unclearIds.has(slot.id) ? "not known" : slot.held ? "yes" : "no",
  ]);
  runner.group(
    `CA certificate slots: ${certificates.length} in use, ${slotsFree} free`,
    rows.map((row) => row.join("  ")),
  );
  const newestLine =
    newest === undefined
      ? "No CA certificate is usable: no agent can be onboarded."
      : `Newest usable: ${newest.id}, expires ${newest.expiration}, ${newest.daysLeft} days left.`;
  runner.notice(newestLine);
  if (rotationDue)
    runner.warning("A rotation is due: the newest usable CA certificate ends soon, or there is none.");
  const told = refused.map((entry) => `${tellRefused(entry)}. To offer it again: ${restoreRefused(entry)}.`);
  for (const warning of told) runner.warning(warning);
  const table = rows.length === 0 ? "Both slots are free." : markdownTable(head, rows);
  const lines = [newestLine, ...told].map(escapeMarkdown).join("\n\n");
  await runner.summary(`### CA certificate slots: ${slotsFree} free\n\n${table}\n\n${lines}\n`);
}

/** Shows a failure on the job's page: the same as the annotation says, with a link to where the code is explained. */
export async function summarizeFailure(runner: Runner, task: string, error: ActionError): Promise<void> {
  const lines = explain(error).split("\n").map(escapeMarkdown);
  const { url } = errorPage(error.code);
  if (url !== undefined) lines.splice(-1, 1, `Details: <${url}>`);
  await runner.summary(`### MindConnect CA: ${task} failed\n\n${lines.join("\n\n")}\n`);
}
