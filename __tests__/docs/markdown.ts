import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { ROOT } from "../support/action.ts";
import { find, read, type Step } from "./repository.ts";

/* The documents, read as GitHub shows them. */

/** Every Markdown file that users or contributors read. */
export const documents = [...find("*.md"), ...find("docs/**/*.md"), ...find("examples/*.md")];

/** The pages whose steps leave out what is the same everywhere; guide.test.ts carries them out. */
export const guides = ["docs/rotation.md", "docs/recovery.md", "docs/migration.md"];

/** All other documents for users that show YAML. */
export const shown = ["README.md", ...find("docs/*.md")].filter((path) => !guides.includes(path));

/** @returns the text between a marker pair, of which there must be exactly one */
export function marked(path: string, name: string): string {
  const parts = read(path).split(`<!-- ${name} -->`);
  const [inside, ...rest] = (parts[1] ?? "").split(`<!-- /${name} -->`);
  if (parts.length !== 2 || rest.length !== 1) throw new Error(`${path} has no single place for ${name}`);
  return inside ?? "";
}

/** @returns the cells of the first Markdown table in a text, unescaped, without its head */
export function rows(text: string): string[][] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .slice(2)
    .map((line) =>
      line
        .replace(/^\| | \|$/g, "")
        .split(/(?<!\\) \| /)
        .map((cell) => cell.replaceAll("\\|", "|")),
    );
}

/** @returns where a document's links and pictures lead, as they are written */
export function targets(markdown: string): string[] {
  const links = [...markdown.matchAll(/\]\(([^)\s]+)\)/g), ...markdown.matchAll(/(?:src|srcset)="([^"]+)"/g)];
  return links.map(([, target = ""]) => target);
}

/** Whether a link within the repository leads to a file, and to a heading of it where it names one. */
export function resolves(document: string, target: string): boolean {
  const [file = "", anchor] = target.split("#");
  // Pages of GitHub, relative to the repository's own.
  if (file.startsWith("../../")) return true;
  const path = file === "" ? document : join(dirname(document), file);
  if (!existsSync(join(ROOT, path))) return false;
  return anchor === undefined || headings(read(path)).includes(anchor);
}

/** @returns the anchors that GitHub makes of a document's headings */
export function headings(markdown: string): string[] {
  return [...markdown.replaceAll(/^ *```[\s\S]*?^ *```$/gm, "").matchAll(/^#{1,6} (.+)$/gm)].map(
    ([, title = ""]) =>
      title
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
  );
}

/** @returns the text of a document's heading of the first level */
export function titleOf(path: string): string {
  return /^# (.+)$/m.exec(read(path))?.[1] ?? "";
}

/** @returns a document's sections of the second level and below, by their titles */
export function sectionsOf(markdown: string): Map<string, string> {
  const sections = markdown.split(/^##+ /m);
  return new Map(sections.map((text): [string, string] => [text.split("\n", 1)[0] ?? "", text]));
}

/** @returns the fenced blocks of a language, also those of a list, which are indented with its text */
export function indentedBlocks(markdown: string, language: string): string[] {
  return [...markdown.matchAll(/^( *)```(\w*)\n([\s\S]*?)^\1```$/gm)]
    .filter(([, , found]) => found === language)
    .map(([, indent = "", , text = ""]) => text.replaceAll(new RegExp(`^${indent}`, "gm"), "").trim());
}

/** @returns the workflow steps that a text shows, in their order */
export function stepsIn(markdown: string): Step[] {
  return indentedBlocks(markdown, "yaml").flatMap((text) => parse(text) as Step[]);
}
