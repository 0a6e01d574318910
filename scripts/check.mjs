// Every gate: format and lint (warnings fail), types, generated files and dist/ up to date, documents and workflows valid.
// With --documents-tested it leaves out the tests of documents and workflows, for a caller that has just run all tests.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const cwd = fileURLToPath(new URL("..", import.meta.url));
const tsc = "node_modules/typescript/bin/tsc";
const documentsTested = process.argv.includes("--documents-tested");
const GATES = [
  ["format and lint", ["node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings", "."]],
  ["types of the source", [tsc, "--project", "tsconfig.json", "--noEmit"]],
  ["types of the tests", [tsc, "--project", "__tests__/tsconfig.json"]],
  ["action.yml files and the pages of docs follow the declarations", ["scripts/generate.mjs", "--check"]],
  ...(documentsTested
    ? []
    : [
        [
          "action.yml files, workflows and examples are valid",
          ["node_modules/vitest/vitest.mjs", "run", "__tests__/docs", "--reporter=dot"],
        ],
      ]),
  ["dist is built from this source", ["scripts/check-dist.mjs"]],
];

const failed = GATES.filter(([name, argv]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { cwd, encoding: "utf8" });
  console.log(`${status === 0 ? "ok    " : "FAILED"} ${name}`);
  if (status !== 0) console.log(`${stdout}${stderr}`);
  return status !== 0;
});
process.exitCode = failed.length === 0 ? 0 : 1;
