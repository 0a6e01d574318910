import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { ERROR_CODES } from "../../src/ca/errors.ts";
import { ROOT } from "../support/action.ts";
import { actionFiles, find, read, readAction } from "./repository.ts";

const readme = read("README.md");
const documents = [...find("*.md"), ...find("docs/**/*.md")];
const tasks = [...actionFiles.keys()];

/** @returns the text between a marker pair, of which there must be exactly one */
function marked(name: string): string {
  const parts = readme.split(`<!-- ${name} -->`);
  expect(parts, `<!-- ${name} -->`).toHaveLength(2);
  const [inside, ...rest] = (parts[1] ?? "").split(`<!-- /${name} -->`);
  expect(rest, `<!-- /${name} -->`).toHaveLength(1);
  return inside ?? "";
}

/** @returns the cells of a Markdown table's rows, unescaped, without its head */
function rows(text: string): string[][] {
  return text
    .trim()
    .split("\n")
    .slice(2)
    .map((line) =>
      line
        .replace(/^\| | \|$/g, "")
        .split(/(?<!\\) \| /)
        .map((cell) => cell.replaceAll("\\|", "|")),
    );
}

describe.each(tasks)("the tables of %s are its action.yml", (task) => {
  const { inputs = {}, outputs = {} } = readAction(task);

  test("inputs", () => {
    expect(rows(marked(`inputs:${task}`))).toEqual(
      Object.entries(inputs).map(([name, { description, required, default: value }]) => {
        const shown = value === undefined ? "–" : `\`${value}\``;
        return [`\`${name}\``, required === true ? "required" : shown, description];
      }),
    );
  });

  test("outputs", () => {
    expect(rows(marked(`outputs:${task}`))).toEqual(
      Object.entries(outputs).map(([name, { description }]) => [`\`${name}\``, description]),
    );
  });

  test("named in the table of tasks", () => {
    if (task !== "register") expect(readme).toContain(`| [\`tasks/${task}\`](#${task}) |`);
  });
});

test("the errors are those of the code (guarantee 10)", () => {
  expect(rows(marked("errors"))).toEqual(
    Object.entries(ERROR_CODES).map(([code, { means, next }]) => [`\`${code}\``, means, next]),
  );
});

test("there is a place for the figures", () => {
  marked("figures");
});

describe.each(documents)("%s", (path) => {
  const text = read(path);

  test("names commands that exist", () => {
    const scripts = JSON.parse(read("package.json")).scripts as Record<string, string>;
    const named = [...text.matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, script = ""]) => script);
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
    if (text.includes("npm start")) expect(scripts).toHaveProperty("start");
    if (text.includes("npm cit")) expect(scripts).toHaveProperty("test");
  });

  test("links to files and headings that exist", () => {
    const broken = [...text.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = ""]) => target)
      .filter((target) => !/^https:\/\//.test(target) && !resolves(path, target));
    expect(broken).toEqual([]);
  });

  test("names files of the repository that exist", () => {
    const named = [...text.matchAll(/`((?:src|scripts|tasks|__tests__|examples|\.github|\.ci)\/[\w./-]+)`/g)];
    const missing = named.map(([, file = ""]) => file).filter((file) => !existsSync(join(ROOT, file)));
    expect(missing).toEqual([]);
  });
});

function resolves(document: string, target: string): boolean {
  const [file = "", anchor] = target.split("#");
  // Pages of GitHub, relative to the repository's own.
  if (file.startsWith("../../")) return true;
  const path = file === "" ? document : join(dirname(document), file);
  if (!existsSync(join(ROOT, path))) return false;
  return anchor === undefined || headings(read(path)).includes(anchor);
}

/** @returns the anchors that GitHub makes of a document's headings */
function headings(markdown: string): string[] {
  return [...markdown.replaceAll(/^```[\s\S]*?^```$/gm, "").matchAll(/^#{1,6} (.+)$/gm)].map(
    ([, title = ""]) =>
      title
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
  );
}
