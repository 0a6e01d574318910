import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createStage, runAction } from "../../__tests__/support/action.ts";
import { readCertificate } from "../../src/ca/certificate.ts";
import { subjectAttributes } from "../../src/ca/subject.ts";
import { x509Version } from "../../src/ca/x509.ts";
import { startSandbox } from "../../src/sandbox/start.ts";
import { Program } from "./program.mjs";

const TENANT = "acme";
const PASSPHRASE = "correct horse battery staple";
const PLAIN = { "country-code": "DE", city: "MUC", organization: "Acme" };

/** What people have in their names, by what is odd about it. */
const ODD_SUBJECTS = [
  ["slashes", { organization: "A/S Corp/Nord", "common-name": "acme/eu" }],
  ["plus signs", { organization: "A+B", "common-name": "acme+1" }],
  ["backslashes, quotes, commas, equals signs", { organization: 'A\\B, "C" = D', "common-name": "a=b,c" }],
  ["other alphabets", { city: "Köln", organization: "東京 Ελλάς", "common-name": "Mühle" }],
  ["the longest names", { organization: "O".repeat(64), "common-name": "c".repeat(64) }],
];

/**
 * Tries every use of OpenSSL with one program. What counts is an exit code, a file, or what `node:crypto` reads.
 * @param program its path, or a name on PATH
 * @returns facts as `[name, value]`; uses as `[name, undefined]` for good, else with why not
 */
export async function examine(program) {
  const stage = createStage({ keys: "made" });
  const sandbox = await startSandbox({ limits: "off" });
  const scene = { stage, sandbox, program, openssl: new Program(program, stage.lasting), facts: {} };
  const uses = [];
  try {
    for (const [name, use] of USES) uses.push([name, await problemOf(() => use(scene))]);
  } finally {
    await sandbox.close();
    stage.remove();
  }
  return { facts: FACTS.map((name) => [name, scene.facts[name] ?? "unknown"]), uses };
}

const FACTS = [
  "key form",
  "X.509 version of the CA",
  "X.509 version of the verification certificate",
  "X.509 version of an agent",
  "an agent names its CA's key",
];

const USES = [
  ["register: the CA is usable", register],
  ["register again: unchanged", registerAgain],
  ["keyring: its key is encrypted, and opens", keyringKey],
  ["backup: encrypted for RSA and EC, each recipient opens it", backup],
  ["create: CA key and certificate in files", createPlain],
  ["the CA is v3 with CA:TRUE and keyUsage", caExtensions],
  ["verification certificate for a code", verificationCertificate],
  ...ODD_SUBJECTS.map(([what, subject]) => [`subject with ${what}`, (scene) => oddSubject(scene, subject)]),
  ["a CA brought along: tried, registered", broughtCa],
  ["agents with keys made here", plainAgents],
  ["agents with CSRs of their own (RSA, EC, PSS)", devices],
  ["a CSR whose signature does not hold is refused", forgedRequest],
  ["archives: made, opened again", archives],
  ["archives: a wrong passphrase is told", archivePassphrase],
  ["openssl verify accepts what was issued", verifyChains],
  ["openssl verify -x509_strict accepts the CA", verifyStrictly],
];

async function problemOf(use) {
  try {
    await use();
    return undefined;
  } catch (error) {
    return error.message;
  }
}

function demand(condition, why) {
  if (!condition) throw new Error(why);
}

/** Runs a task as the runner would. @returns what it left; it must end as expected */
async function task({ stage, program }, name, inputs, expected = 0) {
  const result = await runAction(name, stage, {
    inputs: { tenant: TENANT, ...(program === "openssl" ? {} : { "openssl-path": program }), ...inputs },
  });
  const said = result.errors[0]?.message.split("\n")[0] ?? result.stderr.trim();
  demand(result.exitCode === expected, `exit code ${result.exitCode}: ${said}`);
  return result;
}

const connection = ({ sandbox }) => ({ "gateway-url": sandbox.url, token: sandbox.token });
const keyring = ({ stage }) => ({
  "keyring-file": join(stage.lasting, "keyring.pem"),
  "keyring-passphrase": PASSPHRASE,
});
const at = ({ stage }, ...path) => join(stage.lasting, ...path);
const read = (scene, ...path) => readFileSync(at(scene, ...path), "utf8");
const versionOf = (pem) => `v${x509Version(new X509Certificate(pem).raw)}`;

async function register(scene) {
  const inputs = { ...connection(scene), ...keyring(scene), ...PLAIN };
  const { outputs } = await task(scene, "register", inputs);
  demand(outputs.outcome === "registered" && outputs.verified === "true", "the CA is not verified");
}

async function registerAgain(scene) {
  const inputs = { ...connection(scene), ...keyring(scene), ...PLAIN };
  const { outputs } = await task(scene, "register", inputs);
  demand(outputs.outcome === "unchanged", `the outcome is ${outputs.outcome}`);
}

async function keyringKey(scene) {
  const [pem] = /-----BEGIN ENCRYPTED PRIVATE KEY-----.*?-----END .*?-----/s.exec(read(scene, "keyring.pem"));
  const key = createPrivateKey({ key: pem, passphrase: PASSPHRASE });
  const certificate = readCertificate(scene.sandbox.certificates[0].pem);
  demand(certificate.x509.checkPrivateKey(key), "the key is not the CA's");
}

/** Makes a CA of its own, so that the keyring is written. The key is encrypted in the keyring, and plain in the backup. */
async function backup(scene) {
  const { openssl } = scene;
  const recipients = [
    openssl.recipient("rsa-recipient", ["rsa:2048"]),
    openssl.recipient("rsa-recipient-2", ["rsa:3072"]),
    openssl.recipient("ec-recipient", ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]),
  ];
  const { outputs } = await task(scene, "create", {
    ...PLAIN,
    "keyring-file": at(scene, "backed-up.pem"),
    "keyring-ephemeral": "true",
    "keyring-passphrase": PASSPHRASE,
    "keyring-backup-certificate": recipients.map(({ certificate }) => certificate).join("\n"),
  });
  const file = outputs["keyring-backup-path"];
  const restored = recipients.map(({ key }) =>
    openssl.run(["cms", "-decrypt", "-inform", "PEM", "-in", file, "-inkey", key]),
  );
  demand(new Set(restored).size === 1, "the recipients open different texts");
  const [[pem] = []] = restored[0].matchAll(/-----BEGIN PRIVATE KEY-----.*?-----END PRIVATE KEY-----/gs);
  demand(pem !== undefined, "it holds no plain key");
  const certificate = readCertificate(
    read(scene, "backed-up.pem").replaceAll(/^-----BEGIN ENC.*?^-----END.*?$/gms, ""),
  );
  demand(certificate.x509.checkPrivateKey(createPrivateKey(pem)), "the key is not the CA's");
}

async function createPlain(scene) {
  await task(scene, "create", { ...PLAIN, directory: at(scene, "ca") });
  const key = read(scene, "ca", `${TENANT}.key`);
  const ca = read(scene, "ca", `${TENANT}.pem`);
  demand(new X509Certificate(ca).checkPrivateKey(createPrivateKey(key)), "the key is not the CA's");
  scene.facts["key form"] = /^-----BEGIN RSA /.test(key) ? "PKCS#1" : "PKCS#8";
  scene.facts["X.509 version of the CA"] = versionOf(ca);
}

async function caExtensions(scene) {
  const ca = new X509Certificate(read(scene, "ca", `${TENANT}.pem`));
  demand(versionOf(ca.raw) === "v3" && ca.ca, "it is no v3 CA");
  // OCTET STRING { BIT STRING with keyCertSign and cRLSign } after the OID and TRUE of the extension (RFC 5280 §4.2.1.3).
  demand(ca.raw.includes("0603551d0f0101ff040403020106", "hex"), "it has not the key usage of a CA");
}

async function verificationCertificate(scene) {
  const code = "0123456789abcdef".repeat(4);
  const { outputs } = await task(scene, "verification-certificate", {
    "registration-code": code,
    "ca-certificate": at(scene, "ca", `${TENANT}.pem`),
    "ca-private-key": at(scene, "ca", `${TENANT}.key`),
    directory: at(scene, "verification"),
  });
  scene.verification = outputs["verification-certificate-path"];
  const { commonName, x509 } = readCertificate(readFileSync(scene.verification, "utf8"));
  demand(commonName === code, "its common name is not the code");
  scene.facts["X.509 version of the verification certificate"] = versionOf(x509.raw);
}

async function oddSubject(scene, odd) {
  const asked = { ...PLAIN, ...odd };
  const directory = at(scene, `odd-${ODD_SUBJECTS.findIndex(([, subject]) => subject === odd)}`);
  await task(scene, "create", { ...asked, directory });
  const { subject } = readCertificate(readFileSync(join(directory, `${TENANT}.pem`), "utf8"));
  const expected = subjectAttributes({
    countryCode: asked["country-code"],
    city: asked.city,
    organization: asked.organization,
    organizationalUnit: "IT",
    commonName: asked["common-name"],
  });
  demand(
    JSON.stringify(subject) === JSON.stringify(expected),
    `the subject became ${JSON.stringify(subject)}`,
  );
}

/** With the first of the odd subjects: two CAs of one common name are refused. */
async function broughtCa(scene) {
  const { outputs } = await task(scene, "register", {
    ...connection(scene),
    ...PLAIN,
    "ca-certificate": at(scene, "odd-0", `${TENANT}.pem`),
    "ca-private-key": at(scene, "odd-0", `${TENANT}.key`),
  });
  demand(outputs.outcome === "registered" && outputs.verified === "true", "the CA is not verified");
  const { openssl } = JSON.parse(readFileSync(outputs["receipt-path"], "utf8"));
  demand(openssl.rehearsal.length === 3, "it was not tried");
}

/** The issuing CA is that of `create`, which nobody uploaded. */
function fleet(scene, agents, directory, more = {}) {
  const pair = {
    "ca-certificate": at(scene, "ca", `${TENANT}.pem`),
    "ca-private-key": at(scene, "ca", `${TENANT}.key`),
  };
  return { ...PLAIN, ...pair, offline: "true", agents, directory: at(scene, directory), ...more };
}

async function plainAgents(scene) {
  const { outputs } = await task(scene, "agent-certificate", fleet(scene, "dev-1\ndev:2", "agents"));
  demand(outputs.issued === "2", `${outputs.issued} of 2 were issued`);
  scene.facts["X.509 version of an agent"] = versionOf(read(scene, "agents", "dev-1.pem"));
  const again = await task(scene, "agent-certificate", fleet(scene, "dev-1\ndev:2", "agents"));
  demand(again.outputs.issued === "0", "a second run does not take them for good");
}

async function devices(scene) {
  const { openssl } = scene;
  openssl.request("rsa", ["rsa:2048"]);
  openssl.request("ec", ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]);
  openssl.request("pss", ["rsa:2048", "-sigopt", "rsa_padding_mode:pss"]);
  const list = ["rsa", "ec", "pss"].map((name) => `${name}=${openssl.path(`${name}.csr`)}`).join("\n");
  const { outputs } = await task(scene, "agent-certificate", fleet(scene, list, "devices"));
  demand(outputs.issued === "3", `${outputs.issued} of 3 were issued`);
  for (const name of ["rsa", "ec", "pss"]) {
    const key = createPrivateKey(openssl.read(`${name}.key`));
    const certificate = new X509Certificate(read(scene, "devices", `${name}.pem`));
    demand(certificate.checkPrivateKey(key), `the certificate of ${name} is not for its key`);
  }
}

async function forgedRequest(scene) {
  const { openssl } = scene;
  openssl.request("forged", ["rsa:2048"]);
  const lines = openssl.read("forged.csr").trim().split("\n");
  const der = Buffer.from(lines.slice(1, -1).join(""), "base64");
  der[der.length - 5] ^= 1;
  const body = der.toString("base64").match(/.{1,64}/g);
  writeFileSync(openssl.path("forged.csr"), [lines[0], ...body, lines.at(-1), ""].join("\n"));
  const list = `forged=${openssl.path("forged.csr")}`;
  const { errors } = await task(scene, "agent-certificate", fleet(scene, list, "forged"), 1);
  demand(/signature/.test(errors[0]?.message ?? ""), `it is refused otherwise: ${errors[0]?.message}`);
}

async function archives(scene) {
  const inputs = fleet(scene, "boxed", "archives", { "archive-passphrase": PASSPHRASE });
  await task(scene, "agent-certificate", inputs);
  const again = await task(scene, "agent-certificate", inputs);
  demand(again.outputs.issued === "0", "a second run does not open it");
  scene.openssl.run([
    "pkcs12",
    "-nokeys",
    "-in",
    at(scene, "archives", "boxed.p12"),
    "-passin",
    `pass:${PASSPHRASE}`,
  ]);
}

async function archivePassphrase(scene) {
  const inputs = fleet(scene, "boxed", "archives", { "archive-passphrase": "another one" });
  const { errors } = await task(scene, "agent-certificate", inputs, 1);
  demand(errors[0]?.message.startsWith("ARCHIVE_PASSPHRASE"), `it says ${errors[0]?.message}`);
}

async function verifyChains(scene) {
  const ca = at(scene, "ca", `${TENANT}.pem`);
  const issued = [scene.verification, at(scene, "agents", "dev-1.pem"), at(scene, "devices", "ec.pem")];
  for (const file of issued) scene.openssl.run(["verify", "-CAfile", ca, file]);
}

/** RFC 5280 as it is written. What `x509 -req` leaves out without `-extfile` (all of it in 4.0) is not the CA's. */
async function verifyStrictly(scene) {
  const ca = at(scene, "ca", `${TENANT}.pem`);
  const agent = at(scene, "agents", "dev-1.pem");
  const identified = new X509Certificate(readFileSync(agent)).raw.includes("0603551d23", "hex");
  scene.facts["an agent names its CA's key"] = identified ? "yes" : "no";
  for (const file of identified ? [ca, agent] : [ca]) {
    scene.openssl.run(["verify", "-x509_strict", "-CAfile", ca, file]);
  }
}
