import { request as rawRequest } from "node:http";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Fault, type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { API, list, send, upload } from "./client.ts";
import { Workshop } from "./workshop.ts";

const workshop = new Workshop();
let ca: string;
let sandbox: Sandbox;

beforeAll(() => {
  ca = workshop.selfSigned(workshop.key(), "/CN=acme");
});
afterAll(() => workshop.remove());
beforeEach(async () => {
  sandbox = await startSandbox({ limits: "off" });
});
afterEach(() => sandbox.close());

/** What node:http alone sees of an upload, without anything that a nicer client would smooth over. */
interface RawOutcome {
  readonly status?: number;
  readonly promised?: number;
  readonly received: string;
  /** The code of the error that ended it; undefined for a whole reply. */
  readonly error?: string | undefined;
}

function rawUpload(): Promise<RawOutcome> {
  return new Promise((resolve) => {
    const headers = { Authorization: `Bearer ${sandbox.token}`, "Content-Type": "application/json" };
    const request = rawRequest(`${sandbox.url}${API}/caCertificates`, {
      method: "POST",
      headers,
      agent: false,
    });
    request.on("error", (error: NodeJS.ErrnoException) => resolve({ received: "", error: error.code }));
    request.on("response", (response) => {
      const outcome = {
        status: response.statusCode ?? 0,
        promised: Number(response.headers["content-length"]),
      };
      let received = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        received += chunk;
      });
      response.on("error", (error: NodeJS.ErrnoException) =>
        resolve({ ...outcome, received, error: error.code }),
      );
      response.on("end", () => resolve({ ...outcome, received }));
    });
    request.end(JSON.stringify({ name: "A name", caCertificate: ca }));
  });
}

function add(kind: Fault["kind"], more: Partial<Fault> = {}): void {
  sandbox.faults.add({ call: "upload", kind, ...more });
}

/** The effect that the last upload had: on the slots, and as recorded. */
const effect = () => ({ slots: sandbox.certificates.length, carriedOut: sandbox.calls.at(-1)?.carriedOut });
const DONE = { slots: 1, carriedOut: true };
const NOT_DONE = { slots: 0, carriedOut: false };

describe("the connection", () => {
  test.each([
    ["reset-before", NOT_DONE],
    ["reset", DONE],
  ] as const)("%s: is reset", async (kind, expected) => {
    add(kind);
    expect(await rawUpload()).toEqual({ received: "", error: "ECONNRESET" });
    expect(effect()).toEqual(expected);
    expect(sandbox.calls.at(-1)?.status).toBeNull();
  });

  test.each([
    ["hang", NOT_DONE],
    ["hang-after", DONE],
  ] as const)("%s: is never answered, and close ends it", async (kind, expected) => {
    add(kind);
    const handled = new Promise((resolve) => sandbox.onAnswered(resolve));
    let ended = false;
    const hanging = rawUpload().finally(() => {
      ended = true;
    });
    await handled;
    expect(effect()).toEqual(expected);
    expect((await list(sandbox)).status).toBe(200);
    expect(ended).toBe(false);
    await sandbox.close();
    expect((await hanging).error).toBe("ECONNRESET");
  });

  test("truncated: breaks in the middle of the reply", async () => {
    add("truncated");
    const { status, promised, received, error } = await rawUpload();
    expect([status, error]).toEqual([200, "ECONNRESET"]);
    expect(received.length).toBe(Math.floor((promised ?? 0) / 2));
    expect(received).toMatch(/^{"id":"/);
    expect(effect()).toEqual(DONE);
  });

  test("trickle: the reply goes on and on, and close ends it", async () => {
    add("trickle");
    const answer = await fetch(`${sandbox.url}${API}/caCertificates`, {
      method: "POST",
      headers: { Authorization: `Bearer ${sandbox.token}`, "Content-Type": "application/json" },
      body: JSON.stringify({ name: "acme", caCertificate: ca }),
    });
    const reader = answer.body?.getReader();
    for (let count = 0; count < 2; count += 1) expect((await reader?.read())?.done).toBe(false);
    expect(effect()).toEqual(DONE);
    await sandbox.close();
    await expect(reader?.closed).rejects.toThrow();
  });

  test("truncated: also where the reply has no body", async () => {
    const { id } = sandbox.seed(ca);
    sandbox.faults.add({ call: "delete", kind: "truncated" });
    const headers = { Authorization: `Bearer ${sandbox.token}` };
    await expect(
      send(`${sandbox.url}${API}/caCertificates/${id}`, { method: "DELETE", headers }),
    ).rejects.toThrow();
    expect(sandbox.certificates).toEqual([]);
  });
});

describe("late", () => {
  const remove = (id: string) =>
    send(`${sandbox.url}${API}/caCertificates/${id}`, {
      method: "DELETE",
      headers: { Authorization: `Bearer ${sandbox.token}` },
    });

  test("the reply is lost, and it is carried out after the next request", async () => {
    const { id } = sandbox.seed(ca);
    sandbox.faults.add({ call: "delete", kind: "late" });
    await expect(remove(id)).rejects.toThrow();
    expect(sandbox.certificates).toHaveLength(1);
    expect((await list(sandbox)).json).toHaveLength(1);
    expect(sandbox.certificates).toEqual([]);
    expect(sandbox.calls.map(({ call, carriedOut }) => [call, carriedOut])).toEqual([
      ["delete", true],
      ["list", true],
    ]);
  });

  test("or after as many as are asked for, a refused one included", async () => {
    const { id } = sandbox.seed(ca);
    sandbox.faults.add({ call: "delete", kind: "late", after: 2 });
    sandbox.faults.add({ call: "delete", kind: "status", status: 409, nth: 2 });
    await expect(remove(id)).rejects.toThrow();
    await list(sandbox);
    expect(sandbox.certificates).toHaveLength(1);
    expect((await remove(id)).status).toBe(409);
    expect(sandbox.certificates).toEqual([]);
  });
});

describe("the reply", () => {
  test.each([
    [undefined, "30"],
    [7, "7"],
    ["Wed, 21 Oct 2026 07:28:00 GMT", "Wed, 21 Oct 2026 07:28:00 GMT"],
    [false, null],
  ] as const)("rate-limit with retryAfter %j: 429 with Retry-After %j", async (retryAfter, header) => {
    add("rate-limit", retryAfter === undefined ? {} : { retryAfter });
    const answer = await upload(sandbox, ca);
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([429, header]);
    expect(answer.json.errors[0]?.code).toBe("mdsp.core.generic.tooManyRequests");
    expect(effect()).toEqual(NOT_DONE);
  });

  test.each([
    [{}, 503, "internalServerError", NOT_DONE],
    [{ status: 500, carriedOut: true }, 500, "internalServerError", DONE],
    [{ status: 403 }, 403, "forbidden", NOT_DONE],
    [{ status: 422 }, 422, "invalidParameter", NOT_DONE],
  ])("status %j: %i with the code %s", async (fault, status, code, expected) => {
    add("status", fault);
    const answer = await upload(sandbox, ca);
    expect(answer.status).toBe(status);
    expect(answer.json.errors[0]?.code).toBe(`mdsp.core.generic.${code}`);
    expect(effect()).toEqual(expected);
  });

  test.each([
    [{}, 502, NOT_DONE],
    [{ status: 200, carriedOut: true }, 200, DONE],
  ])("html %j: a page", async (fault, status, expected) => {
    add("html", fault);
    const answer = await upload(sandbox, ca);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([status, "text/html;charset=UTF-8"]);
    expect(answer.text).toMatch(/^<!DOCTYPE html>/);
    expect(effect()).toEqual(expected);
  });

  test("garbage: 200 and no JSON", async () => {
    add("garbage");
    const { status, json, headers } = await upload(sandbox, ca);
    expect([status, json, headers.get("content-type")]).toEqual([200, undefined, "application/json"]);
    expect(effect()).toEqual(DONE);
  });

  test("wrong-shape: 200 and JSON without anything that belongs there", async () => {
    add("wrong-shape");
    const { status, json } = await upload(sandbox, ca);
    expect([status, Object.keys(json)]).toEqual([200, ["unexpected"]]);
    expect(effect()).toEqual(DONE);
  });

  test("huge: more than 10 MB without a Content-Length; the client may hang up", async () => {
    add("huge", { times: 2 });
    expect((await upload(sandbox, ca)).text.length).toBeGreaterThan(32 * 1024 * 1024);
    const answered = new Promise((resolve) => sandbox.onAnswered(resolve));
    const headers = { Authorization: `Bearer ${sandbox.token}`, "Content-Type": "application/json" };
    const body = JSON.stringify({ name: "A name", caCertificate: ca });
    const response = await fetch(`${sandbox.url}${API}/caCertificates`, { method: "POST", headers, body });
    expect(response.headers.get("content-length")).toBeNull();
    await response.body?.cancel();
    await answered;
    expect((await list(sandbox)).json).toHaveLength(2);
  });

  test.each([
    [{}, 302, "https://elsewhere.invalid/", NOT_DONE],
    [{ status: 307, location: "http://127.0.0.1:1/", carriedOut: true }, 307, "http://127.0.0.1:1/", DONE],
  ])("redirect %j", async (fault, status, location, expected) => {
    add("redirect", fault);
    const answer = await upload(sandbox, ca);
    expect([answer.status, answer.headers.get("location")]).toEqual([status, location]);
    expect(effect()).toEqual(expected);
  });

  test("body: whatever a test wants", async () => {
    add("body", { status: 418, body: "::error::\n##[add-mask]x", contentType: "text/plain" });
    const answer = await upload(sandbox, ca);
    expect([answer.status, answer.text]).toEqual([418, "::error::\n##[add-mask]x"]);
    expect(answer.headers.get("content-type")).toBe("text/plain");
    expect(effect()).toEqual(NOT_DONE);
  });

  test("slow: the platform's own reply, late", async () => {
    add("slow", { delay: 40 });
    const begin = performance.now();
    expect((await upload(sandbox, ca)).status).toBe(201);
    // Timers may fire up to a millisecond early.
    expect(performance.now() - begin).toBeGreaterThanOrEqual(39);
    expect(effect()).toEqual(DONE);
  });
});

describe("which requests are struck", () => {
  const statuses = async (count: number) => {
    const found: number[] = [];
    for (let n = 0; n < count; n++) found.push((await list(sandbox)).status);
    return found;
  };

  test("the first one after the fault was added, and no other call", async () => {
    await list(sandbox);
    sandbox.faults.add({ call: "list", kind: "status" });
    expect((await upload(sandbox, ca)).status).toBe(201);
    expect(await statuses(2)).toEqual([503, 200]);
  });

  test("the nth one, as many times as asked", async () => {
    sandbox.faults.add({ call: "list", kind: "status", nth: 2, times: 2 });
    expect(await statuses(4)).toEqual([200, 503, 503, 200]);
  });

  test("where two faults meet, the one added first strikes", async () => {
    sandbox.faults.add({ call: "list", kind: "status", status: 500, nth: 2 });
    sandbox.faults.add({ call: "list", kind: "status", status: 503, times: 3 });
    expect(await statuses(4)).toEqual([503, 500, 503, 200]);
  });

  test("faults may be there from the start, also on the token endpoint", async () => {
    const other = await startSandbox({ faults: [{ call: "token", kind: "html" }] });
    const { status } = await send(other.tokenUrl, { method: "POST" });
    await other.close();
    expect(status).toBe(502);
  });
});

test("a fault does not hide a bad request: what the platform refuses is not carried out", async () => {
  add("reset");
  await expect(upload(sandbox, "no certificate")).rejects.toThrow();
  expect(effect()).toEqual(NOT_DONE);
});

describe("what a reply says of the time", () => {
  const headersOf = () =>
    new Promise<string[]>((resolve, reject) => {
      const headers = { Authorization: `Bearer ${sandbox.token}` };
      rawRequest(`${sandbox.url}${API}/caCertificates`, { headers, agent: false }, (response) => {
        response.resume();
        const { rawHeaders } = response;
        resolve(
          rawHeaders.filter((_, index) =>
            ["date", "age"].includes(rawHeaders[index - 1]?.toLowerCase() ?? ""),
          ),
        );
      })
        .on("error", reject)
        .end();
    });
  const strike = (more: Partial<Fault>) => sandbox.faults.add({ call: "any", kind: "date", ...more });

  test("its Date may be ahead or behind, while all else stays as it is; any call is struck", async () => {
    for (const ahead of [400 * 86_400, -400 * 86_400]) {
      strike({ ahead });
      const [date = ""] = await headersOf();
      expect(Math.abs(Date.parse(date) - Date.now() - ahead * 1000)).toBeLessThan(60_000);
      expect(date).toBe(new Date(date).toUTCString());
    }
    strike({ ahead: 3600 });
    expect((await upload(sandbox, ca)).status).toBe(201);
  });

  test.each<[string, Partial<Fault>, string[]]>([
    ["a text that is no date", { date: "Mon, 12" }, ["Mon, 12"]],
    ["two of them", { date: ["one", "two"] }, ["one", "two"]],
    ["none", { date: false }, []],
    ["the age of a cache", { date: "one", age: 7 }, ["one", "7"]],
  ])("it may have %s", async (_name, more, expected) => {
    strike(more);
    expect(await headersOf()).toEqual(expected);
  });
});
