/** What a rotation shows on the job's page and in the log. */
import { escapeMarkdown, markdownTable } from "../action/markdown.ts";
import type { Runner } from "../action/runner.ts";
import type { KeyringEntry } from "../ca/keyring-entries.ts";
import type { RotationOutcome } from "../ca/plan-output.ts";
import type { RotationPolicy } from "../ca/rotation-state.ts";
import { matchSlots } from "../ca/slots.ts";
import { DAY_MS, day, iso } from "../ca/time.ts";
import type { KeysEncrypted } from "../run/keyring-upkeep.ts";
import { describeRemaining } from "./delete-guards.ts";
import type { RotationRun } from "./rotation-run.ts";
import { nextList } from "./summary-parts.ts";

const HEADLINES: Record<RotationOutcome, string> = {
  "nothing-due": "CA rotation: nothing is due",
  planned: "CA rotation: planned, nothing was changed",
  staged: "CA rotation: the new CA is verified",
  waiting: "CA rotation: the overlap is running",
  retired: "CA rotation: the old CA is retired",
};

/** What the summary tells of: a run, and what it was asked for. */
export interface RotationSummary extends RotationRun {
  readonly tenant: string;
  readonly policy: RotationPolicy;
  /** Validity of a new CA in days. */
  readonly days: number;
  /** The keyring's entries after the run. */
  readonly entries: readonly KeyringEntry[];
  /** Why the same run with `apply: true` would be refused. Only a plan has such reasons. */
  readonly refusedToApply: readonly string[];
  /** Keys that this run encrypted. */
  readonly encrypted?: KeysEncrypted | undefined;
}

/** Shows a rotation: a notice, and on the job's page the plan as a table, as a timeline, and what to do next. */
export async function summarizeRotation(runner: Runner, rotation: RotationSummary): Promise<void> {
  const { applied, outcome, plan, newest, nextStepAt, now, encrypted } = rotation;
  const next = `Next step: ${nextStepAt <= now ? "now" : iso(nextStepAt)}.`;
  const current =
    newest === undefined
      ? "No CA certificate of this keyring is usable yet."
      : `Newest usable CA: ${newest.slot.id} (${newest.slot.commonName}), expires ${newest.slot.expiration}.`;
  runner.notice(`${HEADLINES[outcome]}. ${current} ${next}`);
  for (const warning of rotation.forecast) runner.warning(warning);
  const rows = plan.map(({ due, at, step, commonName, certificateId = "–", does }) => [
    due ? (applied ? "done" : "due now") : at.slice(0, 10),
    step,
    commonName,
    certificateId,
    does,
  ]);
  const parts = [
    `### ${HEADLINES[outcome]}`,
    `${escapeMarkdown(current)} ${next}`,
    ...(encrypted === undefined ? [] : [escapeMarkdown(encrypted.done)]),
    rows.length === 0 ? "No step is due or planned." : markdownTable(COLUMNS, rows),
    drawTimeline(timelineOf(rotation)),
    nextList([...(encrypted === undefined ? [] : [encrypted.next]), ...nextSteps(rotation)]),
  ];
  await runner.summary(parts.join("\n\n"));
}

const COLUMNS = ["When (UTC)", "Step", "Common name", "Id", "What it does"];

/**
 * @returns what the user does next. It says that a later run deletes a CA only if the retirement of that CA
 * is planned
 */
function nextSteps(rotation: RotationSummary): readonly string[] {
  const { outcome, newest, upcoming, plan, refusedToApply } = rotation;
  const leaving = [
    ...upcoming.flatMap(({ step, slot }) => (step === "retire" ? [slot.id] : [])),
    ...plan.flatMap(({ step, certificateId = "" }) => (step === "retire" ? [certificateId] : [])),
  ];
  const stays = describeRemaining(rotation, new Set([...leaving, newest?.slot.id ?? ""]));
  const retirement = upcoming.find(({ step }) => step === "retire");
  const old = retirement && `${retirement.slot.commonName} (${retirement.slot.id})`;
  const duringOverlap = retirement && [
    `Give every agent of ${old} a new certificate before that CA is retired.`,
    `Keep the schedule running. It retires the old CA ${old} on ${day(retirement.at)}.`,
  ];
  const schedule = ["Keep the schedule running. It creates the next CA when that is due."];
  const steps: Record<RotationOutcome, readonly string[]> = {
    planned:
      refusedToApply.length > 0
        ? refusedToApply
        : ["Run again with apply: true to carry out what is due now."],
    staged: [
      "From now on, issue agent certificates with the new CA (tasks/agent-certificate).",
      ...(duringOverlap ?? schedule),
    ],
    waiting: duringOverlap ?? ["Run again: steps are still due."],
    retired: [
      "Check that every agent is connected. A CA that was retired too early can be uploaded again while its key is kept (docs/recovery.md).",
    ],
    "nothing-due": schedule,
  };
  return [...steps[outcome], ...stays];
}

function timelineOf(rotation: RotationSummary): Timeline {
  const { slots, newest, plan, policy, now, upcoming, nextStepAt } = rotation;
  const held = matchSlots(slots, rotation.entries);
  const spans: Span[] = slots.map(({ id, commonName, expiration }) => {
    const end = Date.parse(expiration);
    const from = held.get(id)?.certificate.x509.validFrom;
    // The beginning of a certificate that is not in the keyring is not known.
    const start = from === undefined ? Math.min(now, end) : Date.parse(from);
    return { what: commonName, kind: id === newest?.slot.id ? "new" : "old", start, end };
  });
  const due = rotation.outcome === "planned" ? plan.filter((step) => step.due) : [];
  const staged = due.find(({ step }) => step === "stage");
  if (staged !== undefined && staged.certificateId === undefined) {
    const end = now + rotation.days * DAY_MS;
    spans.push({ what: staged.commonName, kind: "planned", start: now, end });
  }
  const overlap = policy.overlap * DAY_MS;
  const overlapEnd =
    upcoming.find(({ step }) => step === "retire")?.at ??
    (staged === undefined || newest === undefined ? undefined : now + overlap);
  if (overlapEnd !== undefined && policy.retire === "after-overlap")
    spans.push({ what: "Overlap", kind: "overlap", start: overlapEnd - overlap, end: overlapEnd });
  const [next] = rotation.outcome === "planned" ? due : upcoming;
  const what = next === undefined ? "Next step" : `Next step (${next.step})`;
  return {
    title: `CA certificates of ${rotation.tenant}`,
    spans,
    next: { what, at: nextStepAt, now: nextStepAt <= now },
  };
}

/** A bar of the timeline; times in milliseconds since 1970. */
export interface Span {
  /** A CA's common name, or a title. */
  readonly what: string;
  readonly kind: "old" | "new" | "planned" | "overlap";
  readonly start: number;
  readonly end: number;
}

export interface Timeline {
  readonly title: string;
  readonly spans: readonly Span[];
  /** `now` where it is due already. */
  readonly next: { readonly what: string; readonly at: number; readonly now: boolean };
}

/** How Mermaid colours a span. */
const TAGS = { old: "done", new: "active", planned: "", overlap: "crit" } as const;

/** @returns the timeline as a Mermaid Gantt chart, followed by the same in words for where that does not render */
export function drawTimeline({ title, spans, next }: Timeline): string {
  const bars = spans.map((span) => {
    const { kind, start, end } = span;
    const fields = [TAGS[kind], day(start), day(Math.max(end, start + DAY_MS))];
    return `  ${label(nameOf(span))} :${fields.filter((field) => field !== "").join(", ")}`;
  });
  const chart = [
    "```mermaid",
    "gantt",
    `  title ${label(title)}`,
    "  dateFormat YYYY-MM-DD",
    "  axisFormat %Y-%m",
    ...bars,
    `  ${label(next.what)} :milestone, ${day(next.at)}, 0d`,
    "```",
  ];
  const words = spans.map(
    (span) => `- ${escapeMarkdown(nameOf(span))}: ${day(span.start)} to ${day(span.end)}`,
  );
  words.push(`- ${escapeMarkdown(next.what)}: ${next.now ? "now" : day(next.at)}`);
  return `${chart.join("\n")}\n\n${words.join("\n")}`;
}

/** A common name at the start of a line could be a keyword of Mermaid: `section`, `click`, a date … */
function nameOf({ what, kind }: Span): string {
  return kind === "overlap" ? what : `CA ${what}`;
}

/** Common names are hostile text. A colon would end a Gantt label, and a line break or a fence the chart. */
function label(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N} ._()-]/gu, "_").slice(0, 80);
}
