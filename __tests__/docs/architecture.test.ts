import { posix } from "node:path";
import { expect, test } from "vitest";
import { find, read } from "./repository.ts";

/** Which rooms of src a room may import from, besides itself: from the top to the bottom. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  tasks: ["agents", "run", "keyring", "mindconnect", "openssl", "http", "action", "ca", "messages"],
  agents: ["run", "keyring", "mindconnect", "openssl", "http", "action", "ca", "messages"],
  run: ["keyring", "mindconnect", "openssl", "http", "action", "ca", "messages"],
  keyring: ["openssl", "http", "action", "ca", "messages"],
  mindconnect: ["http", "action", "ca", "messages"],
  openssl: ["action", "ca", "messages"],
  http: ["action", "ca", "messages"],
  action: ["ca", "messages"],
  ca: ["messages"],
  messages: [],
  sandbox: [],
};

/** The exceptions, each with its reason in CONTRIBUTING.md. */
const EXCEPTIONS = [
  "src/sandbox/certificate-rendering.ts -> src/mindconnect/vendor-types.ts",
  "src/sandbox/handlers.ts -> src/mindconnect/vendor-types.ts",
  "src/tasks/sandbox.ts -> src/sandbox/options.ts",
];

const imports = find("src/*/**/*.ts").flatMap((file) =>
  [...read(file).matchAll(/(?:from |import\(|^import )"([^"]+)"/gm)].map(([, target = ""]) => ({
    file,
    target: target.startsWith(".") ? posix.join(posix.dirname(file), target) : target,
  })),
);
const roomOf = (path: string) => path.split("/")[1] ?? "";

test("imports run downwards only", () => {
  const upwards = imports
    .filter(({ target }) => target.startsWith("src/"))
    .filter(
      ({ file, target }) => ![roomOf(file), ...(MAY_IMPORT[roomOf(file)] ?? [])].includes(roomOf(target)),
    )
    .map(({ file, target }) => `${file} -> ${target}`);
  expect(upwards.sort()).toEqual(EXCEPTIONS);
});

test("no module imports itself by way of others: each can be read after what it needs", () => {
  // Takes away, again and again, what needs no other module or is needed by none. What stays is on a circle.
  let left = find("src/*/**/*.ts");
  for (let before = Number.POSITIVE_INFINITY; left.length < before; ) {
    before = left.length;
    const between = imports.filter(({ file, target }) => left.includes(file) && left.includes(target));
    const [needing, needed] = [between.map(({ file }) => file), between.map(({ target }) => target)];
    left = left.filter((file) => needing.includes(file) && needed.includes(file));
  }
  expect(left).toEqual([]);
});

test("no two modules have the same name: a name in a message or a search means one file", () => {
  const names = find("src/**/*.ts").map((file) => posix.basename(file));
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test("the domain needs nothing but messages, node:crypto and node:util", () => {
  const foreign = imports.filter(
    ({ file, target }) => roomOf(file) === "ca" && !/^src\/(?:ca|messages)\//.test(target),
  );
  expect([...new Set(foreign.map(({ target }) => target))].sort()).toEqual(["node:crypto", "node:util"]);
});

test("the sandbox needs nothing but Node", () => {
  const foreign = imports.filter(
    ({ file, target }) => roomOf(file) === "sandbox" && !/^(?:src|node:)/.test(target),
  );
  expect(foreign).toEqual([]);
});

test("nothing reaches into a package's code: its public entry is what it promises", () => {
  const deep = imports.filter(
    ({ target }) => /^(?:@[^/]+\/[^/]+|(?!src\/|node:)[^@/]+)\/./.test(target) && !target.endsWith(".json"),
  );
  expect(deep).toEqual([]);
});

test("public keys are compared by their bytes: KeyObject.equals may spoil the next passphrase (src/ca/public-key.ts)", () => {
  const users = find("src/*/**/*.ts").filter((file) => /key\.equals\(/i.test(read(file)));
  expect(users).toEqual([]);
});

test("undici is used by the one way out alone", () => {
  const users = imports.filter(({ target }) => target === "undici").map(({ file }) => file);
  expect([...new Set(users)].filter((file) => !file.startsWith("src/http/"))).toEqual([]);
});

test("no module is in two chunks of dist: its classes would be two, so that instanceof fails", () => {
  // Before each module of a chunk is its number; what was joined to it is named in a comment of its own.
  const BEGINNINGS = /^\/\*{3}\/ (\d+):|CONCATENATED MODULE: (\S+)/gm;
  const inside = find("dist/[0-9]*.index.js").map(
    (chunk) =>
      new Set([...read(chunk).matchAll(BEGINNINGS)].map(([, number, joined]) => number ?? joined ?? "")),
  );
  for (const modules of inside) expect(modules.size).toBeGreaterThan(0);
  const all = inside.flatMap((modules) => [...modules]);
  expect(all.filter((module, index) => all.indexOf(module) !== index)).toEqual([]);
});

test("what runs needs no package that is there for the tests alone", () => {
  const { dependencies } = JSON.parse(read("package.json")) as { dependencies: Record<string, string> };
  const packages = imports
    .filter(({ target }) => !/^(?:src\/|node:)/.test(target))
    .map(({ target }) => /^(?:@[^/]+\/)?[^/]+/.exec(target)?.[0] ?? target);
  expect([...new Set(packages)].filter((name) => !(name in dependencies))).toEqual([]);
});
