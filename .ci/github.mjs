// The double of GitHub's API for secrets as a process: `FOLDER OWNER/NAME ENVIRONMENT…`. The first line on stdout says
// where it is; what the environments' secrets keep goes to FOLDER/ENVIRONMENT.pem. It runs until it is stopped.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startGitHub } from "../__tests__/support/github.ts";

const [folder, repository, ...environments] = process.argv.slice(2);
const github = await startGitHub({ repository, environments });
github.onWrite = (name) => {
  for (const environment of environments)
    writeFileSync(join(folder, `${environment}.pem`), github.text(name, environment), { mode: 0o600 });
};
process.once("SIGTERM", () => void github.close());
process.stdout.write(`${JSON.stringify({ url: github.url, token: github.token })}\n`);
