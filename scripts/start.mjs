// The main job on an embedded default: a sandbox on loopback, and the root action from dist/ as the runner runs it.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const RUNTIME = 24;
const TENANT = "acme";

if (Number(process.versions.node.split(".")[0]) < RUNTIME) {
  process.exitCode = runOnActionRuntime();
} else {
  await demonstrate();
}

/** The action's runtime is Node 24: an older host gets it from the project's own dependencies. */
function runOnActionRuntime() {
  const node = join(ROOT, "node_modules/node/bin", process.platform === "win32" ? "node.exe" : "node");
  if (!existsSync(node)) {
    console.log("Installing the action's runtime and dependencies (once) …");
    execFileSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
      cwd: ROOT,
      stdio: "inherit",
      shell: process.platform === "win32",
    });
  }
  return spawnSync(node, [fileURLToPath(import.meta.url)], { stdio: "inherit" }).status ?? 1;
}

async function demonstrate() {
  const folder = mkdtempSync(join(tmpdir(), "mindconnect-ca-start-"));
  const server = spawn(process.execPath, [join(ROOT, "tasks/sandbox/serve.js"), "--quiet"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const sandbox = JSON.parse(await firstLine(server));
    heading(`A sandbox of the MindConnect MQTT API listens on ${sandbox.url}`);
    heading("The root action registers a CA certificate: log");
    const files = {
      output: join(folder, "output"),
      summary: join(folder, "summary"),
      state: join(folder, "state"),
    };
    for (const file of Object.values(files)) writeFileSync(file, "");
    const exitCode = await register(sandbox, folder, files);
    heading("Outputs");
    console.log(readOutputs(files.output));
    heading("Job summary");
    console.log(readFileSync(files.summary, "utf8").trim());
    heading("Read back from the sandbox: GET /caCertificates");
    const list = await fetch(`${sandbox.url}/api/mindconnectmqtt/v3/caCertificates`, {
      headers: { authorization: `Bearer ${sandbox.token}` },
    });
    console.log(JSON.stringify(await list.json(), null, 2));
    process.exitCode = exitCode;
  } finally {
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
  heading(
    process.exitCode === 0
      ? "It works. The sandbox is stopped, and its files are deleted. Next: README, Before you start."
      : "It did not work: see the log above. The sandbox is stopped, and its files are deleted.",
  );
}

/** Runs `main` of the root action.yml with the environment the runner would give, and shows the log as it would. */
async function register(sandbox, folder, files) {
  const main = /^ {2}main: (.+)$/m.exec(readFileSync(join(ROOT, "action.yml"), "utf8"))[1];
  const inputs = {
    tenant: TENANT,
    "gateway-url": sandbox.url,
    token: sandbox.token,
    "country-code": "DE",
    city: "MUC",
    organization: "Acme",
    "keyring-file": join(folder, "keyring.pem"),
    "keyring-passphrase": "only for this demonstration",
  };
  const environment = Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  );
  const child = spawn(process.execPath, [join(ROOT, main)], {
    cwd: folder,
    env: {
      ...process.env,
      ...environment,
      // The sandbox is on this machine; a proxy is not.
      NO_PROXY: "127.0.0.1",
      no_proxy: "127.0.0.1",
      RUNNER_TEMP: folder,
      GITHUB_OUTPUT: files.output,
      GITHUB_STEP_SUMMARY: files.summary,
      GITHUB_STATE: files.state,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  createInterface({ input: child.stdout }).on("line", (line) => {
    const shown = asShown(line);
    if (shown !== undefined) console.log(shown);
  });
  return await new Promise((resolve) => child.once("close", resolve));
}

/** The runner obeys workflow commands and shows the rest. */
function asShown(line) {
  const [, command, text] = /^::([a-z-]+)[^:]*(?: title=[^:]*)?::(.*)$/.exec(line) ?? [];
  if (command === undefined) return `  ${line}`;
  if (command === "add-mask" || command === "endgroup") return undefined;
  return command === "group" ? `▼ ${text}` : `${command}: ${decodeURIComponent(text)}`;
}

function readOutputs(file) {
  const blocks = readFileSync(file, "utf8").matchAll(/^(.+)<<(\S+)\r?\n([\s\S]*?)\r?\n\2$/gm);
  return [...blocks].map(([, name, , value]) => `${name} = ${value}`).join("\n");
}

async function firstLine(child) {
  return await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    child.once("exit", (code) => reject(new Error(`the sandbox ended with exit code ${code}`)));
  });
}

function heading(text) {
  console.log(`\n== ${text}`);
}
