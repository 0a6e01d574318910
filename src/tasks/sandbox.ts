/** The task sandbox, which starts the sandbox for the rest of the job, and its post step, which stops it. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { field, plainGroup } from "../action/inputs.ts";
import { ActionError } from "../messages/errors.ts";
import { printable } from "../messages/printable.ts";
import { childEnvironment } from "../openssl/program.ts";
import { defineTask } from "../run/task.ts";
import { parseFaults, parseLatency, parseLimits, parseQuirks } from "../sandbox/options.ts";

/** The name under which the post step finds the sandbox's process. */
const SANDBOX_STATE = "sandbox-process";

/** Longest wait for the sandbox's address. The process prints the address in a tenth of a second. */
const START_TIMEOUT_MS = 30_000;

export const sandbox = defineTask({
  name: "sandbox",
  description:
    "Start a sandbox of the MindConnect MQTT API in the job, to rehearse a workflow without a tenant.",
  privateDirectory: false,
  inputs: {
    options: plainGroup({
      limits: field({
        description:
          "Rate limits of the sandbox: documented, smallest (those of the smallest plan) or off. Defaults to documented.",
        default: "documented",
        parse: parseLimits,
      }),
      latency: field({
        description: "Delay before each reply in milliseconds, from 0 to 600000. Defaults to 0.",
        default: "0",
        parse: parseLatency,
      }),
      faults: field({
        description:
          'What goes wrong, as a JSON array of faults, such as [{"call":"upload","kind":"reset"}]. docs/rehearsal.md lists them. Defaults to none.',
        parse: (text: string) => JSON.stringify(parseFaults(text)),
      }),
      quirks: field({
        description:
          'How the platform answers where its documentation does not tell, as a JSON object of quirks, such as {"listShape":"content"}. docs/rehearsal.md lists them with their defaults.',
        parse: (text: string) => JSON.stringify(parseQuirks(text)),
      }),
    }),
  },
  outputs: {
    "gateway-url": "URL of the sandbox, for the input gateway-url of the other tasks.",
    "token-url": "URL of the sandbox's token endpoint, for the input token-url of the other tasks.",
    token: "Bearer token that the sandbox accepts, for the input token of the other tasks.",
    "client-id": "Client id that the sandbox accepts.",
    "client-secret": "Client secret that the sandbox accepts.",
  },

  async run({ options: { limits, latency, faults, quirks } }, { runner }) {
    const given = Object.entries({ limits, latency: String(latency), faults, quirks });
    const { pid, url, tokenUrl, token, clientId, clientSecret } = await start(
      given.flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value])),
    );
    try {
      runner.saveState(SANDBOX_STATE, String(pid));
    } catch (error) {
      // Without the state the post step could not stop the sandbox.
      process.kill(pid, "SIGKILL");
      throw error;
    }
    runner.mask(token);
    runner.mask(clientSecret);
    runner.notice(
      `The sandbox listens on ${url} until the job ends. Pass its outputs gateway-url and token to the other tasks, or gateway-url, token-url, client-id and client-secret.`,
    );
    return {
      "gateway-url": url,
      "token-url": tokenUrl,
      token,
      "client-id": clientId,
      "client-secret": clientSecret,
    };
  },
});

interface Started {
  readonly pid: number;
  readonly url: string;
  readonly tokenUrl: string;
  readonly token: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Starts the process and waits for its first line: its addresses and credentials in JSON. */
async function start(argv: readonly string[]): Promise<Started> {
  // serve.js lies beside the main.js that the runner started.
  const script = join(dirname(process.argv[1] ?? ""), "serve.js");
  // The sandbox outlives this step, so it is detached and holds none of the step's pipes.
  const child = spawn(process.execPath, [script, ...argv, "--quiet"], {
    detached: true,
    // The sandbox gets neither the inputs nor the runner's credentials.
    env: childEnvironment({}),
    stdio: ["ignore", "pipe", "ignore"],
    windowsHide: true,
  });
  const line = await firstLine(child);
  child.removeAllListeners("exit");
  child.stdout.destroy();
  child.unref();
  return { ...(JSON.parse(line) as Omit<Started, "pid">), pid: child.pid as number };
}

/** @throws ActionError `SANDBOX_FAILED` where the process ends without a line, or prints none within {@link START_TIMEOUT_MS} */
async function firstLine(child: ChildProcessByStdio<null, Readable, null>): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<string>((resolve, reject) => {
      timer = setTimeout(() => {
        child.kill("SIGKILL");
        reject(failed(`its process did not say its address within ${START_TIMEOUT_MS / 1000} s`));
      }, START_TIMEOUT_MS);
      child.once("error", (error) => reject(failed(error.message)));
      child.once("exit", (code) => reject(failed(`its process ended with exit code ${code}`)));
      let text = "";
      child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
        if (text.includes("\n")) resolve(text);
      });
    });
  } finally {
    clearTimeout(timer);
  }
}

function failed(reason: string): ActionError {
  return new ActionError("SANDBOX_FAILED", `The sandbox did not start: ${printable(reason, 200)}.`);
}

/** The post step of the sandbox task: stops the process that main started, and never fails the job. */
export function stopSandbox(): void {
  const pid = Number(process.env[`STATE_${SANDBOX_STATE}`] ?? "");
  if (!Number.isSafeInteger(pid) || pid <= 1) return;
  try {
    process.kill(pid, "SIGTERM");
  } catch {
    // The process has ended already.
  }
}
