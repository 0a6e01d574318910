import { readFileSync } from "node:fs";
import { request } from "node:https";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox/start.ts";
import { API, fetchCode, list, upload } from "./client.ts";
import { Workshop } from "./workshop.ts";

const workshop = new Workshop();
let key: string;
let ca: string;

beforeAll(() => {
  key = workshop.key();
  ca = workshop.selfSigned(key, "/CN=acme");
});
afterAll(() => workshop.remove());

async function start(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ limits: "off", ...options });
  onTestFinished(() => sandbox.close());
  return sandbox;
}

test("every request is recorded, in order, with its body and what became of it", async () => {
  let now = 1_000;
  const sandbox = await start({ clock: () => now, token: "t" });
  await upload(sandbox, "no certificate", "A name");
  now = 2_000;
  await list(sandbox);
  const common = { path: `${API}/caCertificates`, scheme: "Bearer", userAgent: expect.any(String) };
  expect(sandbox.calls).toEqual([
    {
      ...common,
      method: "POST",
      call: "upload",
      status: 400,
      carriedOut: false,
      at: 1_000,
      body: '{"name":"A name","caCertificate":"no certificate"}',
    },
    { ...common, method: "GET", call: "list", status: 200, carriedOut: true, at: 2_000, body: "" },
  ]);
});

test("onRequest is awaited before anything happens, onCarriedOut before the reply; both can be stopped", async () => {
  const sandbox = await start();
  const seen: string[] = [];
  const note = (where: string) => async () => {
    await Promise.resolve();
    seen.push(`${where} ${sandbox.certificates.length}`);
  };
  const stops = [
    sandbox.onRequest(note("request")),
    sandbox.onCarriedOut(note("carried out")),
    sandbox.onAnswered(note("answered")),
  ];
  const done = new Promise((resolve) => sandbox.onAnswered(resolve));
  await upload(sandbox, ca);
  await done;
  expect(seen).toEqual(["request 0", "carried out 1", "answered 1"]);
  await upload(sandbox, "no certificate");
  expect(seen.filter((line) => line.startsWith("carried out"))).toHaveLength(1);
  for (const stop of stops) stop();
  const before = seen.length;
  await list(sandbox);
  expect(seen).toHaveLength(before);
});

test.each(["onRequest", "onCarriedOut"] as const)(
  "no reply is written while a listener of %s waits",
  async (hook) => {
    const sandbox = await start();
    const gate = Promise.withResolvers<void>();
    const waiting = new Promise<void>((resolve) => {
      sandbox[hook](({ call }) => {
        if (call !== "upload") return undefined;
        resolve();
        return gate.promise;
      });
    });
    let answered = false;
    const uploading = upload(sandbox, ca).finally(() => {
      answered = true;
    });
    await waiting;
    expect((await list(sandbox)).json).toHaveLength(hook === "onCarriedOut" ? 1 : 0);
    expect(answered).toBe(false);
    gate.resolve();
    expect((await uploading).status).toBe(201);
  },
);

test("a client that goes away before the reply leaves the effect and a sandbox that goes on", async () => {
  const sandbox = await start();
  const killer = new AbortController();
  sandbox.onCarriedOut(() => killer.abort());
  const headers = { Authorization: `Bearer ${sandbox.token}`, "Content-Type": "application/json" };
  const body = JSON.stringify({ name: "A name", caCertificate: ca });
  const doomed = fetch(`${sandbox.url}${API}/caCertificates`, {
    method: "POST",
    headers,
    body,
    signal: killer.signal,
  });
  await expect(doomed).rejects.toThrow("aborted");
  expect((await list(sandbox)).json).toHaveLength(1);
});

test("a listener that throws shows as a 500 with its message", async () => {
  const sandbox = await start();
  sandbox.onRequest(() => {
    throw new Error("oops");
  });
  const { status, json } = await list(sandbox);
  expect([status, json.errors[0]?.message]).toEqual([500, "The sandbox failed: oops"]);
});

test("the Date header and expirations follow the clock and the certificate", async () => {
  // A year ahead: the certificate is valid then.
  const now = Math.floor(Date.now() / 1000) * 1000 + 365 * 86_400_000 + 678;
  const sandbox = await start({ clock: () => now, token: "t" });
  const answer = await upload(sandbox, ca);
  expect(answer.headers.get("date")).toBe(new Date(now).toUTCString());
  expect(answer.json.expiration).toBe(sandbox.certificates[0]?.expiration);
  expect(answer.json.expiration).toMatch(/T\d\d:\d\d:\d\d\.000Z$/);
});

test("the token, too, is judged by the clock at the moment of the request", async () => {
  let now = Date.now();
  const sandbox = await start({ clock: () => now });
  now += 1_801_000;
  expect((await list(sandbox)).status).toBe(401);
});

test("latency delays each reply", async () => {
  const sandbox = await start({ latency: 40 });
  const begin = performance.now();
  await list(sandbox);
  expect(performance.now() - begin).toBeGreaterThanOrEqual(39);
});

test("a request cut off in its body has no effect", async () => {
  const sandbox = await start();
  const answered = new Promise<{ status: number | null }>((resolve) => sandbox.onAnswered(resolve));
  const socket = connect(Number(new URL(sandbox.url).port), "127.0.0.1");
  const head = `POST ${API}/caCertificates HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n`;
  socket.write(`${head}Authorization: Bearer ${sandbox.token}\r\nContent-Type: application/json\r\n\r\n{`);
  let handled = false;
  sandbox.onRequest(() => {
    handled = true;
  });
  socket.once("connect", () => socket.end());
  expect(await answered).toMatchObject({ status: null, carriedOut: false });
  expect(handled).toBe(false);
});

test("a path with a query is routed without it", async () => {
  const sandbox = await start();
  const { id } = sandbox.seed(ca);
  expect((await fetchCode(sandbox, id)).status).toBe(200);
  const headers = { Authorization: `Bearer ${sandbox.token}` };
  expect((await fetch(`${sandbox.url}${API}/caCertificates?page=0`, { headers })).status).toBe(200);
  expect(sandbox.calls.at(-1)).toMatchObject({ call: "list", path: `${API}/caCertificates` });
});

test("it serves https, resets included, when it is given a certificate", async () => {
  const tls = { key: readFileSync(`${workshop.directory}/${key}`, "utf8"), cert: ca };
  const sandbox = await start({ tls, faults: [{ call: "list", kind: "reset", nth: 2 }] });
  expect(sandbox.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
  const ask = () =>
    new Promise<number | string | undefined>((resolve) => {
      const headers = { Authorization: `Bearer ${sandbox.token}` };
      const options = { headers, ca, checkServerIdentity: () => undefined, agent: false as const };
      request(`${sandbox.url}${API}/caCertificates`, options, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on("error", (error: NodeJS.ErrnoException) => resolve(error.code))
        .end();
    });
  expect([await ask(), await ask()]).toEqual([200, "ECONNRESET"]);
});

test("a port that is taken is an error", async () => {
  const sandbox = await start();
  await expect(startSandbox({ port: Number(new URL(sandbox.url).port) })).rejects.toThrow("EADDRINUSE");
});

test("close can be called twice, and nobody answers afterwards", async () => {
  const sandbox = await start();
  await list(sandbox);
  await Promise.all([sandbox.close(), sandbox.close()]);
  await expect(list(sandbox)).rejects.toThrow();
});
