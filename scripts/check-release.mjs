// Stops a release whose tag, package.json, its lock and CHANGELOG.md do not say the same version: check-release.mjs TAG
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path) => readFileSync(join(root, path), "utf8");

const [tag = ""] = process.argv.slice(2);
const { version } = JSON.parse(read("package.json"));
const lock = JSON.parse(read("package-lock.json"));
const [, newest, date = ""] = /^## \[(.+?)\] - (.+)$/m.exec(read("CHANGELOG.md")) ?? [];

const problems = [
  tag !== `v${version}` && `The tag ${tag} is not v${version}, the version of package.json.`,
  (lock.version !== version || lock.packages[""].version !== version) &&
    `package-lock.json does not say ${version}, the version of package.json. Run npm install.`,
  newest !== version && `The newest entry of CHANGELOG.md is not ${version}, the version of package.json.`,
  !/^\d{4}-\d\d-\d\d$/.test(date) &&
    `CHANGELOG.md has no day for ${version}. Write it as YYYY-MM-DD in place of "${date}".`,
].filter(Boolean);
for (const problem of problems) console.error(`::error::${problem}`);
process.exitCode = problems.length === 0 ? 0 : 1;
