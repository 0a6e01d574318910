import { execFileSync, spawnSync } from "node:child_process";
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { errorPage } from "../../src/action/action-ref.ts";
import { ERROR_CODES } from "../../src/messages/errors.ts";
import { FAULT_KINDS } from "../../src/sandbox/faults.ts";
import { parseFaults } from "../../src/sandbox/options.ts";
import { DEFAULT_QUIRKS } from "../../src/sandbox/quirks.ts";
import { ROOT } from "../support/action.ts";
import { documents, headings, marked, resolves, rows, targets, titleOf } from "./markdown.ts";
import { ACTION, actionFiles, fencedBlocks, find, read, readAction } from "./repository.ts";

const REFERENCE = "docs/reference.md";
const pages = find("docs/*.md").map((path) => path.replace("docs/", ""));

describe("docs/ is one chain of pages", () => {
  const neighbours = (page: string) => {
    const last = read(`docs/${page}`).trimEnd().split("\n").at(-1) ?? "";
    const [, before = "", previous = "", after = "", next = ""] =
      /^Previous: \[(.+?)\]\((.+?)\) · Next: \[(.+?)\]\((.+?)\)$/.exec(last) ?? [];
    return { before, previous, after, next };
  };

  test("from README over the index through every page once, and back", () => {
    const seen: string[] = [];
    for (let page = "index.md", from = "../README.md"; page !== "../README.md"; ) {
      const { previous, next } = neighbours(page);
      expect(previous, page).toBe(from);
      expect(seen, page).not.toContain(page);
      seen.push(page);
      [from, page] = [page, next];
    }
    expect(seen.toSorted()).toEqual(pages.toSorted());
  });

  test.each(pages)("%s names its neighbours by their titles", (page) => {
    const { before, previous, after, next } = neighbours(page);
    const named = (target: string) => (target === "../README.md" ? "README" : titleOf(`docs/${target}`));
    expect([before, after]).toEqual([named(previous), named(next)]);
  });

  test("the index names every other page by its title", () => {
    const index = read("docs/index.md");
    for (const page of pages.filter((name) => name !== "index.md"))
      expect(index).toContain(`| [${titleOf(`docs/${page}`)}](${page}) |`);
  });
});

/** Inputs as [name, default, meaning]. */
const inputsOf = (task: string) =>
  Object.entries(readAction(task).inputs ?? {}).map(([name, { description, required, default: value }]) => {
    const shown = value === undefined ? "–" : `\`${value}\``;
    return [`\`${name}\``, required === true ? "required" : shown, description];
  });

describe.each([...actionFiles.keys()])("the reference of %s is its action.yml", (task) => {
  test("a heading", () => {
    expect(headings(read(REFERENCE))).toContain(task);
  });

  test("inputs: its own, and the shared ones that it links to", () => {
    const place = marked(REFERENCE, `inputs:${task}`);
    const shared = {
      "#connection": "connection",
      "#keyring-inputs": "keyring-written",
      "#keyring-only-read": "keyring-read",
    };
    const tables = targets(place.split("\n|")[0] ?? "").map((anchor) => {
      expect(resolves(REFERENCE, anchor)).toBe(true);
      return rows(marked(REFERENCE, `inputs:${shared[anchor as keyof typeof shared]}`));
    });
    expect([...tables.flat(), ...rows(place)].toSorted()).toEqual(inputsOf(task).toSorted());
  });

  test("outputs", () => {
    expect(rows(marked(REFERENCE, `outputs:${task}`))).toEqual(
      Object.entries(readAction(task).outputs ?? {}).map(([name, { description }]) => [
        `\`${name}\``,
        description,
      ]),
    );
  });
});

test("each error has a heading, what it means and the next step (guarantee 10)", () => {
  const sections = marked("docs/errors.md", "errors").split(/^## /m).slice(1);
  expect(sections.map((section) => section.trim())).toEqual(
    Object.entries(ERROR_CODES).map(
      ([code, { means, next }]) => `${code}\n\n**What happened.** ${means}\n\n**What to do.** ${next}`,
    ),
  );
});

test.each(Object.keys(ERROR_CODES))("%s: the address in the annotation leads to its heading", (code) => {
  vi.stubEnv("GITHUB_SERVER_URL", "https://github.com");
  vi.stubEnv("GITHUB_ACTION_REPOSITORY", "acme/ca");
  vi.stubEnv("GITHUB_ACTION_REF", "v1");
  const [before, page = ""] = errorPage(code).split("/blob/v1/");
  vi.unstubAllEnvs();
  expect(before).toBe("https://github.com/acme/ca");
  expect(page).toMatch(/^docs\/errors\.md#/);
  expect(resolves("README.md", page)).toBe(true);
});

describe("the receipt", () => {
  const schema = JSON.parse(read("docs/receipt.schema.json"));
  type Node = { properties?: Record<string, Node>; items?: Node; description?: string; required?: string[] };
  const fields = ({ properties = {} }: Node, prefix = ""): [string, Node][] =>
    Object.entries(properties).flatMap(([name, node]) => [
      [`${prefix}${name}`, node],
      ...fields(node, `${prefix}${name}.`),
      ...fields(node.items ?? {}, `${prefix}${name}[].`),
    ]);

  test("every field of its schema is in the table, and says what it means", () => {
    expect(rows(marked(REFERENCE, "receipt")).map(([field, , meaning]) => [field, meaning])).toEqual(
      fields(schema).map(([path, { description }]) => [`\`${path}\``, description]),
    );
  });

  test("its schema is of the draft that the page names", () => {
    expect(schema.$schema).toBe("https://json-schema.org/draft/2020-12/schema");
    expect(read(REFERENCE)).toContain("(draft 2020-12): [receipt.schema.json](receipt.schema.json)");
  });
});

describe("the rehearsal", () => {
  test("every fault, and fields that the sandbox takes", () => {
    const names = (table: string) =>
      rows(marked("docs/rehearsal.md", table)).map(([name = ""]) => name.replaceAll("`", ""));
    expect(names("faults")).toEqual([...FAULT_KINDS]);
    // The sandbox names the fields that it has when it is given another one.
    const refused = (() => {
      try {
        parseFaults('[{"unknown":1}]');
      } catch (error) {
        return String(error);
      }
      return "";
    })();
    const taken = refused.split("Known are ")[1]?.split(", ") ?? [];
    expect(names("fault-fields").toSorted()).toEqual(taken.toSorted());
  });

  test("every quirk with its default", () => {
    expect(rows(marked("docs/rehearsal.md", "quirks")).map(([name, value]) => [name, value])).toEqual(
      Object.entries(DEFAULT_QUIRKS).map(([name, value]) => [`\`${name}\``, `\`${JSON.stringify(value)}\``]),
    );
  });
});

test("there is a place for the figures, which the benchmark writes", () => {
  expect(rows(marked("docs/benchmarks.md", "figures")).length).toBeGreaterThan(5);
  expect(read("scripts/bench/main.mjs")).toContain('"docs/benchmarks.md"');
});

test("every guarantee has its number", () => {
  const numbers = [...read("docs/guarantees.md").matchAll(/^(\d+)\. \*\*/gm)].map(([, number]) =>
    Number(number),
  );
  expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
});

/** The programs of that command, which nothing else here needs. */
const hasItsPrograms = ["git", "perl", "xargs"].every(
  (program) => spawnSync(program, ["--version"], { stdio: "ignore" }).error === undefined,
);
const PLACEHOLDER = "your-org";
const OWNER = "contoso-plant";
/** In a copy the command was run already, and there is nothing left for it to replace. */
const isOriginal = ACTION.split("/")[0] === PLACEHOLDER;

describe.runIf(hasItsPrograms && isOriginal)("the command that writes the owner's name", () => {
  const texts = [...documents, ...find("examples/*.yml"), ...find("__tests__/docs/*.ts")];
  let folder: string;
  const after = (path: string) => readFileSync(join(folder, path), "utf8");

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "mindconnect-ca-publish-"));
    for (const path of texts) cpSync(join(ROOT, path), join(folder, path));
    const git = (...argv: string[]) => execFileSync("git", argv, { cwd: folder, stdio: "ignore" });
    git("init", "--quiet");
    git("add", ".");
    const command = /^ *git grep .*your-org.*$/m.exec(read("docs/getting-started.md"))?.[0] ?? "";
    expect(command).toContain(OWNER);
    execFileSync("sh", ["-euc", command], { cwd: folder });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("changes the owner in the addresses of this repository, and nothing else", () => {
    for (const path of texts)
      expect(after(path), path).toBe(read(path).replaceAll(ACTION, `${OWNER}/${ACTION.split("/")[1]}`));
  });

  test("leaves each link as it was, but for those to this repository", () => {
    for (const path of documents) {
      const links = targets(after(path));
      expect(links, path).toHaveLength(targets(read(path)).length);
      const changed = links.filter((link, index) => link !== targets(read(path))[index]);
      const strange = changed.filter((link) => !link.startsWith(`https://github.com/${OWNER}/`));
      expect(strange, path).toEqual([]);
      expect(links.filter((link) => link.includes(`github.com/${PLACEHOLDER}`))).toEqual([]);
    }
    expect(targets(after("docs/getting-started.md"))).toContain(
      "https://docs.github.com/en/actions/how-tos/reuse-automations/share-with-your-organization",
    );
  });

  test("makes every `uses:` name the copy", () => {
    const uses = [...documents, ...find("examples/*.yml")]
      .flatMap((path) => [...after(path).matchAll(/^ *(?:- )?uses: (\S+)/gm)])
      .map(([, value = ""]) => value)
      .filter((value) => !value.startsWith("actions/"));
    expect(uses.length).toBeGreaterThan(30);
    expect(uses.filter((value) => !value.startsWith(`${OWNER}/mindconnect-ca-action`))).toEqual([]);
  });

  test("leaves the explanations and the command itself as they are", () => {
    const sentences = (text: string) => text.split("\n").filter((line) => line.includes(PLACEHOLDER));
    for (const path of ["README.md", "docs/getting-started.md", "examples/README.md"]) {
      const about = sentences(read(path)).filter((line) => !line.includes(ACTION));
      expect(about.length, path).toBeGreaterThan(0);
      expect(sentences(after(path)), path).toEqual(about);
    }
    expect(after("docs/getting-started.md")).toContain("git grep -lzE 'your-org[/]' |");
  });

  test("the example's owner has no name that stands for something else here", () => {
    expect(OWNER).not.toContain("acme");
    expect(read("docs/getting-started.md")).toContain(`uses the owner \`${OWNER}\``);
  });
});

test("the command for a passphrase makes a good one", () => {
  const command = "openssl rand -base64 32";
  expect(read("README.md")).toContain(`\`${command}\``);
  expect(fencedBlocks(read("docs/getting-started.md"), "sh")).toContain(`${command}\n`);
  expect(execFileSync("sh", ["-euc", command], { encoding: "utf8" }).trim()).toHaveLength(44);
});

test("the command for a copy of the keyring writes all of it, for its user only", () => {
  const [, section = ""] = read("docs/keyring.md").split("## A copy");
  const command = /^ *(\(umask .*)$/m.exec(section)?.[1] ?? "";
  const folder = mkdtempSync(join(tmpdir(), "mindconnect-ca-copy-"));
  try {
    const here = command.replace("/var/lib/mindconnect-ca", folder);
    const KEYRING = "MindConnect CA keyring, generation 2\n\n-----BEGIN CERTIFICATE-----";
    execFileSync("sh", ["-euc", here], { env: { ...process.env, KEYRING } });
    expect(readFileSync(join(folder, "copy.pem"), "utf8")).toBe(`${KEYRING}\n`);
    if (process.platform !== "win32") expect(statSync(join(folder, "copy.pem")).mode & 0o777).toBe(0o600);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("the command that encrypts a plain key of a keyring file prints the same key, encrypted", () => {
  const [, section = ""] = read("docs/keyring.md").split("### Encrypting a plain key");
  const command = /^ *(openssl pkcs8 .*)$/m.exec(section)?.[1] ?? "";
  const folder = mkdtempSync(join(tmpdir(), "mindconnect-ca-encrypt-"));
  try {
    const key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
    const pem = key.export({ type: "pkcs8", format: "pem" });
    writeFileSync(
      join(folder, "acme.pem"),
      `MindConnect CA keyring, generation 2\n\nCommon name: acme\n${pem}`,
    );
    const here = `${command.replace("/var/lib/mindconnect-ca", folder)} -passout env:PASSPHRASE`;
    const env = { ...process.env, PASSPHRASE: "a passphrase" };
    const printed = execFileSync("sh", ["-euc", here], { env, encoding: "utf8", stdio: "pipe" });
    expect(printed).toContain("-----BEGIN ENCRYPTED PRIVATE KEY-----");
    expect(createPrivateKey({ key: printed, passphrase: "a passphrase" }).equals(key)).toBe(true);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("every picture is shown, light and dark", () => {
  const used = documents.flatMap((path) =>
    targets(read(path))
      .filter((target) => target.endsWith(".png"))
      .map((target) => join(dirname(path), target)),
  );
  expect(used.toSorted()).toEqual(find("docs/images/*.png"));
});

test("README shows the workflow that is to be pasted", () => {
  const [first = ""] = fencedBlocks(read("README.md"), "yaml");
  expect(read("examples/register.yml")).toContain(first);
});
