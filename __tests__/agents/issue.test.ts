import { execFileSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { expectNoLeak, formsOf } from "../support/leaks.ts";
import { fleet, Makers, Scene } from "./scene.ts";

let makers: Makers;
let scene: Scene;

beforeAll(() => {
  makers = new Makers();
});
afterAll(() => makers.workshop.remove());
beforeEach(async () => {
  scene = await Scene.open(makers);
});
afterEach(() => scene.close());

describe("one agent", () => {
  test("gets the documented key, certificate and chain, token for token (guarantee 1)", async () => {
    const { started, input } = scene.quick();
    const result = await scene.issue("device-1", input);
    const directory = scene.directory;
    expect(result.outputs).toMatchObject({
      directory,
      "manifest-path": join(directory, "agents.json"),
      issued: "1",
    });
    expect(result.agents).toEqual([
      {
        name: "device-1",
        clientId: "acme_device-1",
        certificatePath: join(directory, "device-1.pem"),
        privateKeyPath: join(directory, "device-1.key"),
        chainPath: join(directory, "device-1_chain.pem"),
        archivePath: "",
        expiration: scene.certificate("device-1.pem").expiration,
      },
    ]);
    // The vendor's lines, their variables filled in.
    const documented = [
      "openssl genrsa -out device-1.key 2048",
      "openssl req -new -key device-1.key -out device-1.csr -subj /C=DE/ST=MUC/O=Acme/OU=IT/CN=device-1",
      "openssl x509 -req -in device-1.csr -CA acme.pem -CAkey acme.key -CAcreateserial -out device-1.pem -days 365 -sha256",
    ];
    expect(started().filter((line) => line !== "openssl version")).toEqual(documented);
    for (const line of documented) expect(result.log).toContain(line.slice("openssl".length));
    expect(scene.read("device-1_chain.pem")).toBe(scene.read("device-1.pem") + makers.ca.pem);
    expect(scene.sandbox.calls.map(({ call }) => call)).toEqual(["list"]);
  });

  test("verifies against the CA, fits its key, lasts 365 days, and is nobody else's to read", async () => {
    const result = await scene.issue("device-1");
    const leaf = scene.certificate("device-1.pem");
    expect(leaf.subject).toEqual([
      ["C", "DE"],
      ["ST", "MUC"],
      ["O", "Acme"],
      ["OU", "IT"],
      ["CN", "device-1"],
    ]);
    expect(Math.round((leaf.notAfter - Date.now()) / 86_400_000)).toBe(365);
    const ca = join(makers.workshop.directory, "ca-of-the-test.pem");
    execFileSync("sh", ["-c", `cat > '${ca}'`], { input: makers.ca.pem });
    const chain = join(scene.directory, "device-1_chain.pem");
    expect(execFileSync("openssl", ["verify", "-CAfile", ca, chain], { encoding: "utf8" })).toContain("OK");
    const modes = readdirSync(scene.directory).map(
      (file) => statSync(join(scene.directory, file)).mode & 0o777,
    );
    if (process.platform !== "win32") expect(new Set(modes)).toEqual(new Set([0o600]));
    const key = scene.read("device-1.key");
    expectNoLeak(result, [...formsOf(key), ...formsOf(makers.ca.pkcs8), scene.sandbox.token]);
    // What is left under RUNNER_TEMP is nothing.
    expect(readdirSync(scene.stage.temp)).toEqual([]);
  });
});

test("a quick fleet", async () => {
  const { input } = scene.quick();
  const began = Date.now();
  const result = await scene.issue(fleet(120), input);
  expect(new Set(result.agents.map(({ name }) => scene.certificate(`${name}.pem`).serialNumber)).size).toBe(
    120,
  );
});
