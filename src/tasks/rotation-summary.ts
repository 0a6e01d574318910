import type { KeyringEntry } from "../ca/keyring.ts";
import type { RotationOutcome } from "../ca/rotation-plan.ts";
import type { RotationPolicy } from "../ca/rotation-view.ts";
import { matchSlots } from "../ca/slots.ts";
import { DAY_MS } from "../ca/status.ts";
import { iso } from "../ca/time.ts";
import { escapeMarkdown, markdownTable } from "../github/markdown.ts";
import type { Runner } from "../github/runner.ts";
import type { RotationRun } from "./rotation.ts";
import { drawTimeline, type Span, type Timeline } from "./timeline.ts";

const HEADLINES: Record<RotationOutcome, string> = {
  "nothing-due": "CA rotation: nothing is due",
  planned: "CA rotation: planned, nothing was changed",
  staged: "CA rotation: the new CA is verified",
  waiting: "CA rotation: the overlap is running",
  retired: "CA rotation: the old CA is retired",
};

const TODO: Record<RotationOutcome, readonly string[]> = {
  "nothing-due": ["Nothing. Keep the schedule running: it finds the day by itself."],
  planned: ["Run again with `apply: true` to carry out what is due now."],
  staged: [
    "Issue agent certificates with the new CA from now on; agents of the old one stay connected during the overlap.",
    "Keep the schedule running: it retires the old CA when the overlap is over.",
  ],
  waiting: ["Give every agent of the old CA a new certificate before the old CA is retired."],
  retired: [
    "Look whether every agent is connected. A CA that was retired too early can be uploaded again while its key is kept: see the rotation guide.",
  ],
};

/** What the picture is drawn from. */
export interface RotationShown extends RotationRun {
  readonly tenant: string;
  readonly policy: RotationPolicy;
  /** Validity of a new CA in days. */
  readonly days: number;
  /** The keyring's entries after the run. */
  readonly entries: readonly KeyringEntry[];
}

/** Shows a rotation: a notice, and on the job's page the plan as a table, as a timeline, and what to do next. */
export async function summarizeRotation(runner: Runner, shown: RotationShown): Promise<void> {
  const { applied, outcome, plan, newest, nextStepAt } = shown;
  const next = `Next step: ${iso(nextStepAt)}.`;
  const current =
    newest === undefined
      ? "No CA certificate of ours is usable yet."
      : `Newest usable: ${newest.slot.id} (${newest.slot.commonName}), expires ${newest.slot.expiration}.`;
  runner.notice(`${HEADLINES[outcome]}. ${current} ${next}`);
  for (const warning of shown.foreseen) runner.warning(warning);
  const rows = plan.map(({ due, at, step, commonName, certificateId = "", does }) => [
    due ? (applied ? "done" : "due now") : at.slice(0, 10),
    step,
    commonName,
    certificateId,
    does,
  ]);
  const parts = [
    `### ${HEADLINES[outcome]}`,
    `${escapeMarkdown(current)} ${next}`,
    markdownTable(["When", "Step", "Common name", "Id", "What it does"], rows),
    drawTimeline(timelineOf(shown)),
    `**Next**\n\n${TODO[outcome].map((line) => `- ${line}`).join("\n")}\n`,
  ];
  await runner.summary(parts.join("\n\n"));
}

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
}: RotationShown): Timeline {
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
    next: { what: `Next step (${step?.step ?? "none"})`, at: run.nextStepAt },
  };
}
