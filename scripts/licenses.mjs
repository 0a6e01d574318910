// The text of dist/licenses.txt: every package that the bundle may hold, as package-lock.json and the SBOM list them.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** @param {string} root the project's root, with its packages installed */
export function licenses(root) {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const texts = Object.entries(packages)
    .filter(([path, { dev }]) => path !== "" && dev !== true)
    .map(([path, { version, license }]) => {
      const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
      return `${name} ${version}\n${license}\n\n${licenseOf(join(root, path))}\n`;
    });
  return [...new Set(texts)].join(`\n${"-".repeat(80)}\n\n`);
}

function licenseOf(folder) {
  const file = readdirSync(folder).find((name) => /^(?:licen[cs]e|copying)/i.test(name));
  if (file === undefined) throw new Error(`${folder} has no file with its license`);
  return readFileSync(join(folder, file), "utf8").replaceAll("\r\n", "\n").trim();
}
