import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT } from "../support/action.ts";
import { documents, resolves, rows, targets } from "./markdown.ts";
import { actionFiles, find, read } from "./repository.ts";

const readme = read("README.md");

describe("README", () => {
  test("has at most 300 lines", () => {
    expect(readme.trimEnd().split("\n").length).toBeLessThanOrEqual(300);
  });

  test("links to the vendor's own page by its title, before everything else", () => {
    const page =
      "https://documentation.mindsphere.io/MindSphere/howto/howto-managing-ca-certificates-using-api.html";
    const link = `[Managing CA Certificates using MindConnect MQTT API](${page})`;
    expect(readme.split("\n## ")[0]).toContain(link);
  });

  test("names every section in its contents", () => {
    const [contents = ""] = readme.match(/^\*\*Contents\*\*[\s\S]*?\n\n/m) ?? [];
    const sections = [...readme.matchAll(/^## (.+)$/gm)].map(([, title = ""]) => title);
    expect([...contents.matchAll(/\]\(#/g)]).toHaveLength(sections.length - 1);
    expect(sections.at(-1)).toBe("License");
  });

  test.each([...actionFiles.keys()])("has %s in the table of tasks, with its reference", (task) => {
    const folder = task === "register" ? "/" : `tasks/${task}`;
    expect(readme).toContain(`| [\`${folder}\`](docs/reference.md#${task}) |`);
  });

  test("says of every task which permissions and secrets it needs", () => {
    const [, section = ""] = readme.split("## Permissions and secrets");
    const [table = ""] = section.split("\n## ");
    for (const task of actionFiles.keys()) expect(table, task).toMatch(new RegExp(`^\\|.*\`${task}\``, "m"));
  });

  test("has three figures of the benchmarks, as their page has them", () => {
    const figures = new Map(
      rows(read("docs/benchmarks.md")).map(([name = "", measured]) => [name, measured]),
    );
    const measured = (name: string) => [...figures].find(([figure]) => figure.startsWith(name))?.[1];
    const [, speed = ""] = readme.replaceAll("\n  ", " ").split("- **Speed**: ");
    expect(speed).toContain(`a registration takes ${measured("register / a script of 5 calls")} times`);
    expect(speed).toContain(`and ${measured("peak memory of a registration")} of memory`);
    expect(speed).toContain(`200 agents take ${measured("200 agents / a shell loop")} times`);
  });

  test("has the eight problems that people meet first", () => {
    const [, section = ""] = readme.split("## The first eight problems");
    const [table = ""] = section.split("\n\n[");
    expect(table.match(/^\| (?!What you see|---)/gm)).toHaveLength(8);
  });
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

  test("links to files, pictures and headings that exist", () => {
    const broken = targets(text).filter((target) => !/^https:\/\//.test(target) && !resolves(path, target));
    expect(broken).toEqual([]);
  });

  test("names files of the repository that exist", () => {
    const named = [
      ...text.matchAll(/`((?:src|scripts|tasks|__tests__|examples|docs|\.github|\.ci)\/[\w./-]+)`/g),
    ];
    const missing = named.map(([, file = ""]) => file).filter((file) => !existsSync(join(ROOT, file)));
    expect(missing).toEqual([]);
  });

  test("names secrets and variables by the names that the workflows have", () => {
    const known = [
      ...find(".github/workflows/*.yml"),
      ...find("examples/*.yml"),
      ...find("docs/authentication.md"),
    ]
      .map(read)
      .join("\n");
    const names = [...text.matchAll(/`(MINDCONNECT_[A-Z_]+)`/g)].map(([, name = ""]) => name);
    expect(names.filter((name) => !known.includes(name))).toEqual([]);
  });
});
