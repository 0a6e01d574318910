import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { timed } from "./measure.mjs";

const TENANT = "acme";

/** The documented commands of the vendor's page, an agent after the other. */
const LOOP = `set -e
while read -r DEVICE_NAME; do
openssl genrsa -out $DEVICE_NAME.key 2048
openssl req -new -key $DEVICE_NAME.key -out $DEVICE_NAME.csr -subj "/C=$COUNTRY_CODE/ST=$CITY/O=$ORGANIZATION/OU=IT/CN=$DEVICE_NAME"
openssl x509 -req -in $DEVICE_NAME.csr -CA "$TENANT.pem" -CAkey "$TENANT.key" -CAcreateserial -out $DEVICE_NAME.pem -days 365 -sha256
cat $DEVICE_NAME.pem $TENANT.pem > \${DEVICE_NAME}_chain.pem
done < names
`;

/**
 * A fleet by the action against a loop of the documented commands, in turn (A B B A), because machines drift.
 * @param count agents; a key takes 0.05 to 0.5 s by chance, so few agents tell little
 * @returns the ratio of the times, and seconds of each
 */
export async function measureAgents(root, folder, count) {
  const ca = makeCa(folder);
  const fleets = [];
  const loops = [];
  const byAction = async () => fleets.push(await byTask(root, folder, ca, count));
  const byLoop = async () => loops.push(await loop(folder, ca, count));
  for (const turn of [byAction, byLoop, byLoop, byAction]) await turn();
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length / 1000;
  return { ratio: mean(fleets) / mean(loops), action: mean(fleets), loop: mean(loops) };
}

/** @returns key and certificate of a CA, in PEM */
export function makeCa(folder) {
  const cwd = mkdtempSync(join(folder, "ca-"));
  const config = join(cwd, "openssl.cnf");
  writeFileSync(
    config,
    "[req]\ndistinguished_name=dn\nx509_extensions=ca\n[dn]\n[ca]\nbasicConstraints=CA:true\n",
  );
  const env = { ...process.env, OPENSSL_CONF: config };
  const subject = ["-subj", `/CN=${TENANT}`, "-days", "3650"];
  const argv = [
    "req",
    "-x509",
    "-new",
    "-nodes",
    "-newkey",
    "rsa:2048",
    "-keyout",
    "ca.key",
    "-out",
    "ca.pem",
  ];
  execFileSync("openssl", [...argv, ...subject], { cwd, env, stdio: "ignore" });
  return { key: readFileSync(join(cwd, "ca.key"), "utf8"), pem: readFileSync(join(cwd, "ca.pem"), "utf8") };
}

const names = (count) => Array.from({ length: count }, (_, index) => `device-${index}`).join("\n");

async function loop(folder, ca, count) {
  const cwd = mkdtempSync(join(folder, "loop-"));
  const files = { names: `${names(count)}\n`, [`${TENANT}.key`]: ca.key, [`${TENANT}.pem`]: ca.pem };
  for (const [file, text] of Object.entries(files)) writeFileSync(join(cwd, file), text);
  const env = { PATH: process.env.PATH, TENANT, COUNTRY_CODE: "DE", CITY: "MUC", ORGANIZATION: "Acme" };
  const { milliseconds } = await timed("sh", ["-c", LOOP], { cwd, env });
  rmSync(cwd, { recursive: true });
  return milliseconds;
}

async function byTask(root, folder, ca, count) {
  const cwd = mkdtempSync(join(folder, "agents-"));
  const env = agentEnvironment(cwd, ca, nameList(cwd, count));
  const { milliseconds } = await timed(process.execPath, [join(root, TASK)], { cwd, env });
  rmSync(cwd, { recursive: true });
  return milliseconds;
}

export const TASK = "tasks/agent-certificate/main.js";

/** @returns the path of a list of names */
export function nameList(cwd, count) {
  const file = join(cwd, "names.txt");
  writeFileSync(file, names(count));
  return file;
}

/** @returns the environment of a step that issues agents into the folder `agents` */
export function agentEnvironment(cwd, ca, agents) {
  const [temp, directory] = [join(cwd, "temp"), join(cwd, "agents")];
  for (const folder of [temp, directory]) mkdirSync(folder);
  return {
    PATH: process.env.PATH,
    RUNNER_TEMP: temp,
    INPUT_TENANT: TENANT,
    INPUT_OFFLINE: "true",
    INPUT_AGENTS: agents,
    "INPUT_COUNTRY-CODE": "DE",
    INPUT_CITY: "MUC",
    INPUT_ORGANIZATION: "Acme",
    "INPUT_CA-CERTIFICATE": ca.pem,
    "INPUT_CA-PRIVATE-KEY": ca.key,
    INPUT_DIRECTORY: directory,
  };
}

/** A module to load first: it writes the peak memory of the action's own process, all its threads included, at its end, in KiB. */
export const PEAK_PROBE = `import { isMainThread } from "node:worker_threads";
if (isMainThread) process.on("exit", () => process.stderr.write("peak " + process.resourceUsage().maxRSS + "\\n"));
`;

/** @returns what {@link PEAK_PROBE} wrote, in MiB */
export function peakMiB(stderr) {
  return Number(/^peak (\d+)$/m.exec(stderr)[1]) / 1024;
}
