// The figures of docs/benchmarks.md, each a ratio or a count measured in one run; one over its bound ends it with exit code 1.
// `--write` puts them into that page; `--pairs N`, `--agents N`.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { measureAgents } from "./agents.mjs";
import { measureCalls, measureMemory, measureRegistration, REGISTRATIONS } from "./registration.mjs";
import { measureStartUp } from "./start-up.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { values } = parseArgs({
  options: {
    write: { type: "boolean" },
    pairs: { type: "string", default: "20" },
    agents: { type: "string" },
  },
});
// Two hundred agents, and then two thousand, take ten minutes: only for the page.
const agents = Number(values.agents ?? (values.write ? 200 : 40));
const count = Number(values.pairs);
const folder = mkdtempSync(join(tmpdir(), "mindconnect-ca-bench-"));

try {
  const speed = await measureRegistration(root, folder, count);
  const startUp = await measureStartUp(root, folder, count);
  const { peakMiB, loadedMB } = await measureMemory(root, folder);
  const calls = await measureCalls(root, folder);
  const fleet = await measureAgents(root, folder, agents);
  const distMB = megabytes(join(root, "dist"));
  const rows = [
    row(
      `register / the documented commands with curl (50 ms latency, median of ${count} pairs of ${REGISTRATIONS} runs each)`,
      speed.ratio.toFixed(2),
      "0.90",
    ),
    row("… in milliseconds", `${speed.a.toFixed(0)} / ${speed.b.toFixed(0)}`),
    row(
      `start-up to a missing input / \`@actions/core\` alone (median of ${count} pairs)`,
      startUp.ratio.toFixed(2),
      "1.25",
    ),
    row("`dist/` for all tasks", `${distMB.toFixed(1)} MB`, "4 MB"),
    row("… of it loaded by a registration", `${loadedMB.toFixed(1)} MB`, "2.5 MB"),
    row("peak memory of a registration", `${peakMiB.toFixed(0)} MiB`, "100 MiB"),
    row("calls: registered / unchanged / resumed", calls.join(" / "), "5 / 1 / 4"),
    row(
      `${agents} agents / a shell loop of the documented commands (${availableParallelism()} cores)`,
      fleet.ratio.toFixed(2),
      "0.55 on 2 cores",
    ),
    row("… in seconds", `${fleet.action.toFixed(1)} / ${fleet.loop.toFixed(1)}`),
    row(`cost of an agent among ${agents * 10} / among ${agents}`, fleet.cost.toFixed(2), "1.10"),
    row(`peak memory for ${agents * 10} agents / for ${agents}`, fleet.memory.toFixed(2), "1.15"),
    row("… in MiB", fleet.peakMiB.toFixed(0)),
  ];
  const head = [
    ["Figure", "Measured", "Bound"],
    ["---", "---", "---"],
  ];
  const cells = rows.map(({ figure, measured, bound }) => [figure, measured, bound]);
  const table = [...head, ...cells].map((row) => `| ${row.join(" | ")} |`).join("\n");
  console.log(table);
  if (values.write) write(table);
  for (const { figure } of rows.filter(isOver)) {
    console.log(`over its bound: ${figure}`);
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function row(figure, measured, bound = "") {
  return { figure, measured, bound };
}

/** Compares number by number: a ratio or a size has one, the calls have three. */
function isOver({ measured, bound }) {
  const numbers = (text) => text.split(" / ").map((part) => Number.parseFloat(part));
  return bound !== "" && numbers(measured).some((value, index) => value > numbers(bound)[index]);
}

function megabytes(path) {
  return readdirSync(path).reduce((sum, name) => sum + statSync(join(path, name)).size, 0) / 1e6;
}

function write(table) {
  const file = join(root, "docs/benchmarks.md");
  const text = readFileSync(file, "utf8");
  const [before, rest] = text.split("<!-- figures -->");
  const after = rest.slice(rest.indexOf("<!-- /figures -->"));
  writeFileSync(file, `${before}<!-- figures -->\n\n${table}\n\n${after}`);
}
