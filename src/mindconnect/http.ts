import { subscribe } from "node:diagnostics_channel";
import type { Dispatcher } from "undici";
// Its index would load fetch, WebSocket, caches and mocks as well: twice the time (measured), before the first request.
import api from "undici/lib/api/index.js";
import EnvHttpProxyAgent from "undici/lib/dispatcher/env-http-proxy-agent.js";
import type { Deadline } from "./deadline.ts";
import { proxyFor } from "./proxy.ts";

/** Longest wait for a connection and for a reply; a third of what is left where that is less, so that one hang leaves room to look. */
const CONNECT_TIMEOUT_MS = 10_000;
const REPLY_TIMEOUT_MS = 30_000;
/** Largest reply that is read: two certificates and a list are some kilobytes. */
const REPLY_LIMIT_BYTES = 1024 * 1024;

/** One request, with its credentials. */
export interface HttpRequest {
  readonly method: "GET" | "POST" | "DELETE";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A whole reply. */
export interface HttpReply {
  readonly status: number;
  /** Hostile text, at most 1 MiB. */
  readonly text: string;
  readonly header: (name: string) => string | undefined;
  /** Every header of that name, in their order. */
  readonly all: (name: string) => readonly string[];
}

/** No usable reply came: the request may or may not have been carried out. */
export class TransportError extends Error {
  override readonly name = "TransportError";
  readonly kind: "timeout" | "broken" | "too-large";

  constructor(kind: TransportError["kind"], message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

/** A finished exchange, for the log and the receipt. */
export interface CallRecord {
  readonly method: string;
  /** Origin and path, without query. */
  readonly url: string;
  /** HTTP status, or why there is none. */
  readonly status: number | string;
  /** ISO 8601 UTC, by this machine's clock. */
  readonly startedAt: string;
  readonly milliseconds: number;
}

/**
 * HTTP over undici: proxy variables honoured (HTTPS_PROXY, NO_PROXY), NODE_EXTRA_CA_CERTS by Node itself, timeouts on
 * connect and reply, redirects not followed, replies bounded in size.
 */
export class Http {
  readonly calls: CallRecord[] = [];
  readonly #deadline: Deadline;
  /** By origin: the gateway's and the token endpoint's. */
  readonly #dispatchers = new Map<string, Dispatcher>();

  /** @param sent hears of each request once it is on its way: now there is time for other things */
  constructor(deadline: Deadline, sent: () => void) {
    this.#deadline = deadline;
    subscribe("undici:client:sendHeaders", sent);
  }

  /**
   * One exchange, never repeated here.
   * @throws TransportError where no whole reply came, ActionError for a proxy variable that is none
   */
  async send(call: HttpRequest): Promise<HttpReply> {
    const dispatcher = this.#dispatcherFor(call.url);
    const startedAt = new Date();
    const start = performance.now();
    let status: number | string = "no reply";
    try {
      const timeout = Math.ceil(Math.min(REPLY_TIMEOUT_MS, Math.max(1, this.#deadline.left / 3)));
      const reply = await api.request.call(dispatcher, {
        origin: call.url.origin,
        path: `${call.url.pathname}${call.url.search}`,
        method: call.method,
        headers: { accept: "application/json", "user-agent": "mindconnect-ca-action", ...call.headers },
        ...(call.body === undefined ? {} : { body: call.body }),
        headersTimeout: timeout,
        bodyTimeout: timeout,
        signal: AbortSignal.timeout(timeout + CONNECT_TIMEOUT_MS),
      });
      status = reply.statusCode;
      const text = await readBounded(reply.body);
      const all = (name: string) => [reply.headers[name] ?? []].flat();
      return { status: reply.statusCode, text, all, header: (name) => all(name)[0] };
    } catch (error) {
      const failure = toTransportError(error);
      status = typeof status === "number" ? `${status}, ${failure.kind}` : failure.kind;
      throw failure;
    } finally {
      this.calls.push({
        method: call.method,
        url: `${call.url.origin}${call.url.pathname}`,
        status,
        startedAt: startedAt.toISOString(),
        milliseconds: Math.round(performance.now() - start),
      });
    }
  }

  #dispatcherFor(url: URL): Dispatcher {
    const known = this.#dispatchers.get(url.origin);
    if (known !== undefined) return known;
    // Given both ways, so that it looks for no variable of its own.
    const proxy = proxyFor(url);
    const dispatcher = new EnvHttpProxyAgent({
      connect: { timeout: CONNECT_TIMEOUT_MS },
      httpProxy: proxy,
      httpsProxy: proxy,
    });
    this.#dispatchers.set(url.origin, dispatcher);
    return dispatcher;
  }
}

async function readBounded(body: Dispatcher.ResponseData["body"]): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > REPLY_LIMIT_BYTES) throw new TransportError("too-large", "The reply is larger than 1 MiB");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function toTransportError(error: unknown): TransportError {
  if (error instanceof TransportError) return error;
  const { code = "", name = "", message = "" } = error as { code?: string; name?: string; message?: string };
  const timedOut = /TIMEOUT/.test(code) || name === "TimeoutError";
  return timedOut
    ? new TransportError("timeout", "No reply in time", error)
    : new TransportError("broken", [code, message].filter((part) => part !== "").join(": "), error);
}
