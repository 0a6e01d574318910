// Where a side of a comparison runs: a sandbox with latency, over TLS as the platform is, and where asked for a CONNECT proxy before it
// and a double of GitHub.
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { rootCertificates } from "node:tls";
import sodium from "libsodium-wrappers";
import { startGitHub } from "../../__tests__/support/github.ts";
import { startProxy } from "../../__tests__/support/proxy-double.ts";
import { makeTlsIdentity } from "../../__tests__/support/tls.ts";
import { startSandbox } from "../../src/sandbox/start.ts";
import { timed } from "./measure.mjs";
import { writeOpenssl } from "./ready-keys.mjs";

export const TENANT = "acme";
export const PASSPHRASE = "a passphrase of the bench";
const SECRET = "CA_KEYRING";
/** A name that no resolver knows: the proxy alone knows the way. */
const GATEWAY = "gateway.test";
/** As long as a keyring with one encrypted key. */
const KEYRING_LENGTH = 4_000;

/**
 * Runs something beside a platform of its own.
 * @param options.latency milliseconds before each reply
 * @param options.proxied whether the platform is behind a CONNECT proxy
 * @param options.secret whether the keyring is a secret, on a double of GitHub with the same latency; else it is a file
 * @param options.keys that OpenSSL hands out, as `ready-keys.mjs` has them; without them it makes some
 * @param options.atOnce whether it hands them out at once
 * @param run gets the stage
 * @returns what it returns
 */
export async function onStage(
  folder,
  { latency = 0, proxied = false, secret = false, keys, atOnce = false },
  run,
) {
  const cwd = mkdtempSync(join(folder, "run-"));
  const programs = join(cwd, "programs");
  if (keys) writeOpenssl(programs, keys, { atOnce });
  const path = [programs, process.env.PATH].join(delimiter);
  const tls = makeTlsIdentity(cwd, [`DNS:${GATEWAY}`, "IP:127.0.0.1"]);
  const sandbox = await startSandbox({ limits: "off", latency, tls });
  const proxy = proxied ? await startProxy() : undefined;
  const github = secret ? await startGitHub({ latency }) : undefined;
  const url = proxied ? sandbox.url.replace("127.0.0.1", GATEWAY) : sandbox.url;
  const network = proxied ? { HTTPS_PROXY: proxy.url, NO_PROXY: "127.0.0.1" } : {};
  try {
    return await run({ cwd, path, sandbox, github, url, network, ca: tls.ca });
  } finally {
    proxy?.stop();
    await Promise.all([sandbox.close(), github?.close()]);
  }
}

/** Runs a task of the action as a step would. @returns as {@link timed} */
export function runTask(root, task, stage, inputs = {}, { nodeOptions = [], expect = 0 } = {}) {
  const { cwd, path, sandbox, github, url, network, ca } = stage;
  const temp = join(cwd, "temp");
  mkdirSync(temp, { recursive: true });
  const files = ["GITHUB_OUTPUT", "GITHUB_STATE", "GITHUB_STEP_SUMMARY"].map((name) => [
    name,
    join(cwd, name),
  ]);
  for (const [, file] of files) writeFileSync(file, "");
  const given = {
    tenant: TENANT,
    "gateway-url": url,
    token: sandbox.token,
    "country-code": "DE",
    city: "MUC",
    organization: "Acme",
    ...(github === undefined
      ? // Behind the proxy the gateway is no loopback, and the bench works in a folder for temporary files.
        { "keyring-file": join(cwd, "keyring.pem"), "keyring-ephemeral": "true" }
      : { keyring: github.text(SECRET), "keyring-secret": SECRET, "github-token": github.token }),
    ...inputs,
  };
  const env = {
    PATH: path,
    RUNNER_TEMP: temp,
    ...Object.fromEntries(files),
    ...network,
    NODE_EXTRA_CA_CERTS: ca,
    ...github?.env,
    ...Object.fromEntries(
      Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
    ),
  };
  const argv = [...nodeOptions, join(root, "tasks", task, "main.js")];
  return timed(process.execPath, argv, { cwd, env, expect });
}

/**
 * Runs a script of the documented commands. curl reads the CAs that a machine trusts, as it does for the platform. Node.js has the same
 * ones built in.
 * @returns as {@link timed}
 */
export function runScript(script, { cwd, path, sandbox, github, url, network, ca }) {
  const trusted = join(cwd, "trusted.pem");
  writeFileSync(trusted, [...rootCertificates, readFileSync(ca, "utf8")].join("\n"));
  const env = {
    PATH: path,
    URL: url,
    TOKEN: sandbox.token,
    TENANT,
    COUNTRY_CODE: "DE",
    CITY: "MUC",
    ORGANIZATION: "Acme",
    ...network,
    CURL_CA_BUNDLE: trusted,
    ...(github && { ...github.env, GITHUB_TOKEN: github.token, PASSPHRASE, SEALED: seal(github) }),
  };
  return timed("sh", ["-c", script], { cwd, env });
}

function seal({ publicKey }) {
  const box = sodium.crypto_box_seal("x".repeat(KEYRING_LENGTH), publicKey);
  return sodium.to_base64(box, sodium.base64_variants.ORIGINAL);
}
