import type { IncomingMessage, ServerResponse } from "node:http";
import sodium from "libsodium-wrappers";
import { listen, readBody, type ServerTls } from "../../src/sandbox/server.ts";
import { faultsOf, type GitHubFault, type GitHubFaults, reset, trickle } from "./github-faults.ts";

/** The calls about secrets that the double knows. */
export type GitHubCall = "public-key" | "metadata" | "put" | "run";

export interface GitHubOptions {
  /** Path before the API's own, such as `/api/v3` of an Enterprise Server. */
  readonly prefix?: string;
  readonly token?: string;
  readonly repository?: string;
  readonly environments?: readonly string[];
  /** Serves https with these. */
  readonly tls?: ServerTls;
  /** Milliseconds before each answer. */
  readonly latency?: number;
}

/** A secret as GitHub keeps it, opened. */
interface StoredSecret {
  readonly text: string;
  /** Whole seconds, milliseconds since 1970. */
  readonly updatedAt: number;
  /** What it was before the last write. */
  readonly before?: StoredSecret;
}

interface RecordedRequest {
  /** Undefined for a path that the API does not have. */
  readonly call: GitHubCall | undefined;
  readonly method: string;
  readonly path: string;
  readonly userAgent: string | undefined;
  /** When it came, by the double's clock. */
  readonly at: number;
}

/** A double of GitHub's REST API for the secrets of one repository and its environments. */
export interface GitHub {
  /** For GITHUB_API_URL. */
  readonly url: string;
  readonly token: string;
  readonly repository: string;
  readonly runId: string;
  /** What the runner would set. */
  readonly env: Readonly<Record<string, string>>;
  /** What secrets are sealed for. */
  readonly publicKey: Uint8Array;
  readonly environments: Set<string>;
  readonly requests: RecordedRequest[];
  /** Every text that was written, in order. */
  readonly written: string[];
  readonly faults: GitHubFaults;
  /** What the token may do: `none` is the workflow's own GITHUB_TOKEN; `hidden` does not see the repository. */
  rights: "write" | "read" | "none" | "hidden";
  /** The header `github-authentication-token-expiration`. */
  tokenExpiration: string | undefined;
  /** When the workflow run was queued; undefined where the token may not ask. */
  runCreatedAt: number | undefined;
  /** Milliseconds that GitHub is ahead of this machine. */
  skew: number;
  /** Milliseconds between the reply's Date and the time of writing that the secret then shows. */
  writeLag: number;
  /** Called when a request comes, before anything else. */
  onRequest: (call: GitHubCall | undefined) => void;
  /** Called after a write, before it is answered. */
  onWrite: (name: string) => void;
  now(): number;
  /** @returns a secret's text, for `keyring: ${{ secrets.NAME }}`: empty where there is none */
  text(name: string, environment?: string): string;
  updatedAt(name: string, environment?: string): number | undefined;
  /** Stores a secret as somebody would by hand. */
  seed(name: string, text: string, more?: { environment?: string; updatedAt?: number }): void;
  remove(name: string, environment?: string): void;
  /** @returns the calls so far, in order */
  calls(): (GitHubCall | undefined)[];
  close(): Promise<void>;
}

/** @returns a time as the header `github-authentication-token-expiration` has it */
export const tokenExpiration = (at: number): string =>
  new Date(at).toISOString().replace("T", " ").replace(/\..*/, " UTC");

const KEY_ID = "568250167242549743";
const LIMIT_BYTES = 48 * 1024;

/** Starts the double on loopback. */
export async function startGitHub(options: GitHubOptions = {}): Promise<GitHub> {
  await sodium.ready;
  const { prefix = "", token = "github_pat_11AAAA_double", repository = "acme/plant" } = options;
  const pair = sodium.crypto_box_keypair();
  const secrets = new Map<string, StoredSecret>();
  const idOf = (name: string, environment?: string) => `${environment ?? ""}/${name}`;
  const store = (id: string, text: string, updatedAt: number) => {
    const before = secrets.get(id);
    const second = Math.floor(updatedAt / 1000) * 1000;
    secrets.set(id, { text, updatedAt: second, ...(before === undefined ? {} : { before }) });
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = "", url = "" } = request;
    const body = (await readBody(request)) ?? "";
    const found = route(method, url, prefix, repository);
    const userAgent = request.headers["user-agent"];
    github.requests.push({ call: found?.call, method, path: url, userAgent, at: github.now() });
    github.onRequest(found?.call);
    if (options.latency !== undefined) await new Promise((done) => setTimeout(done, options.latency));
    const fault = found && faults.take(found.call);
    if (fault?.kind === "reset") return reset(request);
    if (fault?.kind === "slow") {
      await new Promise((done) => setTimeout(done, fault.milliseconds));
      fault.meanwhile?.();
    }
    if (fault?.kind === "trickle") return trickle(response);
    const reply = judge(request, body, found, fault);
    if (fault?.kind === "lost") return reset(request);
    response.sendDate = false;
    response.writeHead(reply.status, {
      "content-type": "application/json; charset=utf-8",
      date: new Date(github.now()).toUTCString(),
      ...(github.tokenExpiration && { "github-authentication-token-expiration": github.tokenExpiration }),
      ...reply.headers,
    });
    response.end(reply.status === 204 ? "" : (reply.raw ?? JSON.stringify(reply.body)));
  };

  const judge = (
    request: IncomingMessage,
    body: string,
    found: Route | undefined,
    fault: GitHubFault | undefined,
  ): Reply => {
    if (fault?.kind === "status")
      return { ...refusal(fault.status, fault.message), headers: fault.headers ?? {} };
    if (fault?.kind === "body") return { status: 200, raw: fault.text };
    const credentials = /^(?:token|bearer) (.+)$/i.exec(request.headers.authorization ?? "")?.[1];
    if (credentials !== github.token) return refusal(401, "Bad credentials");
    if (found === undefined || github.rights === "hidden") return refusal(404, "Not Found");
    if (found.call === "run") {
      if (github.runCreatedAt === undefined) return forbidden(github.token);
      return { status: 200, body: { id: Number(found.name), created_at: isoSeconds(github.runCreatedAt) } };
    }
    if (github.rights === "none") return forbidden(github.token);
    const { environment, name } = found;
    if (environment !== undefined && !github.environments.has(environment)) return refusal(404, "Not Found");
    if (found.call === "public-key")
      return { status: 200, body: { key_id: KEY_ID, key: toBase64(pair.publicKey) } };
    const id = idOf(name, environment);
    if (found.call === "put") return write(id, name, body);
    const secret = fault?.kind === "old" ? secrets.get(id)?.before : secrets.get(id);
    if (secret === undefined) return refusal(404, "Not Found");
    const updated_at = isoSeconds(secret.updatedAt);
    return { status: 200, body: { name, created_at: updated_at, updated_at } };
  };

  const write = (id: string, name: string, body: string): Reply => {
    if (github.rights === "read") return forbidden(github.token);
    const { encrypted_value: sealed, key_id: keyId } = JSON.parse(body) as Record<string, string>;
    if (!/^(?!GITHUB_)[A-Z_][A-Z0-9_]*$/.test(name)) return refusal(422, "Secret names must be legal");
    if (keyId !== KEY_ID) return refusal(422, "Key ID does not match");
    let text: string;
    try {
      const box = sodium.from_base64(sealed ?? "", sodium.base64_variants.ORIGINAL);
      text = Buffer.from(sodium.crypto_box_seal_open(box, pair.publicKey, pair.privateKey)).toString("utf8");
    } catch {
      return refusal(422, "Bad request - the sealed box does not open");
    }
    if (Buffer.byteLength(text) > LIMIT_BYTES) return refusal(422, "Secret is too large");
    const fresh = !secrets.has(id);
    store(id, text, github.now() + github.writeLag);
    github.written.push(text);
    github.onWrite(name);
    return fresh ? { status: 201, body: {} } : { status: 204 };
  };

  const faults = faultsOf();
  const server = await listen(
    (request, response) => void answer(request, response).catch(() => response.destroy()),
    0,
    options.tls,
  );
  const url = `${server.url}${prefix}`;
  const github: GitHub = {
    url,
    token,
    repository,
    runId: "4711",
    env: { GITHUB_API_URL: url, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: "4711" },
    publicKey: pair.publicKey,
    environments: new Set(options.environments),
    requests: [],
    written: [],
    faults,
    rights: "write",
    tokenExpiration: undefined,
    runCreatedAt: undefined,
    skew: 0,
    writeLag: 0,
    onRequest: () => {},
    onWrite: () => {},
    now: () => Date.now() + github.skew,
    text: (name, environment) => secrets.get(idOf(name, environment))?.text ?? "",
    updatedAt: (name, environment) => secrets.get(idOf(name, environment))?.updatedAt,
    seed: (name, text, { environment, updatedAt = github.now() } = {}) =>
      store(idOf(name, environment), text, updatedAt),
    remove: (name, environment) => void secrets.delete(idOf(name, environment)),
    calls: () => github.requests.map(({ call }) => call),
    close: server.close,
  };
  return github;
}

interface Reply {
  readonly status: number;
  readonly body?: unknown;
  /** Instead of the body: not JSON, perhaps. */
  readonly raw?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Route {
  readonly call: GitHubCall;
  readonly environment?: string;
  /** Of the secret, or the run's id. */
  readonly name: string;
}

function route(method: string, url: string, prefix: string, repository: string): Route | undefined {
  const home = `${prefix}/repos/${repository}`;
  if (!url.startsWith(`${home}/`)) return undefined;
  const path = url.slice(home.length);
  const run = /^\/actions\/runs\/(\d+)$/.exec(path)?.[1];
  if (run !== undefined) return method === "GET" ? { call: "run", name: run } : undefined;
  const [, encoded, name] = /^\/(?:actions|environments\/([^/]+))\/secrets\/([\w-]+)$/.exec(path) ?? [];
  if (name === undefined) return undefined;
  const where = encoded === undefined ? {} : { environment: decodeURIComponent(encoded) };
  if (method === "PUT") return { call: "put", name, ...where };
  if (method !== "GET") return undefined;
  return { call: name === "public-key" ? "public-key" : "metadata", name, ...where };
}

function refusal(status: number, message = `status ${status}`): Reply {
  return {
    status,
    body: { message, documentation_url: "https://docs.github.com/rest", status: String(status) },
  };
}

function forbidden(token: string): Reply {
  const who = token.startsWith("ghs_") ? "integration" : "personal access token";
  return refusal(403, `Resource not accessible by ${who}`);
}

function isoSeconds(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, "Z");
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
