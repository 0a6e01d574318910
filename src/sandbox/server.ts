// The HTTP server of the sandbox, on loopback.
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Reply } from "./responses.ts";

/** The one address that a sandbox listens on: it is a rehearsal stage, not a server for others. */
const LOOPBACK = "127.0.0.1";

/** Larger than any request of the API. */
const MAX_BODY_BYTES = 1024 * 1024;

/** Key and certificate (chain) of an https server, in PEM. */
export interface ServerTls {
  readonly key: string;
  readonly cert: string;
}

/**
 * Listens on loopback.
 * @param port 0 for any free one
 * @param tls serve https with these instead of http
 * @returns the origin, without a slash at the end, and a function that stops listening and cuts every open
 * connection
 * @throws the system's error (EADDRINUSE …) when it cannot listen
 */
export async function listen(
  listener: RequestListener,
  port: number,
  tls: ServerTls | undefined,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server: Server = tls ? createTlsServer({ ...tls }, listener) : createServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, LOOPBACK, resolve);
  });
  const address = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `${tls ? "https" : "http"}://${LOOPBACK}:${address.port}`, close };
}

/**
 * Reads a request to its end, keeping at most 1 MiB of it.
 * @returns the body as text, or null when it is larger
 * @throws when the connection breaks before the end
 */
export async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    // The rest is read and dropped: a client that is still writing would miss the reply.
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return size <= MAX_BODY_BYTES ? Buffer.concat(chunks).toString() : null;
}

/** Writes a whole reply. A connection that is gone is no error. */
export function writeReply(response: ServerResponse, reply: Reply): void {
  const length = reply.status === 204 ? {} : { "Content-Length": String(Buffer.byteLength(reply.body)) };
  response.writeHead(reply.status, { ...reply.headers, ...length });
  response.end(reply.body);
}
