import type { CallName, Fault } from "../../src/sandbox/start.ts";

/** The five calls of a registration. */
export const CALLS = ["list", "upload", "code", "verify", "get"] as const satisfies readonly CallName[];

/** Those of them that change something. */
const CHANGES = ["upload", "verify"] as const;

/** A way for one call to go wrong, and what a user must see of it. */
export interface NetworkFault {
  readonly name: string;
  readonly fault: Omit<Fault, "call">;
  /** The code of a run that meets the fault each time it asks. */
  readonly code: string | Readonly<Partial<Record<CallName, string>>>;
  /** How a run ends that meets it once: it goes on, or fails at once. A hang may use up the little time there is. */
  readonly once: "passes" | "fails" | "either";
  /** Set where a like fault stands for meeting it each time. */
  readonly onceOnly?: true;
  /** Where it differs by call; default all five. */
  readonly calls?: readonly CallName[];
  /** What a user sets to go on afterwards, where running again is not enough. */
  readonly recovery?: Readonly<Partial<Record<CallName, Record<string, string>>>>;
  /** Default 10, as the action's own. */
  readonly timeoutMinutes?: string;
  /** What is different where it is met only once. */
  readonly oneTime?: Pick<NetworkFault, "fault" | "timeoutMinutes">;
}

/** A reply may take a third of what is left, so a hang costs 2 s of these 6; a window of 30 s does not fit. */
const SHORT = "0.1";

/** A CA that was refused for its own sake is offered again on the user's wish alone. */
const RESTORED = { upload: { restore: "acme" } };

/** Every way of the issue, and what lies beside it. */
export const NETWORK_FAULTS: readonly NetworkFault[] = [
  {
    name: "reset before it was carried out",
    fault: { kind: "reset-before" },
    code: "PLATFORM_UNREACHABLE",
    once: "passes",
  },
  { name: "reply lost", fault: { kind: "reset" }, code: "PLATFORM_UNREACHABLE", once: "passes" },
  {
    name: "hang",
    fault: { kind: "hang" },
    code: "PLATFORM_TIMEOUT",
    once: "either",
    timeoutMinutes: SHORT,
  },
  {
    name: "hang after it was carried out",
    fault: { kind: "hang-after" },
    code: "PLATFORM_TIMEOUT",
    once: "either",
    timeoutMinutes: SHORT,
  },
  {
    name: "429 with Retry-After",
    fault: { kind: "rate-limit", retryAfter: 5 },
    code: "RATE_LIMITED",
    once: "passes",
    // No room for two waits; where one is enough, a busy machine has all the time.
    timeoutMinutes: "0.16",
    oneTime: { fault: { kind: "rate-limit", retryAfter: 1 } },
  },
  {
    name: "429 without Retry-After",
    fault: { kind: "rate-limit", retryAfter: false },
    code: "RATE_LIMITED",
    once: "fails",
    timeoutMinutes: SHORT,
  },
  { name: "500", fault: { kind: "status", status: 500 }, code: "PLATFORM_ERROR", once: "passes" },
  { name: "503", fault: { kind: "status", status: 503 }, code: "PLATFORM_ERROR", once: "passes" },
  {
    name: "503 although it was carried out",
    fault: { kind: "status", status: 503, carriedOut: true },
    calls: CHANGES,
    code: "PLATFORM_ERROR",
    once: "passes",
  },
  { name: "502 with HTML", fault: { kind: "html" }, code: "PLATFORM_ERROR", once: "passes" },
  {
    name: "200 with HTML",
    fault: { kind: "html", status: 200, carriedOut: true },
    onceOnly: true,
    code: "PLATFORM_REPLY_UNEXPECTED",
    once: "passes",
  },
  { name: "truncated body", fault: { kind: "truncated" }, code: "PLATFORM_UNREACHABLE", once: "passes" },
  { name: "garbage JSON", fault: { kind: "garbage" }, code: "PLATFORM_REPLY_UNEXPECTED", once: "passes" },
  { name: "wrong shape", fault: { kind: "wrong-shape" }, code: "PLATFORM_REPLY_UNEXPECTED", once: "passes" },
  {
    name: "huge body",
    fault: { kind: "huge" },
    onceOnly: true,
    code: "PLATFORM_REPLY_UNEXPECTED",
    once: "passes",
  },
  { name: "redirect", fault: { kind: "redirect" }, code: "PLATFORM_REPLY_UNEXPECTED", once: "fails" },
  {
    name: "redirect although it was carried out",
    fault: { kind: "redirect", carriedOut: true },
    calls: CHANGES,
    code: "PLATFORM_REPLY_UNEXPECTED",
    once: "fails",
  },
  {
    name: "400",
    fault: { kind: "status", status: 400 },
    calls: ["list", ...CHANGES],
    code: { list: "PLATFORM_REFUSED", upload: "UPLOAD_REFUSED", verify: "VERIFY_REFUSED" },
    once: "fails",
    recovery: RESTORED,
  },
  ...[409, 422].map(
    (status): NetworkFault => ({
      name: String(status),
      fault: { kind: "status", status },
      calls: CHANGES,
      code: { upload: "UPLOAD_REFUSED", verify: "VERIFY_REFUSED" },
      once: "fails",
      recovery: RESTORED,
    }),
  ),
  {
    name: "409 although it was carried out",
    fault: { kind: "status", status: 409, carriedOut: true },
    calls: ["upload"],
    onceOnly: true,
    code: "UPLOAD_REFUSED",
    once: "passes",
  },
  ...[404, 413].map(
    (status): NetworkFault => ({
      name: String(status),
      fault: { kind: "status", status },
      calls: ["upload"],
      code: "UPLOAD_REFUSED",
      once: "fails",
    }),
  ),
  {
    name: "401",
    fault: { kind: "status", status: 401 },
    calls: ["list", ...CHANGES],
    code: "TOKEN_REFUSED",
    once: "fails",
  },
  {
    name: "403",
    fault: { kind: "status", status: 403 },
    calls: ["list", ...CHANGES],
    code: "ACCESS_DENIED",
    once: "fails",
  },
];

/** Each time from the first on. */
export const ALWAYS = 1_000_000;

/**
 * Whether a change survives the fault even if its reply never comes through: it was carried out at the first attempt,
 * and the list, which is not struck, shows it.
 */
export function survives(call: CallName, { fault, once }: NetworkFault): boolean {
  const lostReplies = ["reset", "hang-after", "truncated", "garbage", "wrong-shape", "huge"];
  const carriedOut = lostReplies.includes(fault.kind) || fault.carriedOut === true;
  return (call === "upload" || call === "verify") && carriedOut && once !== "fails";
}

/** @returns the code that a run fails with */
export function codeOf(call: CallName, { code }: NetworkFault): string {
  return typeof code === "string" ? code : (code[call] ?? "");
}
