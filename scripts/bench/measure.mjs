import { spawn } from "node:child_process";

/** @returns the middle value */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Runs a program to its end. @returns milliseconds, exit code and what it wrote */
export async function timed(program, argv, { cwd, env, expect = 0 }) {
  const start = performance.now();
  const child = spawn(program, argv, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const written = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"]) {
    child[name].on("data", (chunk) => {
      written[name] += chunk;
    });
  }
  const exitCode = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const milliseconds = performance.now() - start;
  if (exitCode !== expect) {
    throw new Error(
      `${program} ${argv.join(" ")} ended with ${exitCode}: ${written.stdout}${written.stderr}`,
    );
  }
  return { milliseconds, exitCode, ...written };
}

/**
 * Times two things in turn, A B B A, so that a machine that drifts or a warm cache favours neither.
 * @returns the medians of ratio and difference pair by pair, and each side's median in milliseconds
 */
export async function pairs(count, a, b) {
  await a();
  await b();
  const rows = [];
  for (let index = 0; index < count; index += 1) {
    const first = index % 2 === 0;
    const one = await (first ? a() : b());
    const other = await (first ? b() : a());
    rows.push(first ? { a: one, b: other } : { a: other, b: one });
  }
  return {
    ratio: median(rows.map((row) => row.a / row.b)),
    difference: median(rows.map((row) => row.a - row.b)),
    a: median(rows.map((row) => row.a)),
    b: median(rows.map((row) => row.b)),
  };
}
