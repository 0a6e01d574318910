// The sandbox as a process. Its first line on stdout tells where it is. Each request is a line on stderr, unless --quiet. It
// ends with 0 on SIGTERM or SIGINT, and with 2 if an option is wrong or the port is taken.
import { parseArgs } from "node:util";
import { parseFaults, parseLatency, parseLimits, parsePort, parseQuirks, parseToken } from "./options.ts";
import { type RecordedCall, type SandboxOptions, startSandbox } from "./start.ts";

const HELP = `npm run -s sandbox -- [options]

  --port N              Port to listen on. Defaults to a free one.
  --token T             Bearer token that it accepts. Defaults to a new one.
  --client-id I         Client id that it accepts. Defaults to a new one.
  --client-secret S     Client secret that it accepts. Defaults to a new one.
  --latency MS          Milliseconds before each reply. Defaults to 0.
  --limits NAME         Rate limits: documented, smallest or off. Defaults to documented.
  --faults JSON         What goes wrong, such as [{"call":"upload","kind":"reset"}].
  --quirks JSON         How the platform answers where its documentation does not tell, such as {"listShape":"content"}.
  --quiet               No line for each request.
  --help                This text.

The first line on stdout is JSON with url, token, tokenUrl, clientId and clientSecret.
docs/rehearsal.md lists all faults and quirks.
`;

const OPTIONS = {
  port: { type: "string" },
  token: { type: "string" },
  "client-id": { type: "string" },
  "client-secret": { type: "string" },
  latency: { type: "string" },
  limits: { type: "string" },
  faults: { type: "string" },
  quirks: { type: "string" },
  quiet: { type: "boolean" },
  help: { type: "boolean" },
} as const;

/** @throws Error that names the option and says what is expected */
function readOptions(): { options: SandboxOptions; quiet: boolean; help: boolean } {
  const { values } = parseArgs({ options: OPTIONS, strict: true });
  const read = <T>(name: Exclude<keyof typeof OPTIONS, "quiet" | "help">, parse: (text: string) => T) => {
    try {
      const text = values[name];
      return text === undefined ? undefined : parse(text);
    } catch (error) {
      throw new Error(`${name}: ${(error as Error).message}`);
    }
  };
  const options = {
    port: read("port", parsePort),
    token: read("token", parseToken),
    clientId: values["client-id"],
    clientSecret: values["client-secret"],
    latency: read("latency", parseLatency),
    limits: read("limits", parseLimits),
    faults: read("faults", parseFaults),
    quirks: read("quirks", parseQuirks),
  };
  return { options, quiet: values.quiet === true, help: values.help === true };
}

function report({ method, path, status }: RecordedCall): void {
  // A runner obeys `##[command]` anywhere in a line: no path may bring the marks along.
  console.error(`${method} ${path.replaceAll("#", "%23")} ${status ?? "no reply"}`);
}

async function main(): Promise<void> {
  const { options, quiet, help } = readOptions();
  if (help) {
    process.stdout.write(HELP);
    return;
  }
  const sandbox = await startSandbox(options);
  if (!quiet) sandbox.onAnswered(report);
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void sandbox.close());
  const { url, token, tokenUrl, clientId, clientSecret } = sandbox;
  console.log(JSON.stringify({ url, token, tokenUrl, clientId, clientSecret }));
}

// The process that started the sandbox may end, and its pipes with it. The sandbox runs until it is told to stop.
process.stderr.on("error", () => {});

try {
  await main();
} catch (error) {
  console.error(`sandbox: ${error instanceof Error ? error.message.split("\n", 1)[0] : String(error)}`);
  process.exitCode = 2;
}
