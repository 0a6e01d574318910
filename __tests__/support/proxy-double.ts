import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/**
 * What the proxy does with a CONNECT: tunnels it to this machine, whatever host is asked for; answers with a status; closes or
 * resets the connection; says nothing at all; or says 200 and then nothing.
 */
export type ProxyAnswer = "tunnel" | 403 | 407 | 503 | "close" | "reset" | "silence" | "dead tunnel";

interface SeenConnect {
  readonly target: string;
  readonly answer: ProxyAnswer;
  /** The header `proxy-authorization`. */
  readonly authorization: string | undefined;
}

/** A proxy on loopback. */
export interface ProxyDouble {
  /** For HTTPS_PROXY. */
  readonly url: string;
  readonly port: number;
  readonly connects: SeenConnect[];
  /** What it does with the next CONNECTs; after the last one it does `otherwise`. */
  readonly planned: ProxyAnswer[];
  otherwise: ProxyAnswer;
  /** Requests that it was to forward, which would carry a token in clear. */
  readonly forwarded: string[];
  /** Ends every tunnel, and plans an answer for the next CONNECT; resolves when they are gone. */
  cut(next: ProxyAnswer): Promise<void>;
  /** The answers so far, in order. */
  answers(): ProxyAnswer[];
  stop(): void;
}

/** @param tls key and certificate of a proxy that is spoken to over TLS */
export async function startProxy(tls?: {
  readonly key: string;
  readonly cert: string;
}): Promise<ProxyDouble> {
  const server: Server = tls === undefined ? createServer() : createTlsServer({ ...tls });
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).once("close", () => sockets.delete(socket));
  };
  server.on("connection", keep);
  server.on("request", (incoming, outgoing) => {
    proxy.forwarded.push(incoming.url ?? "");
    outgoing.writeHead(502).end();
  });
  server.on("connect", ({ url = "", headers }, client: Socket, head: Buffer) => {
    const answer = proxy.planned.shift() ?? proxy.otherwise;
    proxy.connects.push({ target: url, answer, authorization: headers["proxy-authorization"] });
    client.on("error", () => {});
    const established = () => client.write("HTTP/1.1 200 Connection established\r\n\r\n");
    if (answer === "silence") return;
    if (answer === "dead tunnel") return void established();
    if (answer === "close") return void client.end();
    if (answer === "reset") return void client.resetAndDestroy();
    if (answer !== "tunnel") {
      client.end(`HTTP/1.1 ${answer} Simulated\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      return;
    }
    const upstream = connect(Number(url.slice(url.lastIndexOf(":") + 1)), "127.0.0.1", () => {
      established();
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    keep(upstream);
    upstream.once("error", () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const proxy: ProxyDouble = {
    url: `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}`,
    port,
    connects: [],
    planned: [],
    otherwise: "tunnel",
    forwarded: [],
    cut: async (next) => {
      proxy.planned.push(next);
      for (const socket of sockets) socket.destroy();
      while (sockets.size > 0) await pause(10);
    },
    answers: () => proxy.connects.map(({ answer }) => answer),
    stop: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
  return proxy;
}
