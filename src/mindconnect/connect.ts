// Connects to one environment: puts the client, the tokens and the calls together.
import type { Clocks } from "../ca/clocks.ts";
import type { CallRecord, Http } from "../http/http.ts";
import type { Deadline } from "../http/retry.ts";
import { CaCertificates } from "./ca-certificates.ts";
import { PlatformClient } from "./platform-client.ts";
import { type Credentials, fetchToken } from "./token-endpoints.ts";
import { FetchedTokens, ReadyToken, type TokenSource } from "./tokens.ts";

/** How to reach one environment, as checked inputs. */
export interface Connection {
  readonly tenant: string;
  /** Origin of the gateway, e.g. `https://gateway.eu1.mindsphere.io`. */
  readonly gateway: URL;
  /** The inputs that the gateway comes from, with their values: `region, which is eu1 here`. */
  readonly gatewayFrom: string;
  readonly authentication: { readonly kind: "token"; readonly token: string } | Credentials;
  /** Milliseconds for all dealings with the platform. */
  readonly timeout: number;
}

/** An open connection to one environment. */
export interface Platform {
  readonly caCertificates: CaCertificates;
  /** Every clock of the run, the platform's among them. */
  readonly clock: Clocks;
  /** Every exchange so far, the token endpoint's included. */
  readonly calls: readonly CallRecord[];
}

/** What a connection tells the runner. */
export interface ConnectionOutput {
  /** Masks a fetched token before anything can print it. */
  readonly mask: (secret: string) => void;
  /** Prints a line for a person who waits. */
  readonly notice: (message: string) => void;
}

/**
 * Prepares the calls to one environment. Nothing is sent yet.
 * @param deadline of all calls
 * @param clock is told every time that a reply shows
 */
export function connect(
  connection: Connection,
  http: Http,
  deadline: Deadline,
  clock: Clocks,
  { mask, notice }: ConnectionOutput,
): Platform {
  const client = new PlatformClient(http, deadline, clock, notice);
  const { authentication } = connection;
  const tokens: TokenSource =
    authentication.kind === "token"
      ? new ReadyToken(authentication.token, clock)
      : new FetchedTokens(() => fetchToken(client, authentication, clock, mask), clock);
  return {
    caCertificates: new CaCertificates(
      client,
      connection.gateway.origin,
      tokens,
      clock,
      connection.gatewayFrom,
    ),
    clock,
    calls: http.calls,
  };
}
