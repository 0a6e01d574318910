import { get, list, registrationCode, remove, upload, verify } from "./ca-certificates.ts";
import type { CallName } from "./calls.ts";
import type { Handler } from "./platform.ts";
import { technicalToken, token } from "./token-endpoints.ts";

/** Where the API lives on the gateway (FACTS §1). */
const BASE = "/api/mindconnectmqtt/v3";
const ALL = new RegExp(`^${BASE}/caCertificates$`);
const ONE = new RegExp(`^${BASE}/caCertificates/([^/]+)$`);
const CODE = new RegExp(`^${BASE}/caCertificates/([^/]+)/registrationCode$`);
const VERIFY = new RegExp(`^${BASE}/caCertificates/([^/]+)/verify$`);
const AGENTS = new RegExp(`^${BASE}/agentCertificates(/|$)`);

interface Endpoint {
  readonly method: string;
  readonly path: RegExp;
  readonly call: CallName;
  readonly handler: Handler;
  /** Whether it wants a bearer token; the token endpoints check credentials of their own. */
  readonly bearer: boolean;
}

/** The calls of FACTS §1 and 2. The page's slip `GET …/v3/<id>/registrationCode` is not among them. */
const ENDPOINTS: readonly Endpoint[] = [
  { method: "GET", path: ALL, call: "list", handler: list, bearer: true },
  { method: "POST", path: ALL, call: "upload", handler: upload, bearer: true },
  { method: "GET", path: ONE, call: "get", handler: get, bearer: true },
  { method: "DELETE", path: ONE, call: "delete", handler: remove, bearer: true },
  { method: "GET", path: CODE, call: "code", handler: registrationCode, bearer: true },
  { method: "POST", path: VERIFY, call: "verify", handler: verify, bearer: true },
  { method: "POST", path: /^\/oauth\/token$/, call: "token", handler: token, bearer: false },
  {
    method: "POST",
    path: /^\/api\/technicaltokenmanager\/v3\/oauth\/token$/,
    call: "technical-token",
    handler: technicalToken,
    bearer: false,
  },
];

/** Where a request goes. */
export interface Route {
  readonly call: CallName;
  /** Undefined where the sandbox has nothing. */
  readonly handler: Handler | undefined;
  readonly bearer: boolean;
  /** From the path, decoded; empty where it has none. */
  readonly id: string;
}

/**
 * Finds what a request addresses.
 * @param method the HTTP method
 * @param path without the query, percent-encoded
 */
export function findRoute(method: string, path: string): Route {
  for (const { call, handler, bearer, ...endpoint } of ENDPOINTS) {
    const match = endpoint.method === method ? endpoint.path.exec(path) : null;
    if (match) return { call, handler, bearer, id: decode(match[1] ?? "") };
  }
  return { call: AGENTS.test(path) ? "agent" : "other", handler: undefined, bearer: true, id: "" };
}

/** An id that is no valid percent-encoding is no id of ours either: it is looked up as it stands. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
