import { CaCertificates } from "./ca-certificates.ts";
import { PlatformClock } from "./clock.ts";
import { Deadline } from "./deadline.ts";
import { Gateway } from "./gateway.ts";
import { type CallRecord, Http } from "./http.ts";
import { type Credentials, fetchToken } from "./token-endpoints.ts";
import { FetchedTokens, ReadyToken, type TokenSource } from "./tokens.ts";

/** How to reach one environment; checked when the inputs were read. */
export interface Connection {
  readonly tenant: string;
  /** Origin of the gateway, e.g. `https://gateway.eu1.mindsphere.io`. */
  readonly gateway: URL;
  readonly authentication: { readonly kind: "token"; readonly token: string } | Credentials;
  /** Milliseconds for all dealings with the platform. */
  readonly timeout: number;
}

/** An open connection to one environment. */
export interface Platform {
  readonly caCertificates: CaCertificates;
  readonly clock: PlatformClock;
  /** Every exchange so far, the token endpoint's included. */
  readonly calls: readonly CallRecord[];
}

/**
 * Prepares the dealings with one environment; nothing is sent yet.
 * @param mask hides a fetched token before anything can print
 * @param notice prints a line for a person who waits
 */
export function connect(
  connection: Connection,
  mask: (secret: string) => void,
  notice: (message: string) => void,
): Platform {
  const deadline = new Deadline(connection.timeout);
  const clock = new PlatformClock();
  const http = new Http(deadline);
  const gateway = new Gateway(http, deadline, clock, notice);
  const { authentication } = connection;
  const tokens: TokenSource =
    authentication.kind === "token"
      ? new ReadyToken(authentication.token, clock)
      : new FetchedTokens(() => fetchToken(gateway, authentication, clock, mask), clock);
  return {
    caCertificates: new CaCertificates(gateway, connection.gateway.origin, tokens, clock),
    clock,
    calls: http.calls,
  };
}
