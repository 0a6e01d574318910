// Decades of rotations in a minute: `npm run simulate -- --years 40 --seed 1`. Prints what happened, and fails where a
// guarantee did not hold.
import { parseArgs } from "node:util";
import { simulate } from "../__tests__/rotation/simulation.ts";

const { values } = parseArgs({
  options: { years: { type: "string", default: "40" }, seed: { type: "string", default: "1" } },
});
const options = { years: Number(values.years), seed: Number(values.seed) };
if (!(options.years > 0) || !Number.isInteger(options.seed)) {
  console.error("Usage: npm run simulate -- [--years N] [--seed WHOLE_NUMBER]");
  process.exit(2);
}

const result = await simulate(options);
const { problems } = result;
const lines = [
  [`years simulated (seed ${options.seed})`, options.years],
  ["scheduled runs", result.runs],
  ["  with a clock that was wrong", result.clocksWrong],
  ["  that met crashes or faults", result.disturbed],
  ["  that were killed", result.killed],
  ["rotations", result.rotations],
  ["agent certificates issued", result.agentCertificates],
  ["days without a usable CA", result.daysWithoutUsableCa],
  ["agents refused", result.agentsRefused],
  ["lost keys", result.lostKeys],
  ["broken guarantees", problems.length],
];
for (const [what, count] of lines) console.log(`${String(what).padEnd(32)}${String(count).padStart(8)}`);
for (const problem of problems) console.log(`guarantee ${problem}`);
const bad = result.daysWithoutUsableCa + result.agentsRefused + result.lostKeys + problems.length;
process.exitCode = bad === 0 ? 0 : 1;
