import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { API, send } from "./client.ts";

const CLI = fileURLToPath(new URL("../../src/sandbox/cli.ts", import.meta.url));
const running = new Set<ChildProcessWithoutNullStreams>();

afterEach(() => {
  for (const child of running) child.kill("SIGKILL");
  running.clear();
});

function run(...args: string[]) {
  const child = spawn(process.execPath, [CLI, ...args]);
  running.add(child);
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => {
    output.stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    output.stderr += chunk;
  });
  return { child, output, closed: once(child, "close") as Promise<[number | null, string | null]> };
}

/** The announcement on the first line. */
async function firstLine(child: ChildProcessWithoutNullStreams): Promise<Record<string, string>> {
  const [line] = await once(createInterface(child.stdout), "line");
  return JSON.parse(line);
}

const listAt = (url: string, token: string) =>
  send(`${url}${API}/caCertificates`, { headers: { Authorization: `Bearer ${token}` } });

test.skipIf(process.platform === "win32").each(["SIGTERM", "SIGINT"] as const)(
  "one line on stdout, requests on stderr, and %s ends it with 0, hanging requests or not",
  async (signal) => {
    const faults = '[{"call":"list","kind":"hang","nth":2}]';
    const { child, output, closed } = run(
      "--token",
      "t",
      "--faults",
      faults,
      "--quirks",
      '{"listShape":"content"}',
    );
    const { url = "", ...rest } = await firstLine(child);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(rest).toEqual({
      token: "t",
      tokenUrl: `${url}/oauth/token`,
      clientId: expect.stringMatching(/./),
      clientSecret: expect.stringMatching(/./),
    });
    expect((await listAt(url, "t")).json).toEqual({ content: [], totalElements: 0 });
    const hanging = listAt(url, "t").catch((error: Error) => error);
    while (!output.stderr.includes("no reply")) await once(child.stderr, "data");
    child.kill(signal);
    expect(await closed).toEqual([0, null]);
    expect(await hanging).toBeInstanceOf(Error);
    expect(output.stdout.split("\n")).toHaveLength(2);
    expect(output.stderr).toBe(`GET ${API}/caCertificates 200\nGET ${API}/caCertificates no reply\n`);
  },
);

test("credentials are as given, limits can be chosen, --quiet says nothing", async () => {
  const { child, output, closed } = run(
    "--client-id",
    "i",
    "--client-secret",
    "s",
    "--limits",
    "smallest",
    "--latency",
    "0",
    "--quiet",
  );
  const { url = "", tokenUrl = "", token = "" } = await firstLine(child);
  const headers = {
    Authorization: `Basic ${Buffer.from("i:s").toString("base64")}`,
    "Content-Type": "application/x-www-form-urlencoded",
  };
  expect(
    (await send(tokenUrl, { method: "POST", headers, body: "grant_type=client_credentials" })).status,
  ).toBe(200);
  const statuses = [];
  for (let n = 0; n < 4; n++) statuses.push((await listAt(url, token)).status);
  expect(statuses).toEqual([200, 200, 200, 429]);
  child.kill();
  await closed;
  expect(output.stderr).toBe("");
});

test("--help names every option, and nothing starts", async () => {
  const { output, closed } = run("--help");
  expect(await closed).toEqual([0, null]);
  for (const name of [
    "port",
    "token",
    "client-id",
    "client-secret",
    "latency",
    "limits",
    "faults",
    "quirks",
    "quiet",
  ])
    expect(output.stdout).toContain(`--${name}`);
  expect(output.stderr).toBe("");
});

test("it goes on when whoever started it no longer reads", async () => {
  const { child } = run("--token", "t");
  const { url = "" } = await firstLine(child);
  child.stderr.destroy();
  child.stdout.destroy();
  expect((await listAt(url, "t")).status).toBe(200);
  expect((await listAt(url, "t")).status).toBe(200);
  expect((await listAt(url, "t")).status).toBe(200);
});

test.each([
  [["--prot", "1"], "--prot"],
  [["surplus"], "surplus"],
  [["--port"], "--port"],
  [["--port", "99999"], "port: must be"],
  [["--latency", "soon"], "latency: must be"],
  [["--limits", "none"], "limits: must be"],
  [["--token", ""], "token: must be"],
  [["--faults", '[{"call":"list","kind":"rest"}]'], "faults[0].kind must be"],
  [["--quirks", "{"], "quirks: must be valid JSON"],
])("%j is refused in one line, with exit code 2", async (args, words) => {
  const { output, closed } = run(...args);
  expect(await closed).toEqual([2, null]);
  expect(output.stdout).toBe("");
  expect(output.stderr).toMatch(/^sandbox: [^\n]+\n$/);
  expect(output.stderr).toContain(words);
});

test("a port that is taken is refused in the same way", async () => {
  const first = run();
  const { url = "" } = await firstLine(first.child);
  const { output, closed } = run("--port", new URL(url).port);
  expect(await closed).toEqual([2, null]);
  expect(output.stderr).toMatch(/^sandbox: .*EADDRINUSE[^\n]*\n$/);
});
