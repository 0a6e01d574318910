/** Draws a rotation over the years as a Mermaid Gantt chart. */
import { escapeMarkdown } from "../action/markdown.ts";
import { DAY_MS } from "../ca/slot-status.ts";
import { day } from "../ca/time.ts";

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
