// Bearer tokens: given as an input, or fetched and renewed.
import type { Clocks } from "../ca/clocks.ts";
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

/** A ready token, given as an input. It cannot be renewed. */
export class ReadyToken implements TokenSource {
  readonly #token: Token;
  readonly #clock: Clocks;

  constructor(value: string, clock: Clocks) {
    this.#token = { value, expiresAt: expiryOf(value) };
    this.#clock = clock;
  }

  current(): Promise<Token> {
    return Promise.resolve(this.#token);
  }

  async requireForChange(first: boolean): Promise<void> {
    const { expiresAt } = this.#token;
    const needed = first ? TOKEN_MARGIN_MS : 0;
    if (expiresAt === undefined || expiresAt - this.#clock.earliest() >= needed) return;
    const end = new Date(expiresAt).toISOString();
    throw new ActionError("TOKEN_EXPIRING", `The token expires at ${end}. The run changed nothing more.`);
  }

  discard(): boolean {
    return false;
  }
}

/** Tokens fetched with credentials, renewed with 5 minutes left. */
export class FetchedTokens implements TokenSource {
  readonly #fetch: () => Promise<Token>;
  readonly #clock: Clocks;
  #token: Token | undefined;

  /** @param fetch fetches a token; it retries and masks by itself */
  constructor(fetch: () => Promise<Token>, clock: Clocks) {
    this.#fetch = fetch;
    this.#clock = clock;
  }

  async current(): Promise<Token> {
    const end = this.#token?.expiresAt ?? Number.POSITIVE_INFINITY;
    if (this.#token === undefined || end - this.#clock.earliest() < TOKEN_MARGIN_MS)
      this.#token = await this.#fetch();
    return this.#token;
  }

  async requireForChange(): Promise<void> {
    await this.current();
  }

  discard(): boolean {
    this.#token = undefined;
    return true;
  }
}

/**
 * Reads when a token expires. Tokens are JWTs (RFC 7519), but may be opaque.
 * @returns milliseconds since 1970, or undefined where the token does not tell
 */
export function expiryOf(token: string): number | undefined {
  return timeIn(token, "exp");
}

/** @returns when a token was issued, milliseconds since 1970, or undefined where it does not tell */
export function issuedAt(token: string): number | undefined {
  return timeIn(token, "iat");
}

function timeIn(token: string, name: "exp" | "iat"): number | undefined {
  const payload = token.split(".")[1];
  if (payload === undefined) return undefined;
  const claims = parseJson(Buffer.from(payload, "base64url").toString("utf8"));
  const claim = isObject(claims) ? claims[name] : undefined;
  return typeof claim === "number" && Number.isFinite(claim) ? claim * 1000 : undefined;
}
