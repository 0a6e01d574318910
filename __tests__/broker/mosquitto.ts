import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { delimiter, join } from "node:path";
import type { Broker, Setup } from "./broker.ts";
import { topicsOf } from "./topics.ts";

/** Debian installs it where only root's PATH leads. */
const SBIN = ["/usr/local/sbin", "/usr/sbin"];
/** Between the choice of a free port and its use somebody else may take it. */
const ATTEMPTS = 3;
const START_MS = 10_000;

/**
 * Starts mosquitto as a process of its own, with all its files in a directory that goes with it.
 * @throws Error with its words when it is not installed or does not start
 */
export async function startMosquitto(setup: Setup): Promise<Broker> {
  const directory = mkdtempSync(join(realpathSync(tmpdir()), "broker-test-"));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  try {
    const { child, port } = await launch(directory, setup);
    const close = async () => {
      if (child.exitCode === null && child.signalCode === null && child.kill()) await once(child, "exit");
      remove();
    };
    return { port, refusals: [], close };
  } catch (error) {
    remove();
    throw error;
  }
}

async function launch(directory: string, setup: Setup): Promise<{ child: ChildProcess; port: number }> {
  // A copy: where AppArmor confines the installed one, it may read nothing but /etc/mosquitto.
  const program = join(directory, "mosquitto");
  copyFileSync(installed(), program);
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const child = spawn(program, ["-c", configure(directory, port, setup)], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    const failure = await running(child);
    if (failure === undefined) return { child, port };
    if (attempt === ATTEMPTS || !failure.includes("Address already in use"))
      throw new Error(`mosquitto does not start: ${failure}`);
  }
}

function installed(): string {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), ...SBIN];
  const found = folders.map((folder) => join(folder, "mosquitto")).find((path) => existsSync(path));
  if (found === undefined) throw new Error("mosquitto is not installed: apt-get install mosquitto");
  return found;
}

/** Writes its files; returns the path of its configuration. */
function configure(directory: string, port: number, { trusted, identity }: Setup): string {
  const file = (name: string, text: string) => {
    const path = join(directory, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const { own, open } = topicsOf("%c", "%u");
  return file(
    "mosquitto.conf",
    `listener ${port} 127.0.0.1
cafile ${file("trusted.pem", trusted.join("\n"))}
certfile ${file("broker.pem", identity.pem)}
keyfile ${file("broker.key", identity.key)}
require_certificate true
use_identity_as_username true
allow_anonymous false
acl_file ${file("topics", `pattern readwrite ${own}\npattern readwrite ${open}\n`)}
persistence false
log_dest stderr
log_type all
# Started by root, it would become another user, who cannot read these files.
user ${userInfo().username}
`,
  );
}

/** @returns undefined as soon as it listens; what it said when it ended instead, or did not get that far in time */
function running(child: ChildProcess): Promise<string | undefined> {
  let said = "";
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill("SIGKILL"), START_MS);
    const settle = (failure?: string) => {
      clearTimeout(timer);
      resolve(failure);
    };
    child.once("error", (error) => settle(String(error)));
    child.once("close", (code, signal) => settle(`${said}exit ${code ?? signal}`));
    // It goes on reading after that: a full pipe would stop the broker.
    child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
      said += chunk;
      if (/mosquitto version \S+ running/.test(said)) settle();
    });
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
