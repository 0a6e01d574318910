/** What a registration shows on the job's page and in the log. */
import { markdownTable } from "../action/markdown.ts";
import type { Runner } from "../action/runner.ts";
import type { KeyringEntry } from "../ca/keyring-entries.ts";
import { describeRefusal } from "../ca/refused-cas.ts";
import type { RegistrationOutcome } from "../ca/registration-decision.ts";
import { SLOT_LIMIT } from "../ca/slots.ts";
import type { KeysEncrypted } from "../run/keyring-upkeep.ts";
import type { Ahead } from "./registration-plan.ts";
import type { PlannedRegistration, Registered } from "./registration-run.ts";
import { factsTable, nextList, slotRows } from "./summary-parts.ts";

const HEADLINES: Record<RegistrationOutcome, string> = {
  registered: "CA certificate registered",
  resumed: "CA certificate verified (an earlier run had uploaded it)",
  unchanged: "CA certificate already registered",
};

/** What a summary shows beside the run. */
interface Surroundings {
  /** Where the keyring is kept; undefined where none is written. */
  readonly place: string | undefined;
  /** CAs of the keyring that the platform refused. */
  readonly refused: readonly KeyringEntry[];
  /** What to do with other CAs that stay on the platform. */
  readonly stays: readonly string[];
}

/** Shows a registration: a notice with id and expiration, and a table on the job's page with what to do next. */
export async function summarizeRegistration(
  runner: Runner,
  { outcome, slot, ca: { certificate }, slots, ahead }: Registered,
  // What to say of keys that this run encrypted.
  { place, refused, stays, encrypted }: Surroundings & { readonly encrypted: KeysEncrypted | undefined },
): Promise<void> {
  const nothingElse = encrypted === undefined && ahead.writes.length === 0;
  const headline = `${HEADLINES[outcome]}${outcome === "unchanged" && nothingElse ? ", nothing to do" : ""}`;
  runner.notice(`${headline}: ${slot.id}, expires ${slot.expiration}.`);
  const rows = [
    ...slotRows(slot),
    ["SHA-256 fingerprint", certificate.fingerprint],
    ["Verified", slot.isVerified ? "yes, read back from the platform" : "no"],
    ["Slots in use", `${slots.length} of ${SLOT_LIMIT}`],
    ["Private key kept in", place ?? "your own place (this run wrote no keyring)"],
    ...(encrypted === undefined ? [] : [["Changed in the keyring", encrypted.done]]),
    ...aheadRows(ahead),
    ...refused.map((entry) => ["Refused CA", describeRefusal(entry)]),
  ];
  const next = [
    ...(ahead.writes.length === 0 ? [] : whatToDo(ahead)),
    ...(encrypted === undefined ? [] : [encrypted.next]),
    "Issue agent certificates with this CA (tasks/agent-certificate). An agent is onboarded when it connects for the first time.",
    `Back up ${place ?? "the CA's private key"}. The platform does not have the private key.`,
    `Rotate the CA long before ${slot.expiration} (tasks/rotate, on a schedule). The old and the new CA must overlap for as long as an agent certificate is valid.`,
    ...stays,
  ];
  await runner.summary(`### ${headline}\n\n${factsTable(rows)}\n\n${nextList(next)}`);
}

/** Shows a plan: a notice, and on the job's page its steps with their calls, and what to do next. */
export async function summarizeRegistrationPlan(
  runner: Runner,
  { plan, slots, ahead }: PlannedRegistration,
  { place, refused, stays }: Surroundings,
): Promise<void> {
  const headline = "CA registration: planned, nothing was changed";
  const due = plan.map(({ commonName, does }) => `Due now for ${commonName}: ${does}`);
  runner.notice([`${headline}.`, ...due].join(" "));
  const steps = plan.map(({ step, commonName, certificateId = "–", does, calls }) => [
    "due now",
    step,
    commonName,
    certificateId,
    does,
    calls.join(", "),
  ]);
  const rows = [
    ["Slots in use", `${slots.length} of ${SLOT_LIMIT}`],
    ["Private key kept in", place ?? "your own place (no keyring is written)"],
    ...aheadRows(ahead),
    ...refused.map((entry) => ["Refused CA", describeRefusal(entry)]),
  ];
  const parts = [
    `### ${headline}`,
    markdownTable(HEADS, steps),
    factsTable(rows),
    nextList([...whatToDo(ahead), ...stays]),
  ];
  await runner.summary(parts.join("\n\n"));
}

const HEADS = ["When (UTC)", "Step", "Common name", "Id", "What it does", "Calls to the platform"];

function aheadRows({ writes }: Ahead): string[][] {
  return writes.map((said) => ["To be changed in the keyring", said]);
}

/** @returns what to correct before a run with `apply: true`, or that such a run does what was planned */
function whatToDo({ refused }: Ahead): readonly string[] {
  return refused.length > 0 ? refused : ["Run again with apply: true to carry out what is due now."];
}
