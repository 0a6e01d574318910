import { expect, test } from "vitest";
import type { Http, HttpReply } from "../../src/http/http.ts";
import { GitHubApi } from "../../src/keyring/github-api.ts";

// How long GitHub is waited for, to the millisecond. That a run really waits is __tests__/http/github-refusals.test.ts.

const DATE = "Thu, 01 Jan 2032 12:00:00 GMT";
const NOW = Date.parse(DATE);
type Headers = Readonly<Record<string, string>>;

/** Reads once from a GitHub that first refuses, then answers. @returns what it waited in between, in milliseconds */
async function waitsAfter(status: number, headers: Headers, left = 600_000): Promise<number[]> {
  const waits: number[] = [];
  const sent = { "content-type": "application/json", date: DATE };
  const replies: HttpReply[] = [
    { status, text: '{"message":"no"}', headers: { ...sent, ...headers } },
    { status: 200, text: "{}", headers: sent },
  ];
  const http = { send: async () => replies.shift() } as unknown as Http;
  const deadline = { left, wait: async (milliseconds: number) => void waits.push(milliseconds) };
  const github = new GitHubApi("https://github.test", "t0ken", { http, deadline });
  await github.read("GET /x", {}).catch(() => waits.push(Number.NaN));
  return waits;
}

test.each<[name: string, status: number, headers: Headers, waits: number]>([
  ["seconds", 403, { "retry-after": "7" }, 7000],
  ["seconds of a 429", 429, { "retry-after": "120" }, 120_000],
  ["seconds of a server error", 503, { "retry-after": "5" }, 5000],
  ["no less than a second", 403, { "retry-after": "0" }, 1000],
  ["what cannot be read is the minute of GitHub's documentation", 403, { "retry-after": "soon" }, 60_000],
  [
    "it wins over the end of the rate limit",
    403,
    { "retry-after": "7", "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(NOW / 1000 + 300) },
    7000,
  ],
])("Retry-After, %s", async (_, status, headers, waits) => {
  expect(await waitsAfter(status, headers)).toEqual([waits]);
});

/** Between GitHub's date and the wait this machine's clock goes on. */
function expectAbout([wait = Number.NaN]: readonly number[], milliseconds: number): void {
  expect(wait).toBeLessThanOrEqual(milliseconds);
  expect(wait).toBeGreaterThan(milliseconds - 60_000);
}

test("a date, and the end of a rate limit, count by GitHub's clock, not by this machine's", async () => {
  const after = new Date(NOW + 300_000).toUTCString();
  expectAbout(await waitsAfter(403, { "retry-after": after }), 300_000);
  const reset = String(NOW / 1000 + 200);
  expectAbout(await waitsAfter(403, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset }), 200_000);
});

test("a wait longer than what is left is not begun", async () => {
  expect(await waitsAfter(403, { "retry-after": "7" }, 7000)).toEqual([Number.NaN]);
  expect(await waitsAfter(403, { "retry-after": "7" }, 7001)).toEqual([7000]);
});
