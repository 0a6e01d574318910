import { createPrivateKey } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { selfSigned } from "../rotation/issuer.ts";
import { keyringFile, registerInputs } from "../support/inputs.ts";
import { EC, type Recipient, RSA, Safe } from "../support/recipients.ts";
import { type Materials, makeMaterials, PASSPHRASE } from "./materials.ts";
import { createWatched, expectNoTrace, namesOf, type Refusal, refused, type Watched } from "./refused.ts";

/* keyring-backup-certificate: whom no backup can be encrypted for, before anything is made (guarantee 9). */

const INPUT = "keyring-backup-certificate";
const DAY_MS = 86_400_000;

const safe = new Safe();
let sandbox: Sandbox;
let made: Materials;
let watched: Watched;
let good: Recipient;
let der: { key: string; sealed: string; p12: string; certificate: string };

beforeAll(async () => {
  sandbox = await startSandbox({ limits: "off" });
  made = makeMaterials();
  good = safe.recipient("Ada");
  const file = safe.write("own.key", made.own.pkcs8);
  const out = (name: string, ...argv: string[]) => {
    safe.openssl(...argv, "-out", name);
    return join(safe.directory, name);
  };
  const secret = ["-passout", `pass:${PASSPHRASE}`];
  der = {
    key: out("key.der", "pkcs8", "-topk8", "-nocrypt", "-in", file, "-outform", "DER"),
    sealed: out("sealed.der", "pkcs8", "-topk8", "-in", file, "-outform", "DER", ...secret),
    p12: out("own.p12", "pkcs12", "-export", "-inkey", good.keyFile, "-in", good.certificateFile, ...secret),
    certificate: out("good.der", "x509", "-in", good.certificateFile, "-outform", "DER"),
  };
});
afterAll(async () => {
  await sandbox.close();
  made.remove();
  safe.remove();
});
beforeEach(() => {
  watched = createWatched();
});
afterEach(() => watched.stage.remove());

async function refuse(changes: Record<string, string>, task = "register"): Promise<Refusal> {
  const inputs = { ...registerInputs(sandbox, watched.stage), "openssl-path": watched.openssl, ...changes };
  const refusal = await refused(task, watched, sandbox, inputs);
  expectNoTrace(refusal.result, [made.own.pkcs8, made.own.pkcs1, made.sealed, good.key]);
  expect(namesOf(refusal)).toContain(INPUT);
  return refusal;
}
const problemsFor = async (text: string, more: Record<string, string> = {}) =>
  (await refuse({ [INPUT]: text, ...more })).problems;
const base64 = (file: string) => readFileSync(file).toString("base64");

describe("a private key, in every form, is named as one and masked", () => {
  const FORMS: Record<string, () => string> = {
    "PKCS#8": () => made.own.pkcs8,
    "PKCS#1": () => made.own.pkcs1,
    encrypted: () => made.sealed,
    "an EC key": () => safe.recipient("ec", EC).key,
    "beside its certificate": () => good.pem + good.key,
    "base64 of its PEM": () => Buffer.from(made.own.pkcs8).toString("base64"),
    "base64 of DER": () => base64(der.key),
    "base64 of encrypted DER": () => base64(der.sealed),
    "base64 of PKCS#12": () => base64(der.p12),
    "with its line breaks lost": () => made.own.pkcs8.replaceAll("\n", " "),
    "without its END line": () => good.pem + made.own.pkcs8.replace(/-----END.*\n/, ""),
    "without its BEGIN and END lines": () => good.pem + made.own.pkcs8.replaceAll(/-----.*-----\n/g, ""),
    "a whole keyring": () => made.own.pkcs8 + made.own.pem,
    "a file in DER": () => der.key,
    "a file in encrypted DER": () => der.sealed,
    "a file in PKCS#12": () => der.p12,
    "a file in PEM": () => good.keyFile,
  };

  test.each(Object.keys(FORMS))("%s", async (name) => {
    const text = FORMS[name]?.() ?? "";
    const [problem = "", ...others] = await problemsFor(text);
    expect(others).toEqual([]);
    expect(problem).toMatch(/^keyring-backup-certificate: holds a private key\. Give only certificates/);
  });
});

describe("no certificate", () => {
  test.each<[string, () => string, RegExp]>([
    ["a word", () => "nobody", /neither PEM text nor a file that can be read \(ENOENT\)/],
    ["a folder", () => safe.directory, /not a regular file/],
    ["an empty file", () => safe.write("empty", ""), /file that is empty/],
    ["a text", () => safe.write("text", "hello\n"), /without PEM text/],
    [
      "a certificate in DER",
      () => der.certificate,
      /in DER \(a certificate\), not PEM\. Convert it: openssl x509 -inform DER/,
    ],
    ["base64 of a certificate in DER", () => base64(der.certificate), /base64 without the lines/],
    ["a certificate cut short", () => good.pem.slice(0, 400), /no END line/],
    ["a certificate that is damaged", () => good.pem.replace(/\n[^\n]{64}\n/, "\n"), /cannot be read/],
    [
      "a public key",
      () => safe.openssl("x509", "-in", good.certificateFile, "-pubkey", "-noout"),
      /"PUBLIC KEY"/,
    ],
    [
      "a certificate among others that is none",
      () => good.pem + good.pem.replaceAll("CERTIFICATE", "PKCS7"),
      /PEM block 2/,
    ],
    ["a placeholder", () => "<certificate>", /placeholder/],
  ])("%s", async (_, text, says) => {
    const [problem = "", ...others] = await problemsFor(text());
    expect(others).toEqual([]);
    expect(problem).toMatch(says);
  });
});

describe("a certificate that nothing can be encrypted for", () => {
  const usage = (value: string) => `keyUsage = critical,${value}`;
  const dated = (notBefore: number, notAfter: number) =>
    selfSigned(createPrivateKey(good.key), { subject: [["CN", "Ada"]], notBefore, notAfter });

  test.each<[string, () => string, RegExp]>([
    ["expired", () => dated(Date.now() - 9 * DAY_MS, Date.now() - 1000), /it expired on 20/],
    ["not valid yet", () => dated(Date.now() + DAY_MS, Date.now() + 9 * DAY_MS), /it is not valid before 20/],
    ["RSA of 1024 bits", () => safe.recipient("weak", ["rsa:1024"]).pem, /RSA key has 1024 bits/],
    ["Ed25519", () => safe.recipient("ed", ["ed25519"]).pem, /its key is ed25519/],
    [
      "RSA-PSS",
      () => safe.recipient("pss", ["rsa-pss", "-pkeyopt", "rsa_keygen_bits:2048"]).pem,
      /its key is rsa-pss/,
    ],
    [
      "EC on a short curve",
      () => safe.recipient("short", ["ec", "-pkeyopt", "ec_paramgen_curve:prime192v1"]).pem,
      /curve prime192v1/,
    ],
    [
      "EC with explicit parameters",
      () => safe.recipient("explicit", [...EC, "-pkeyopt", "ec_param_enc:explicit"]).pem,
      /explicit curve parameters/,
    ],
    [
      "RSA whose key usage is another",
      () => safe.recipient("sign", RSA, usage("digitalSignature")).pem,
      /does not allow keyEncipherment/,
    ],
    [
      "EC whose key usage is another",
      () => safe.recipient("sign", EC, usage("digitalSignature,keyEncipherment")).pem,
      /does not allow keyAgreement/,
    ],
  ])("%s", async (_, text, says) => {
    const [problem = "", ...others] = await problemsFor(text());
    expect(others).toEqual([]);
    expect(problem).toMatch(says);
    expect(problem).toMatch(/Give a certificate that is valid now, with an RSA or EC key$/);
  });

  test("DSA", async () => {
    const parameters = safe.write("dsa.pem", safe.openssl("dsaparam", "2048"));
    const [problem = ""] = await problemsFor(safe.recipient("dsa", [`dsa:${parameters}`]).pem);
    expect(problem).toContain("its key is dsa");
  });

  test("all of several at once, each by its place", async () => {
    const weak = safe.recipient("weak", ["rsa:1024"]).pem;
    const ed = safe.recipient("ed", ["ed25519"]).pem;
    const problems = await problemsFor(`${weak}${good.pem}${ed}`, { city: "" });
    expect(problems).toHaveLength(3);
    expect(problems.join("\n")).toMatch(
      /city: .*\n.*a certificate 1 \("weak"\).*\n.*a certificate 3 \("ed"\)/,
    );
  });

  test("what is right: key usage that allows it, a name that repeats", async () => {
    // Only the other input is refused.
    const rsa = safe.recipient("usage", RSA, usage("keyEncipherment"));
    const ec = safe.recipient("usage", EC, usage("keyAgreement"));
    const inputs = { ...registerInputs(sandbox, watched.stage), "openssl-path": watched.openssl };
    const refusal = await refused("register", watched, sandbox, {
      ...inputs,
      [INPUT]: rsa.pem + ec.pem + rsa.pem,
      city: "",
    });
    expect(namesOf(refusal)).toEqual(["city"]);
  });
});

describe("a CA of the keyring", () => {
  const says = /a CA \("acme"\) that is in the keyring/;

  test.each(["register", "rotate"])("%s: its certificate, and another one of its key", async (task) => {
    writeFileSync(
      keyringFile(watched.stage),
      made.other.pkcs8 + made.other.pem + made.own.pkcs8 + made.own.pem,
    );
    for (const pem of [made.own.pem, made.leaf]) {
      const { problems } = await refuse({ [INPUT]: good.pem + pem }, task);
      expect(problems).toEqual([expect.stringMatching(says)]);
    }
  });

  test("create", async () => {
    writeFileSync(keyringFile(watched.stage), made.own.pkcs8 + made.own.pem);
    const { tenant, ...subject } = registerInputs(sandbox, watched.stage);
    const inputs = {
      tenant: tenant as string,
      ...subject,
      "keyring-ephemeral": "true",
      [INPUT]: made.own.pem,
    };
    const { "gateway-url": _url, token: _token, ...known } = inputs as Record<string, string>;
    const refusal = await refused("create", watched, sandbox, known);
    expect(refusal.problems).toEqual([expect.stringMatching(says)]);
  });

  test("that comes in by ca-certificate", async () => {
    const problems = await problemsFor(made.own.pem, {
      "ca-certificate": made.own.pem,
      "ca-private-key": made.own.pkcs8,
    });
    expect(problems).toEqual([expect.stringMatching(says)]);
  });
});

test("create into a directory alone: there would be no backup", async () => {
  const inputs = { tenant: "acme", "country-code": "DE", city: "MUC", organization: "Acme" };
  const directory = join(watched.stage.lasting, "ca");
  const refusal = await refused("create", watched, sandbox, { ...inputs, directory, [INPUT]: good.pem });
  expect(refusal.problems).toEqual([expect.stringMatching(/needs keyring-secret or keyring-file/)]);
});
