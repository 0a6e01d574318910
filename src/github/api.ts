import { setTimeout as pause } from "node:timers/promises";
import { getOctokit } from "@actions/github";
import { defaults } from "@actions/github/lib/utils";
import { timeOfReply } from "../ca/http-date.ts";
import { printable } from "../ca/printable.ts";

/** Longest wait for one reply, its body included. */
const REPLY_TIMEOUT_MS = 30_000;
/** Larger than any reply about a secret or a run. */
const REPLY_LIMIT_BYTES = 1024 * 1024;
/** Pauses before a read is tried again. */
const READ_PAUSES_MS = [500, 1500];

/** What GitHub answered; `data` is hostile. */
export interface GitHubReply {
  readonly status: number;
  readonly data: unknown;
}

/** A call that did not succeed. */
export class GitHubFailure extends Error {
  override readonly name = "GitHubFailure";
  /** HTTP status; undefined where no whole reply came, so that nobody knows whether it was carried out. */
  readonly status: number | undefined;
  /** GitHub asks to wait: a limit, not a missing right. */
  readonly limited: boolean;

  /** @param message what GitHub said, or why there is no reply; made safe to print here */
  constructor(message: string, status?: number, limited = false, cause?: unknown) {
    super(printable(message, 300), { cause });
    this.status = status;
    this.limited = limited;
  }

  /** Another try may have more luck. */
  get passing(): boolean {
    return this.status === undefined || this.status >= 500;
  }
}

interface Options {
  readonly timeoutMs?: number;
  readonly pausesMs?: readonly number[];
  /** Told of GitHub's time, milliseconds since 1970, at each reply that says it. */
  readonly dated?: (at: number) => void;
}

/**
 * GitHub's REST API through Octokit, proxy variables honoured by `@actions/github`: each exchange timed, bounded in
 * size, and without redirects, which would carry the token elsewhere.
 */
export class GitHubApi {
  readonly #octokit: ReturnType<typeof getOctokit>;
  readonly #pauses: readonly number[];
  readonly #dated: (at: number) => void;
  #offset = 0;
  #expiration: number | undefined;

  /** @param url base of the REST API, such as `https://api.github.com` or `https://ghes.example.com/api/v3` */
  constructor(url: string, token: string, { timeoutMs = REPLY_TIMEOUT_MS, pausesMs, dated }: Options = {}) {
    this.#pauses = pausesMs ?? READ_PAUSES_MS;
    this.#dated = dated ?? (() => {});
    this.#octokit = getOctokit(token, {
      baseUrl: url,
      userAgent: "mindconnect-ca-action",
      // Octokit would print a reply's deprecation headers as they are.
      log: SILENT,
      request: { fetch: boundedFetch(timeoutMs), log: SILENT },
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
   * One exchange, never repeated.
   * @param route method and path template, such as `GET /repos/{owner}/{repo}`; parameters are percent-encoded into it
   * @throws GitHubFailure
   */
  async send(route: string, parameters: Readonly<Record<string, string>>): Promise<GitHubReply> {
    try {
      const { status, data, headers } = await this.#octokit.request(route, {
        ...parameters,
        headers: { "x-github-api-version": "2022-11-28" },
      });
      this.#note(headers);
      if (status >= 300) throw new GitHubFailure("a redirect, which is not followed", status);
      return { status, data };
    } catch (error) {
      const { response } = error as { response?: { headers?: Headers } };
      this.#note(response?.headers ?? {});
      throw toFailure(error);
    }
  }

  /** A call that only reads: tried up to three times where a server or the connection failed. @throws GitHubFailure */
  async read(route: string, parameters: Readonly<Record<string, string>>): Promise<GitHubReply> {
    for (const wait of this.#pauses) {
      try {
        return await this.send(route, parameters);
      } catch (error) {
        if (!(error instanceof GitHubFailure && error.passing)) throw error;
        await pause(wait);
      }
    }
    return await this.send(route, parameters);
  }

  #note(headers: Headers): void {
    const texts = (name: string) => (headers[name] === undefined ? [] : [String(headers[name])]);
    const date = timeOfReply(texts("date"), texts("age"));
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

type Fetch = typeof globalThis.fetch;

/** The fetch of `@actions/github`, which knows the proxy, with a limit of time and size and without redirects. */
function boundedFetch(timeoutMs: number): Fetch {
  const { fetch } = defaults.request as { fetch: Fetch };
  return async (url, init) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const reply = await fetch(url, { ...init, redirect: "manual", signal });
    const { status, headers } = reply;
    const text = await readBounded(reply);
    return new Response(text === "" ? null : text, { status, headers: [...headers] });
  };
}

async function readBounded(reply: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of reply.body ?? []) {
    size += chunk.length;
    if (size > REPLY_LIMIT_BYTES) throw new Error("the reply is larger than 1 MiB");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Octokit gives every way to fail as an error with a status; one without a response is its own invention. */
function toFailure(error: unknown): GitHubFailure {
  if (error instanceof GitHubFailure) return error;
  const { message, status, response, cause } = error as Error & {
    status?: number;
    response?: { headers?: Headers };
  };
  if (response === undefined || status === undefined) {
    const reason = (cause as Error | undefined)?.name === "TimeoutError" ? "no reply in time" : message;
    return new GitHubFailure(reason, undefined, false, error);
  }
  const { headers = {} } = response;
  const limited =
    status === 429 ||
    headers["retry-after"] !== undefined ||
    String(headers["x-ratelimit-remaining"]) === "0";
  return new GitHubFailure(message, status, limited, error);
}
