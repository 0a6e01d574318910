import { Clocks } from "../../src/ca/clocks.ts";
import type { HttpReply, HttpRequest } from "../../src/http/http.ts";
import { TransportError } from "../../src/http/transport-error.ts";
import { CaCertificates } from "../../src/mindconnect/ca-certificates.ts";
import type { Platform } from "../../src/mindconnect/connect.ts";
import { PlatformClient } from "../../src/mindconnect/platform-client.ts";
import { readyToken } from "../../src/mindconnect/tokens.ts";
import type { RecordedCall } from "../../src/sandbox/calls.ts";
import { type Clock, DAY, SECOND } from "./clock.ts";
import type { FaultKind, Incident } from "./incident.ts";
import type { Tenant } from "./tenant.ts";

const ORIGIN = "https://gateway.invalid";
const BASE = "/api/mindconnectmqtt/v3";
/** What a request takes, and `timeout-minutes`. */
const REQUEST = SECOND / 5;
const TIMEOUT = 600 * SECOND;
/** Waits are rounded up to this, so that the random spread of a backoff leaves no trace: a seed gives one history. */
const WAIT_STEP = 5 * SECOND;

/** A request as it went: its record by the sandbox, and whether its reply came through. */
export interface SeenCall extends RecordedCall {
  /** `POST /caCertificates/{id}/verify`, as a plan writes it. */
  readonly what: string;
  /** The status that the action got; undefined where no reply came. */
  got?: number;
}

/** The action's own client over a wire that is a function call, for one run. */
export class Wire {
  readonly calls: SeenCall[] = [];
  /** Ids of CAs that a read, whose reply came through, showed as verified. */
  readonly readAsVerified = new Set<string>();
  readonly #tenant: Tenant;
  readonly #clock: Clock;
  readonly #incident: Incident;
  readonly #onCarriedOut: () => void;
  #late: HttpRequest | undefined;

  constructor(tenant: Tenant, clock: Clock, incident: Incident, onCarriedOut: () => void) {
    this.#tenant = tenant;
    this.#clock = clock;
    this.#incident = incident;
    this.#onCarriedOut = onCarriedOut;
  }

  /** @returns what the action would connect to */
  connect(): Platform {
    const clock = this.#clock;
    const end = clock.now() + TIMEOUT;
    const deadline = {
      get left() {
        return Math.max(0, end - clock.now());
      },
      wait: async (milliseconds: number) => clock.pass(Math.ceil(milliseconds / WAIT_STEP) * WAIT_STEP),
    };
    const clocks = new Clocks({ wall: clock.machine, steady: clock.now });
    const http = { send: (request: HttpRequest) => this.#send(request) };
    const client = new PlatformClient(http, deadline, clocks, () => {});
    const tokens = readyToken(this.#tenant.token, clocks);
    return {
      caCertificates: new CaCertificates(client, ORIGIN, tokens),
      clock: clocks,
      calls: [],
    };
  }

  /** The run is over: what the platform still has to do happens now. */
  finish(): void {
    if (this.#late !== undefined) this.#tenant.carryOut(this.#late);
    this.#late = undefined;
  }

  async #send(request: HttpRequest): Promise<HttpReply> {
    const what = `${request.method} ${withoutId(request.url.pathname)}`;
    const { fault, passed } = await this.#incident.reach({ kind: "request", what });
    this.#clock.pass(REQUEST);
    if (fault === "lost, refused, carried out late") this.#late = request;
    else if (this.#late !== undefined && request.method === "DELETE")
      return this.#refuse(request, what, [409]);
    const refused = REFUSED[fault ?? "slow"];
    if (refused !== undefined) return this.#refuse(request, what, refused);

    const { reply, call } = this.#tenant.carryOut(request);
    const seen: SeenCall = { ...call, what };
    this.calls.push(seen);
    this.#onCarriedOut();
    await passed();
    if (fault === "503 although carried out" || fault === "carried out, then an outage") {
      seen.got = 503;
      return this.#reply(503, "", {});
    }
    if (fault === "reply lost") throw new TransportError("broken", "ECONNRESET");
    seen.got = reply.status;
    if (request.method === "GET" && reply.status === 200) this.#noteVerified(reply.body);
    if (fault === "this machine's clock jumps") this.#clock.machineAhead += JUMP;
    return this.#reply(reply.status, reply.body, inLowerCase(reply.headers), fault);
  }

  #refuse({ method, url }: HttpRequest, what: string, [status, retryAfter]: Refused): HttpReply {
    const at = this.#clock.now();
    const call = { method, path: url.pathname, call: "other", status: null, carriedOut: false } as const;
    const seen: SeenCall = { ...call, at, scheme: null, userAgent: null, body: "", what };
    this.calls.push(seen);
    if (status === undefined) throw new TransportError("broken", "ECONNRESET");
    seen.got = status;
    return this.#reply(status, "", retryAfter === undefined ? {} : { "retry-after": retryAfter });
  }

  #reply(
    status: number,
    text: string,
    headers: Readonly<Record<string, string>>,
    fault?: FaultKind,
  ): HttpReply {
    const ahead = AHEAD[fault ?? "slow"] ?? 0;
    const date = fault === "no Date" ? undefined : new Date(this.#clock.platform() + ahead).toUTCString();
    return { status, text, headers: { ...headers, date } };
  }

  #noteVerified(body: string): void {
    const read: unknown = JSON.parse(body);
    for (const shown of [read].flat() as { id?: string; isVerified?: boolean }[]) {
      if (shown.isVerified === true && shown.id !== undefined) this.readAsVerified.add(shown.id);
    }
  }
}

/** What a reply's `Date` is ahead of the platform's clock, and how far this machine's jumps. */
const AHEAD: Partial<Record<FaultKind, number>> = { "Date ahead": 4018 * DAY, "Date behind": -400 * DAY };
const JUMP = 400 * DAY;

/** Status and Retry-After; no status: the connection is reset. */
type Refused = readonly [status?: number, retryAfter?: string];

/** Faults of a request that is not carried out. */
const REFUSED: Partial<Record<FaultKind, Refused>> = {
  reset: [],
  "429": [429, "30"],
  "429 for an hour": [429, "3600"],
  "503": [503],
  "403": [403],
  refused: [422],
  "lost, refused, carried out late": [],
  outage: [503],
};

function inLowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function withoutId(path: string): string {
  return path.replace(BASE, "").replace(/(?<=^\/caCertificates\/)[^/]+/, "{id}");
}
