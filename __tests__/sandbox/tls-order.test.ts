import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Workshop } from "./workshop.ts";

let workshop: Workshop;
beforeAll(() => {
  workshop = new Workshop();
});
afterAll(() => workshop.remove());

/** Node's `toLegacyObject` breaks `node:tls` for good where that is loaded after it (v20 and v24). */
test("whoever looks at a certificate before anything else can still make a TLS connection", () => {
  const checks = new URL("../../src/sandbox/certificate-checks.ts", import.meta.url).href;
  const script = `
    const { X509Certificate } = await import("node:crypto");
    const { commonNameOf } = await import(${JSON.stringify(checks)});
    console.log(commonNameOf(new X509Certificate(process.env.PEM)));
    (await import("node:tls")).createSecureContext();`;
  const env = { ...process.env, PEM: workshop.selfSigned(workshop.key(), "/O=Acme/CN=acme") };
  const argv = ["--input-type=module", "--eval", script];
  expect(execFileSync(process.execPath, argv, { env, encoding: "utf8" })).toBe("acme\n");
});
