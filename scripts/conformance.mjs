// Every way in which the action uses OpenSSL, with each program given (or the one on PATH), against the sandbox: a table,
// and exit code 1 where a supported version falls short. `npm run conformance -- /usr/bin/openssl …`
import { spawnSync } from "node:child_process";
import { basename, resolve } from "node:path";
import { findProgram, supportedVersion } from "../src/openssl/program.ts";
import { examine } from "./conformance/examine.mjs";

const given = process.argv.slice(2);
const named = given.length === 0 ? ["openssl"] : given;
const programs = await Promise.all(
  named.map(async (path) => (basename(path) === path ? ((await findProgram(path)) ?? path) : resolve(path))),
);

const columns = [];
for (const program of programs) {
  const version = versionOf(program);
  console.log(`${program}: ${version.line}${version.supported ? "" : ", not supported"}`);
  if (version.error) process.exitCode = 1;
  if (!version.supported) continue;
  const { facts, uses } = await examine(program);
  columns.push({ line: version.line, facts, uses });
  if (uses.some(([, problem]) => problem !== undefined)) process.exitCode = 1;
}
if (columns.length > 0) console.log(`\n${table(columns)}\n`);
console.log(verdict());

function verdict() {
  if (process.exitCode === 1) return "A version falls short.";
  return columns.length > 0 ? "Each supported version serves every use." : "No supported version was given.";
}

/** A program that cannot be run is a mistake of whoever gave it; one that is not supported is only said to be so. */
function versionOf(program) {
  const { stdout, status, error } = spawnSync(program, ["version"], { encoding: "utf8" });
  if (error !== undefined || status !== 0) {
    return {
      line: `cannot be run (${error?.message ?? `exit code ${status}`})`,
      supported: false,
      error: true,
    };
  }
  try {
    return { line: supportedVersion(stdout), supported: true };
  } catch (error) {
    return { line: error.message.replace(/\.$/, ""), supported: false };
  }
}

/** A column for each program, a row for each fact and each use. */
function table(columns) {
  const [{ facts, uses }] = columns;
  const cells = (list, show) =>
    list.map(([name], row) => [name, ...columns.map((column) => show(column, row))]);
  const rows = [
    ["", ...columns.map(({ line }) => line)],
    ["---", ...columns.map(() => "---")],
    ...cells(facts, (column, row) => column.facts[row][1]),
    ...cells(uses, (column, row) => column.uses[row][1] ?? "ok"),
  ];
  return rows
    .map((row) => `| ${row.map((cell) => String(cell).replaceAll(/[|\n]/g, " ")).join(" | ")} |`)
    .join("\n");
}
