// What the client sees of each kind of fault.
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { setTimeout as wait } from "node:timers/promises";
import { TLSSocket } from "node:tls";
import type { Fault, FaultKind } from "./faults.ts";
import {
  emptyReply,
  type GenericCode,
  htmlReply,
  jsonReply,
  type Reply,
  refusalReply,
  refuse,
} from "./responses.ts";

/** A request at the moment when its fault shows. */
export interface FaultyRequest {
  readonly fault: Fault;
  /** What the platform would have answered; undefined when the request was not carried out. */
  readonly reply: Reply | undefined;
  readonly response: ServerResponse;
  /** Writes a whole reply, as for a request without fault. */
  send(reply: Reply): void;
}

/** Does to a request what its fault says. */
export async function showFault(request: FaultyRequest): Promise<void> {
  await SHOW[request.fault.kind](request);
}

const SHOW: Readonly<Record<FaultKind, (request: FaultyRequest) => void | Promise<void>>> = {
  "reset-before": reset,
  reset,
  // The response stays open until the client gives up or the sandbox closes.
  hang: () => {},
  "hang-after": () => {},
  "rate-limit": ({ fault: { retryAfter = 30 }, send }) =>
    send(vendorError(429, retryAfter === false ? {} : { "Retry-After": String(retryAfter) })),
  status: ({ fault, send }) => send(vendorError(fault.status ?? 503)),
  html: ({ fault, send }) => send(htmlReply(fault.status ?? 502, "Bad Gateway")),
  truncated,
  garbage: ({ send }) => send({ ...jsonReply(200, null), body: '{"id": "60b5fccd440b15132' }),
  "wrong-shape": ({ send }) => send(jsonReply(200, { unexpected: { shape: [true] } })),
  huge,
  redirect: ({ fault: { status = 302, location = "https://elsewhere.invalid/" }, send }) =>
    send(emptyReply(status, { Location: location })),
  body: ({ fault: { status = 200, body = "", contentType = "application/json" }, send }) =>
    send({ status, headers: { "Content-Type": contentType }, body }),
  slow,
  late: reset,
  trickle,
  date,
};

function reset({ response }: FaultyRequest): void {
  const { socket } = response;
  // A TLS socket cannot send RST by itself; closing it without a reply is what its client sees of a reset.
  if (socket instanceof TLSSocket) socket.destroy();
  else socket?.resetAndDestroy();
}

async function truncated({ reply, response }: FaultyRequest): Promise<void> {
  const whole = reply?.body || '{"cut":"off"}';
  response.writeHead(200, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(whole) });
  response.write(whole.slice(0, whole.length / 2), () => response.socket?.destroy());
  await once(response, "close");
}

/** More than a client should read. A test whose client reads it all still ends. */
const HUGE_BYTES = 32 * 1024 * 1024;

async function huge({ response }: FaultyRequest): Promise<void> {
  response.writeHead(200, { "Content-Type": "application/json" });
  // The pipeline fails where the client hangs up before the end, as a client should.
  await pipeline(hugeBody(), response).catch(() => {});
}

function* hugeBody(): Generator<string> {
  const chunk = "x".repeat(64 * 1024);
  yield '{"padding":"';
  for (let sent = 0; sent < HUGE_BYTES; sent += chunk.length) yield chunk;
  yield '"}';
}

async function slow({ fault: { delay = 1000 }, reply, send }: FaultyRequest): Promise<void> {
  await wait(delay, undefined, { ref: false });
  if (reply) send(reply);
}

/** The reply never ends, but bytes keep coming, so no timeout between two of them ends it. */
function trickle({ response }: FaultyRequest): void {
  response.writeHead(200, { "Content-Type": "application/json" });
  const timer = setInterval(() => response.write(" "), 100).unref();
  response.once("close", () => clearInterval(timer));
}

/** Changes the `Date` header, which the reply already has by the sandbox's own clock. */
function date({ fault, reply, response, send }: FaultyRequest): void {
  const { ahead = 0, date: written, age } = fault;
  const now = Date.parse(String(response.getHeader("Date")));
  response.sendDate = false;
  if (written === false) response.removeHeader("Date");
  else response.setHeader("Date", written ?? new Date(now + ahead * 1000).toUTCString());
  if (age !== undefined) response.setHeader("Age", String(age));
  if (reply) send(reply);
}

const CODE_BY_STATUS: Readonly<Record<number, GenericCode>> = {
  400: "invalidParameter",
  401: "unauthorized",
  403: "forbidden",
  404: "noMatch",
  409: "conflict",
  422: "invalidParameter",
  429: "tooManyRequests",
};

function vendorError(status: number, headers: Record<string, string> = {}): Reply {
  const code = CODE_BY_STATUS[status] ?? "internalServerError";
  return refusalReply(refuse(status, code, `Simulated status ${status}.`, headers), "errors");
}
