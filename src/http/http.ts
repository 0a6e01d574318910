// Every request to the platform and to GitHub goes through here: HTTP over undici, bounded in time and size.
import type { Dispatcher } from "undici";
import { PRODUCT } from "../action/product.ts";
import { iso } from "../ca/time.ts";
import type { OriginConnections } from "./connections.ts";
import { type ProxySettings, proxyFor } from "./proxy.ts";
import type { Deadline } from "./retry.ts";
import { explainTlsError, type FetchCertificate } from "./tls-errors.ts";
import { ConnectFailure, TransportError } from "./transport-error.ts";

/**
 * Longest exchange, from the connection to the body's last byte. The limit is a third of the time that is
 * left, if that is less. So after a call to a server that hangs there is time to read whether the call was
 * carried out.
 */
const REPLY_TIMEOUT_MS = 30_000;
/** Longest fetch of a certificate that was not trusted. */
const PEER_CERTIFICATE_TIMEOUT_MS = 5000;
/** Largest reply that is read. A list of two certificates has some kilobytes. */
const REPLY_LIMIT_BYTES = 1024 * 1024;

/**
 * The module that opens connections. It is loaded late, because undici takes longer to load than everything
 * else.
 */
type Connections = typeof import("./connections.ts");

/** One request, with its credentials. */
export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A whole reply. */
export interface HttpReply {
  readonly status: number;
  /** Hostile text, at most 1 MiB. */
  readonly text: string;
  /** By name in lower case; the values of several lines are an array. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** @returns a header's first value; undefined where there is none */
export function firstValue({ headers }: HttpReply, name: string): string | undefined {
  return [headers[name]].flat()[0];
}

/** A finished exchange, for the log and the receipt. */
export interface CallRecord {
  readonly method: string;
  /** Origin and path, without query. */
  readonly url: string;
  /** HTTP status, or why there is no whole reply. */
  status: number | string;
  /** ISO 8601 UTC, by this machine's clock. */
  readonly startedAt: string;
  milliseconds: number;
}

/**
 * HTTP over undici, for the platform and for GitHub. It obeys the proxy variables. Node itself reads
 * NODE_EXTRA_CA_CERTS. Each exchange has a time limit, redirects are not followed, and replies have a size
 * limit.
 */
export class Http {
  readonly calls: CallRecord[] = [];
  readonly #connections: Connections;
  readonly #deadline: Pick<Deadline, "left">;
  /** By origin. */
  readonly #origins = new Map<string, OriginConnections>();

  /** Loads undici. */
  static async open(deadline: Pick<Deadline, "left">): Promise<Http> {
    return new Http(await import("./connections.ts"), deadline);
  }

  private constructor(connections: Connections, deadline: Pick<Deadline, "left">) {
    this.#connections = connections;
    this.#deadline = deadline;
  }

  /**
   * One exchange, never repeated here.
   * @throws TransportError where no whole reply came, or the settings of this machine forbid the exchange
   */
  async send(call: HttpRequest): Promise<HttpReply> {
    const { method, url } = call;
    const settings = proxyFor(url);
    const startedAt = iso(Date.now());
    const start = performance.now();
    const record: CallRecord = {
      method,
      url: `${url.origin}${url.pathname}`,
      status: "no reply",
      startedAt,
      milliseconds: 0,
    };
    try {
      return await this.#exchange(call, settings, record);
    } catch (error) {
      const failure = await toTransportError(error, url, settings, this.#fetchCertificate);
      record.status = typeof record.status === "number" ? `${record.status}, ${failure.kind}` : failure.kind;
      throw failure;
    } finally {
      record.milliseconds = Math.round(performance.now() - start);
      this.calls.push(record);
    }
  }

  /** Limits the time of the whole exchange. A request that waits for a proxy's tunnel takes no AbortSignal. */
  async #exchange(
    call: HttpRequest,
    settings: ProxySettings | undefined,
    record: CallRecord,
  ): Promise<HttpReply> {
    const connections = this.#connectionsTo(call.url, settings);
    const limit = Math.ceil(Math.min(REPLY_TIMEOUT_MS, Math.max(1, this.#deadline.left / 3)));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const error = new TransportError("timeout", "no reply in time", { sent: connections.connected });
        reject(error);
        this.#origins.delete(call.url.origin);
        connections.close(error);
      }, limit);
    });
    try {
      return await Promise.race([late, exchange(connections.dispatcher, call, record)]);
    } catch (error) {
      // Another exchange with this origin may have run out of time and closed the connections of both.
      throw connections.closed ?? error;
    } finally {
      clearTimeout(timer);
    }
  }

  #connectionsTo(url: URL, settings: ProxySettings | undefined): OriginConnections {
    const open = this.#origins.get(url.origin);
    if (open !== undefined) return open;
    const connections = new this.#connections.OriginConnections(settings);
    this.#origins.set(url.origin, connections);
    return connections;
  }

  readonly #fetchCertificate: FetchCertificate = async (origin, settings) => {
    const longest = Math.min(PEER_CERTIFICATE_TIMEOUT_MS, Math.max(1, this.#deadline.left));
    return await this.#connections.fetchPeerCertificate(origin, settings, longest);
  };
}

async function exchange(dispatcher: Dispatcher, call: HttpRequest, record: CallRecord): Promise<HttpReply> {
  const reply = await dispatcher.request({
    origin: call.url.origin,
    path: `${call.url.pathname}${call.url.search}`,
    method: call.method as Dispatcher.HttpMethod,
    headers: { accept: "application/json", "user-agent": PRODUCT, ...call.headers },
    ...(call.body === undefined ? {} : { body: call.body }),
  });
  record.status = reply.statusCode;
  return { status: reply.statusCode, text: await readBounded(reply.body), headers: reply.headers };
}

async function readBounded(body: Dispatcher.ResponseData["body"]): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > REPLY_LIMIT_BYTES) throw new TransportError("too-large", "the reply is larger than 1 MiB");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

async function toTransportError(
  error: unknown,
  target: URL,
  settings: ProxySettings | undefined,
  fetchCertificate: FetchCertificate,
): Promise<TransportError> {
  if (error instanceof TransportError) return error;
  const reason = error instanceof ConnectFailure ? error.cause : error;
  const sent = reason === error;
  const distrust = await explainTlsError(reason, target, settings, fetchCertificate);
  if (distrust !== undefined) return distrust;
  // `hostname` is the name that was looked up. For a TLS error, `words` is OpenSSL's reason.
  const {
    code = "",
    message = "",
    reason: words = message,
    hostname,
  } = reason as Partial<NodeJS.ErrnoException> & { readonly reason?: string; readonly hostname?: string };
  const more = { sent, cause: error };
  if (code === "ENOTFOUND" && hostname === target.hostname)
    return new TransportError("broken", `the host ${hostname} does not exist (ENOTFOUND)`, {
      ...more,
      noSuchHost: true,
    });
  if (/TIMEOUT/.test(code)) return new TransportError("timeout", "no reply in time", more);
  // For TLS errors Node's message is a line of OpenSSL's error queue, with addresses and file names in it.
  const what = [code, words].filter((part) => part !== "").join(": ");
  const through =
    sent || settings === undefined
      ? ""
      : ` (${settings.variable} names the proxy ${settings.proxy.host}${settings.exempt === "" ? "" : ", NO_PROXY names exceptions"})`;
  const next =
    code === "ENOTFOUND" && hostname === settings?.proxy.hostname
      ? `Correct ${settings?.variable} where the runner or the step sets it: the host of that proxy does not exist. Then run again: it goes on where it stopped.`
      : undefined;
  return new TransportError("broken", `${what}${through}`, { ...more, next });
}
