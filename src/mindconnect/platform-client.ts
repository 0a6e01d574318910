// Sends calls to the platform until they are done or refused. Every failure becomes an ActionError.
import type { Clocks } from "../ca/clocks.ts";
import { iso } from "../ca/time.ts";
import { firstValue, type Http, type HttpReply } from "../http/http.ts";
import { type AttemptResult, type Deadline, LONGEST_TIMEOUT_MINUTES, retry } from "../http/retry.ts";
import { retryAfter, timeOfReply } from "../http/time-headers.ts";
import { TransportError } from "../http/transport-error.ts";
import { ActionError, type ErrorReply } from "../messages/errors.ts";
import { printable } from "../messages/printable.ts";
import { quoteReply, readErrorReply } from "./error-reply.ts";
import { type Endpoint, HourlyBudget, WINDOW_MS } from "./rate-limits.ts";
import { UnexpectedReply } from "./replies.ts";

/** One call, without its credentials. */
export interface Call<T> {
  readonly method: "GET" | "POST" | "DELETE";
  readonly url: URL;
  /** The inputs that the host comes from, with their values: `region, which is eu1 here`. */
  readonly hostFrom?: string | undefined;
  /** For the documented limit of requests an hour. */
  readonly endpoint: Endpoint;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Reads a 2xx reply; throws UnexpectedReply where it is not what the documentation promises. */
  readonly read: (text: string) => T;
  /** The reply holds a token, so a reply that cannot be read is not shown as it is. */
  readonly givesToken?: true;
  /** Turns a refusal (4xx but 401, 403 and 429) into the call's own error, where it has one. */
  readonly refused?: (reply: ErrorReply) => ActionError | undefined;
  /** @returns headers with the credentials; asked before each attempt */
  readonly authorize?: () => Promise<Record<string, string>>;
  /** Called after a 401. @returns whether another try with new credentials makes sense */
  readonly unauthorized?: () => boolean;
  /** For a call that changes something: reads whether an attempt without a usable answer was carried out. */
  readonly checkDone?: () => Promise<T | undefined>;
  /** Asked before a call that was not carried out is sent again. Throws where it must not be sent any more. */
  readonly checkAllowed?: () => Promise<undefined>;
}

/** Sends calls within the deadline and the documented limits, and repeats them where that is safe. */
export class PlatformClient {
  /** Notes the time of every reply. */
  readonly clock: Clocks;
  readonly #http: Pick<Http, "send">;
  readonly #deadline: Deadline;
  readonly #notice: (message: string) => void;
  readonly #budget = new HourlyBudget();

  /** @param notice prints a line that says why a call waits */
  constructor(
    http: Pick<Http, "send">,
    deadline: Deadline,
    clock: Clocks,
    notice: (message: string) => void,
  ) {
    this.#http = http;
    this.#deadline = deadline;
    this.clock = clock;
    this.#notice = notice;
  }

  /** @throws ActionError; its `maybeDone` says whether one of the attempts may have been carried out */
  async call<T>(call: Call<T>): Promise<T> {
    let renewed = false;
    let maybeDone = false;
    const renew = () => {
      const first = !renewed;
      renewed = true;
      return call.unauthorized?.() === true && first;
    };
    try {
      return await retry<T>({
        deadline: this.#deadline,
        attempt: async () => {
          const result = await this.#attempt(call, renew);
          maybeDone ||= result.kind === "maybe-done";
          return result;
        },
        checkDone: call.checkDone,
        checkAllowed: call.checkAllowed,
        onWait: (milliseconds, error) => {
          this.#notice(`${error.message} Waiting ${inSeconds(milliseconds)} s.`);
        },
      });
    } catch (error) {
      if (error instanceof ActionError) error.maybeDone ||= maybeDone;
      throw error;
    }
  }

  /** @param renew drops a token that was refused. It returns whether another one is worth a try */
  async #attempt<T>(call: Call<T>, renew: () => boolean): Promise<AttemptResult<T>> {
    if (this.#deadline.left <= 0) {
      throw new ActionError(
        "PLATFORM_TIMEOUT",
        `timeout-minutes was over before ${describe(call)} was sent.`,
      );
    }
    const { method, url, endpoint, body } = call;
    const early = this.#budget.wait(endpoint);
    if (early > 0) {
      const message = `This run sent ${describe(call)} ${endpoint.perHour} times within an hour. The platform allows no more (rate limit).`;
      return { kind: "try-later", waitMs: early, error: this.#rateLimited(message, early) };
    }
    let reply: HttpReply;
    try {
      const headers = { ...call.headers, ...(await call.authorize?.()) };
      reply = await this.#http.send({ method, url, headers, ...(body === undefined ? {} : { body }) });
      this.#budget.spend(endpoint);
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      if (error.sent) this.#budget.spend(endpoint);
      const failure = noReply(call, error);
      if (error.kind === "refused") throw failure;
      return error.sent ? { kind: "maybe-done", error: failure } : { kind: "not-sent", error: failure };
    }
    const source = call.givesToken === true ? "token endpoint" : "platform";
    this.clock.note(source, timeOfReply(reply.headers));
    if (reply.status >= 200 && reply.status < 300) return this.#readReply(call, reply);
    return this.#classifyFailure(call, reply, renew);
  }

  #readReply<T>(call: Call<T>, reply: HttpReply): AttemptResult<T> {
    try {
      return { kind: "done", value: call.read(reply.text) };
    } catch (error) {
      if (!(error instanceof UnexpectedReply)) throw error;
      const unexpected = new ActionError(
        "PLATFORM_REPLY_UNEXPECTED",
        `The platform answered ${describe(call)} with ${reply.status}, but ${error.message}.`,
        { platform: quoteReply(reply.status, reply.text, call.givesToken === true) },
      );
      return { kind: "maybe-done", error: unexpected };
    }
  }

  #classifyFailure<T>(call: Call<T>, reply: HttpReply, renew: () => boolean): AttemptResult<T> {
    const { status } = reply;
    const errorReply = readErrorReply(status, reply.text);
    const fail = (code: ActionError["code"], message: string) =>
      new ActionError(code, message, { platform: errorReply });
    const what = `The platform answered ${describe(call)} with ${status}`;
    const header = firstValue(reply, "retry-after");
    const asked = retryAfter(header, this.clock.now());
    if (status === 429) return this.#tooManyRequests(what, call.endpoint, asked, errorReply);
    // A 408 says that the request did not arrive whole. As after a server error, it may have been carried out.
    if (status >= 500 || status === 408) {
      const waitMs = header === undefined ? undefined : (asked ?? WINDOW_MS);
      return { kind: "maybe-done", waitMs, error: fail("PLATFORM_ERROR", `${what}.`) };
    }
    if (status === 401) {
      const error = fail("TOKEN_REFUSED", `${what}: it did not accept the token or the credentials.`);
      if (renew()) return { kind: "try-later", waitMs: 0, error };
      throw error;
    }
    if (status >= 300 && status < 400) throw redirected(what, reply);
    if (status === 403) throw fail("ACCESS_DENIED", `${what}: it does not allow this request.`);
    throw call.refused?.(errorReply) ?? fail("PLATFORM_REFUSED", `${what}.`);
  }

  /** @param asked milliseconds that the platform asks to wait; undefined where it does not say */
  #tooManyRequests(
    what: string,
    endpoint: Endpoint,
    asked: number | undefined,
    errorReply: ErrorReply,
  ): AttemptResult<never> {
    const says =
      asked === undefined
        ? ". It does not say how long to wait."
        : `. It asks to wait ${Math.ceil(asked / 1000)} s.`;
    const wait = asked ?? WINDOW_MS;
    const budget = this.#budget.wait(endpoint);
    const used =
      budget > wait
        ? ` This run sent it ${endpoint.perHour} times within an hour. The platform allows no more.`
        : "";
    const waitMs = Math.max(wait, budget);
    const error = this.#rateLimited(`${what} (rate limit)${says}${used}`, waitMs, errorReply);
    return { kind: "try-later", waitMs, error };
  }

  /** @returns the error for a wait that may be too long. It says when another try makes sense. */
  #rateLimited(message: string, waitMs: number, platform?: ErrorReply): ActionError {
    const minutes = Math.max(1, Math.ceil(waitMs / 60_000));
    const time = iso(this.clock.now() + waitMs).replace(/\.\d+Z$/, "Z");
    const larger =
      minutes < LONGEST_TIMEOUT_MINUTES
        ? " Or set a larger timeout-minutes: the run then waits for that long."
        : "";
    const next = `Run again after ${time}, in about ${minutes} min. The new run goes on where this one stopped.${larger}`;
    return new ActionError("RATE_LIMITED", message, { platform, next });
  }
}

/** @returns a time in seconds, below 10 s with one decimal */
function inSeconds(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  return seconds < 10 ? seconds.toFixed(1) : String(Math.ceil(seconds));
}

/** @returns `POST /api/…/caCertificates`, for messages */
function describe(call: Pick<Call<unknown>, "method" | "url">): string {
  return `${call.method} ${call.url.pathname}`;
}

function noReply(
  call: Pick<Call<unknown>, "method" | "url" | "hostFrom">,
  error: TransportError,
): ActionError {
  const { kind } = error;
  const next = error.next ?? (kind === "broken" && !error.sent ? notConnected(call, error) : undefined);
  const host = call.url.host;
  const reason = printable(error.message, 900);
  const [code, message] = {
    timeout: ["PLATFORM_TIMEOUT", `${host} did not answer ${describe(call)} in time.`],
    "too-large": ["PLATFORM_REPLY_UNEXPECTED", `${describe(call)}: ${reason}.`],
    broken: ["PLATFORM_UNREACHABLE", `${describe(call)} to ${host} failed: ${reason}.`],
    refused: ["PLATFORM_UNREACHABLE", `${describe(call)} was not sent: ${reason}.`],
  }[kind] as [ActionError["code"], string];
  return new ActionError(code, message, { next, cause: error });
}

/** @returns the next step where there was no connection. The host is wrong more often than the network. */
function notConnected({ hostFrom }: Pick<Call<unknown>, "hostFrom">, { noSuchHost }: TransportError) {
  if (hostFrom === undefined) return undefined;
  const network = noSuchHost
    ? "If that is right, check the DNS of this runner, and HTTPS_PROXY where only a proxy leads out."
    : "Check the network and the proxy variables of this runner.";
  return `Check ${hostFrom}. ${network} Then run again: it goes on where it stopped.`;
}

function redirected(what: string, reply: HttpReply): ActionError {
  const location = printable(firstValue(reply, "location")?.replace(/[?#].*$/, "") ?? "elsewhere", 200);
  return new ActionError(
    "PLATFORM_REPLY_UNEXPECTED",
    `${what}, a redirect to ${location}. The action follows no redirect, because credentials go to the configured host only.`,
  );
}
