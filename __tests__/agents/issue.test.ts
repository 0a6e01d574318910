import { execFileSync } from "node:child_process";
import { createPublicKey } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readCertificate } from "../../src/ca/certificate.ts";
import { entryOf } from "../ca/made.ts";
import { runAction } from "../support/action.ts";
import { expectNoLeak, formsOf } from "../support/leaks.ts";
import { AgentScene, fleet, Makers, TENANT } from "./agent-scene.ts";

let makers: Makers;
let scene: AgentScene;

beforeAll(() => {
  makers = new Makers();
});
afterAll(() => makers.workshop.remove());
beforeEach(async () => {
  scene = await AgentScene.open(makers);
});
afterEach(() => scene.close());

/** What `openssl verify` says of a chain file against a CA. */
function verify(chain: string): string {
  const ca = join(scene.stage.root, "ca.pem");
  writeFileSync(ca, makers.ca.pem);
  return execFileSync("openssl", ["verify", "-CAfile", ca, chain], { encoding: "utf8" });
}

describe("one agent", () => {
  test("gets the documented key, certificate and chain, token for token (guarantee 1)", async () => {
    const { started, input } = scene.quick();
    const result = await scene.issue("device-1", input);
    const { directory } = scene;
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

  test("verifies against the CA, lasts 365 days, is nobody else's to read, and nothing leaks (guarantee 8)", async () => {
    const result = await scene.issue("device-1");
    const leaf = scene.certificate("device-1.pem");
    expect(leaf.subject.map((pair) => pair.join("="))).toEqual([
      "C=DE",
      "ST=MUC",
      "O=Acme",
      "OU=IT",
      "CN=device-1",
    ]);
    expect(Math.round((leaf.notAfter - Date.now()) / 86_400_000)).toBe(365);
    expect(leaf.x509.publicKey.equals(createPublicKey(scene.read("device-1.key")))).toBe(true);
    expect(verify(join(scene.directory, "device-1_chain.pem"))).toContain("OK");
    const modes = readdirSync(scene.directory).map(
      (file) => statSync(join(scene.directory, file)).mode & 0o777,
    );
    if (process.platform !== "win32") expect(new Set(modes)).toEqual(new Set([0o600]));
    expectNoLeak(result, [...formsOf(scene.read("device-1.key")), ...formsOf(makers.ca.pkcs8)]);
    expect(readdirSync(scene.stage.temp)).toEqual([]);
  });

  test("with a name of colons and hyphens and a subject of other alphabets", async () => {
    const subject = { city: "Zürich", organization: "A/S +1" };
    const result = await scene.issue("-plant:1:pump_7", subject);
    expect(result.agents).toMatchObject([{ name: "-plant:1:pump_7", clientId: "acme_-plant:1:pump_7" }]);
    expect(readdirSync(scene.directory).toSorted()).toEqual([
      "-plant%3A1%3Apump_7.key",
      "-plant%3A1%3Apump_7.pem",
      "-plant%3A1%3Apump_7_chain.pem",
      "agents.csv",
      "agents.json",
    ]);
    const leaf = scene.certificate("-plant%3A1%3Apump_7.pem");
    expect(leaf.commonName).toBe("-plant:1:pump_7");
    expect(leaf.subject).toContainEqual(["ST", "Zürich"]);
    expect(leaf.subject).toContainEqual(["O", "A/S +1"]);
  });

  test("without a directory its files stay where later steps find them", async () => {
    const result = await scene.issue("device-1", { directory: "", ...scene.quick().input });
    const [agent] = result.agents;
    expect(readFileSync(agent?.privateKeyPath ?? "", "utf8")).toContain("PRIVATE KEY");
    expect(result.outputs["directory"]?.startsWith(scene.stage.temp)).toBe(true);
    await runAction("agent-certificate", scene.stage, { step: "post", state: result.state });
    expect(readFileSync(agent?.chainPath ?? "", "utf8")).toContain("CERTIFICATE");
  });
});

describe("the client id is the vendor's", () => {
  test.each([
    ["eu1", { region: "eu1" }, "acme_device-1"],
    ["eu2", { region: "eu2" }, "device-1"],
    ["a private cloud", { "gateway-url": "https://gateway.example.com" }, "acme_device-1"],
  ])("on %s", async (_name, where, clientId) => {
    const more = { "gateway-url": "", token: "", offline: "true", ...where, ...scene.quick().input };
    const result = await scene.issue("device-1", more);
    expect(result.agents.map((agent) => agent.clientId)).toEqual([clientId]);
    expect(result.notices.map(({ message }) => message).join()).toContain("the platform was not asked");
    expect(scene.sandbox.calls).toEqual([]);
  });
});

test("a device keeps its key: its CSR is signed, and the subject is its own", async () => {
  const { started, input } = scene.quick();
  const agents = `device-1\nplant:2=${makers.csr("plant:2")}\n`;
  const result = await scene.issue(agents, input);
  expect(result.agents[1]).toMatchObject({ name: "plant:2", privateKeyPath: "", archivePath: "" });
  expect(readdirSync(scene.directory)).not.toContain("plant%3A2.key");
  const leaf = scene.certificate("plant%3A2.pem");
  expect(leaf.subject).toEqual([
    ["C", "DE"],
    ["CN", "plant:2"],
  ]);
  expect(leaf.x509.publicKey.equals(createPublicKey(makers.spareKeyPem))).toBe(true);
  expect(started().filter((line) => line.includes("genrsa"))).toHaveLength(1);
  expect(started().filter((line) => line === "openssl req -outform DER")).toHaveLength(1);

  // Only CSRs: no subject is asked for.
  const subject = { "country-code": "", city: "", organization: "" };
  const again = await scene.issue(`plant:2=${makers.csr("plant:2")}`, { ...subject, ...input });
  expect(again.outputs["issued"]).toBe("0");
});

test("a CA brought along wins over the keyring, and must be usable too", async () => {
  const pair = { "ca-certificate": makers.next.pem, "ca-private-key": makers.next.pkcs1 };
  const refused = await scene.run("device-1", pair);
  expect(refused.errors.map(({ title }) => title)).toEqual(["MindConnect CA: CA_NOT_USABLE"]);
  expect(readdirSync(scene.stage.lasting)).toEqual([]);

  scene.sandbox.seed(makers.next.pem, { verified: true });
  await scene.issue("device-1", { ...pair, ...scene.quick().input });
  expect(scene.read("device-1_chain.pem")).toContain(makers.next.pem);
});

test("the newest usable CA of the keyring issues; one that is not verified yet does not", async () => {
  const { next, ca } = makers;
  const keyring = scene.keyring(entryOf(next), entryOf(ca));
  const { input } = scene.quick();
  const staged = scene.sandbox.seed(next.pem, { verified: false });
  await scene.issue("device-1", { ...input, keyring });
  expect(scene.read("device-1_chain.pem")).toContain(ca.pem);
  staged.isVerified = true;
  const result = await scene.issue("device-1", { ...input, keyring });
  expect(result.log).toContain("1 of another CA");
  expect(scene.read("device-1_chain.pem")).toContain(next.pem);
});

describe("a leaf never outlives its CA", () => {
  const brought = (days: number) => {
    const { pem, pkcs8 } = makers.ending(days);
    return { "ca-certificate": pem, "ca-private-key": pkcs8, offline: "true", ...scene.quick().input };
  };

  test("it is shortened, with one warning", async () => {
    const ca = brought(100);
    const result = await scene.issue("a1\na2\na3", ca);
    expect(result.warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/valid for (?:99|100) days instead of 365/),
    ]);
    const { notAfter } = scene.certificate("a1.pem");
    expect(notAfter).toBeLessThanOrEqual(readCertificate(ca["ca-certificate"]).notAfter);
    // Nothing lasts longer, so nothing is issued anew, although its end is near.
    const again = await scene.issue("a1\na2\na3", { ...ca, "renew-before": "364" });
    expect(again.outputs["issued"]).toBe("0");
  });

  test.each([
    ["strict-lifetime: true", 100, { "strict-lifetime": "true" }],
    ["a CA with less than a day", 1, { days: "1", "renew-before": "0" }],
  ])("%s refuses it before anything is made", async (_name, days, more) => {
    const result = await scene.run("a1", { ...brought(days), ...more });
    expect(result.errors.map(({ title }) => title)).toEqual(["MindConnect CA: CA_EXPIRES_BEFORE_AGENT"]);
    expect(readdirSync(scene.stage.lasting)).toEqual([]);
  });
});

test("archive-passphrase: one encrypted archive an agent, no key in plain anywhere (guarantee 8)", async () => {
  const passphrase = "correct horse battery staple";
  const { started, input } = scene.quick();
  const result = await scene.issue("plant:1", { ...input, "archive-passphrase": passphrase });
  const [agent] = result.agents;
  expect(agent).toMatchObject({ privateKeyPath: "", archivePath: join(scene.directory, "plant%3A1.p12") });
  expect(readdirSync(scene.directory).filter((file) => file.endsWith(".key"))).toEqual([]);
  const open = (pass: string) =>
    execFileSync(
      "openssl",
      ["pkcs12", "-in", agent?.archivePath ?? "", "-nodes", "-passin", `pass:${pass}`],
      {
        encoding: "utf8",
        stdio: "pipe",
      },
    );
  const content = open(passphrase);
  expect(content).toContain("friendlyName: plant:1");
  expect(content.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
  expect(content).toMatch(/BEGIN (?:RSA )?PRIVATE KEY/);
  expect(() => open("wrong")).toThrow();
  expect(started().join("\n")).not.toContain(passphrase);
  expectNoLeak(result, [passphrase, ...formsOf(makers.spareKeyPem), ...formsOf(makers.ca.pkcs8)]);
});

test("a fleet: serial numbers are unique, the log is short, the manifest has it all and nothing secret", async () => {
  const count = 120;
  const list = join(scene.stage.root, "names.txt");
  writeFileSync(list, `\ufeff# the fleet\r\n\r\n${fleet(count).replaceAll("\n", "\r\n")}\r\n`);
  const result = await scene.issue(list, scene.quick().input);
  const manifest = JSON.parse(scene.read("agents.json"));
  expect(manifest).toMatchObject({ generator: "mindconnect-ca-action", tenant: TENANT });
  const serials = new Set(result.agents.map(({ name }) => scene.certificate(`${name}.pem`).serialNumber));
  expect(serials.size).toBe(count);
  expect(manifest.agents.map(({ serialNumber }: { serialNumber: string }) => serialNumber)).toEqual([
    ...serials,
  ]);
  const csv = scene.read("agents.csv").trimEnd().split("\r\n");
  expect(csv).toHaveLength(count + 1);
  expect(csv[1]?.split(",").slice(0, 2)).toEqual(["device-0", "acme_device-0"]);
  expect(scene.read("agents.json") + scene.read("agents.csv")).not.toMatch(/PRIVATE|BEGIN/);
  // The commands of one agent, and a line now and then; how often is Progress's own test.
  expect(result.log.match(/genrsa/g)).toHaveLength(1);
  const progress = result.log.match(/^Issued \d+ of 120 .*$/gm) ?? [];
  expect(progress.at(-1)).toContain("120 of 120 (100 %)");
  expect(progress.length).toBeLessThan(count);
  expect(result.summary).toContain("… and 70 more.");
  expect(result.summary.match(/acme_device-/g)).toHaveLength(50);
});
