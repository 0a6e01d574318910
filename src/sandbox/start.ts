// Starts the double of the platform, and gives its owner the means to look into it.
import { CallEvent, type RecordedCall } from "./calls.ts";
import { type ExchangeContext, exchange } from "./exchange.ts";
import { type Fault, FaultQueue } from "./faults.ts";
import { createPlatform, type PlatformOptions, seed } from "./platform.ts";
import type { Quirks } from "./quirks.ts";
import { listen, type ServerTls } from "./server.ts";
import type { SeedOptions, StoredCertificate } from "./stored-certificates.ts";

export type { CallName, RecordedCall } from "./calls.ts";
export type { Fault } from "./faults.ts";
export type { Quirks } from "./quirks.ts";
export type { StoredCertificate } from "./stored-certificates.ts";

/** How a sandbox is set up. */
export interface SandboxOptions extends PlatformOptions {
  /** Default 0: any free one. */
  readonly port?: number | undefined;
  /** A bearer token that is accepted (until its `exp`, if it has one). Default: issued as by `issueToken`. */
  readonly token?: string | undefined;
  /** Milliseconds before each reply. Default 0. */
  readonly latency?: number | undefined;
  /** Faults from the start. */
  readonly faults?: readonly Fault[] | undefined;
  /** Serve https with these instead of http. */
  readonly tls?: ServerTls;
}

/** A running double of the platform; all its state is in memory. */
export interface Sandbox {
  /** Origin, e.g. `http://127.0.0.1:1234`. */
  readonly url: string;
  /** `{url}/oauth/token`. */
  readonly tokenUrl: string;
  /** A bearer token that is accepted. */
  readonly token: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The slots as they are now, oldest first. */
  readonly certificates: readonly StoredCertificate[];
  /** Every request so far, in the order of arrival. */
  readonly calls: readonly Readonly<RecordedCall>[];
  readonly faults: Pick<FaultQueue, "add">;
  /** May be changed at any time. */
  readonly quirks: Quirks;
  /**
   * Puts a certificate into a slot without any check of what it is.
   * @throws Error when both slots are taken or the PEM cannot be read
   */
  seed(pem: string, options?: SeedOptions): StoredCertificate;
  /** Makes another token. Default lifetime: `tokenLifetimeSeconds`; negative for one that is over already. */
  issueToken(options?: { readonly expiresInSeconds?: number }): string;
  /** Called, and awaited, when a request has arrived and before anything happens. Returns the way to stop it. */
  readonly onRequest: CallEvent["on"];
  /** Called, and awaited, after a request took effect (2xx) and before its reply is written. */
  readonly onCarriedOut: CallEvent["on"];
  /** Called when the sandbox is done with a request; its status is null if a fault kept the reply back. */
  readonly onAnswered: CallEvent["on"];
  /** Stops listening and cuts all connections, hanging ones included. */
  close(): Promise<void>;
}

/**
 * Starts a double of the MindConnect MQTT API and of the platform's token endpoints on loopback.
 * @param options all optional
 * @returns the sandbox, listening
 * @throws the system's error when it cannot listen on the port
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const platform = createPlatform(options);
  const token = options.token ?? platform.tokens.issue(platform.tokenLifetimeSeconds);
  platform.tokens.accept(token);
  const context: ExchangeContext = {
    platform,
    faults: new FaultQueue(options.faults),
    calls: [],
    latency: options.latency ?? 0,
    requested: new CallEvent(),
    carriedOut: new CallEvent(),
    answered: new CallEvent(),
    late: [],
  };
  const server = await listen(
    (request, response) => void exchange(context, request, response),
    options.port ?? 0,
    options.tls,
  );
  const { certificates, clientId, clientSecret, quirks, tokens } = platform;
  return {
    url: server.url,
    tokenUrl: `${server.url}/oauth/token`,
    token,
    clientId,
    clientSecret,
    certificates,
    calls: context.calls,
    faults: context.faults,
    quirks,
    seed: (pem, seedOptions) => seed(platform, pem, seedOptions),
    issueToken: ({ expiresInSeconds = platform.tokenLifetimeSeconds } = {}) => tokens.issue(expiresInSeconds),
    onRequest: context.requested.on,
    onCarriedOut: context.carriedOut.on,
    onAnswered: context.answered.on,
    close: server.close,
  };
}
