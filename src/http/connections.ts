import { type PeerCertificate, TLSSocket } from "node:tls";
import { Agent, buildConnector, type Dispatcher, EnvHttpProxyAgent, Pool } from "undici";
import type { ProxySettings } from "./proxy.ts";
import { ConnectFailure } from "./transport-error.ts";

/** Longest wait for a connection, or for one part of it where a proxy is on the way. */
const CONNECT_TIMEOUT_MS = 10_000;

/** The connections to one origin. HTTP/1.1 alone: a request is on a connection by itself, so what was sent is known. */
export class Way {
  readonly dispatcher: Dispatcher;
  #connected: boolean;
  #closed: Error | undefined;

  constructor(settings: ProxySettings | undefined) {
    // A SOCKS proxy's connections are undici's own affair: whether one came about is not told.
    this.#connected = isSocks(settings);
    this.dispatcher = open(settings, {}, (error, socket, done) => {
      // Without a socket undici leaves it out where its types say null.
      if (!socket) return done(new ConnectFailure(error), null);
      this.#connected = true;
      done(null, socket);
    });
  }

  /** Whether a connection to the origin ever came about: before, nothing can have been sent. */
  get connected(): boolean {
    return this.#connected;
  }

  /** Why it was closed, where it was: not every dispatcher tells that to what it ends. */
  get closed(): Error | undefined {
    return this.#closed;
  }

  /** Ends what is under way, which an AbortSignal does not do to a request that waits for its tunnel. */
  close(reason: Error): void {
    this.#closed = reason;
    void this.dispatcher.destroy(reason).catch(() => {});
  }
}

/**
 * Looks at the certificate that an origin shows, whoever signed it: over a connection of its own, on which nothing is
 * sent. The connections that carry requests never go without verification.
 * @param milliseconds the longest that this may take
 * @returns undefined where none was shown in time
 */
export async function lookAtCertificate(
  origin: URL,
  settings: ProxySettings | undefined,
  milliseconds: number,
): Promise<PeerCertificate | undefined> {
  let seen: PeerCertificate | undefined;
  const looking = open(settings, { rejectUnauthorized: false }, (error, socket, done) => {
    if (socket instanceof TLSSocket) seen = socket.getPeerCertificate();
    socket?.destroy();
    done(error ?? new Error("seen"), null);
  });
  const timer = setTimeout(() => void looking.destroy(), milliseconds);
  // Nothing is ever sent: the only end is the error above.
  await looking.request({ origin: origin.origin, path: "/", method: "GET" }).catch(() => {});
  clearTimeout(timer);
  void looking.destroy();
  return seen;
}

type Connector = buildConnector.connector;
type Connected = (...result: Parameters<buildConnector.Callback>) => void;

/** @param connected gets each connection, or why there is none, and passes on what the request is to have */
function open(
  settings: ProxySettings | undefined,
  tls: { readonly rejectUnauthorized?: boolean },
  connected: (error: Error | null, socket: Parameters<buildConnector.Callback>[1], done: Connected) => void,
): Dispatcher {
  const base = { allowH2: false, timeout: CONNECT_TIMEOUT_MS };
  const options: Agent.Options = {
    // One tunnel for all: a request waits for the one before, which takes no longer than another connection.
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
  // Given for a SOCKS proxy, proxyTls would mean SOCKS over TLS.
  const proxyTls = isSocks(settings) ? {} : { proxyTls: base };
  return new EnvHttpProxyAgent({ ...options, ...variables, ...proxyTls, requestTls: { ...base, ...tls } });
}

function isSocks(settings: ProxySettings | undefined): boolean {
  return settings?.proxy.protocol.startsWith("socks") === true;
}
