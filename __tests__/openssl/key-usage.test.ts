import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Makers } from "../agents/agent-scene.ts";
import { createStage, runAction, type Stage } from "../support/action.ts";

let stage: Stage;

beforeEach(() => {
  stage = createStage();
});
afterEach(() => stage.remove());

const at = (...path: string[]) => join(stage.lasting, ...path);

function openssl(...argv: string[]): string {
  return execFileSync("openssl", argv, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

const SUBJECT = { tenant: "acme", "country-code": "DE", city: "MUC", organization: "Acme" };

test("a CA made here says what its key is for, whatever OPENSSL_CONF the host has; strict verifiers take it (guarantee 1)", async () => {
  const host = at("host.cnf");
  writeFileSync(host, "[req]\ndistinguished_name = dn\n[dn]\n");
  const inputs = { ...SUBJECT, directory: at("ca") };
  const made = await runAction("create", stage, { inputs, env: { OPENSSL_CONF: host } });
  expect(made.exitCode, made.log).toBe(0);
  expect(made.log).toMatch(
    /req -x509 -new -nodes -key acme\.key -sha256 -days 3650 -out acme\.pem -subj \S+$/m,
  );
  const ca = at("ca", "acme.pem");
  expect(openssl("x509", "-in", ca, "-noout", "-text")).toMatch(
    /X509v3 Key Usage: critical\s+Certificate Sign, CRL Sign/,
  );
  openssl("verify", "-x509_strict", "-CAfile", ca, ca);

  // A leaf of v3, as OpenSSL makes it from 3.2 on.
  const [csr, key, extensions, leaf] = [at("d.csr"), at("d.key"), at("v3.cnf"), at("d.pem")];
  writeFileSync(extensions, "subjectKeyIdentifier = hash\nauthorityKeyIdentifier = keyid\n");
  const config = ["-config", host, "-subj", "/CN=d"];
  openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", csr, ...config);
  const signer = ["-CA", ca, "-CAkey", at("ca", "acme.key"), "-set_serial", "1", "-days", "1"];
  openssl("x509", "-req", "-in", csr, ...signer, "-extfile", extensions, "-out", leaf);
  openssl("verify", "-x509_strict", "-CAfile", ca, leaf);
});

test("a CA without a key usage, as all of those before, is as good, and nobody is warned", async () => {
  const makers = new Makers();
  try {
    const { pem, pkcs8 } = makers.ca;
    const issued = await runAction("agent-certificate", stage, {
      inputs: {
        ...SUBJECT,
        "ca-certificate": pem,
        "ca-private-key": pkcs8,
        offline: "true",
        agents: "a",
        directory: at("agents"),
      },
    });
    expect(issued.exitCode, issued.log).toBe(0);
    expect([...issued.warnings, ...issued.errors]).toEqual([]);
    expect(issued.log + issued.summary).not.toMatch(/key ?usage/i);
  } finally {
    makers.workshop.remove();
  }
});
