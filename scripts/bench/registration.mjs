import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { documentedScript } from "./documented.mjs";
import { median, pairs } from "./measure.mjs";
import { onStage, PASSPHRASE, runScript, runTask } from "./stage.mjs";

const LATENCY_MS = 50;

/**
 * The root action against a script of the documented commands, each time on a platform of its own with the same latency.
 * @param keys as `ready-keys.mjs` makes them
 * @param options.calls that the script makes: 3 or 5
 * @param options.proxied whether both go through a CONNECT proxy
 * @param options.keeps whether both encrypt the key and store it in a secret of GitHub
 * @returns the median ratio, and both medians in milliseconds
 */
export async function measureRegistration(
  root,
  folder,
  keys,
  count,
  { calls, proxied = false, keeps = false },
) {
  const options = { latency: LATENCY_MS, proxied, secret: keeps };
  const script = documentedScript({ calls, keeps });
  const inputs = keeps ? { "keyring-passphrase": PASSPHRASE } : {};
  const byAction = (stage) => runTask(root, "register", stage, inputs);
  const byScript = (stage) => runScript(script, stage);
  const repeated = (run) => async () => {
    let sum = 0;
    // Each key is once the CA's, and once that of the verification: the action waits for the first one, and hardly for the second one.
    for (const [index, first] of keys.entries()) {
      const two = [first, keys[(index + 1) % keys.length]];
      sum += (await onStage(folder, { ...options, keys: two }, run)).milliseconds;
    }
    return sum / keys.length;
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
      runTask(root, "register", stage, {}, { nodeOptions: ["--import", probe] }),
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
  const callsOf = async (stage) => {
    const before = stage.sandbox.calls.length;
    await runTask(root, "register", stage);
    return stage.sandbox.calls.length - before;
  };
  const [registered, unchanged] = await onStage(folder, {}, async (stage) => [
    await callsOf(stage),
    await callsOf(stage),
  ]);
  const resumed = await onStage(folder, {}, async (stage) => {
    stage.sandbox.faults.add({ call: "code", kind: "status", status: 403 });
    await runTask(root, "register", stage, {}, { expect: 1 });
    return await callsOf(stage);
  });
  return [registered, unchanged, resumed];
}
