// Fleets as large as plants have them: killed in the middle, run again, and what an agent costs at the start and at the end.
import { execFile, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { agentEnvironment, makeCa, nameList, PEAK_PROBE, peakMiB, TASK } from "./agents.mjs";

const run = promisify(execFile);

/**
 * Issues a fleet: kills the run when half of it is there, and runs again.
 * @param count agents
 * @param byCsr whether each brings a CSR; else the run makes its key
 * @returns seconds, peak memory in MiB of the run that ends, and what an agent costs at the end of the fleet, as a ratio to the start
 */
export async function measureScale(root, folder, { count, byCsr }) {
  const cwd = mkdtempSync(join(folder, "scale-"));
  const directory = join(cwd, "agents");
  const probe = join(cwd, "probe.mjs");
  writeFileSync(probe, PEAK_PROBE);
  const agents = byCsr ? await makeCsrs(cwd, count) : nameList(cwd, count);
  const env = agentEnvironment(cwd, makeCa(cwd), agents);
  const argv = ["--import", probe, join(root, TASK)];
  const start = performance.now();
  const first = spawn(process.execPath, argv, { cwd, env, stdio: "ignore" });
  const ended = new Promise((resolve) => first.once("exit", (_code, signal) => resolve(signal)));
  while (issued(directory).length < count / 2 && first.exitCode === null) await pause(100);
  first.kill("SIGKILL");
  if ((await ended) !== "SIGKILL") throw new Error("the first run ended before it was killed");
  const { stderr } = await run(process.execPath, argv, { cwd, env, maxBuffer: 64 * 1024 * 1024 });
  const seconds = (performance.now() - start) / 1000;
  const names = issued(directory);
  if (names.length !== count) throw new Error(`${names.length} of ${count} agents were issued`);
  const times = names.map((name) => statSync(join(directory, name)).mtimeMs).sort((a, b) => a - b);
  const result = { seconds, peakMiB: peakMiB(stderr), drift: drift(times) };
  rmSync(cwd, { recursive: true });
  return result;
}

/**
 * Compares the last fifth of the fleet, which the second run issued, with the first fifth, which the first run issued. Shorter parts
 * would tell how quick the machine was just then.
 * @param times when each agent was complete, sorted
 */
function drift(times) {
  const fifth = Math.floor(times.length / 5);
  const took = (from) => times[from + fifth - 1] - times[from];
  return took(times.length - fifth) / took(0);
}

function issued(directory) {
  return readdirSync(directory).filter((name) => /^device-\d+\.pem$/.test(name));
}

/** Keys on a curve, because they take no time; each agent has its own. */
async function makeCsrs(cwd, count) {
  const folder = join(cwd, "csrs");
  mkdirSync(folder);
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "/dev/null"];
  const make = async (index) => {
    const out = join(folder, `device-${index}.csr`);
    await run("openssl", ["req", "-new", ...curve, "-subj", `/O=Acme/CN=device-${index}`, "-out", out]);
  };
  for (let index = 0; index < count; index += 4)
    await Promise.all([0, 1, 2, 3].filter((more) => index + more < count).map((more) => make(index + more)));
  const file = join(cwd, "names.txt");
  const lines = Array.from(
    { length: count },
    (_, index) => `device-${index}=${join(folder, `device-${index}.csr`)}`,
  );
  writeFileSync(file, lines.join("\n"));
  return file;
}
