import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { documentedScript } from "./documented.mjs";
import { median, pairs } from "./measure.mjs";
import { onStage, PASSPHRASE, runScript, runTask } from "./stage.mjs";

const LATENCY_MS = 50;

/** Registrations by each side of a pair: how long a key takes is chance, and one pair of keys tells little. */
const REGISTRATIONS = 10;

/**
 * The root action against a script of the documented commands, each time on a platform of its own with the same latency.
 * @param options.calls that the script makes: 3 or 5
 * @param options.proxied whether both go through a CONNECT proxy
 * @param options.keeps whether both encrypt the key and store it in a secret of GitHub
 * @returns the median ratio, and both medians in milliseconds
 */
export async function measureRegistration(root, folder, count, { calls, proxied = false, keeps = false }) {
  const options = { latency: LATENCY_MS, proxied, secret: keeps };
  const script = documentedScript({ calls, keeps });
  const inputs = keeps ? { "keyring-passphrase": PASSPHRASE } : {};
  const byAction = () => onStage(folder, options, (stage) => runTask(root, "register", stage, inputs));
  const byScript = () => onStage(folder, options, (stage) => runScript(script, stage));
  const repeated = (run) => async () => {
    let sum = 0;
    for (let done = 0; done < REGISTRATIONS; done += 1) sum += (await run()).milliseconds;
    return sum / REGISTRATIONS;
  };
  return await pairs(count, repeated(byAction), repeated(byScript));
}

/** Peak resident memory of the action's process, and how much of dist/ it loads. */
export async function measureMemory(root, folder) {
  const probe = join(folder, "probe.mjs");
  writeFileSync(probe, PROBE);
  const peaks = [];
  let loadedMB = 0;
  for (let run = 0; run < 5; run += 1) {
    const { stderr } = await onStage(folder, {}, (stage) =>
      runTask(root, "register", stage, {}, ["--import", probe]),
    );
    const seen = JSON.parse(/^probe (.*)$/m.exec(stderr)[1]);
    peaks.push(seen.maxRSS / 1024);
    loadedMB = seen.files.reduce((sum, file) => sum + statSync(file).size, 0) / 1e6;
  }
  return { peakMiB: median(peaks), loadedMB };
}

/** Notes which modules of dist/ are loaded, and the peak memory at the end. */
const PROBE = `import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";
const files = new Set();
registerHooks({
  load(url, context, next) {
    if (url.includes("/dist/")) files.add(fileURLToPath(url));
    return next(url, context);
  },
});
process.on("exit", () => {
  process.stderr.write("probe " + JSON.stringify({ maxRSS: process.resourceUsage().maxRSS, files: [...files] }) + "\\n");
});
`;

/** Calls of a registration, of a run with nothing to do, and of one that resumes an unverified upload. */
export async function measureCalls(root, folder) {
  return await onStage(folder, {}, async (stage) => {
    const { sandbox } = stage;
    const counts = [];
    for (const prepare of [() => {}, () => {}, () => forgetVerification(sandbox)]) {
      prepare();
      const before = sandbox.calls.length;
      await runTask(root, "register", stage);
      counts.push(sandbox.calls.length - before);
    }
    return counts;
  });
}

function forgetVerification(sandbox) {
  const [{ pem, id, name }] = sandbox.certificates;
  sandbox.certificates.length = 0;
  sandbox.seed(pem, { id, name, verified: false });
}
