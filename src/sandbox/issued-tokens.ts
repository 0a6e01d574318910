// The bearer tokens that the sandbox issued or accepts.
import { createHmac, randomBytes, randomUUID } from "node:crypto";

/** How a presented token is judged. */
export type TokenVerdict = "valid" | "expired" | "unknown";

/** The bearer tokens of one sandbox. */
export interface Tokens {
  /**
   * Makes a JWT-shaped token that is accepted until it expires.
   * @param lifetimeSeconds from now by the sandbox's clock; negative for one that is over already
   */
  issue(lifetimeSeconds: number): string;
  /** Accepts a token from elsewhere: until its `exp` if it is a JWT that has one, else for ever. */
  accept(token: string): void;
  /** Says whether a token may be used now. */
  judge(token: string): TokenVerdict;
}

/**
 * Makes the token store of a sandbox.
 * @param clock milliseconds since the epoch
 * @param clientId the subject of issued tokens
 */
export function createTokens(clock: () => number, clientId: string): Tokens {
  const expiries = new Map<string, number>();
  const key = randomBytes(32);
  return {
    issue(lifetimeSeconds) {
      const issuedAt = Math.floor(clock() / 1000);
      const expiry = issuedAt + lifetimeSeconds;
      const token = jwt(
        { jti: randomUUID(), sub: clientId, client_id: clientId, iat: issuedAt, exp: expiry },
        key,
      );
      expiries.set(token, expiry);
      return token;
    },
    accept(token) {
      expiries.set(token, expiryOf(token));
    },
    judge(token) {
      const expiry = expiries.get(token);
      if (expiry === undefined) return "unknown";
      return clock() < expiry * 1000 ? "valid" : "expired";
    },
  };
}

/** A JWT (RFC 7519), signed with a key of the sandbox only: clients can read it and cannot check it. */
function jwt(claims: Record<string, unknown>, key: Buffer): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  return `${signed}.${createHmac("sha256", key).update(signed).digest("base64url")}`;
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
