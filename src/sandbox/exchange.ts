import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { type OpenCall, openCall, type RecordedCall } from "./calls.ts";
import { behaviourOf } from "./fault-kinds.ts";
import type { FaultQueue } from "./faults.ts";
import { handle } from "./handle.ts";
import type { Hook } from "./hooks.ts";
import type { Platform } from "./platform.ts";
import { refusalReply, refuse } from "./refusals.ts";
import type { Reply } from "./replies.ts";
import { findRoute, type Route } from "./routes.ts";
import { readBody, writeReply } from "./server.ts";

/** What an exchange works with besides the request. */
export interface Stage {
  readonly platform: Platform;
  readonly faults: FaultQueue;
  readonly calls: RecordedCall[];
  /** Milliseconds before each reply. */
  readonly latency: number;
  readonly requested: Hook<RecordedCall>;
  readonly carriedOut: Hook<RecordedCall>;
  readonly answered: Hook<RecordedCall>;
  /** Requests that are still to be carried out. */
  readonly late: Late[];
}

/** A request whose reply was lost and that the platform has not carried out yet. */
interface Late {
  /** After how many more requests. */
  left: number;
  readonly carryOut: () => Promise<unknown>;
}

/** One request on its way to a reply. */
interface Visit {
  readonly route: Route;
  readonly call: OpenCall;
  readonly headers: IncomingHttpHeaders;
  readonly response: ServerResponse;
}

/**
 * Takes one request from arrival to reply: record, listeners, latency, fault, platform, reply.
 * @param stage the sandbox
 * @param request from the HTTP server
 * @param response its counterpart
 */
export async function exchange(
  stage: Stage,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = "", url = "", headers } = request;
  const path = url.split("?", 1)[0] ?? "";
  const route = findRoute(method, path);
  const call = openCall(method, path, route.call, headers, stage.platform.clock());
  stage.calls.push(call);
  try {
    await answer(stage, { route, call, headers, response }, await readBody(request));
  } catch (error) {
    fail(stage, call, response, error);
  }
  await stage.answered.notify(call);
}

/** Counts a request that was carried out; what waited for it is carried out now. */
async function passBy(waiting: Late[]): Promise<void> {
  for (const late of [...waiting]) {
    late.left -= 1;
    if (late.left > 0) continue;
    waiting.splice(waiting.indexOf(late), 1);
    await late.carryOut();
  }
}

async function answer(stage: Stage, visit: Visit, body: string | null): Promise<void> {
  const { call, response } = visit;
  call.body = body ?? "";
  await stage.requested.notify(call);
  if (stage.latency > 0) await wait(stage.latency, undefined, { ref: false });
  const fault = stage.faults.strike(call.call);
  const behaviour = fault && behaviourOf(fault.kind);
  const reply = !behaviour || behaviour.carriesOut(fault) ? await carryOut(stage, visit, body) : undefined;
  const send = (whole: Reply) => {
    call.status = whole.status;
    writeReply(response, whole);
  };
  setDate(response, stage.platform);
  // Before the reply: whoever has that one may count on it.
  await passBy(stage.late);
  if (fault?.kind === "late")
    stage.late.push({ left: fault.after ?? 1, carryOut: () => carryOut(stage, visit, body) });
  if (behaviour) await behaviour.show({ fault, reply, response, send });
  else if (reply) send(reply);
}

async function carryOut(stage: Stage, visit: Visit, body: string | null): Promise<Reply> {
  const { platform } = stage;
  const { call, route, headers } = visit;
  if (body === null) {
    const refusal = refuse(413, "invalidParameter", "The body is larger than 1 MiB.");
    return refusalReply(refusal, platform.quirks.errorShape);
  }
  const reply = handle(platform, route, { headers, body, id: route.id });
  call.carriedOut = reply.status >= 200 && reply.status < 300;
  if (call.carriedOut) await stage.carriedOut.notify(call);
  return reply;
}

/** Either the client went away in the middle of its request, or the sandbox or a listener has a defect. */
function fail(stage: Stage, call: OpenCall, response: ServerResponse, error: unknown): void {
  if (response.socket === null || response.socket.destroyed || response.headersSent) {
    response.destroy();
    return;
  }
  const message = `The sandbox failed: ${error instanceof Error ? error.message : String(error)}`;
  call.status = 500;
  setDate(response, stage.platform);
  writeReply(
    response,
    refusalReply(refuse(500, "internalServerError", message), stage.platform.quirks.errorShape),
  );
}

/** The platform's own clock, which clients go by (CONTRACT: "usable"). */
function setDate(response: ServerResponse, platform: Platform): void {
  response.setHeader("Date", new Date(platform.clock()).toUTCString());
}
