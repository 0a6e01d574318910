import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Http } from "../../src/http/http.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";

// One server that hangs must leave time to read what happened: an exchange takes 30 s at most, and a third of what is left.

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox({ limits: "off" });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await sandbox.close();
});

/** @returns the milliseconds after which an exchange would be given up */
async function limitWith(left: number): Promise<number | undefined> {
  const http = await Http.open({ left });
  const timer = vi.spyOn(globalThis, "setTimeout");
  await http.send({ method: "GET", url: new URL(sandbox.url), headers: {} });
  // The first timer that is set is the exchange's own; undici's come after it.
  const [first] = timer.mock.calls;
  timer.mockRestore();
  return first?.[1];
}

test.each([
  [600_000, 30_000],
  [90_000, 30_000],
  [89_999, 30_000],
  [89_997, 29_999],
  [30_000, 10_000],
  [3000, 1000],
])("with %i ms left an exchange takes %i ms at most", async (left, limit) => {
  expect(await limitWith(left)).toBe(limit);
});

test("what hangs is given up after that time, and may have been carried out", async () => {
  sandbox.faults.add({ call: "any", kind: "hang" });
  const http = await Http.open({ left: 900 });
  const failing = http.send({ method: "POST", url: new URL(sandbox.url), headers: {} });
  await expect(failing).rejects.toMatchObject({ kind: "timeout", sent: true });
  expect(http.calls.map(({ status }) => status)).toEqual(["timeout"]);
});
