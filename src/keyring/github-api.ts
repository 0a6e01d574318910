import { getOctokit } from "@actions/github";
import { PRODUCT } from "../action/product.ts";
import type { Http } from "../http/http.ts";
import { type AttemptResult, type Deadline, retry } from "../http/retry.ts";
import { retryAfter, timeOfReply } from "../http/time-headers.ts";
import { TransportError } from "../http/transport-error.ts";
import { printable } from "../messages/printable.ts";

/** Calls to GitHub's REST API: when they are repeated, what GitHub's refusals mean, and its clock. */

/** What GitHub's documentation asks to wait where its Retry-After cannot be read. */
const SECONDARY_LIMIT_MS = 60_000;
/** How often a call is sent that a rate limit refuses. */
const LIMITED_ATTEMPTS = 3;

/** What GitHub answered; `data` is hostile. */
export interface GitHubReply {
  readonly status: number;
  readonly data: unknown;
}

/** The cause of a refusal, where GitHub names it. None of these causes is a missing permission. */
export type RefusalKind = "rate-limit" | "ip-allow-list" | "saml" | "moved";

interface FailureDetails {
  readonly status?: number | undefined;
  readonly kind?: RefusalKind | undefined;
  readonly waitMs?: number | undefined;
  readonly transport?: TransportError | undefined;
  readonly cause?: unknown;
}

/** A call that did not succeed. */
export class GitHubFailure extends Error {
  override readonly name = "GitHubFailure";
  /** HTTP status; undefined where no whole reply came, so that the outcome is not known. */
  readonly status: number | undefined;
  readonly kind: RefusalKind | undefined;
  /** Milliseconds that GitHub asks to wait. */
  readonly waitMs: number | undefined;
  readonly transport: TransportError | undefined;

  /** @param message what GitHub said, or why there is no reply; made safe to print here */
  constructor(message: string, { status, kind, waitMs, transport, cause }: FailureDetails = {}) {
    super(printable(message, 900), { cause });
    this.status = status;
    this.kind = kind;
    this.waitMs = waitMs;
    this.transport = transport;
  }

  /** Whether GitHub may have done what it was asked, although no whole reply came. */
  get unclear(): boolean {
    return this.status === undefined && this.transport?.sent !== false;
  }
}

/** What a call to GitHub needs: HTTP, the time that is left, and what to tell the run. */
export interface GitHubSide {
  readonly http: Http;
  /** Shared with the calls to the platform. */
  readonly deadline: Deadline;
  /** Prints a line about a wait. */
  readonly notice?: (message: string) => void;
  /** Receives GitHub's time, milliseconds since 1970, at each reply that says it. */
  readonly dated?: (at: number) => void;
}

/** GitHub's REST API: Octokit over the one way out (`src/http/`). */
export class GitHubApi {
  readonly #octokit: ReturnType<typeof getOctokit>;
  readonly #deadline: Deadline;
  readonly #notice: (message: string) => void;
  readonly #dated: (at: number) => void;
  #offset = 0;
  #waited = 0;
  #expiration: number | undefined;

  /** @param url base of the REST API, such as `https://api.github.com` or `https://ghes.example.com/api/v3` */
  constructor(
    url: string,
    token: string,
    { http, deadline, notice = () => {}, dated = () => {} }: GitHubSide,
  ) {
    this.#deadline = deadline;
    this.#notice = notice;
    this.#dated = dated;
    this.#octokit = getOctokit(token, {
      baseUrl: url,
      userAgent: PRODUCT,
      // Octokit would print a reply's deprecation headers as they are.
      log: SILENT,
      request: { fetch: fetchOver(http), log: SILENT },
    });
  }

  /** @returns GitHub's time in milliseconds since 1970, at most about a second late; this machine's before a reply */
  now(): number {
    return Date.now() + this.#offset;
  }

  /** When the token ends, milliseconds since 1970; undefined before a reply and where GitHub does not say. */
  get tokenExpiration(): number | undefined {
    return this.#expiration;
  }

  /**
   * Sends one call. It is tried again only where no connection came about, so that nothing was sent.
   * @param route method and path template, such as `GET /repos/{owner}/{repo}`; parameters are percent-encoded into it
   * @throws GitHubFailure
   */
  async send(route: string, parameters: Readonly<Record<string, string>>): Promise<GitHubReply> {
    return await this.#retry(route, parameters, (error) => {
      throw error;
    });
  }

  /**
   * Sends a call that only reads. It is tried again, within the deadline, where a server or the connection
   * failed, and after the wait that a rate limit asks for.
   * @throws GitHubFailure
   */
  async read(route: string, parameters: Readonly<Record<string, string>>): Promise<GitHubReply> {
    let limited = 0;
    return await this.#retry(route, parameters, (error) => {
      const { kind, status, waitMs } = error;
      // Without a time from GitHub the run does not guess one.
      if (kind === "rate-limit" && waitMs !== undefined && ++limited < LIMITED_ATTEMPTS)
        return { kind: "try-later", waitMs, error };
      if (error.unclear || (status ?? 0) >= 500) return { kind: "maybe-done", waitMs, error };
      throw error;
    });
  }

  /**
   * Waits as GitHub asks where a rate limit refused a {@link send}: nothing was done, so the caller may send it again.
   * @returns whether it waited; false where GitHub names no time, the deadline leaves less time, or this was
   * the third refusal
   */
  async waitOut({ kind, waitMs, message }: GitHubFailure): Promise<boolean> {
    if (kind !== "rate-limit" || waitMs === undefined || waitMs >= this.#deadline.left) return false;
    if (++this.#waited >= LIMITED_ATTEMPTS) return false;
    this.#tellWait(waitMs, message);
    await this.#deadline.wait(waitMs);
    return true;
  }

  #tellWait(milliseconds: number, message: string): void {
    this.#notice(`GitHub: ${message}. Waiting ${Math.ceil(milliseconds / 1000)} s.`);
  }

  async #retry(
    route: string,
    parameters: Readonly<Record<string, string>>,
    judge: (error: GitHubFailure) => AttemptResult<GitHubReply>,
  ): Promise<GitHubReply> {
    return await retry<GitHubReply>({
      deadline: this.#deadline,
      attempt: async () => {
        try {
          return { kind: "done", value: await this.#exchange(route, parameters) };
        } catch (error) {
          const failure = this.#toFailure(error);
          const { transport } = failure;
          if (transport?.kind === "refused") throw failure;
          return transport?.sent === false ? { kind: "not-sent", error: failure } : judge(failure);
        }
      },
      onWait: (milliseconds, { message }) => this.#tellWait(milliseconds, message),
    });
  }

  async #exchange(route: string, parameters: Readonly<Record<string, string>>): Promise<GitHubReply> {
    const { status, data, headers } = await this.#octokit.request(route, {
      ...parameters,
      headers: { "x-github-api-version": "2022-11-28" },
    });
    this.#note(headers);
    if (status < 300) return { status, data };
    const kind = isMove(status, String(headers.location ?? "")) ? "moved" : undefined;
    throw new GitHubFailure("a redirect, which the action does not follow", { status, kind });
  }

  /** Octokit's errors always have a status. In an error without a response, that status is not GitHub's. */
  #toFailure(error: unknown): GitHubFailure {
    if (error instanceof GitHubFailure) return error;
    const { message, status, response, cause } = error as Error & {
      status?: number;
      response?: { headers?: Headers };
    };
    if (response === undefined || status === undefined) {
      const transport = cause instanceof TransportError ? cause : undefined;
      return new GitHubFailure(transport?.message ?? message, { transport, cause: error });
    }
    const { headers = {} } = response;
    this.#note(headers);
    const kind = kindOf(status, message, headers);
    return new GitHubFailure(message, { status, kind, waitMs: this.#waitOf(headers), cause: error });
  }

  /** How long GitHub asks to wait, by its documentation of rate limits; undefined where it does not say. */
  #waitOf(headers: Headers): number | undefined {
    const after = headers["retry-after"];
    if (after !== undefined) return retryAfter(String(after), this.now()) ?? SECONDARY_LIMIT_MS;
    const reset = String(headers["x-ratelimit-reset"] ?? "");
    if (!hasUsedUp(headers) || !/^\d{1,12}$/.test(reset)) return undefined;
    return Math.max(1000, Number(reset) * 1000 - this.now());
  }

  #note(headers: Headers): void {
    const date = timeOfReply(headers);
    if (!Number.isNaN(date)) {
      this.#offset = date - Date.now();
      this.#dated(date);
    }
    const end = headers["github-authentication-token-expiration"];
    if (end !== undefined) this.#expiration = parseTokenExpiration(String(end));
  }
}

type Headers = Readonly<Record<string, string | number | undefined>>;

/**
 * Finds the cause of a refusal. Only SAML has a header of its own. The other policies differ only in their
 * words.
 */
function kindOf(status: number, message: string, headers: Headers): RefusalKind | undefined {
  if (status !== 403 && status !== 429) return undefined;
  if (/\bIP allow list\b/i.test(message)) return "ip-allow-list";
  if (headers["x-github-sso"] !== undefined || /\bSAML\b/.test(message)) return "saml";
  const limited =
    status === 429 ||
    headers["retry-after"] !== undefined ||
    hasUsedUp(headers) ||
    /\b(?:secondary|API) rate limit\b|\babuse detection\b/i.test(message);
  return limited ? "rate-limit" : undefined;
}

function hasUsedUp(headers: Headers): boolean {
  return String(headers["x-ratelimit-remaining"]) === "0";
}

/**
 * Whether a redirect means a renamed or transferred repository: GitHub names the new place by the
 * repository's number.
 */
function isMove(status: number, location: string): boolean {
  return status === 301 || /\/repositories\/\d+(?:\/|$)/.test(location);
}

/**
 * Reads GitHub's `github-authentication-token-expiration` header: `2026-12-31 23:59:59 UTC`, or with an offset such as
 * `-0700` in the zone's place.
 * @returns milliseconds since 1970; undefined for anything else
 */
export function parseTokenExpiration(text: string): number | undefined {
  const found = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) (?:UTC|([+-]\d\d):?(\d\d))$/.exec(text.trim());
  if (found === null) return undefined;
  const [, day, time, hours, minutes] = found;
  const at = Date.parse(`${day}T${time}${hours === undefined ? "Z" : `${hours}:${minutes}`}`);
  return Number.isNaN(at) ? undefined : at;
}

const ignore = (): void => {};
const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore };

interface FetchInit {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Statuses whose replies have no content (RFC 9110): a Response refuses one. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/** @returns a fetch for Octokit over `src/http/`; Octokit passes headers and body as texts */
function fetchOver(http: Http): (url: string, init: FetchInit) => Promise<Response> {
  return async (url, { method, headers, body }) => {
    const request = { method, url: new URL(url), headers };
    const reply = await http.send(body === undefined ? request : { ...request, body });
    const { status, text } = reply;
    if (!(status >= 200 && status <= 599))
      throw new TransportError("broken", `the reply has the status ${status}, which HTTP does not have`);
    return new Response(text === "" || WITHOUT_BODY.has(status) ? null : text, {
      status,
      headers: Object.entries(reply.headers).flatMap(([name, value]) =>
        [value ?? []].flat().map((line): [string, string] => [name, line]),
      ),
    });
  };
}
