// Opens connections to an origin with undici, directly or through a proxy.
import { type PeerCertificate, TLSSocket } from "node:tls";
import { Agent, buildConnector, type Dispatcher, EnvHttpProxyAgent, Pool } from "undici";
import type { ProxySettings } from "./proxy.ts";
import { ConnectFailure } from "./transport-error.ts";

/** Longest wait for a connection. With a proxy, each part of the way has this limit. */
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * The connections to one origin. They use HTTP/1.1 only: a request has its connection to itself, so the run
 * knows whether it was sent.
 */
export class OriginConnections {
  readonly dispatcher: Dispatcher;
  /** Whether there ever was a connection to the origin. Without one nothing can have been sent. */
  connected: boolean;
  /**
   * Why they were closed; undefined while they are open. Not every dispatcher gives this reason to the
   * requests it ends.
   */
  closed: Error | undefined;

  constructor(settings: ProxySettings | undefined) {
    // undici does not tell whether a connection through a SOCKS proxy was made.
    this.connected = isSocks(settings);
    this.dispatcher = open(settings, {}, (error, socket, done) => {
      // Without a socket undici leaves it out where its types say null.
      if (!socket) return done(new ConnectFailure(error), null);
      this.connected = true;
      done(null, socket);
    });
  }

  /** Ends every request. An AbortSignal would not end a request that waits for its tunnel. */
  close(reason: Error): void {
    this.closed = reason;
    void this.dispatcher.destroy(reason).catch(() => {});
  }
}

/**
 * Fetches the TLS certificate of an origin without verifying it. It opens a connection for this only, and sends nothing
 * on it. The connections that carry requests always verify.
 * @param milliseconds the longest that this may take
 * @returns undefined where the server showed none in time
 */
export async function fetchPeerCertificate(
  origin: URL,
  settings: ProxySettings | undefined,
  milliseconds: number,
): Promise<PeerCertificate | undefined> {
  let seen: PeerCertificate | undefined;
  const dispatcher = open(settings, { rejectUnauthorized: false }, (error, socket, done) => {
    if (socket instanceof TLSSocket) seen = socket.getPeerCertificate();
    socket?.destroy();
    done(error ?? new Error("the certificate was read"), null);
  });
  const timer = setTimeout(() => void dispatcher.destroy(), milliseconds);
  // The connection always fails, by the error above, so nothing is sent.
  await dispatcher.request({ origin: origin.origin, path: "/", method: "GET" }).catch(() => {});
  clearTimeout(timer);
  void dispatcher.destroy();
  return seen;
}

type Connector = buildConnector.connector;
type Connected = (...result: Parameters<buildConnector.Callback>) => void;

/**
 * @param connected gets each connection, or the error where there is none, and calls `done` with the
 * request's result
 */
function open(
  settings: ProxySettings | undefined,
  tls: { readonly rejectUnauthorized?: boolean },
  connected: (error: Error | null, socket: Parameters<buildConnector.Callback>[1], done: Connected) => void,
): Dispatcher {
  const base = { allowH2: false, timeout: CONNECT_TIMEOUT_MS };
  const options: Agent.Options = {
    // All requests share one tunnel. A wait for the previous request takes no longer than another connection
    // would.
    connections: 1,
    connect: buildConnector({ ...base, ...tls }),
    factory: (origin, given) => {
      const inner = (given as { connect: Connector }).connect;
      const connect: Connector = (target, callback) =>
        inner(target, (error, socket) => connected(error, socket, callback as Connected));
      return new Pool(origin, { ...given, connect });
    },
  };
  if (settings === undefined) return new Agent(options);
  const { proxy, exempt } = settings;
  const variables = { httpsProxy: proxy.href, httpProxy: "", noProxy: exempt };
  // For a SOCKS proxy, the option proxyTls would mean SOCKS over TLS.
  const proxyTls = isSocks(settings) ? {} : { proxyTls: base };
  return new EnvHttpProxyAgent({ ...options, ...variables, ...proxyTls, requestTls: { ...base, ...tls } });
}

function isSocks(settings: ProxySettings | undefined): boolean {
  return settings?.proxy.protocol.startsWith("socks") === true;
}
