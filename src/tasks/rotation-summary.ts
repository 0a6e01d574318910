/** What a rotation shows on the job's page and in the log. */
import { escapeMarkdown, markdownTable } from "../action/markdown.ts";
import type { Runner } from "../action/runner.ts";
import type { KeyringEntry } from "../ca/keyring.ts";
import type { RotationOutcome } from "../ca/rotation-plan.ts";
import type { RotationPolicy } from "../ca/rotation-state.ts";
import { matchSlots } from "../ca/slots.ts";
import { DAY_MS, day, iso } from "../ca/time.ts";
import type { KeysEncrypted } from "../run/given-keyring.ts";
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

/** What the picture is drawn from. */
export interface RotationSummary extends RotationRun {
  readonly tenant: string;
  readonly policy: RotationPolicy;
  /** Validity of a new CA in days. */
  readonly days: number;
  /** The keyring's entries after the run. */
  readonly entries: readonly KeyringEntry[];
  /** Why the same run with `apply: true` would be refused, of a plan. */
  readonly refusedToApply: readonly string[];
  /** What to say of keys that this run encrypted. */
  readonly encrypted?: KeysEncrypted | undefined;
}

/** Shows a rotation: a notice, and on the job's page the plan as a table, as a timeline, and what to do next. */
export async function summarizeRotation(runner: Runner, shown: RotationSummary): Promise<void> {
  const { applied, outcome, plan, newest, nextStepAt, encrypted } = shown;
  const next = `Next step: ${isNow(shown) ? "now" : iso(nextStepAt)}.`;
  const current =
    newest === undefined
      ? "No CA certificate of this keyring is usable yet."
      : `Newest usable CA: ${newest.slot.id} (${newest.slot.commonName}), expires ${newest.slot.expiration}.`;
  runner.notice(`${HEADLINES[outcome]}. ${current} ${next}`);
  for (const warning of shown.foreseen) runner.warning(warning);
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
    rows.length === 0 ? "No step is due or planned." : markdownTable(HEADS, rows),
    drawTimeline(timelineOf(shown)),
    nextList([...(encrypted === undefined ? [] : [encrypted.next]), ...nextSteps(shown)]),
  ];
  await runner.summary(parts.join("\n\n"));
}

const HEADS = ["When (UTC)", "Step", "Common name", "Id", "What it does"];

/** A time that is over is no time to wait for. */
function isNow({ nextStepAt, now }: RotationSummary): boolean {
  return nextStepAt <= now;
}

/** Promises nothing that no run does: a CA goes by itself only where its retirement is coming. */
function nextSteps(shown: RotationSummary): string[] {
  const { outcome, slots, entries, newest, upcoming, plan, now, refusedToApply } = shown;
  const leaving = [
    ...upcoming.flatMap(({ step, slot }) => (step === "retire" ? [slot] : [])),
    ...slots.filter(({ id }) => plan.some((it) => it.step === "retire" && it.certificateId === id)),
  ];
  const kept = new Set([...leaving, ...(newest === undefined ? [] : [newest.slot])].map(({ id }) => id));
  const stays = describeRemaining({ slots, entries, now }, kept);
  const retirement = upcoming.find(({ step }) => step === "retire");
  const old = retirement && `${retirement.slot.commonName} (${retirement.slot.id})`;
  const retires = `Keep the schedule running. It retires the old CA ${old} on ${day(retirement?.at ?? now)}.`;
  switch (outcome) {
    case "planned":
      return [...(refusedToApply.length > 0 ? refusedToApply : [APPLY]), ...stays];
    case "staged":
      return [
        "From now on, issue agent certificates with the new CA (tasks/agent-certificate).",
        ...(old === undefined
          ? [SCHEDULE]
          : [`Give every agent of ${old} a new certificate before that CA is retired.`, retires]),
        ...stays,
      ];
    case "waiting":
      return [
        ...(old === undefined
          ? ["Run again: steps are still due."]
          : [`Give every agent of ${old} a new certificate before that CA is retired.`, retires]),
        ...stays,
      ];
    case "retired":
      return [
        "Check that every agent is connected. A CA that was retired too early can be uploaded again while its key is kept (docs/recovery.md).",
        ...stays,
      ];
    case "nothing-due":
      return [SCHEDULE, ...stays];
  }
}

const APPLY = "Run again with apply: true to carry out what is due now.";
const SCHEDULE = "Keep the schedule running. It creates the next CA when that is due.";

function timelineOf({
  tenant,
  slots,
  newest,
  plan,
  entries,
  policy,
  days,
  now,
  ...run
}: RotationSummary): Timeline {
  const held = matchSlots(slots, entries);
  const spans: Span[] = slots.map(({ id, commonName, expiration }) => {
    const end = Date.parse(expiration);
    const from = held.get(id)?.certificate.x509.validFrom;
    // When one that is not held began is not known.
    const start = from === undefined ? Math.min(now, end) : Date.parse(from);
    return { what: commonName, kind: id === newest?.slot.id ? "new" : "old", start, end };
  });
  const coming =
    run.outcome === "planned" ? plan.find(({ due, step }) => due && step === "stage") : undefined;
  if (coming !== undefined && coming.certificateId === undefined) {
    spans.push({ what: coming.commonName, kind: "planned", start: now, end: now + days * DAY_MS });
  }
  const overlapEnd =
    run.upcoming.find(({ step }) => step === "retire")?.at ??
    (coming === undefined || newest === undefined ? undefined : now + policy.overlap * DAY_MS);
  if (overlapEnd !== undefined && policy.retire === "after-overlap") {
    spans.push({
      what: "Overlap",
      kind: "overlap",
      start: overlapEnd - policy.overlap * DAY_MS,
      end: overlapEnd,
    });
  }
  const [step] = run.outcome === "planned" ? plan.filter(({ due }) => due) : run.upcoming;
  return {
    title: `CA certificates of ${tenant}`,
    spans,
    next: {
      what: step === undefined ? "Next step" : `Next step (${step.step})`,
      at: run.nextStepAt,
      now: run.nextStepAt <= now,
    },
  };
}

/** A span of the picture; times in milliseconds since 1970. */
export interface Span {
  /** A CA's common name, or what else the span is. */
  readonly what: string;
  readonly kind: "old" | "new" | "planned" | "overlap";
  readonly start: number;
  readonly end: number;
}

/** What a rotation looks like over the years. */
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

/** A line that began with a common name could begin with a keyword of Mermaid's: `section`, `click`, a date … */
function nameOf({ what, kind }: Span): string {
  return kind === "overlap" ? what : `CA ${what}`;
}

/** Common names come from outside: a colon would end a Gantt label, and a line break or a fence the chart. */
function label(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N} ._()-]/gu, "_").slice(0, 80);
}
