import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openssl } from "../ca/made.ts";
import { AgentScene, Makers } from "./agent-scene.ts";

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

/** @returns a CSR's path, one bit of its subject changed after it was signed */
function tampered(name: string): string {
  const lines = readFileSync(makers.csr(name), "utf8").trim().split("\n");
  const der = Buffer.from(lines.slice(1, -1).join(""), "base64");
  der[der.indexOf("DE") + 1] = "K".charCodeAt(0);
  const body = der.toString("base64").match(/.{1,64}/g) ?? [];
  const path = join(makers.workshop.directory, `${name}-tampered.csr`);
  writeFileSync(path, [lines[0], ...body, lines.at(-1), ""].join("\n"));
  return path;
}

test.each([
  ["says nothing", "exec 2>/dev/null"],
  ["says it on stdout, as from 3.5 on", '[ "$1" = req ] && case "$*" in *-verify*) exec 2>&1 ;; esac'],
  ["says something else", "echo 'Certificate request self-signature ok' >&2"],
])("an OpenSSL that %s: what holds is certified, what does not is not", async (_name, script) => {
  const quick = scene.quick(script).input;
  await scene.issue(`good=${makers.csr("good")}`, quick);
  const { message } = await scene.fail(`a=${tampered("a")}`, quick);
  expect(message).toContain('line 1: the CSR of "a" cannot be used: its signature is not valid');
});

test.each(["exit 0", "exit 137", "kill -KILL $$"])(
  "an OpenSSL that ends by %s as it reads a CSR: the CSR is not blamed",
  async (end) => {
    const quick = scene.quick(`[ "$1" = req ] && case "$*" in *outform*) ${end} ;; esac`).input;
    const { code, message } = await scene.fail(`good=${makers.csr("good")}`, quick);
    expect(code).toBe("OPENSSL_FAILED");
    expect(message).not.toContain("PKCS#10");
  },
);

test("broken CSRs are named with OpenSSL's reason, all at once, and nothing is issued", async () => {
  const garbage = join(makers.workshop.directory, "garbage.csr");
  writeFileSync(garbage, "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n");
  const list = [
    "good",
    `a=${tampered("a")}`,
    `b=${garbage}`,
    `c=${makers.csr("other")}`,
    `d=${makers.csr("d", "/CN=d/CN=d")}`,
  ];
  const { code, message } = await scene.fail(list.join("\n"));
  expect(code).toBe("INPUT_INVALID");
  expect(message).toContain('line 2: the CSR of "a" cannot be used: its signature is not valid');
  expect(message).toMatch(
    /line 3: the CSR of "b" cannot be used: OpenSSL refuses it: .*(?:asn1|ASN1|unable|Unable)/,
  );
  expect(message).toContain('line 4: the CSR of "c" has the common name "other"');
  expect(message).toContain('line 5: the CSR of "d" cannot be used: it has 2 common names');
  expect(readdirSync(scene.stage.lasting)).toEqual([]);
  expect(scene.sandbox.calls).toEqual([]);
});

/** @returns the path of a CSR whose key is made for it */
function csrWithKey(name: string, ...newKey: readonly string[]): string {
  const argv = ["-new", "-nodes", "-keyout", `${name}.its.key`, "-subj", `/CN=${name}`];
  return makers.file(`${name}.its.csr`, openssl(makers.workshop, "req", ...argv, "-newkey", ...newKey));
}

test("a name with a blank at its end is another name", async () => {
  const { code, message } = await scene.fail(`a=${makers.csr("a", "/CN=a ")}`);
  expect(code).toBe("INPUT_INVALID");
  expect(message).toMatch(/line 1: the CSR of "a" has the common name/);
});

describe("keys that are certified", () => {
  test.each(["prime256v1", "secp384r1", "secp521r1"])("EC on %s", async (curve) => {
    const csr = csrWithKey(curve, "ec", "-pkeyopt", `ec_paramgen_curve:${curve}`);
    await scene.issue(`${curve}=${csr}`, scene.quick().input);
    expect(scene.certificate(`${curve}.pem`).x509.publicKey.asymmetricKeyDetails?.namedCurve).toBe(curve);
    expect(scene.files()).not.toContain(`${curve}.key`);
    expect((await scene.issue(`${curve}=${csr}`, scene.quick().input)).outputs["issued"]).toBe("0");
  });

  test("and those that are too weak, with what would be valid; all of them at once", async () => {
    const list = [
      `a=${csrWithKey("a", "rsa:512")}`,
      `b=${csrWithKey("b", "rsa:1024")}`,
      `c=${csrWithKey("c", "ec", "-pkeyopt", "ec_paramgen_curve:secp224r1")}`,
      `d=${csrWithKey("d", "ed25519")}`,
    ];
    const { code, message } = await scene.fail(list.join("\n"));
    expect(code).toBe("INPUT_INVALID");
    const valid = "Valid keys are RSA from 2048 bits, and EC on P-256, P-384 or P-521";
    expect(message).toContain(`line 1: the CSR of "a" cannot be used: its key is rsa of 512 bits. ${valid}`);
    expect(message).toContain(`line 2: the CSR of "b" cannot be used: its key is rsa of 1024 bits. ${valid}`);
    expect(message).toContain(`line 3: the CSR of "c" cannot be used: its key is ec secp224r1. ${valid}`);
    expect(message).toContain(`line 4: the CSR of "d" cannot be used: its key is ed25519. ${valid}`);
    expect(readdirSync(scene.stage.lasting)).toEqual([]);
  });
});

test("a CSR in DER is told how to become PEM, before anything runs", async () => {
  const der = Buffer.from(readFileSync(makers.csr("a"), "utf8").replaceAll(/-----.*-----|\n/g, ""), "base64");
  const file = makers.file("a.der", der);
  const { message, result } = await scene.fail(`a=${file}`);
  expect(message).toContain("is DER, not PEM. Convert it: openssl req -inform DER -in");
  expect(result.log).not.toContain("Working with");
});

test("a CSR that is cut off is OpenSSL's to judge, and its reason is shown", async () => {
  const file = makers.file("cut.csr", readFileSync(makers.csr("a"), "utf8").slice(0, 400));
  const { message } = await scene.fail(`a=${file}`);
  expect(message).toMatch(
    /line 1: the CSR of "a" cannot be used: OpenSSL refuses it: .*(?:end line|PEM|asn1|unable)/i,
  );
});

test("a CSR of Windows, with text around it", async () => {
  const text = readFileSync(makers.csr("a"), "utf8").replaceAll("\n", "\r\n");
  const file = makers.file("crlf.csr", `\ufeffMade by hand\r\n${text}\r\n`);
  await scene.issue(`a=${file}`, scene.quick().input);
  expect(scene.certificate("a.pem").commonName).toBe("a");
});

test("that CSRs are checked is shown: thousands take minutes", async () => {
  const names = Array.from({ length: 12 }, (_, index) => `device-${index}`);
  const list = names.map((name) => `${name}=${makers.csr(name)}`).join("\n");
  const result = await scene.issue(list, scene.quick().input);
  expect(result.log).toMatch(/^Checked CSRs: 12 of 12 \(100 %\)/m);
});
