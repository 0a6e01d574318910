import { afterEach, describe, expect, test } from "vitest";
import { codesOf, createStage } from "../support/action.ts";
import { ISSUER, makeTlsIdentity } from "../support/tls.ts";
import {
  createNetwork,
  GATEWAY,
  GITHUB,
  type NetworkScene,
  type SceneOptions,
  type Side,
} from "./network-scene.ts";

// TLS certificates that are not accepted, as a proxy that inspects TLS shows them too: it answers in the host's place.

let scene: NetworkScene | undefined;

async function open(options: SceneOptions = {}): Promise<NetworkScene> {
  scene = await createNetwork(options);
  return scene;
}

afterEach(async () => {
  await scene?.close();
  scene = undefined;
});

const SIDES: readonly (readonly [side: Side, host: string, code: string])[] = [
  ["platform", GATEWAY, "PLATFORM_UNREACHABLE"],
  ["github", GITHUB, "SECRET_UNREACHABLE"],
];

describe.each(SIDES)("%s", (side, host, code) => {
  test("an issuer that nobody trusts is named, and so is NODE_EXTRA_CA_CERTS", async () => {
    const { register, sandbox, github } = await open();
    const result = await register(side, {}, { NODE_EXTRA_CA_CERTS: "" });
    expect(codesOf(result)).toEqual([code]);
    const message = result.errors[0]?.message ?? "";
    expect(message).toMatch(
      new RegExp(`certificate of ${host}:\\d+ is not trusted. Its issuer is ${ISSUER} \\(`),
    );
    expect(message).toMatch(/Next: .*set NODE_EXTRA_CA_CERTS/);
    expect([...sandbox.calls, ...github.requests]).toEqual([]);
  });

  test("a certificate for another host is named as that", async () => {
    const { register } = await open({ names: ["DNS:other.test", "DNS:*.elsewhere.test"] });
    const result = await register(side);
    expect(codesOf(result)).toEqual([code]);
    expect(result.errors[0]?.message).toMatch(
      new RegExp(`certificate of ${host}:\\d+ is for other names: DNS:other.test, DNS:\\*.elsewhere.test`),
    );
    expect(result.errors[0]?.message).toMatch(/Next: Check the host name/);
  });

  test("one that has expired is named as that, with its end", async () => {
    const { register } = await open({ days: -1 });
    const result = await register(side);
    expect(codesOf(result)).toEqual([code]);
    expect(result.errors[0]?.message).toMatch(
      new RegExp(`certificate of ${host}:\\d+ has expired.* \\d{4} GMT\\).*${ISSUER}`),
    );
    expect(result.errors[0]?.message).toMatch(/Next: Check the clock.*new certificate/);
  });

  test("one that is refused for a reason which Node has no word for is named as that, at the first attempt", async () => {
    const { register, proxy } = await open({ extension: "1.2.3.4 = critical, DER:0500" });
    const result = await register(side);
    expect(codesOf(result)).toEqual([code]);
    expect(result.errors[0]?.message).toMatch(
      new RegExp(
        `certificate of ${host}:\\d+ was refused: unhandled critical extension. Its issuer is ${ISSUER} `,
      ),
    );
    expect(result.log).not.toContain("Waiting");
    // One for the request, one to look; GitHub is asked two things at the same time.
    expect(proxy.connects.length).toBeLessThanOrEqual(side === "platform" ? 2 : 4);
  });
});

test("without a proxy as well", async () => {
  const { register, sandbox } = await open();
  const inputs = { "gateway-url": sandbox.url };
  const result = await register("platform", inputs, { HTTPS_PROXY: "", NODE_EXTRA_CA_CERTS: "" });
  expect(result.errors[0]?.message).toContain(`Its issuer is ${ISSUER}`);
});

test("a proxy that is itself spoken to over TLS: it is its certificate that is named", async () => {
  const stage = createStage();
  const { register, proxy } = await open({ proxyTls: makeTlsIdentity(stage.root, ["IP:127.0.0.1"]) });
  stage.remove();
  const result = await register("platform");
  expect(codesOf(result)).toEqual(["PLATFORM_UNREACHABLE"]);
  expect(result.errors[0]?.message).toContain(
    `certificate of the proxy 127.0.0.1:${proxy.port} of HTTPS_PROXY is not trusted. Its issuer is ${ISSUER}`,
  );
});
