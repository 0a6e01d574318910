import type { AddressInfo } from "node:net";
import { createServer, type Server, type TLSSocket } from "node:tls";
import { Aedes } from "aedes";
import type { Broker, Setup } from "./broker.ts";
import { topicsOf } from "./topics.ts";

/** Starts aedes behind Node's TLS, in this process. */
export async function startEmbedded({ trusted, identity }: Setup): Promise<Broker> {
  const [refusals, names] = [[] as string[], new WeakMap<object, string>()];
  const aedes = await Aedes.createBroker({
    authorizeForward: ({ id, conn }, packet) => {
      const { own, open } = topicsOf(id, names.get(conn) ?? "");
      return packet.topic === own || packet.topic === open ? packet : null;
    },
  });
  const server = createServer({
    key: identity.key,
    cert: identity.pem,
    ca: [...trusted],
    requestCert: true,
    rejectUnauthorized: true,
  });
  server.on("secureConnection", (socket) => {
    names.set(socket, String(socket.getPeerCertificate().subject.CN));
    aedes.handle(socket);
  });
  // Node closes the connection without an alert, so only the server knows why.
  server.on("tlsClientError", (error, socket: TLSSocket) => {
    refusals.push(String(socket.authorizationError ?? error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { port, refusals, close: () => close(aedes, server) };
}

/** aedes cuts its clients first: the server waits for them. */
async function close(aedes: Aedes, server: Server): Promise<void> {
  await new Promise<void>((resolve) => aedes.close(resolve));
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
