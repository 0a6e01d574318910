// Finds what a request addresses, and does what the platform would do with it.
import type { CallName } from "./calls.ts";
import { get, list, registrationCode, remove, technicalToken, token, upload, verify } from "./handlers.ts";
import { retryAfterHeader } from "./limits.ts";
import type { Handler, Platform, PlatformRequest } from "./platform.ts";
import { Refusal, type Reply, refusalReply, refuse } from "./responses.ts";

/** Base path of the API on the gateway (FACTS §1). */
const BASE = "/api/mindconnectmqtt/v3";
const AGENTS = new RegExp(`^${BASE}/agentCertificates(/|$)`);

type Endpoint = readonly [method: string, path: string, call: CallName, handler: Handler];

/** The calls that want a bearer token. A misprint of the vendor's page, `GET …/v3/<id>/registrationCode`, is none of them. */
const API: readonly Endpoint[] = [
  ["GET", `${BASE}/caCertificates`, "list", list],
  ["POST", `${BASE}/caCertificates`, "upload", upload],
  ["GET", `${BASE}/caCertificates/{id}`, "get", get],
  ["DELETE", `${BASE}/caCertificates/{id}`, "delete", remove],
  ["GET", `${BASE}/caCertificates/{id}/registrationCode`, "code", registrationCode],
  ["POST", `${BASE}/caCertificates/{id}/verify`, "verify", verify],
];

/** The token endpoints (FACTS §2), which check credentials of their own. */
const TOKENS: readonly Endpoint[] = [
  ["POST", "/oauth/token", "token", token],
  ["POST", "/api/technicaltokenmanager/v3/oauth/token", "technical-token", technicalToken],
];

const ENDPOINTS = [...API, ...TOKENS].map((endpoint) => {
  const [method, path, call, handler] = endpoint;
  const pattern = new RegExp(`^${path.replace("{id}", "([^/]+)")}$`);
  return { method, pattern, call, handler, bearer: API.includes(endpoint) };
});

/** Where a request goes. */
export interface Route {
  readonly call: CallName;
  /** Undefined where the sandbox has nothing. */
  readonly handler: Handler | undefined;
  /** Whether it wants a bearer token. */
  readonly bearer: boolean;
  /** From the path, decoded; empty where it has none. */
  readonly id: string;
}

/**
 * Finds what a request addresses.
 * @param path without the query, percent-encoded
 */
export function findRoute(method: string, path: string): Route {
  for (const { call, handler, bearer, ...endpoint } of ENDPOINTS) {
    const match = endpoint.method === method ? endpoint.pattern.exec(path) : null;
    if (match) return { call, handler, bearer, id: decode(match[1] ?? "") };
  }
  return { call: AGENTS.test(path) ? "agent" : "other", handler: undefined, bearer: true, id: "" };
}

/** Decodes an id. One that is not valid percent-encoding stays as it is, and no certificate has it. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/**
 * Does what the platform would do with a request: token, limits, then the endpoint itself.
 * @param request its id is the route's
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
