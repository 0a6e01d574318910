import { afterEach, expect, test } from "vitest";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox/start.ts";
import { type Answer, call, fetchCode, get, list, remove, upload, verify } from "./client.ts";

let sandbox: Sandbox;
// A whole second: HTTP dates have no fractions.
let now = Date.UTC(2026, 0, 1);

async function start(options: SandboxOptions = {}): Promise<void> {
  // The tests travel through hours; the token's end is another test's matter.
  sandbox = await startSandbox({ clock: () => now, tokenLifetimeSeconds: 1e6, ...options });
}

afterEach(() => sandbox.close());

const CALLS: Record<string, () => Promise<Answer>> = {
  upload: () => upload(sandbox, "x"),
  verify: () => verify(sandbox, "x", "x"),
  code: () => fetchCode(sandbox, "x"),
  delete: () => remove(sandbox, "x"),
  list: () => list(sandbox),
  get: () => get(sandbox, "x"),
};

/** How many calls pass before the first 429, and what that one says. */
async function untilLimit(name: string): Promise<{ passed: number; refusal: Answer }> {
  for (let passed = 0; passed < 100; passed++) {
    const refusal = (await CALLS[name]?.()) as Answer;
    if (refusal.status === 429) return { passed, refusal };
  }
  throw new Error(`No limit on ${name} after 100 calls.`);
}

test.each([
  ["documented", "upload", 2, 10],
  ["documented", "verify", 2, 10],
  ["documented", "code", 2, 10],
  ["documented", "delete", 2, 10],
  ["documented", "list", 10, 30],
  ["documented", "get", 10, 30],
  ["smallest", "upload", 1, 10],
  ["smallest", "verify", 1, 10],
  ["smallest", "code", 1, 10],
  ["smallest", "delete", 1, 10],
  ["smallest", "list", 3, 30],
  ["smallest", "get", 2, 20],
] as const)("%s: %s has %i calls per 30 s and %i per hour", async (limits, name, perHalfMinute, perHour) => {
  await start({ limits });
  const begin = now;
  let total = 0;
  for (;;) {
    const { passed, refusal } = await untilLimit(name);
    total += passed;
    expect(refusal.json.errors[0]?.code).toBe("mdsp.core.generic.tooManyRequests");
    if (total >= perHour) {
      // The hour's budget is spent: the next call passes when the first one is an hour old.
      expect(refusal.headers.get("retry-after")).toBe(String((begin + 3_600_000 - now) / 1000));
      break;
    }
    expect(passed).toBe(perHalfMinute);
    expect(refusal.headers.get("retry-after")).toBe("30");
    now += 30_000;
  }
  expect(total).toBe(perHour);
  now = begin + 3_600_000;
  expect((await CALLS[name]?.())?.status).not.toBe(429);
});

test("the window slides: who waits for Retry-After passes, who comes a millisecond early does not", async () => {
  await start();
  await upload(sandbox, "x");
  now += 10_400;
  await upload(sandbox, "x");
  const refused = await upload(sandbox, "x");
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "20"]);
  now += 19_599;
  expect((await upload(sandbox, "x")).headers.get("retry-after")).toBe("1");
  now += 1;
  expect((await upload(sandbox, "x")).status).toBe(400);
  expect((await upload(sandbox, "x")).headers.get("retry-after")).toBe("11");
});

test("each endpoint has a budget of its own, and a request without token spends none", async () => {
  await start();
  for (let n = 0; n < 3; n++) await call(sandbox, "POST", "/caCertificates", {}, "unknown");
  expect((await untilLimit("upload")).passed).toBe(2);
  expect((await untilLimit("verify")).passed).toBe(2);
});

test("Retry-After can be a date, later than the Date header by what is to be waited, or absent", async () => {
  await start({ quirks: { retryAfter: "date" } });
  const { refusal } = await untilLimit("upload");
  const seconds = (name: string) => Date.parse(refusal.headers.get(name) ?? "") / 1000;
  expect(seconds("date")).toBe(now / 1000);
  expect(seconds("retry-after") - seconds("date")).toBe(30);
  sandbox.quirks.retryAfter = false;
  const silent = await upload(sandbox, "x");
  expect([silent.status, silent.headers.get("retry-after")]).toEqual([429, null]);
});

test("off means off", async () => {
  await start({ limits: "off" });
  await expect(untilLimit("upload")).rejects.toThrow("No limit");
});
