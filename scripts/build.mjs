// Builds dist/: TypeScript to build/ with tsc, then one bundle with a chunk for each part that is loaded late.
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PRODUCT_MODULE, productModule } from "./generate/product.mjs";
import { licenses } from "./licenses.mjs";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** @param {string} out the folder for the bundle, emptied first */
export function build(out) {
  const product = join(root, PRODUCT_MODULE);
  if (readFileSync(product, "utf8") !== productModule()) writeFileSync(product, productModule());
  rmSync(join(root, "build"), { recursive: true, force: true });
  node("node_modules/typescript/bin/tsc", "--project", "tsconfig.json");
  rmSync(out, { recursive: true, force: true });
  const bundler = "node_modules/@vercel/ncc/dist/ncc/cli.js";
  node(bundler, "build", "build/index.js", "--out", out, "--quiet");
  // ncc would leave out packages whose modules it joins to others, and those of which only data is bundled.
  writeFileSync(join(out, "licenses.txt"), licenses(root));
}

function node(...argv) {
  execFileSync(process.execPath, argv, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) build(join(root, "dist"));
