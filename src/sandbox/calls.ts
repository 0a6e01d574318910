// The records of requests, and the listeners that are called for them.
import type { IncomingHttpHeaders } from "node:http";

/** The kinds of request that faults, limits and records tell apart. */
export const CALL_NAMES = [
  "list",
  "get",
  "upload",
  "code",
  "verify",
  "delete",
  "token",
  "technical-token",
  "agent",
  "other",
] as const;

/** One of {@link CALL_NAMES}; `agent` and `other` are always answered 404. */
export type CallName = (typeof CALL_NAMES)[number];

/** What the sandbox remembers of a request. It never holds a credential. */
export interface RecordedCall {
  readonly method: string;
  /** As sent: still percent-encoded, without the query. */
  readonly path: string;
  readonly call: CallName;
  /** The status of the reply, or null as long as none was written, and for good if a fault kept it back. */
  status: number | null;
  /** Whether the platform did what was asked (it would have answered 2xx), whatever a fault did to the reply. */
  carriedOut: boolean;
  /** Milliseconds since the epoch, by the sandbox's clock, at arrival. */
  readonly at: number;
  /** The scheme of the Authorization header (`Bearer`, `Basic` …), or null without one. */
  readonly scheme: string | null;
  /** The User-Agent header, or null without one. */
  readonly userAgent: string | null;
  /** The body as text; empty without one, or when the request was cut off. */
  body: string;
}

/**
 * Begins the record of a request. Of the header Authorization it keeps only the scheme.
 * @param path without the query
 * @param at milliseconds since the epoch
 */
export function recordCall(
  method: string,
  path: string,
  call: CallName,
  headers: IncomingHttpHeaders,
  at: number,
): RecordedCall {
  const scheme = headers.authorization?.split(" ", 1)[0] ?? null;
  const userAgent = headers["user-agent"] ?? null;
  return { method, path, call, status: null, carriedOut: false, at, scheme, userAgent, body: "" };
}

type Listener = (call: Readonly<RecordedCall>) => unknown;

/** An event in the life of a request, with its listeners. */
export class CallEvent {
  readonly #listeners = new Set<Listener>();

  /** Adds a listener. @returns a function that removes it */
  readonly on = (listener: Listener): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Calls the listeners one after the other, each awaited. Rejects as soon as one of them does. */
  async notify(call: RecordedCall): Promise<void> {
    for (const listener of this.#listeners) await listener(call);
  }
}
