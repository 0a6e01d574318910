import type { AddressInfo } from "node:net";
import { createServer } from "node:net";

/**
 * Lets something run with a proxy that turns every connection away: whatever host is meant, no name is looked up and
 * nothing leaves this machine.
 * @param play gets the environment that names the proxy
 */
export async function withNowhere<T>(play: (env: { HTTPS_PROXY: string }) => Promise<T>): Promise<T> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await play({ HTTPS_PROXY: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  } finally {
    server.close();
  }
}
