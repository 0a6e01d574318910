// Bearer tokens: given as an input, or fetched and renewed.
import type { Clocks } from "../ca/clocks.ts";
import { iso } from "../ca/time.ts";
import { ActionError } from "../messages/errors.ts";
import { isObject, parseJson } from "./error-reply.ts";

/** A token with less time left is renewed or, where it cannot be, not used to begin a change. */
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
   * @param first whether it is the first change. A ready token then needs 5 minutes, to finish what begins.
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
