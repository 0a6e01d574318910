// Bearer tokens: given as an input, or fetched with credentials and renewed.
import type { Clocks } from "../ca/clocks.ts";
import { iso } from "../ca/time.ts";
import { ActionError } from "../messages/errors.ts";
import type { Call, PlatformClient } from "./platform-client.ts";
import { ENDPOINTS } from "./rate-limits.ts";
import { isObject, parseJson, UnexpectedReply } from "./replies.ts";

/**
 * A token with less time left is renewed. A ready token cannot be renewed, so it is not used to begin a
 * change.
 */
const TOKEN_MARGIN_MS = 5 * 60_000;

/** A bearer token and when it expires. */
export interface Token {
  readonly value: string;
  /** Milliseconds since 1970 where it can be read. */
  readonly expiresAt: number | undefined;
}

/** Where bearer tokens come from. */
export interface TokenSource {
  /** @returns a token that may be sent now */
  current(): Promise<Token>;
  /**
   * Called before each call that changes something.
   * @param first whether this is the first change. Then a ready token must last 5 minutes more, so that the
   * run can finish
   * @throws ActionError `TOKEN_EXPIRING`
   */
  requireForChange(first: boolean): Promise<void>;
  /** Drops a token that was refused. @returns whether another one can be fetched */
  discard(): boolean;
}

/** @returns the source of a ready token, given as an input. It cannot be renewed. */
export function readyToken(value: string, clock: Clocks): TokenSource {
  const expiresAt = timeIn(value, "exp");
  return {
    current: async () => ({ value, expiresAt }),
    async requireForChange(first) {
      const needed = first ? TOKEN_MARGIN_MS : 0;
      if (expiresAt === undefined || expiresAt - clock.earliest() >= needed) return;
      const message = `The token expires at ${iso(expiresAt)}. The run changed nothing more.`;
      throw new ActionError("TOKEN_EXPIRING", message);
    },
    discard: () => false,
  };
}

/**
 * @param fetch fetches a token with credentials; it retries and masks by itself
 * @returns the source of such tokens, renewed with 5 minutes left
 */
export function fetchedTokens(fetch: () => Promise<Token>, clock: Clocks): TokenSource {
  let token: Token | undefined;
  const current = async () => {
    const end = token?.expiresAt ?? Number.POSITIVE_INFINITY;
    if (token === undefined || end - clock.earliest() < TOKEN_MARGIN_MS) token = await fetch();
    return token;
  };
  return {
    current,
    requireForChange: async () => void (await current()),
    discard() {
      token = undefined;
      return true;
    },
  };
}

/** Client credentials, and the endpoint that gives tokens for them. */
export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly tokenUrl: URL;
  /**
   * The inputs that the token endpoint comes from, with their values: `token-url, which is https://… here`.
   */
  readonly tokenUrlFrom: string;
  /**
   * Set for application credentials, which go to the gateway's token manager. Without it, the credentials are
   * those of a technical user or a service, and go to the token endpoint (RFC 6749 §4.4).
   */
  readonly application?: {
    readonly appName: string;
    readonly appVersion: string;
    readonly hostTenant: string;
    readonly userTenant: string;
  };
}

/** @returns `Basic …` with the credentials in base64 (RFC 7617). It is as secret as its parts. */
export function basicAuthorization({
  clientId,
  clientSecret,
}: Pick<Credentials, "clientId" | "clientSecret">): string {
  return `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`;
}

/**
 * Fetches a token. A second request changes nothing, so it is repeated within the bounds.
 * @param mask hides the credentials as they are sent, and the token before anything else sees it
 * @throws ActionError `TOKEN_REQUEST_FAILED`, or one about the connection
 */
export async function fetchToken(
  client: PlatformClient,
  credentials: Credentials,
  mask: (secret: string) => void,
): Promise<Token> {
  mask(basicAuthorization(credentials).slice("Basic ".length));
  const call: Call<Token> = {
    method: "POST",
    url: credentials.tokenUrl,
    hostFrom: credentials.tokenUrlFrom,
    endpoint: ENDPOINTS.token,
    ...requestWith(credentials),
    givesToken: true,
    read: (text) => readToken(text, client.clock, mask),
  };
  return await client.call(call).catch((error: unknown) => {
    throw error instanceof ActionError ? explainRefusal(error, credentials) : error;
  });
}

function explainRefusal(
  error: ActionError,
  { application, tokenUrl, tokenUrlFrom }: Credentials,
): ActionError {
  const { code, platform } = error;
  if (REFUSALS.has(code)) {
    const message = `The token endpoint ${tokenUrl.host} did not give a token.`;
    return new ActionError("TOKEN_REQUEST_FAILED", message, { platform, cause: error });
  }
  if (application !== undefined || code !== "PLATFORM_REPLY_UNEXPECTED") return error;
  // A common mistake: the URL of the page where people log in, which answers but is not the token endpoint.
  const next = `Check ${tokenUrlFrom}. ${tokenUrl.href} must be the token endpoint of the environment.`;
  return new ActionError(code, error.message, { platform, next, cause: error });
}

/** Errors that mean that the credentials are wrong. */
const REFUSALS: ReadonlySet<string> = new Set(["TOKEN_REFUSED", "ACCESS_DENIED", "PLATFORM_REFUSED"]);

function requestWith(credentials: Credentials): Pick<Call<Token>, "headers" | "body"> {
  const { application } = credentials;
  const authorization = basicAuthorization(credentials);
  return application === undefined
    ? {
        headers: { authorization, "content-type": "application/x-www-form-urlencoded" },
        body: "grant_type=client_credentials",
      }
    : {
        headers: { "x-space-auth-key": authorization, "content-type": "application/json" },
        body: JSON.stringify(application),
      };
}

function readToken(text: string, clock: Clocks, mask: (secret: string) => void): Token {
  const json = parseJson(text);
  const value = isObject(json) ? json["access_token"] : undefined;
  if (!isObject(json) || typeof value !== "string") throw new UnexpectedReply("it has no access_token");
  mask(value);
  // RFC 6750 §2.1. Any other character could end the header.
  if (!/^[\w.~+/-]+=*$/.test(value) || value.length > 16_384)
    throw new UnexpectedReply("its access_token is not a bearer token");
  const seconds = json["expires_in"];
  const byReply =
    typeof seconds === "number" && Number.isFinite(seconds) ? clock.earliest() + seconds * 1000 : undefined;
  clock.note("token", timeIn(value, "iat"));
  return { value, expiresAt: timeIn(value, "exp") ?? byReply };
}

/**
 * Reads when a token expires (`exp`) or was issued (`iat`). Tokens are JWTs (RFC 7519), but may be opaque.
 * @returns milliseconds since 1970, or undefined where the token does not tell
 */
export function timeIn(token: string, name: "exp" | "iat"): number | undefined {
  const payload = token.split(".")[1];
  if (payload === undefined) return undefined;
  const claims = parseJson(Buffer.from(payload, "base64url").toString("utf8"));
  const claim = isObject(claims) ? claims[name] : undefined;
  return typeof claim === "number" && Number.isFinite(claim) ? claim * 1000 : undefined;
}
