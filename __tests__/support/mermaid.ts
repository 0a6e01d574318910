import { JSDOM } from "jsdom";

type Parse = (text: string) => Promise<unknown>;
let loading: Promise<Parse> | undefined;

/** Mermaid's own parser, as GitHub has it. It asks for a window when it is loaded. @returns throws for a text that is no chart */
export function mermaidParser(): Promise<Parse> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Parse> {
  const { window } = new JSDOM("");
  Object.assign(globalThis, { window, document: window.document });
  const { default: mermaid } = await import("mermaid");
  return (text) => mermaid.parse(text);
}

/** @returns the Mermaid charts of a Markdown text */
export function mermaidCharts(markdown: string): string[] {
  return [...markdown.matchAll(/^```mermaid\n([\s\S]*?)\n```$/gm)].map(([, chart = ""]) => chart);
}
