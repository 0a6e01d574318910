// Builds into a folder of its own and compares: names and bytes, so a chunk that is missing or left over is seen too.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, root } from "./build.mjs";

const fresh = mkdtempSync(join(tmpdir(), "mindconnect-ca-dist-"));
try {
  build(fresh);
  const names = new Set([...readdirSync(fresh), ...readdirSync(join(root, "dist"))]);
  const differing = [...names].filter((name) => read(fresh, name) !== read(join(root, "dist"), name));
  for (const name of differing)
    console.error(`dist/${name} is not built from this source; run: npm run build`);
  process.exitCode = differing.length === 0 ? 0 : 1;
} finally {
  rmSync(fresh, { recursive: true, force: true });
}

function read(folder, name) {
  try {
    return readFileSync(join(folder, name), "utf8");
  } catch {
    return undefined;
  }
}
