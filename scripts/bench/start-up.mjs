import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pairs, timed } from "./measure.mjs";

/** A task that stops at a missing input, against an empty entry with `@actions/core` alone, bundled the same way. */
export async function measureStartUp(root, folder, count) {
  const core = bundleCore(root, folder);
  const env = { PATH: process.env.PATH };
  const task = join(root, "tasks/registration-code/main.js");
  const byTask = async () =>
    (await timed(process.execPath, [task], { cwd: folder, env, expect: 1 })).milliseconds;
  const byCore = async () => (await timed(process.execPath, [core], { cwd: folder, env })).milliseconds;
  return await pairs(count, byTask, byCore);
}

function bundleCore(root, folder) {
  const source = join(folder, "core");
  mkdirSync(source);
  writeFileSync(join(source, "package.json"), '{"type":"module"}');
  writeFileSync(join(source, "main.js"), 'import * as core from "@actions/core";\ncore.info("");\n');
  symlinkSync(join(root, "node_modules"), join(source, "node_modules"), "junction");
  const bundler = join(root, "node_modules/@vercel/ncc/dist/ncc/cli.js");
  const out = join(folder, "core-dist");
  execFileSync(process.execPath, [bundler, "build", join(source, "main.js"), "--out", out, "--quiet"]);
  return join(out, "index.js");
}
