import { expect, test } from "vitest";
import { Clocks } from "../../src/ca/clocks.ts";
import { Gateway } from "../../src/mindconnect/gateway.ts";

test.each([
  ["1", "Waiting 1.0 s."],
  ["9", "Waiting 9.0 s."],
  ["30", "Waiting 30 s."],
])("who waits is told for how long: Retry-After %s", async (header, told) => {
  const said: string[] = [];
  const replies = [429, 200].map((status) => ({
    status,
    text: "{}",
    header: () => header,
    all: () => [header],
  }));
  const http = { send: async () => replies.shift() as (typeof replies)[0] };
  const deadline = { left: 60_000, wait: async () => {} };
  const gateway = new Gateway(http, deadline, new Clocks(), (message) => said.push(message));
  const url = new URL("https://gateway.test/x");
  const call = { method: "GET", url, read: () => 1, unauthorized: () => false } as const;
  expect(await gateway.call({ ...call, authorize: async () => ({}) })).toBe(1);
  expect(said).toEqual([expect.stringContaining(told)]);
});
