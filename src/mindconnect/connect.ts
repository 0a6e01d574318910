// Prepares the calls to one environment: puts client, tokens and calls together.
import type { Runner } from "../action/runner.ts";
import type { Clocks } from "../ca/clocks.ts";
import type { CallRecord, Http } from "../http/http.ts";
import type { Deadline } from "../http/retry.ts";
import { CaCertificates } from "./ca-certificates.ts";
import { PlatformClient } from "./platform-client.ts";
import { type Credentials, fetchedTokens, fetchToken, readyToken } from "./tokens.ts";

/** How to reach one environment, as checked inputs. */
export interface Connection {
  readonly tenant: string;
  /** Origin of the gateway, e.g. `https://gateway.eu1.mindsphere.io`. */
  readonly gateway: URL;
  /** The inputs that the gateway comes from, with their values: `region, which is eu1 here`. */
  readonly gatewayFrom: string;
  readonly authentication: { readonly token: string } | Credentials;
  /** Milliseconds for all calls to the platform and to GitHub. */
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

/**
 * Prepares the calls to one environment. Nothing is sent yet.
 * @param deadline of all calls
 * @param clock notes the time of each reply
 * @param runner masks a fetched token before anything can print it, and says when a call waits
 */
export function connect(
  connection: Connection,
  http: Http,
  deadline: Deadline,
  clock: Clocks,
  runner: Pick<Runner, "mask" | "info">,
): Platform {
  const client = new PlatformClient(http, deadline, clock, runner.info);
  const { authentication, gateway, gatewayFrom } = connection;
  const tokens =
    "token" in authentication
      ? readyToken(authentication.token, clock)
      : fetchedTokens(() => fetchToken(client, authentication, runner.mask), clock);
  const caCertificates = new CaCertificates(client, gateway.origin, tokens, gatewayFrom);
  return { caCertificates, clock, calls: http.calls };
}
