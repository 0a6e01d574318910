import dns from "node:dns";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Http } from "../../src/http/http.ts";
import { proxyFor } from "../../src/http/proxy.ts";
import { type ProxyDouble, startProxy } from "../support/proxy-double.ts";

const target = new URL("https://gateway.test");

describe("which proxy", () => {
  test.each([
    [{}, undefined, ""],
    [{ HTTPS_PROXY: "" }, undefined, ""],
    [{ HTTPS_PROXY: " " }, undefined, ""],
    [{ HTTPS_PROXY: "http://a:1" }, "HTTPS_PROXY", "http://a:1/"],
    [{ HTTPS_PROXY: "a:1" }, "HTTPS_PROXY", "http://a:1/"],
    [{ HTTPS_PROXY: "http://a:1", https_proxy: "http://b:2" }, "https_proxy", "http://b:2/"],
    [{ HTTPS_PROXY: "http://a:1", https_proxy: "" }, "HTTPS_PROXY", "http://a:1/"],
    [{ HTTPS_PROXY: "", https_proxy: "b:2" }, "https_proxy", "http://b:2/"],
    [{ HTTP_PROXY: "http://a:1", ALL_PROXY: "http://a:1" }, undefined, ""],
    [{ HTTPS_PROXY: "http://u:p@a:1/path?query#hash" }, "HTTPS_PROXY", "http://u:p@a:1/"],
    [{ HTTPS_PROXY: "socks5://a:1" }, "HTTPS_PROXY", "socks5://a:1"],
  ])("%j", (environment, variable, url) => {
    const found = proxyFor(target, environment);
    expect(found?.variable).toBe(variable);
    expect(found?.proxy.href ?? "").toBe(url);
  });

  test("none for http, which is for loopback alone", () => {
    expect(
      proxyFor(new URL("http://127.0.0.1:1"), { HTTPS_PROXY: "a:1", HTTP_PROXY: "a:1" }),
    ).toBeUndefined();
  });

  test.each(["ftp://a", "http://", "://", "a b", "http://a:99999", "http://u:p@@a:x", "http://%zz:pass@a"])(
    "a value that is none is refused, and not repeated: %s",
    (text) => {
      const read = () => proxyFor(target, { https_proxy: text });
      expect(read).toThrow(
        /^https_proxy is not the URL of a proxy, such as http:\/\/proxy\.example:8080\. Valid schemes are http/,
      );
      expect(read).not.toThrow(/99999|@@|%zz/);
    },
  );
});

describe("whom NO_PROXY exempts", () => {
  let proxy: ProxyDouble;
  const { HTTPS_PROXY, NO_PROXY } = process.env;
  beforeEach(async () => {
    proxy = await startProxy();
    proxy.otherwise = 503;
    process.env["HTTPS_PROXY"] = proxy.url;
    // What is connected to directly asks for its host's address: as where no resolver knows the name, and without one.
    vi.spyOn(dns, "lookup").mockImplementation(((host: string, _: unknown, done: (error: Error) => void) =>
      done(Object.assign(new Error(`no address of ${host}`), { code: "ENOTFOUND" }))) as typeof dns.lookup);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    proxy.stop();
    restore("HTTPS_PROXY", HTTPS_PROXY);
    restore("NO_PROXY", NO_PROXY);
  });

  // Loopback's addresses and a name that nobody knows: nothing answers, wherever it goes.
  const HOSTS = { name: "a.gateway.test:1", ipv4: "127.0.0.1:1", ipv6: "[::1]:1" } as const;
  test.each<[exempt: string, host: keyof typeof HOSTS, direct: boolean]>([
    ["", "name", false],
    [" , ,", "name", false],
    ["gateway.test", "name", true],
    [".gateway.test", "name", true],
    ["*.gateway.test", "name", true],
    ["A.Gateway.Test", "name", true],
    ["a.gateway.test:1", "name", true],
    ["a.gateway.test:2", "name", false],
    ["other.test, gateway.test:1", "name", true],
    ["way.test", "name", false],
    ["*", "name", true],
    ["127.0.0.1", "ipv4", true],
    ["127.0.0.2", "ipv4", false],
    ["::1", "ipv6", true],
    ["[::1]", "ipv6", true],
    ["[::1]:1", "ipv6", true],
    ["[::1]:2", "ipv6", false],
    // Loopback's https goes through the proxy as any other.
    ["", "ipv4", false],
    ["", "ipv6", false],
  ])("%j: %s, direct %j", async (exempt, host, direct) => {
    process.env["NO_PROXY"] = exempt;
    const http = await Http.open({ left: 20_000 });
    const url = new URL(`https://${HOSTS[host]}/`);
    await expect(http.send({ method: "GET", url, headers: {} })).rejects.toMatchObject({ sent: false });
    expect(proxy.connects.map(({ target: to }) => to)).toEqual(direct ? [] : [HOSTS[host]]);
  });
});

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
