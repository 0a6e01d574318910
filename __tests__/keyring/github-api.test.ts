import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import sodium from "libsodium-wrappers";
import { afterEach, describe, expect, test } from "vitest";
import { Http } from "../../src/http/http.ts";
import { GitHubApi, GitHubFailure, parseTokenExpiration } from "../../src/keyring/github-api.ts";
import { openSealedBox } from "../../src/keyring/github-secret.ts";

const servers: Server[] = [];
/**
 * @param left milliseconds; an exchange may take a third of them
 * @returns GitHub's API there; waits take no time
 */
async function open(url: string, left = 60_000): Promise<GitHubApi> {
  const deadline = { left, wait: async () => {} };
  return new GitHubApi(url, "t0ken", { http: await Http.open(deadline), deadline });
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function failureOf(call: Promise<unknown>): Promise<GitHubFailure> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(GitHubFailure);
  return error as GitHubFailure;
}

describe("GitHub's API", () => {
  test("gets the token, and parameters percent-encoded so that none climbs out of the path", async () => {
    let seen: IncomingMessage | undefined;
    const url = await serve((request, response) => {
      seen = request;
      response.writeHead(200, { "content-type": "application/json" }).end('{"a":1}');
    });
    const reply = await (await open(`${url}/api/v3`)).send("GET /x/{name}", {
      name: "a/../b?c#d é",
    });
    expect(reply).toEqual({ status: 200, data: { a: 1 } });
    expect(seen?.url).toBe("/api/v3/x/a%2F..%2Fb%3Fc%23d%20%C3%A9");
    expect(seen?.headers.authorization).toBe("token t0ken");
  });

  test.each([
    ["205 with a body", "HTTP/1.1 205 Reset\r\nContent-Length: 2\r\n\r\nhi", undefined],
    ["999", "HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n", /status 999, which HTTP does not have/],
  ])("a reply of status %s is told in words of ours", async (_, reply, words) => {
    const url = await serve((request) => request.socket.end(reply));
    const call = (await open(url)).send("GET /x", {});
    if (words === undefined) expect(await call).toMatchObject({ status: 205 });
    else expect((await failureOf(call)).message).toMatch(words);
  });

  test("a redirect is not followed: the token goes nowhere else (guarantee 8)", async () => {
    let followed = 0;
    const elsewhere = await serve((_, response) => {
      followed += 1;
      response.end("{}");
    });
    const url = await serve((_, response) => response.writeHead(307, { location: elsewhere }).end());
    const failure = await failureOf((await open(url)).send("PUT /x", { a: "b" }));
    expect(failure.status).toBe(307);
    expect(followed).toBe(0);
  });

  test("a reply that does not come in time ends as one that nobody knows the outcome of", async () => {
    const url = await serve(() => {});
    const failure = await failureOf((await open(url, 150)).send("PUT /x", {}));
    expect(failure).toMatchObject({ status: undefined, message: "no reply in time" });
  });

  test("a body that does not come to its end, too", async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { "content-type": "application/json" }).write("{");
    });
    const failure = await failureOf((await open(url, 300)).send("GET /x", {}));
    expect(failure.status).toBeUndefined();
  });

  test("a reply of more than 1 MiB is not read", async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { "content-type": "application/json" }).end(`"${"x".repeat(2 ** 20)}"`);
    });
    const failure = await failureOf((await open(url)).send("GET /x", {}));
    expect(failure).toMatchObject({ status: undefined, message: "the reply is larger than 1 MiB" });
  });

  test.each([
    ["JSON", "application/json", '{"message":"no\\n::add-mask::x ##[error]y"}'],
    ["text", "text/html; charset=utf-8", "no\n::add-mask::x\u001b[31m ##[error]y"],
    ["an impossible type", ";;;", "no"],
  ])("what it says is made safe to print: %s", async (_, type, body) => {
    const url = await serve((_request, response) =>
      response.writeHead(403, { "content-type": type }).end(body),
    );
    const { message } = await failureOf((await open(url)).send("GET /x", {}));
    for (const sign of ["\n", "::", "##[", "\u001b"]) expect(message).not.toContain(sign);
  });

  test("a deprecation that a reply claims is not printed", async () => {
    const printed: unknown[] = [];
    const { warn } = console;
    console.warn = (...words: unknown[]) => void printed.push(words);
    const url = await serve((_, response) =>
      response.writeHead(200, { deprecation: "true", sunset: "::error::x" }).end(),
    );
    await (await open(url)).send("GET /x", {});
    console.warn = warn;
    expect(printed).toEqual([]);
  });

  test("a read is tried three times where the server fails, never where it refuses; a send once", async () => {
    let count = 0;
    let status = 502;
    const url = await serve((_, response) => {
      count += 1;
      response.writeHead(status).end();
    });
    const api = await open(url);
    const counted = async (call: Promise<unknown>) => {
      await failureOf(call);
      return count;
    };
    expect(await counted(api.read("GET /x", {}))).toBe(3);
    expect(await counted(api.send("PUT /x", {}))).toBe(4);
    status = 403;
    expect(await counted(api.read("GET /x", {}))).toBe(5);
  });

  test("its clock and the end of the token are read off every reply, refusals too", async () => {
    const url = await serve((_, response) =>
      response
        .writeHead(404, {
          date: "Sun, 06 Nov 2033 08:49:37 GMT",
          "github-authentication-token-expiration": "2034-01-02 03:04:05 UTC",
        })
        .end(),
    );
    const api = await open(url);
    await failureOf(api.send("GET /x", {}));
    // However long ago that was on a busy machine.
    expect(Math.abs(api.now() - Date.parse("2033-11-06T08:49:37Z"))).toBeLessThan(120_000);
    expect(api.tokenExpiration).toBe(Date.parse("2034-01-02T03:04:05Z"));
  });
});

test.each([
  ["2026-12-31 23:59:59 UTC", "2026-12-31T23:59:59Z"],
  ["2026-12-31 23:59:59 -0700", "2026-12-31T23:59:59-07:00"],
  ["2026-12-31 23:59:59 +05:30", "2026-12-31T23:59:59+05:30"],
  ["2026-13-31 23:59:59 UTC", undefined],
  ["tomorrow", undefined],
  ["", undefined],
])("the end of a token: %j", (text, iso) => {
  expect(parseTokenExpiration(text)).toBe(iso === undefined ? undefined : Date.parse(iso));
});

describe("a sealed box", () => {
  test("opens with the key pair alone, to the same text", async () => {
    await sodium.ready;
    const { publicKey, privateKey } = sodium.crypto_box_keypair();
    const box = await openSealedBox(Buffer.from(publicKey).toString("base64"));
    const text = `Schlüssel ${"x".repeat(48 * 1024)}`;
    const sealed = Buffer.from(box.seal(text), "base64");
    expect(sealed.includes("Schl")).toBe(false);
    const opened = sodium.crypto_box_seal_open(sealed, publicKey, privateKey);
    expect(Buffer.from(opened).toString("utf8")).toBe(text);
  });

  test.each(["", "AAAA", "***", "A".repeat(44), Buffer.alloc(31).toString("base64")])(
    "is not made for %j",
    async (key) => {
      await expect(openSealedBox(key)).rejects.toThrow();
    },
  );
});
