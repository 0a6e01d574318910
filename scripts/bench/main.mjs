// The figures of docs/benchmarks.md, each a ratio or a count measured in one run; one over its bound ends it with exit code 1.
// `--write` puts them into that page; `--pairs N`, `--agents N`. `--scale` measures the large fleets instead.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { measureAgents } from "./agents.mjs";
import { measurePassphrase } from "./passphrase.mjs";
import { measureCalls, measureMemory, measureRegistration } from "./registration.mjs";
import { measureScale } from "./scale.mjs";
import { measureStartUp } from "./start-up.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { values } = parseArgs({
  options: {
    write: { type: "boolean" },
    scale: { type: "boolean" },
    pairs: { type: "string", default: "10" },
    // Two hundred agents, as the page has them, take four minutes.
    agents: { type: "string" },
    // Of a smaller trial of the large fleets.
    csrs: { type: "string", default: "10000" },
  },
});
const count = Number(values.pairs);
const folder = mkdtempSync(join(tmpdir(), "mindconnect-ca-bench-"));

try {
  const rows = values.scale ? await scaleRows() : await rowsOfRuns();
  const machine = `Node.js ${process.versions.node}, ${availableParallelism()} cores of ${cpus()[0]?.model ?? "an unknown CPU"}`;
  const table = [["Figure", "Measured", "Bound"], ["---", "---", "---"], ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
  console.log(`${table}\n\n${machine}`);
  if (values.write) write(values.scale ? "scale" : "figures", `${table}\n\nMeasured with ${machine}.`);
  for (const [figure] of rows.filter(isOver)) {
    console.log(`over its bound: ${figure}`);
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function rowsOfRuns() {
  const rows = [];
  for (const keeps of [false, true])
    for (const proxied of [false, true])
      for (const [calls, bound] of [
        [5, "0.90"],
        [3, "1.00"],
      ])
        rows.push(await registrationRow({ calls, proxied, keeps }, bound));
  const { derivation, figures } = await measurePassphrase(folder, root, count * 2);
  rows.push(["one derivation of a key from a passphrase", `${derivation.toFixed(0)} ms`, ""]);
  for (const { name, bound, derivations, encrypted, plain } of figures) {
    const times = `${encrypted.toFixed(0)} / ${plain.toFixed(0)} ms`;
    rows.push([
      `${name} with a passphrase, beyond plain, in derivations (${times})`,
      derivations.toFixed(1),
      bound.toFixed(1),
    ]);
  }
  const startUp = await measureStartUp(root, folder, count * 2);
  const { peakMiB, loadedMB } = await measureMemory(root, folder);
  const calls = await measureCalls(root, folder);
  const agents = Number(values.agents ?? (values.write ? 200 : 40));
  const fleet = await measureAgents(root, folder, agents);
  rows.push(
    [
      `start-up to a missing input / \`@actions/core\` alone (median of ${count * 2} pairs)`,
      startUp.ratio.toFixed(2),
      "1.50",
    ],
    ["`dist/` for all tasks", `${megabytes(join(root, "dist")).toFixed(1)} MB`, "4 MB"],
    ["… of it loaded by a registration", `${loadedMB.toFixed(1)} MB`, ""],
    ["peak memory of a registration", `${peakMiB.toFixed(0)} MiB`, "128 MiB"],
    ["calls: registered / unchanged / resumed", calls.join(" / "), "5 / 1 / 4"],
    [
      `${agents} agents / a shell loop of the documented commands (${fleet.action.toFixed(1)} / ${fleet.loop.toFixed(1)} s)`,
      fleet.ratio.toFixed(2),
      "0.55",
    ],
  );
  return rows;
}

async function registrationRow({ calls, proxied, keeps }, bound) {
  const { ratio, a, b } = await measureRegistration(root, folder, count, { calls, proxied, keeps });
  const what = [
    `register${keeps ? " with passphrase and secret" : ""}${proxied ? ", behind a CONNECT proxy" : ""}`,
    `a script of ${calls} calls${keeps ? " that encrypts and stores" : ""}`,
  ].join(" / ");
  return [`${what} (${a.toFixed(0)} / ${b.toFixed(0)} ms)`, ratio.toFixed(2), bound];
}

async function scaleRows() {
  const csrs = Number(values.csrs);
  const few = await measureScale(root, folder, { count: csrs / 5, byCsr: true });
  const many = await measureScale(root, folder, { count: csrs, byCsr: true });
  const keys = await measureScale(root, folder, { count: csrs / 5, byCsr: false });
  const mib = ({ peakMiB }) => `${peakMiB.toFixed(0)} MiB`;
  const rowsOf = (what, { seconds, drift, ...fleet }) => [
    [`${what}, killed in the middle and run again, in seconds`, seconds.toFixed(0), ""],
    ["… an agent at the end / at the start", drift.toFixed(2), "1.10"],
    ["… peak memory", mib(fleet), "384 MiB"],
  ];
  return [
    ...rowsOf(`${csrs} agents by CSR`, many),
    ...rowsOf(`${csrs / 5} agents with keys`, keys),
    [
      `peak memory for ${csrs} agents / for ${csrs / 5}, by CSR`,
      (many.peakMiB / few.peakMiB).toFixed(2),
      "1.20",
    ],
  ];
}

/** Compares number by number: a ratio or a size has one, the calls have three. */
function isOver([, measured, bound]) {
  const numbers = (text) => text.split(" / ").map((part) => Number.parseFloat(part));
  return bound !== "" && numbers(measured).some((value, index) => value > numbers(bound)[index]);
}

function megabytes(path) {
  return readdirSync(path).reduce((sum, name) => sum + statSync(join(path, name)).size, 0) / 1e6;
}

function write(mark, text) {
  const file = join(root, "docs/benchmarks.md");
  const page = readFileSync(file, "utf8");
  const [before, rest] = page.split(`<!-- ${mark} -->`);
  const after = rest.slice(rest.indexOf(`<!-- /${mark} -->`));
  writeFileSync(file, `${before}<!-- ${mark} -->\n\n${text}\n\n${after}`);
}
