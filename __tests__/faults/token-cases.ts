import { expect } from "vitest";
import type { CallName, Fault, Sandbox } from "../../src/sandbox/start.ts";
import { type FaultyRun, faultCase } from "./faulty-run.ts";
import type { MatrixCase } from "./matrix-case.ts";
import { ALWAYS, CALLS } from "./network-faults.ts";

/** The endpoint that client credentials are sent to. */
const TOKEN_FAULTS: readonly (Omit<Fault, "call"> & { name: string; code: string; once: string })[] = [
  { name: "reset", kind: "reset", code: "PLATFORM_UNREACHABLE", once: "done" },
  { name: "hang", kind: "hang", code: "PLATFORM_TIMEOUT", once: "either" },
  {
    name: "429 without Retry-After",
    kind: "rate-limit",
    retryAfter: false,
    code: "RATE_LIMITED",
    once: "RATE_LIMITED",
  },
  { name: "503", kind: "status", code: "PLATFORM_ERROR", once: "done" },
  { name: "HTML", kind: "html", code: "PLATFORM_ERROR", once: "done" },
  { name: "truncated body", kind: "truncated", code: "PLATFORM_UNREACHABLE", once: "done" },
  { name: "garbage JSON", kind: "garbage", code: "PLATFORM_REPLY_UNEXPECTED", once: "done" },
  { name: "wrong shape", kind: "wrong-shape", code: "PLATFORM_REPLY_UNEXPECTED", once: "done" },
  { name: "huge body", kind: "huge", code: "PLATFORM_REPLY_UNEXPECTED", once: "done" },
  {
    name: "redirect",
    kind: "redirect",
    code: "PLATFORM_REPLY_UNEXPECTED",
    once: "PLATFORM_REPLY_UNEXPECTED",
  },
  { name: "401", kind: "status", status: 401, code: "TOKEN_REQUEST_FAILED", once: "TOKEN_REQUEST_FAILED" },
  { name: "400", kind: "status", status: 400, code: "TOKEN_REQUEST_FAILED", once: "TOKEN_REQUEST_FAILED" },
];

/** Faults of both token endpoints, and tokens that are refused in the middle of a run. */
export function tokenCases(): MatrixCase[] {
  return [
    ...TOKEN_FAULTS.flatMap((fault) => tokenRuns("token", clientCredentials, fault)),
    // The same code asks both endpoints: what each sends and how it is refused is what differs.
    ...TOKEN_FAULTS.filter(({ kind }) => kind === "reset" || kind === "status").flatMap((fault) =>
      tokenRuns("technical-token", applicationCredentials, fault),
    ),
    ...REFUSED_TOKENS,
  ].map((run) => faultCase({ ...run, name: `network, ${run.name}` }));
}

function tokenRuns(
  call: CallName,
  connection: NonNullable<FaultyRun["connection"]>,
  { name, code, once, ...fault }: (typeof TOKEN_FAULTS)[number],
): FaultyRun[] {
  const run = (times: number, endings: string[]): FaultyRun => ({
    name: `${call}: ${name}, ${times === 1 ? "once" : "each time"}`,
    connection,
    faults: [{ ...fault, call, times }],
    inputs: fault.kind === "hang" || fault.kind === "rate-limit" ? { "timeout-minutes": "0.1" } : {},
    endings,
    afterwards: ({ sandbox }, { outputs }) => {
      // Without a token nothing else is asked.
      if (outputs["outcome"] === undefined)
        expect(sandbox.calls.filter((seen) => seen.call !== call)).toEqual([]);
    },
  });
  if (once === code) return [run(1, [code])];
  return [run(1, once === "either" ? ["done", code] : ["done"]), run(ALWAYS, [code])];
}

const REFUSED_TOKENS = CALLS.map(
  (call): FaultyRun => ({
    name: `token: refused (401) at ${call}, renewed once`,
    connection: clientCredentials,
    faults: [{ call, kind: "status", status: 401 }],
    endings: ["done"],
    afterwards: ({ sandbox }) => {
      expect(sandbox.calls.filter((seen) => seen.call === "token")).toHaveLength(2);
    },
  }),
);

function clientCredentials(sandbox: Sandbox): Record<string, string> {
  return {
    token: "",
    "client-id": sandbox.clientId,
    "client-secret": sandbox.clientSecret,
    "token-url": sandbox.tokenUrl,
  };
}

function applicationCredentials(sandbox: Sandbox): Record<string, string> {
  return {
    token: "",
    "client-id": sandbox.clientId,
    "client-secret": sandbox.clientSecret,
    "app-name": "rehearsal",
    "app-version": "1.0.0",
  };
}
