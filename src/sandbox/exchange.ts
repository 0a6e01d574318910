// Takes one request from its arrival to its reply.
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { type CallEvent, type RecordedCall, recordCall } from "./calls.ts";
import { type FaultQueue, isCarriedOut } from "./faults.ts";
import type { Platform } from "./platform.ts";
import { type Reply, refusalReply, refuse } from "./responses.ts";
import { findRoute, handle, type Route } from "./routes.ts";
import { readBody, writeReply } from "./server.ts";
import { showFault } from "./show-fault.ts";

/** What the exchanges of one sandbox share. */
export interface ExchangeContext {
  readonly platform: Platform;
  readonly faults: FaultQueue;
  readonly calls: RecordedCall[];
  /** Milliseconds before each reply. */
  readonly latency: number;
  readonly requested: CallEvent;
  readonly carriedOut: CallEvent;
  readonly answered: CallEvent;
  /** The requests of the fault `late` that are still to be carried out. */
  readonly late: LateRequest[];
}

/** A request whose reply was lost and that the platform has not carried out yet. */
interface LateRequest {
  /** It is carried out after so many more requests. */
  requestsLeft: number;
  readonly carryOut: () => Promise<unknown>;
}

/** Answers one request: record, listeners, latency, fault, platform, reply. */
export async function exchange(
  context: ExchangeContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = "", url = "", headers } = request;
  const path = url.split("?", 1)[0] ?? "";
  const route = findRoute(method, path);
  const call = recordCall(method, path, route.call, headers, context.platform.clock());
  context.calls.push(call);
  try {
    const body = await readBody(request);
    call.body = body ?? "";
    await answer(context, call, response, () => carryOut(context, call, route, headers, body));
  } catch (error) {
    fail(context, call, response, error);
  }
  await context.answered.notify(call);
}

async function answer(
  context: ExchangeContext,
  call: RecordedCall,
  response: ServerResponse,
  carryOut: () => Promise<Reply>,
): Promise<void> {
  await context.requested.notify(call);
  if (context.latency > 0) await wait(context.latency, undefined, { ref: false });
  const fault = context.faults.next(call.call);
  const reply = !fault || isCarriedOut(fault) ? await carryOut() : undefined;
  const send = (whole: Reply) => {
    call.status = whole.status;
    writeReply(response, whole);
  };
  setDate(response, context.platform);
  // Late requests are carried out before the reply. So a client that has the reply sees their effect.
  await carryOutLate(context.late);
  if (fault?.kind === "late") context.late.push({ requestsLeft: fault.after ?? 1, carryOut });
  if (fault) await showFault({ fault, reply, response, send });
  else if (reply) send(reply);
}

async function carryOut(
  { platform, carriedOut }: ExchangeContext,
  call: RecordedCall,
  route: Route,
  headers: IncomingHttpHeaders,
  body: string | null,
): Promise<Reply> {
  if (body === null) {
    const refusal = refuse(413, "invalidParameter", "The body is larger than 1 MiB.");
    return refusalReply(refusal, platform.quirks.errorShape);
  }
  const reply = handle(platform, route, { headers, body, id: route.id });
  call.carriedOut = reply.status >= 200 && reply.status < 300;
  if (call.carriedOut) await carriedOut.notify(call);
  return reply;
}

/** Counts one more request, and carries out the late ones whose time has come. */
async function carryOutLate(waiting: LateRequest[]): Promise<void> {
  for (const late of [...waiting]) {
    late.requestsLeft -= 1;
    if (late.requestsLeft > 0) continue;
    waiting.splice(waiting.indexOf(late), 1);
    await late.carryOut();
  }
}

/** Ends a request that failed: the client went away in the middle of it, or the sandbox or a listener has a defect. */
function fail(context: ExchangeContext, call: RecordedCall, response: ServerResponse, error: unknown): void {
  if (response.socket === null || response.socket.destroyed || response.headersSent) {
    response.destroy();
    return;
  }
  const message = `The sandbox failed: ${error instanceof Error ? error.message : String(error)}`;
  const refusal = refuse(500, "internalServerError", message);
  call.status = 500;
  setDate(response, context.platform);
  writeReply(response, refusalReply(refusal, context.platform.quirks.errorShape));
}

/** The platform's own clock, which clients go by (CONTRACT: "usable"). */
function setDate(response: ServerResponse, platform: Platform): void {
  response.setHeader("Date", new Date(platform.clock()).toUTCString());
}
