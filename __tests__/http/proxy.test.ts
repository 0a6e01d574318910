import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { codesOf } from "../support/action.ts";
import type { ProxyAnswer } from "../support/proxy-double.ts";
import { createNetwork, GATEWAY, GITHUB, type NetworkScene, type Side } from "./network-scene.ts";

// The built action behind a proxy that requires a tunnel (CONNECT), on the platform's path and on GitHub's.

let scene: NetworkScene;

beforeEach(async () => {
  scene = await createNetwork();
});
afterEach(() => scene.close());

const SIDES: readonly Side[] = ["platform", "github"];
/** Six seconds: enough for all that comes before what hangs, on a busy machine too. */
const SHORT = { "timeout-minutes": "0.05" };
/** Far below undici's own 300 s, far above what a busy machine needs. */
const PROMPT_MS = 25_000;

describe.each(SIDES)("%s", (side) => {
  test("one tunnel carries all, at the first attempt", async () => {
    const result = await scene.register(side);
    expect(result.outputs["outcome"]).toBe("registered");
    const host = side === "platform" ? GATEWAY : GITHUB;
    const targets = scene.proxy.connects.map(({ target }) => target.replace(/:\d+$/, ""));
    expect(targets).toEqual([host]);
    expect(result.log).toContain("Calls to the platform (5)");
    expect(result.log).not.toMatch(/broken|Waiting/);
  });

  test.each<ProxyAnswer>([503, "close", "reset"])("a first CONNECT: %s, is tried again", async (answer) => {
    scene.proxy.planned.push(answer);
    expect((await scene.register(side)).outputs["outcome"]).toBe("registered");
    expect(scene.proxy.answers().filter((one) => one !== "tunnel")).toEqual([answer]);
    expect(scene.sandbox.calls.map(({ call }) => call)).toEqual(["list", "upload", "code", "verify", "get"]);
  });

  test.each<ProxyAnswer>([403, "close"])("CONNECTs that all end with %s: three attempts", async (answer) => {
    scene.proxy.otherwise = answer;
    const result = await scene.register(side);
    expect(codesOf(result)).toEqual([side === "platform" ? "PLATFORM_UNREACHABLE" : "SECRET_UNREACHABLE"]);
    expect(result.errors[0]?.message).toContain(`HTTPS_PROXY names the proxy 127.0.0.1:${scene.proxy.port}`);
    // GitHub is asked two things at the same time, and the first that fails ends the run.
    expect(scene.proxy.connects.length).toBeGreaterThanOrEqual(3);
    expect(scene.proxy.connects.length).toBeLessThanOrEqual(side === "platform" ? 3 : 6);
  });

  test.each<ProxyAnswer>(["silence", "dead tunnel"])(
    "a CONNECT that leads to %s: timeout-minutes holds",
    async (answer) => {
      scene.proxy.otherwise = answer;
      const started = performance.now();
      const result = await scene.register(side, SHORT);
      expect(performance.now() - started).toBeLessThan(PROMPT_MS);
      expect(codesOf(result)).toEqual([side === "platform" ? "PLATFORM_TIMEOUT" : "SECRET_UNREACHABLE"]);
      expect(result.errors[0]?.message).toContain("in time");
    },
  );

  test("a body that trickles: timeout-minutes holds", async () => {
    const { sandbox, github } = scene;
    if (side === "platform") sandbox.faults.add({ call: "list", kind: "trickle", times: 99 });
    else github.faults.add("public-key", { kind: "trickle" }, { times: 99 });
    const started = performance.now();
    const result = await scene.register(side, SHORT);
    expect(performance.now() - started).toBeLessThan(PROMPT_MS);
    expect(codesOf(result)).toEqual([side === "platform" ? "PLATFORM_TIMEOUT" : "SECRET_UNREACHABLE"]);
  });

  test("credentials in the proxy's URL are percent-decoded, and never printed", async () => {
    const url = scene.proxy.url.replace("//", "//us%20er:p%40ss%3Aw%C3%B6rd@");
    const result = await scene.register(side, {}, { HTTPS_PROXY: url });
    expect(result.outputs["outcome"]).toBe("registered");
    const expected = `Basic ${Buffer.from("us er:p@ss:wörd").toString("base64")}`;
    expect(new Set(scene.proxy.connects.map(({ authorization }) => authorization))).toEqual(
      new Set([expected]),
    );
    expect(result.log).not.toContain("%40ss");
  });

  test.each([
    "ftp://proxy.example:21",
    "http://",
    "://",
    "http://user:pass word@[",
    "http://u:%zz@proxy.example",
  ])("a proxy variable that is none is named, and nothing goes around it: %s", async (text) => {
    const result = await scene.register(side, {}, { HTTPS_PROXY: text });
    expect(codesOf(result)).toEqual([side === "platform" ? "PLATFORM_UNREACHABLE" : "SECRET_UNREACHABLE"]);
    expect(result.errors[0]?.message).toMatch(/HTTPS_PROXY is not the URL of a proxy.*http:\/\/proxy/);
    expect(result.errors[0]?.message).toContain("Next: Correct HTTPS_PROXY");
    expect(result.log).not.toContain("pass word");
    expect(side === "platform" ? scene.sandbox.calls : scene.github.requests).toEqual([]);
  });

  test("a proxy without a scheme is an http one, also where that alone would be a URL", async () => {
    const result = await scene.register(side, {}, { HTTPS_PROXY: `localhost:${scene.proxy.port}` });
    expect(result.outputs["outcome"], result.log).toBe("registered");
    expect(scene.proxy.connects.length).toBeGreaterThan(0);
  });

  test("lower case counts before upper case, and an empty variable is none", async () => {
    const env = { HTTPS_PROXY: "ftp://x", https_proxy: scene.proxy.url };
    expect((await scene.register(side, {}, env)).outputs["outcome"]).toBe("registered");
    const before = scene.proxy.connects.length;
    expect(before).toBeGreaterThan(0);
    const empty = { HTTPS_PROXY: scene.proxy.url, https_proxy: "" };
    expect((await scene.register(side, {}, empty)).outputs["outcome"]).toBe("unchanged");
    expect(scene.proxy.connects.length).toBeGreaterThan(before);
  });
});

test("a connection that cannot be made happens to no call: a POST is sent again without a look", async () => {
  const { sandbox, proxy, stage } = scene;
  // The CA certificate is made between the list and the upload: there it waits until the tunnel is gone.
  const [openssl, ready, go] = ["openssl", "ready", "go"].map((name) => join(stage.root, name)) as [
    string,
    string,
    string,
  ];
  const wait = `: > "${ready}"; while [ ! -e "${go}" ]; do sleep 0.05; done`;
  const script = `#!/bin/sh\ncase " $* " in *" -x509 "*) ${wait};; esac\nexec openssl "$@"\n`;
  writeFileSync(openssl, script, { mode: 0o755 });
  const running = scene.register("platform", { "openssl-path": openssl });
  while (!existsSync(ready)) await pause(20);
  await proxy.cut(503);
  writeFileSync(go, "");
  expect((await running).outputs["outcome"]).toBe("registered");
  expect(proxy.answers()).toEqual(["tunnel", 503, "tunnel"]);
  expect(sandbox.calls.map(({ call }) => call)).toEqual(["list", "upload", "code", "verify", "get"]);
});
