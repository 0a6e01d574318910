import { registerHooks } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "../support/action.ts";
import { shown } from "./markdown.ts";
import { ACTION, actionFiles, fencedBlocks, find, read, readAction } from "./repository.ts";

/* GitHub's own validator, offline. It knows our action.yml files, so inputs of the examples are checked once more. */

type Validator = typeof import("@actions/languageservice");
let validate: Validator["validate"];
let TextDocument: typeof import("vscode-languageserver-textdocument").TextDocument;

beforeAll(async () => {
  // It imports JSON as bundlers do; Node wants to be told.
  const hooks = registerHooks({
    load: (url, context, next) =>
      next(url, url.endsWith(".json") ? { ...context, importAttributes: { type: "json" } } : context),
  });
  ({ validate } = await import("@actions/languageservice"));
  ({ TextDocument } = await import("vscode-languageserver-textdocument"));
  hooks.deregister();
});

let asked = 0;

/** @returns what the validator says of a text: errors, warnings and hints alike */
async function findings(path: string, text: string): Promise<string[]> {
  // It remembers documents by their address.
  asked += 1;
  const uri = pathToFileURL(join(ROOT, String(asked), path)).href;
  const document = TextDocument.create(uri, "yaml", 0, text);
  const found = await validate(document, {
    actionsMetadataProvider: {
      fetchActionMetadata: async ({ owner, name, path: folder = "" }) =>
        `${owner}/${name}` === ACTION ? readAction(folder.replace(/^tasks\//, "") || "register") : undefined,
    },
    // For what `$/` names, and the workflows that the examples call: all of them are ours.
    fileProvider: {
      getFileContent: async (reference) => ({ name: reference.path, content: read(reference.path) }),
    },
  });
  return (
    found
      .map(({ message, range }) => ({
        text: typeof message === "string" ? message : message.value,
        line: range.start.line + 1,
      }))
      // Nothing is fetched: it cannot know other people's actions.
      .filter(({ text: said }) => !/^Unable to resolve action `(?:actions|github)\//.test(said))
      .map(({ text: said, line }) => `line ${line}: ${said}`)
  );
}

describe("GitHub's validator accepts", () => {
  test.each([...actionFiles.values(), ...find(".github/workflows/*.yml"), ...find("examples/*.yml")])(
    "%s",
    async (path) => {
      expect(await findings(path, read(path))).toEqual([]);
    },
  );

  test("the workflows of the documents", async () => {
    const blocks = shown.flatMap((path) => fencedBlocks(read(path), "yaml"));
    const workflows = blocks.filter((block) => block.includes("jobs:"));
    expect(workflows.length).toBeGreaterThan(1);
    for (const text of workflows) expect(await findings(".github/workflows/readme.yml", text)).toEqual([]);
  });
});

describe("GitHub's validator would notice", () => {
  test("a task and an input of a reusable workflow that do not exist", async () => {
    const text = read(".github/workflows/status.yml").replace("          tenant:", "          tennant:");
    expect(await findings(".github/workflows/status.yml", text)).toEqual(
      expect.arrayContaining([expect.stringContaining("tennant")]),
    );
    const moved = read(".github/workflows/status.yml").replace("$/tasks/status", "$/tasks/statsu");
    expect(await findings(".github/workflows/status.yml", moved)).toEqual([
      expect.stringContaining("statsu"),
    ]);
  });

  test("a key of an action.yml that does not exist", async () => {
    const text = read("action.yml").replace("  post-if:", "  past-if:");
    expect(await findings("action.yml", text)).toEqual([expect.stringContaining("past-if")]);
  });

  test("an input that does not exist", async () => {
    const text = read("examples/register.yml").replace("region:", "regoin:");
    expect(await findings("examples/register.yml", text)).toEqual([expect.stringContaining("regoin")]);
  });
});
