// Known vulnerabilities by npm audit. What is bundled has none. Each one of a tool for development is explained in
// .ci/audit.json, by its id: {"GHSA-…": "why it does no harm here"}.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const explained = JSON.parse(readFileSync(join(root, ".ci/audit.json"), "utf8"));

const bundled = advisories("--omit=dev");
const all = advisories();
const problems = [
  ...bundled.keys().map((id) => `bundled: ${bundled.get(id)}`),
  ...all
    .keys()
    .filter((id) => !bundled.has(id) && !explained[id])
    .map((id) => `not explained in .ci/audit.json: ${all.get(id)}`),
  ...Object.keys(explained)
    .filter((id) => !all.has(id))
    .map((id) => `explained in .ci/audit.json, but not found any more: ${id}`),
];
for (const [id, reason] of Object.entries(explained))
  if (all.has(id)) console.log(`${all.get(id)}: ${reason}`);
for (const problem of problems) console.error(`::error::${problem}`);
console.log(`${all.size} known vulnerabilities, ${bundled.size} of them bundled`);
process.exitCode = problems.length === 0 ? 0 : 1;

/** @returns each advisory as a line to read, by its id */
function advisories(...options) {
  const { stdout, stderr } = spawnSync("npm", ["audit", "--json", ...options], {
    cwd: root,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  const report = JSON.parse(stdout || "{}");
  // Without a report nothing is known: that is no clean bill.
  if (report.vulnerabilities === undefined) throw new Error(`npm audit gave no report: ${stdout}${stderr}`);
  const found = Object.values(report.vulnerabilities)
    .flatMap(({ via }) => via)
    .filter((cause) => typeof cause === "object");
  return new Map(
    found.map(({ url, name, range, severity, title }) => {
      const id = url.split("/").at(-1);
      return [id, `${id} (${severity}) ${name} ${range}: ${title}`];
    }),
  );
}
