import { mkdirSync, mkdtempSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startSandbox } from "../../src/sandbox/start.ts";
import { median, pairs, timed } from "./measure.mjs";

const LATENCY_MS = 50;
const TENANT = "acme";

/**
 * The vendor's page as a shell script: its OpenSSL and awk lines in its order, and curl with its bodies. `sed` takes
 * id and code out of the replies, as a person would copy them.
 */
const SCRIPT = `set -e
BASE="$URL/api/mindconnectmqtt/v3/caCertificates"
field() { sed -n 's/.*"'"$1"'":"\\([^"]*\\)".*/\\1/p'; }
openssl genrsa -out $TENANT.key 2048
openssl req -x509 -new -nodes -key $TENANT.key -sha256 -days 3650 -out $TENANT.pem -subj "/C=$COUNTRY_CODE/ST=$CITY/O=$ORGANIZATION/OU=IT/CN=$TENANT"
CA=$(awk -v ORS='\\\\n' '1' $TENANT.pem)
ID=$(curl -sSf -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" -d "{\\"name\\":\\"SampleCACertificate\\",\\"caCertificate\\":\\"$CA\\"}" "$BASE" | field id)
REGISTRATION_CODE=$(curl -sSf -H "Authorization: Bearer $TOKEN" "$BASE/$ID/registrationCode" | field registrationCode)
openssl genrsa -out verificationCert.key 2048
openssl req -new -key verificationCert.key -out verificationCert.csr -subj /CN=$REGISTRATION_CODE
openssl x509 -req -in verificationCert.csr -CA $TENANT.pem -CAkey $TENANT.key -CAcreateserial -out verificationCert.pem -days 7 -sha256
VERIFICATION=$(awk -v ORS='\\\\n' '1' verificationCert.pem)
curl -sSf -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" -d "{\\"verificationCertificate\\":\\"$VERIFICATION\\"}" "$BASE/$ID/verify"
`;

/** Registrations by each side of a pair: how long a key takes is chance, and one pair of keys tells little. */
export const REGISTRATIONS = 10;

/** The root action against the script, each time on a sandbox of its own with the same latency. */
export async function measureRegistration(root, folder, count) {
  const script = join(folder, "documented.sh");
  writeFileSync(script, SCRIPT);
  const byAction = () => onSandbox(folder, { latency: LATENCY_MS }, (stage) => register(root, stage));
  const byScript = () =>
    onSandbox(folder, { latency: LATENCY_MS }, ({ sandbox, cwd }) =>
      timed("sh", [script], {
        cwd,
        env: {
          PATH: process.env.PATH,
          URL: sandbox.url,
          TOKEN: sandbox.token,
          TENANT,
          COUNTRY_CODE: "DE",
          CITY: "MUC",
          ORGANIZATION: "Acme",
        },
      }),
    );
  const repeated = (run) => async () => {
    let sum = 0;
    for (let done = 0; done < REGISTRATIONS; done += 1) sum += await run();
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
    await onSandbox(folder, {}, async (stage) => {
      const { stderr } = await register(root, stage, ["--import", probe]);
      const seen = JSON.parse(/^probe (.*)$/m.exec(stderr)[1]);
      peaks.push(seen.maxRSS / 1024);
      loadedMB = seen.files.reduce((sum, file) => sum + statSync(file).size, 0) / 1e6;
      return { milliseconds: 0 };
    });
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
  const counts = [];
  await onSandbox(folder, {}, async (stage) => {
    const { sandbox } = stage;
    for (const prepare of [() => {}, () => {}, () => forgetVerification(sandbox)]) {
      prepare();
      const before = sandbox.calls.length;
      await register(root, stage);
      counts.push(sandbox.calls.length - before);
    }
    return { milliseconds: 0 };
  });
  return counts;
}

function forgetVerification(sandbox) {
  const [{ pem, id, name }] = sandbox.certificates;
  sandbox.certificates.length = 0;
  sandbox.seed(pem, { id, name, verified: false });
}

async function onSandbox(folder, options, run) {
  const sandbox = await startSandbox({ limits: "off", ...options });
  const cwd = mkdtempSync(join(folder, "run-"));
  try {
    return (await run({ sandbox, cwd })).milliseconds;
  } finally {
    await sandbox.close();
  }
}

function register(root, { sandbox, cwd }, nodeOptions = []) {
  const temp = join(cwd, "temp");
  mkdirSync(temp, { recursive: true });
  const files = ["GITHUB_OUTPUT", "GITHUB_STATE", "GITHUB_STEP_SUMMARY"].map((name) => [
    name,
    join(cwd, name),
  ]);
  for (const [, file] of files) writeFileSync(file, "");
  const env = {
    PATH: process.env.PATH,
    RUNNER_TEMP: temp,
    ...Object.fromEntries(files),
    INPUT_TENANT: TENANT,
    "INPUT_GATEWAY-URL": sandbox.url,
    INPUT_TOKEN: sandbox.token,
    "INPUT_COUNTRY-CODE": "DE",
    INPUT_CITY: "MUC",
    INPUT_ORGANIZATION: "Acme",
    "INPUT_KEYRING-FILE": join(cwd, "keyring.pem"),
  };
  return timed(process.execPath, [...nodeOptions, join(root, "tasks/register/main.js")], { cwd, env });
}
