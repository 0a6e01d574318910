import { describe, expect, test } from "vitest";
import { find, read } from "./repository.ts";

/* Texts and comments name files. A file that moved or went must not live on in them. CHANGELOG.md tells of the past. */

const FOLDERS = ["src", "__tests__", "scripts", "docs", "examples", "tasks", ".ci", ".github"];
const files = FOLDERS.flatMap((folder) => find(`${folder}/**/*.*`));
const exists = (path: string) => files.some((file) => file === path || file.startsWith(`${path}/`));

/** @returns what a pattern finds in a text that `isThere` does not know, each once */
function missing(text: string, pattern: RegExp, isThere: (found: string) => boolean): string[] {
  return [...new Set([...text.matchAll(pattern)].map(([, found = ""]) => found))].filter(
    (found) => !isThere(found),
  );
}

/** A file or folder by its whole path; not a pattern, and not a path with a part to fill in. */
const PATH = /(?<![\w/.<*-])((?:src|__tests__|scripts|docs|examples|tasks)\/[\w./-]*\w)(?![\w/]*[<*…])/g;
/** A module, by its name or the end of its path. */
const MODULE = /(?<![\w@/.*-])(?:\.{0,2}\/)*(\w[\w-]*(?:[./][\w-]+)*\.(?:ts|mjs))\b(?!\.\w)/g;
const COMMENT = /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm;
/** Such as "`retire` in `src/tasks/retire-ca.ts`". */
const NAME_IN_FILE = /`(\w+)`,? (?:in|of) `((?:src|__tests__|scripts)\/[\w./-]+\.(?:ts|mjs))`/g;

const isModule = (name: string) => files.some((file) => file === name || file.endsWith(`/${name}`));

describe.each(
  ["*.md", "docs/*.md", "examples/*.md", "__tests__/*.md"]
    .flatMap(find)
    .filter((path) => path !== "CHANGELOG.md"),
)("%s", (document) => {
  const text = read(document);

  test("names only paths that exist", () => {
    expect(missing(text, PATH, exists)).toEqual([]);
  });

  test("names only modules that exist", () => {
    expect(missing(text, MODULE, isModule)).toEqual([]);
  });

  test("names what the modules have", () => {
    const lost = [...text.matchAll(NAME_IN_FILE)]
      .filter(([, name, file = ""]) => exists(file) && !new RegExp(`\\b${name}\\b`).test(read(file)))
      .map(([said]) => said);
    expect(lost).toEqual([]);
  });
});

test.each(FOLDERS.slice(0, 3))("comments in %s name only modules that exist", (folder) => {
  const lost = find(`${folder}/**/*.{ts,mjs}`).flatMap((file) =>
    [...read(file).matchAll(COMMENT)]
      .flatMap(([comment]) => missing(comment, MODULE, isModule))
      .map((name) => `${file}: ${name}`),
  );
  expect(lost).toEqual([]);
});
