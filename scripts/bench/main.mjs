// The figures of docs/benchmarks.md, each a ratio or a count measured in one run; one over its bound ends it with exit code 1.
// `--write` puts them into that page; `--pairs N`, `--agents N`. `--scale` measures the large fleets instead.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { measureAgents } from "./agents.mjs";
import { measurePassphrase } from "./passphrase.mjs";
import { makeKeys } from "./ready-keys.mjs";
import { measureCalls, measureMemory, measureRegistration } from "./registration.mjs";
import { measureScale } from "./scale.mjs";
import { measureStartUp } from "./start-up.mjs";

/**
 * Whether the keyring is an encrypted secret, the calls of the script, and the bound. A secret takes the action nine calls to GitHub and
 * the script two: the action looks before and after each write, and writes again at the end that the CA is verified.
 */
const COMPARED = [
  [false, 5, "0.90"],
  [false, 3, "1.00"],
  [true, 5, "1.40"],
  [true, 3, "1.60"],
];
const root = fileURLToPath(new URL("../..", import.meta.url));
const { values } = parseArgs({
  options: {
    write: { type: "boolean" },
    scale: { type: "boolean" },
    pairs: { type: "string", default: "6" },
    // Two hundred agents, as the page has them, take four minutes.
    agents: { type: "string" },
    // Of a smaller trial of the large fleets.
    csrs: { type: "string", default: "10000" },
  },
});
const count = Number(values.pairs);
const folder = mkdtempSync(join(tmpdir(), "mindconnect-ca-bench-"));

try {
  const rows = [];
  for await (const row of values.scale ? scaleRows() : rowsOfRuns()) {
    console.log(row.join(" | "));
    rows.push(row);
  }
  const machine = `Node.js ${process.versions.node}, ${availableParallelism()} cores of ${cpus()[0]?.model ?? "an unknown CPU"}`;
  const table = [["Figure", "Measured", "Bound"], ["---", "---", "---"], ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
  console.log(machine);
  if (values.write) write(values.scale ? "scale" : "figures", `${table}\n\nMeasured with ${machine}.`);
  for (const [figure] of rows.filter(isOver)) {
    console.log(`over its bound: ${figure}`);
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function* rowsOfRuns() {
  const keys = makeKeys(folder);
  for (const [keeps, calls, bound] of COMPARED)
    for (const proxied of [false, true]) yield await registrationRow(keys, { calls, proxied, keeps }, bound);
  const { derivation, figures } = await measurePassphrase(root, folder, keys, count * 2);
  yield ["one derivation of a key from a passphrase", `${derivation.toFixed(0)} ms`, ""];
  for (const { name, bound, derivations, encrypted, plain } of figures) {
    const times = `${encrypted.toFixed(0)} / ${plain.toFixed(0)} ms`;
    const what = `${name} with a passphrase, beyond plain, in derivations (${times})`;
    yield [what, derivations.toFixed(1), bound.toFixed(1)];
  }
  const startUp = await measureStartUp(root, folder, count * 2);
  yield [
    `start-up to a missing input / \`@actions/core\` alone (median of ${count * 2} pairs)`,
    startUp.ratio.toFixed(2),
    "1.50",
  ];
  yield ["`dist/` for all tasks", `${megabytes(join(root, "dist")).toFixed(1)} MB`, "4 MB"];
  const { peakMiB, loadedMB } = await measureMemory(root, folder);
  yield ["… of it loaded by a registration", `${loadedMB.toFixed(1)} MB`, ""];
  yield ["peak memory of a registration", `${peakMiB.toFixed(0)} MiB`, "128 MiB"];
  const calls = await measureCalls(root, folder);
  yield ["calls: registered / unchanged / resumed", calls.join(" / "), "5 / 1 / 4"];
  const agents = Number(values.agents ?? (values.write ? 200 : 40));
  const { action, loop, ratio } = await measureAgents(root, folder, agents);
  const times = `${action.toFixed(1)} / ${loop.toFixed(1)} s`;
  const what = `${agents} agents / a shell loop of the documented commands (${times})`;
  yield [what, ratio.toFixed(2), "0.55"];
}

async function registrationRow(keys, { calls, proxied, keeps }, bound) {
  const options = { calls, proxied, keeps };
  // Each side of a pair is many registrations, so few pairs tell enough.
  const { ratio, a, b } = await measureRegistration(root, folder, keys, Math.ceil(count / 3), options);
  const what = [
    `register${keeps ? " with passphrase and secret" : ""}${proxied ? ", behind a CONNECT proxy" : ""}`,
    `a script of ${calls} calls${keeps ? " that encrypts and stores" : ""}`,
  ].join(" / ");
  return [`${what} (${a.toFixed(0)} / ${b.toFixed(0)} ms)`, ratio.toFixed(2), bound];
}

async function* scaleRows() {
  const csrs = Number(values.csrs);
  const rowsOf = (what, { seconds, drift, peakMiB }) => [
    [`${what}, killed in the middle and run again, in seconds`, seconds.toFixed(0), ""],
    ["… an agent at the end / at the start", drift.toFixed(2), "1.10"],
    ["… peak memory", `${peakMiB.toFixed(0)} MiB`, "384 MiB"],
  ];
  const few = await measureScale(root, folder, { count: csrs / 5, byCsr: true });
  const many = await measureScale(root, folder, { count: csrs, byCsr: true });
  yield* rowsOf(`${csrs} agents by CSR`, many);
  const what = `… peak memory / that of ${csrs / 5} agents (${few.peakMiB.toFixed(0)} MiB)`;
  yield [what, (many.peakMiB / few.peakMiB).toFixed(2), "1.20"];
  const keys = await measureScale(root, folder, { count: csrs / 5, byCsr: false });
  yield* rowsOf(`${csrs / 5} agents with keys`, keys);
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
