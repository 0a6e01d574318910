import type { Clocks } from "../ca/clocks.ts";
import { type Deadline, LONGEST_TIMEOUT_MINUTES } from "../http/deadline.ts";
import type { Http, HttpReply } from "../http/http.ts";
import { timeOfReply } from "../http/http-date.ts";
import { type Outcome, persist } from "../http/retry.ts";
import { retryAfter } from "../http/retry-after.ts";
import { TransportError } from "../http/transport-error.ts";
import { ActionError, type PlatformSaid } from "../messages/errors.ts";
import { printable } from "../messages/printable.ts";
import { type Endpoint, HourlyBudget } from "./budget.ts";
import { platformSaid, rawReply } from "./error-reply.ts";
import { ShapeError } from "./replies.ts";

/** The platform counts in windows of 30 s; without a Retry-After the next one is waited for. */
const WINDOW_MS = 30_000;

/** One call, before it gets its credentials. */
export interface Call<T> {
  readonly method: "GET" | "POST" | "DELETE";
  readonly url: URL;
  /** The inputs that the host comes from, with their values: `region, which is eu1 here`. */
  readonly hostFrom?: string | undefined;
  /** For the documented limit of requests an hour. */
  readonly endpoint: Endpoint;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Reads a 2xx reply; throws ShapeError where it is not what the documentation promises. */
  readonly read: (text: string) => T;
  /** The reply holds a token: one that cannot be read is not shown as it is. */
  readonly givesToken?: true;
  /** Turns a refusal (4xx but 401, 403 and 429) into the call's own error, where it has one. */
  readonly refused?: (said: PlatformSaid) => ActionError | undefined;
  /** Headers with the credentials; asked for anew at each attempt. */
  readonly authorize: () => Promise<Record<string, string>>;
  /** Told of a 401. @returns whether a try with other credentials makes sense */
  readonly unauthorized: () => boolean;
  /** For a call that changes something: looks whether an attempt did it that got no clear answer. */
  readonly look?: () => Promise<T | undefined>;
  /** Before it is sent again although nothing happened: throws where it must not happen any more. */
  readonly recheck?: () => Promise<undefined>;
}

/** Sends calls until they are done or refused, and turns every way to fail into an error of the table. */
export class Gateway {
  readonly #http: Pick<Http, "send">;
  readonly #deadline: Pick<Deadline, "left" | "wait">;
  readonly #clock: Clocks;
  readonly #notice: (message: string) => void;
  readonly #budget = new HourlyBudget();

  /** @param notice prints a line for a person who waits */
  constructor(
    http: Pick<Http, "send">,
    deadline: Pick<Deadline, "left" | "wait">,
    clock: Clocks,
    notice: (message: string) => void,
  ) {
    this.#http = http;
    this.#deadline = deadline;
    this.#clock = clock;
    this.#notice = notice;
  }

  /** @throws ActionError; its `maybeDone` is true where an attempt may have been carried out, whatever it says itself */
  async call<T>(call: Call<T>): Promise<T> {
    let renewed = false;
    let maybeDone = false;
    try {
      return await persist<T>({
        deadline: this.#deadline,
        attempt: async () => {
          const outcome = await this.#attempt(call, !renewed);
          renewed ||= outcome.kind === "again" && isTokenRefused(outcome.error);
          maybeDone ||= outcome.kind === "unclear";
          return outcome;
        },
        look: call.look,
        recheck: call.recheck,
        onWait: (milliseconds, error) => {
          this.#notice(`${error.message} Waiting ${inSeconds(milliseconds)} s.`);
        },
      });
    } catch (error) {
      if (error instanceof ActionError) error.maybeDone ||= maybeDone;
      throw error;
    }
  }

  async #attempt<T>(call: Call<T>, mayRenew: boolean): Promise<Outcome<T>> {
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
      return { kind: "again", waitMs: early, error: this.#comeBack(message, early) };
    }
    let reply: HttpReply;
    try {
      const headers = { ...call.headers, ...(await call.authorize()) };
      reply = await this.#http.send({ method, url, headers, ...(body === undefined ? {} : { body }) });
      this.#budget.spend(endpoint);
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      if (error.sent) this.#budget.spend(endpoint);
      const failure = noReply(call, error);
      if (error.kind === "refused") throw failure;
      return error.sent
        ? { kind: "unclear", waitMs: undefined, error: failure }
        : { kind: "unsent", waitMs: undefined, error: failure };
    }
    const source = call.givesToken === true ? "token endpoint" : "platform";
    this.#clock.note(source, timeOfReply(reply.values("date"), reply.values("age")));
    if (reply.status >= 200 && reply.status < 300) return this.#readReply(call, reply);
    return this.#classifyFailure(call, reply, mayRenew);
  }

  #readReply<T>(call: Call<T>, reply: HttpReply): Outcome<T> {
    try {
      return { kind: "done", value: call.read(reply.text) };
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
      const unexpected = new ActionError(
        "PLATFORM_REPLY_UNEXPECTED",
        `The platform answered ${describe(call)} with ${reply.status}, but ${error.message}.`,
        { platform: rawReply(reply.status, reply.text, call.givesToken === true) },
      );
      return { kind: "unclear", waitMs: undefined, error: unexpected };
    }
  }

  #classifyFailure<T>(call: Call<T>, reply: HttpReply, mayRenew: boolean): Outcome<T> {
    const { status } = reply;
    const said = platformSaid(status, reply.text);
    const fail = (code: ActionError["code"], message: string) =>
      new ActionError(code, message, { platform: said });
    const what = `The platform answered ${describe(call)} with ${status}`;
    const header = reply.header("retry-after");
    const asked = retryAfter(header, this.#clock.now());
    if (status === 429) return this.#limited(what, call.endpoint, asked, said);
    // A 408 says that the request did not arrive whole: as unclear as a server error.
    if (status >= 500 || status === 408) {
      const waitMs = header === undefined ? undefined : (asked ?? WINDOW_MS);
      return { kind: "unclear", waitMs, error: fail("PLATFORM_ERROR", `${what}.`) };
    }
    if (status === 401) {
      const error = fail("TOKEN_REFUSED", `${what}: it did not accept the token or the credentials.`);
      if (call.unauthorized() && mayRenew) return { kind: "again", waitMs: 0, error };
      throw error;
    }
    if (status >= 300 && status < 400) throw redirected(what, reply);
    if (status === 403) throw fail("ACCESS_DENIED", `${what}: it does not allow this request.`);
    throw call.refused?.(said) ?? fail("PLATFORM_REFUSED", `${what}.`);
  }

  /** @param asked milliseconds that the platform asks to wait; undefined where it does not say */
  #limited(what: string, endpoint: Endpoint, asked: number | undefined, said: PlatformSaid): Outcome<never> {
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
    const error = this.#comeBack(`${what} (rate limit)${says}${used}`, waitMs, said);
    return { kind: "again", waitMs, error };
  }

  /** @returns the error for a wait that may be too long: it says when another try makes sense */
  #comeBack(message: string, waitMs: number, platform?: PlatformSaid): ActionError {
    const minutes = Math.max(1, Math.ceil(waitMs / 60_000));
    const time = new Date(this.#clock.now() + waitMs).toISOString().replace(/\.\d+Z$/, "Z");
    const larger =
      minutes < LONGEST_TIMEOUT_MINUTES
        ? " Or set a larger timeout-minutes: the run then waits for that long."
        : "";
    const next = `Run again after ${time}, in about ${minutes} min. The new run goes on where this one stopped.${larger}`;
    return new ActionError("RATE_LIMITED", message, { platform, next });
  }
}

function isTokenRefused(error: Error): boolean {
  return error instanceof ActionError && error.code === "TOKEN_REFUSED";
}

/** @returns seconds, of short waits with a decimal */
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

/** @returns the next step where no connection came about: the host is wrong more often than the network */
function notConnected({ hostFrom }: Pick<Call<unknown>, "hostFrom">, { noSuchHost }: TransportError) {
  if (hostFrom === undefined) return undefined;
  const network = noSuchHost
    ? "If that is right, check the DNS of this runner, and HTTPS_PROXY where only a proxy leads out."
    : "Check the network and the proxy variables of this runner.";
  return `Check ${hostFrom}. ${network} Then run again: it goes on where it stopped.`;
}

function redirected(what: string, reply: HttpReply): ActionError {
  const location = printable(reply.header("location")?.replace(/[?#].*$/, "") ?? "elsewhere", 200);
  return new ActionError(
    "PLATFORM_REPLY_UNEXPECTED",
    `${what}, a redirect to ${location}. The action follows no redirect, because credentials go to the configured host only.`,
  );
}
