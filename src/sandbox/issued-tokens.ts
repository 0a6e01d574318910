// The bearer tokens that the sandbox issued or accepts.
import { randomBytes, randomUUID } from "node:crypto";

/** The bearer tokens of one sandbox. */
export class IssuedTokens {
  readonly #clock: () => number;
  readonly #clientId: string;
  /** Seconds since the epoch, by token. */
  readonly #expiries = new Map<string, number>();

  /**
   * @param clock milliseconds since the epoch
   * @param clientId the subject of issued tokens
   */
  constructor(clock: () => number, clientId: string) {
    this.#clock = clock;
    this.#clientId = clientId;
  }

  /**
   * Makes a JWT-shaped token that is accepted until it expires.
   * @param lifetimeSeconds from now by the sandbox's clock; negative for one that has expired already
   */
  issue(lifetimeSeconds: number): string {
    const iat = Math.floor(this.#clock() / 1000);
    const exp = iat + lifetimeSeconds;
    const sub = this.#clientId;
    const token = jwt({ jti: randomUUID(), sub, client_id: sub, iat, exp });
    this.#expiries.set(token, exp);
    return token;
  }

  /** Accepts a token from elsewhere: until its `exp` if it is a JWT that has one, else for good. */
  accept(token: string): void {
    this.#expiries.set(token, expiryOf(token));
  }

  /** Says whether a token may be used now. */
  judge(token: string): "valid" | "expired" | "unknown" {
    const expiry = this.#expiries.get(token);
    if (expiry === undefined) return "unknown";
    return this.#clock() < expiry * 1000 ? "valid" : "expired";
  }
}

/** A JWT (RFC 7519) that clients can read. Its signature is a random one, which they could not check anyway. */
function jwt(claims: Record<string, unknown>): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}.${randomBytes(32).toString("base64url")}`;
}

/** The `exp` of a JWT in seconds since the epoch; Infinity for any other text. */
function expiryOf(token: string): number {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
    const exp = (claims as { exp?: unknown } | null)?.exp;
    return typeof exp === "number" ? exp : Number.POSITIVE_INFINITY;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
