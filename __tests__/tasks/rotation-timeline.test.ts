import fc from "fast-check";
import { JSDOM } from "jsdom";
import { describe, expect, test } from "vitest";
import { drawTimeline, type Span } from "../../src/tasks/rotation-summary.ts";

const DAY = 86_400_000;
const START = Date.UTC(2030, 0, 1);

/** What begins a statement of a Mermaid Gantt chart (its lexer's rules, 11.x), at the start of a line, in any case. */
const KEYWORDS = [
  ..."accTitle,accDescr,click,call,href,gantt,dateFormat,inclusiveEndDates,topAxis,axisFormat,tickInterval".split(
    ",",
  ),
  ..."includes,excludes,todayMarker,weekday monday,weekend friday,title,section,vert,milestone,crit".split(
    ",",
  ),
  ..."2026-01-01,%%,%%{init,:,#,;,done,active".split(","),
];

const span = (what: string, more: Partial<Span> = {}): Span => ({
  what,
  kind: "old",
  start: START,
  end: START + 100 * DAY,
  ...more,
});
const draw = (...spans: readonly Span[]) =>
  drawTimeline({
    title: "CA certificates of acme",
    spans,
    next: { what: "Next step (retire)", at: START, now: false },
  });

/** Mermaid's own parser, as GitHub has it. It asks for a window when it is loaded. @returns throws for a text that is no chart */
async function mermaidParser(): Promise<(text: string) => Promise<unknown>> {
  const { window } = new JSDOM("");
  Object.assign(globalThis, { window, document: window.document });
  const { default: mermaid } = await import("mermaid");
  return (text) => mermaid.parse(text);
}

/** @returns the Mermaid charts of a Markdown text */
function mermaidCharts(markdown: string): string[] {
  return [...markdown.matchAll(/^```mermaid\n([\s\S]*?)\n```$/gm)].map(([, chart = ""]) => chart);
}

const chartOf = (text: string) => mermaidCharts(text)[0]?.split("\n") ?? [];

describe("the timeline of a rotation", () => {
  test("is a chart with a bar for each span and a milestone, and the same in words", () => {
    const text = draw(
      span("acme-old"),
      span("acme-new", { kind: "new", start: START + 50 * DAY, end: START + 900 * DAY }),
      span("Overlap", { kind: "overlap" }),
      span("acme-20300101", { kind: "planned" }),
    );
    expect(chartOf(text)).toEqual([
      "gantt",
      "  title CA certificates of acme",
      "  dateFormat YYYY-MM-DD",
      "  axisFormat %Y-%m",
      "  CA acme-old :done, 2030-01-01, 2030-04-11",
      "  CA acme-new :active, 2030-02-20, 2032-06-19",
      "  Overlap :crit, 2030-01-01, 2030-04-11",
      "  CA acme-20300101 :2030-01-01, 2030-04-11",
      "  Next step (retire) :milestone, 2030-01-01, 0d",
    ]);
    expect(text).toContain("- CA acme-old: 2030-01-01 to 2030-04-11\n");
    expect(text).toContain("- Next step (retire): 2030-01-01");
  });

  test("a span of no length is drawn a day long", () => {
    expect(chartOf(draw(span("gone", { end: START })))[4]).toBe("  CA gone :done, 2030-01-01, 2030-01-02");
  });

  const name = fc
    .tuple(fc.constantFrom(...KEYWORDS, ""), fc.constantFrom(" ", "", ": "), fc.string({ unit: "binary" }))
    .map((parts) => parts.join(""));

  test("Mermaid's own parser reads every chart, whatever the names (guarantee 8)", async () => {
    const parse = await mermaidParser();
    const kind = fc.constantFrom("old", "new", "planned") as fc.Arbitrary<Span["kind"]>;
    const spans = fc.array(fc.record({ what: name, kind, start: fc.constant(START), end: fc.nat(4e12) }), {
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(spans, name, async (hostile, title) => {
        const all = [...hostile, span("Overlap", { kind: "overlap" })];
        const text = drawTimeline({
          title: `CA certificates of ${title}`,
          spans: all,
          next: { what: "Next step", at: START, now: true },
        });
        const [chart = "", ...others] = mermaidCharts(text);
        expect(others).toEqual([]);
        expect(await parse(chart)).toMatchObject({ diagramType: "gantt" });
      }),
      { numRuns: 400 },
    );
    await expect(parse("gantt\n  title x\n  click a\n")).rejects.toThrow();
  });

  test("no common name begins a statement of its own, ends a bar or the chart (guarantee 8)", () => {
    fc.assert(
      fc.property(name, fc.boolean(), (what, upper) => {
        const text = draw(span(upper ? what.toUpperCase() : what));
        const lines = chartOf(text);
        expect(lines).toHaveLength(6);
        expect(lines[4]).toMatch(/^ {2}CA [^:;#%\n`]* :done, 2030-01-01, 2030-04-11$/);
        expect(text.split("```")).toHaveLength(3);
      }),
      { numRuns: 2000 },
    );
  });
});
