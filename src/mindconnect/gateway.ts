import type { Clocks } from "../ca/clocks.ts";
import { ActionError, type PlatformSaid } from "../ca/errors.ts";
import { timeOfReply } from "../ca/http-date.ts";
import { printable } from "../ca/printable.ts";
import type { Deadline } from "./deadline.ts";
import { type Http, type HttpReply, TransportError } from "./http.ts";
import { type Outcome, persist } from "./persist.ts";
import { retryAfter } from "./retry-after.ts";
import { platformSaid, rawReply } from "./said.ts";
import { ShapeError } from "./shapes.ts";

/** One call, before it gets its credentials. */
export interface Call<T> {
  readonly method: "GET" | "POST" | "DELETE";
  readonly url: URL;
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
  /** For a call that changes something: looks whether it happened, which no attempt that was turned away can have. */
  readonly look?: (maybeDone: boolean) => Promise<T | undefined>;
}

/** Sends calls until they are done or refused, and turns every way to fail into an error of the table. */
export class Gateway {
  readonly #http: Pick<Http, "send">;
  readonly #deadline: Pick<Deadline, "left" | "wait">;
  readonly #clock: Clocks;
  readonly #notice: (message: string) => void;

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

  /** @throws ActionError */
  async call<T>(call: Call<T>): Promise<T> {
    let renewed = false;
    return await persist<T>({
      deadline: this.#deadline,
      attempt: async () => {
        const outcome = await this.#attempt(call, !renewed);
        if (outcome.kind === "again" && outcome.error.code === "TOKEN_REFUSED") renewed = true;
        return outcome;
      },
      ...(call.look === undefined ? {} : { look: call.look }),
      onWait: (milliseconds, error) => {
        this.#notice(`${error.message} Waiting ${inSeconds(milliseconds)} s.`);
      },
    });
  }

  async #attempt<T>(call: Call<T>, mayRenew: boolean): Promise<Outcome<T>> {
    if (this.#deadline.left <= 0) {
      throw new ActionError("PLATFORM_TIMEOUT", `timeout-minutes ended before ${describe(call)}.`);
    }
    let reply: HttpReply;
    try {
      const headers = { ...call.headers, ...(await call.authorize()) };
      const { method, url, body } = call;
      reply = await this.#http.send({ method, url, headers, ...(body === undefined ? {} : { body }) });
    } catch (error) {
      if (error instanceof TransportError)
        return { kind: "unclear", waitMs: undefined, error: noReply(call, error) };
      throw error;
    }
    const source = call.givesToken === true ? "token endpoint" : "platform";
    this.#clock.note(source, timeOfReply(reply.all("date"), reply.all("age")));
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
        `${describe(call)} was answered with ${reply.status}, but ${error.message}.`,
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
    const what = `${describe(call)} was answered with ${status}`;
    if (status === 429) {
      const waitMs = retryAfter(reply.header("retry-after"), this.#clock.now());
      const error = fail(
        "RATE_LIMITED",
        `${what} (rate limit): it asks to wait ${Math.ceil(waitMs / 1000)} s.`,
      );
      return { kind: "again", waitMs, error };
    }
    // A 408 says that the request did not arrive whole: as unclear as a server error.
    if (status >= 500 || status === 408) {
      const header = reply.header("retry-after");
      const waitMs = header === undefined ? undefined : retryAfter(header, this.#clock.now());
      return { kind: "unclear", waitMs, error: fail("PLATFORM_ERROR", `${what}.`) };
    }
    if (status === 401) {
      const error = fail("TOKEN_REFUSED", `${what}: the credentials were not accepted.`);
      if (call.unauthorized() && mayRenew) return { kind: "again", waitMs: 0, error };
      throw error;
    }
    if (status >= 300 && status < 400) throw redirected(what, reply);
    if (status === 403) throw fail("ACCESS_DENIED", `${what}: this caller may not do that.`);
    throw call.refused?.(said) ?? fail("PLATFORM_REFUSED", `${what}.`);
  }
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

function noReply(call: Pick<Call<unknown>, "method" | "url">, error: TransportError): ActionError {
  const host = call.url.host;
  if (error.kind === "timeout") {
    return new ActionError("PLATFORM_TIMEOUT", `${describe(call)} got no reply from ${host} in time.`, {
      cause: error,
    });
  }
  if (error.kind === "too-large") {
    return new ActionError("PLATFORM_REPLY_UNEXPECTED", `${describe(call)}: ${error.message}.`, {
      cause: error,
    });
  }
  const reason = printable(error.message, 200);
  return new ActionError("PLATFORM_UNREACHABLE", `${describe(call)} to ${host} failed: ${reason}.`, {
    cause: error,
  });
}

function redirected(what: string, reply: HttpReply): ActionError {
  const location = printable(reply.header("location")?.replace(/[?#].*$/, "") ?? "elsewhere", 200);
  return new ActionError(
    "PLATFORM_REPLY_UNEXPECTED",
    `${what}, a redirect to ${location}. Redirects are not followed: credentials go to the configured host only.`,
  );
}
