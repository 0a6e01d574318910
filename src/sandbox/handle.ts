import { retryAfterHeader } from "./limits.ts";
import type { Platform, PlatformRequest } from "./platform.ts";
import { Refusal, refusalReply, refuse } from "./refusals.ts";
import type { Reply } from "./replies.ts";
import type { Route } from "./routes.ts";

/**
 * Does what the platform would do with a request: token, limits, then the endpoint itself.
 * @param platform the state
 * @param route what the request addresses
 * @param request the request; its id is the route's
 * @returns the reply, a refusal included
 */
export function handle(platform: Platform, route: Route, request: PlatformRequest): Reply {
  try {
    if (route.bearer) checkToken(platform, request.headers.authorization);
    if (!route.handler) throw refuse(404, "noMatch", "This resource does not exist.");
    spendBudget(platform, route);
    return route.handler(platform, request);
  } catch (error) {
    if (error instanceof Refusal) return refusalReply(error, platform.quirks.errorShape);
    throw error;
  }
}

/** RFC 6750: the scheme is case-insensitive, a 401 names it. */
function checkToken(platform: Platform, authorization: string | undefined): void {
  const presented = /^Bearer (\S+)$/i.exec(authorization ?? "")?.[1];
  const verdict = presented === undefined ? "missing" : platform.tokens.judge(presented);
  if (verdict === "valid") return;
  throw refuse(401, "unauthorized", `The bearer token is ${verdict}.`, { "WWW-Authenticate": "Bearer" });
}

function spendBudget(platform: Platform, route: Route): void {
  const wait = platform.limiter.spend(route.call);
  if (wait === 0) return;
  const headers = retryAfterHeader(wait, platform.clock(), platform.quirks.retryAfter);
  throw refuse(429, "tooManyRequests", "The rate limit of this endpoint is exceeded.", headers);
}
