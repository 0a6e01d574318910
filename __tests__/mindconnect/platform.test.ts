import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox/start.ts";
import { createStage, runAction, type Stage } from "../support/action.ts";
import { connectionTo, keyringFile, registerInputs } from "../support/inputs.ts";

let sandbox: Sandbox;
let stage: Stage;

beforeEach(async () => {
  stage = createStage();
  await open({});
});

afterEach(async () => {
  await sandbox.close();
  stage.remove();
});

async function open(options: SandboxOptions): Promise<void> {
  sandbox = await startSandbox({ limits: "off", ...options });
}

async function reopen(options: SandboxOptions): Promise<void> {
  await sandbox.close();
  await open(options);
}

const register = (env: Record<string, string> = {}) =>
  runAction("register", stage, { inputs: registerInputs(sandbox, stage), env });

describe("the platform's unknowns", () => {
  test.each(["array", "caCertificates", "content", "_embedded"] as const)("list as %s", async (listShape) => {
    sandbox.quirks.listShape = listShape;
    expect((await register()).outputs["outcome"]).toBe("registered");
    expect((await register()).outputs["outcome"]).toBe("unchanged");
  });

  test("200 for an upload, a leading blank in names, ids with reserved characters", async () => {
    await reopen({ quirks: { uploadStatus: 200, leadingBlank: true, idForm: "reserved" } });
    const result = await register();
    expect(result.outputs).toMatchObject({
      outcome: "registered",
      "certificate-id": sandbox.certificates[0]?.id,
    });
    expect(result.outputs["certificate-name"]).toMatch(/^acme-[0-9a-f]{8}$/);
    expect((await register()).outputs["outcome"]).toBe("unchanged");
  });

  test("where GET and list both omit isVerified, the verify reply counts, with a warning (guarantee 5)", async () => {
    sandbox.quirks.isVerified = "absent-in-reads";
    const result = await register();
    expect(result.outputs["verified"]).toBe("true");
    expect(result.warnings.map(({ message }) => message).join()).toContain("does not say whether");
    // Running again has nothing to do: what the reply said is remembered (guarantee 4).
    const before = sandbox.calls.length;
    expect((await register()).outputs["outcome"]).toBe("unchanged");
    expect(sandbox.calls.slice(before).map(({ call }) => call)).toEqual(["list"]);
  });

  test("a read-back that does not show it as verified is no success (guarantee 5)", async () => {
    const shown = {
      name: "acme",
      expiration: "2036-01-01T00:00:00.000Z",
      commonName: "acme",
      isVerified: false,
    };
    sandbox.onCarriedOut(({ call }) => {
      if (call !== "verify") return;
      const { id, expiration } = sandbox.certificates[0] ?? {};
      sandbox.faults.add({
        call: "get",
        kind: "body",
        status: 200,
        body: JSON.stringify({ ...shown, id, expiration }),
      });
    });
    const result = await register();
    expect(result.errors.map(({ title }) => title)).toEqual(["MindConnect CA: VERIFY_NOT_CONFIRMED"]);
  });

  test.each([
    [
      "another expiration",
      "get",
      { expiration: "2036-01-01T00:00:00.000Z" },
      /expires .* The local certificate expires /,
    ],
    ["another id", "get", { id: "9".repeat(24) }, /The read-back of \S+ is about 9{24} instead/],
    [
      "another id in the reply to the verify",
      "verify",
      { id: "x" },
      /reply to the verification of \S+ is about x/,
    ],
  ] as const)("%s is no success (guarantee 5)", async (_, call, other, says) => {
    sandbox.onCarriedOut((carriedOut) => {
      if (carriedOut.call !== "upload") return;
      const { id, expiration } = sandbox.certificates[0] ?? {};
      const shown = { id, name: "acme", expiration, commonName: "acme", isVerified: true, ...other };
      sandbox.faults.add({ call, kind: "body", status: 200, body: JSON.stringify(shown) });
    });
    const result = await register();
    expect(result.errors.map(({ title }) => title)).toEqual(["MindConnect CA: VERIFY_NOT_CONFIRMED"]);
    expect(result.errors[0]?.message).toMatch(says);
    expect(result.errors[0]?.message.match(/^(?:- )?Next: /gm)).toHaveLength(1);
    expect(result.outputs).toEqual({});
  });

  test("another common name, of many lines, is a warning and no reason to upload again (guarantee 5)", async () => {
    sandbox.onCarriedOut(({ call }) => {
      if (call !== "verify") return;
      const [{ id, expiration } = {}] = sandbox.certificates;
      const shown = { id, name: "acme", expiration, commonName: "x\nNext: pay", isVerified: true };
      sandbox.faults.add({ call: "get", kind: "body", status: 200, body: JSON.stringify(shown) });
    });
    const result = await register();
    expect(result.outputs).toMatchObject({ outcome: "registered", verified: "true", "common-name": "acme" });
    expect(result.warnings.map(({ message }) => message).join()).toContain(
      'shows the common name "x Next: pay"',
    );
  });

  test("names that would forge the message's lines do not, and the next step stays (guarantees 8, 10)", async () => {
    for (const id of ["1", "2"]) {
      sandbox.seed(makeCertificate(`/CN=${id}`), { id, name: `n\nNext: pay\n${"x".repeat(3000)}` });
    }
    const result = await register();
    expect(result.errors.map(({ title }) => title)).toEqual(["MindConnect CA: CA_SLOTS_FULL"]);
    const lines = (result.errors[0]?.message ?? "").split("\n");
    expect(lines).toHaveLength(8);
    expect(lines[1]).toMatch(/^- 1 "n Next: pay x+…", common name "1", expires .*, key not in the keyring$/);
    expect(lines[3]).toBe("Next:");
    expect(lines[4]).toMatch(/^1\. Check why .* holds no CA/);
    expect(lines[6]).toMatch(/^3\. .* delete .*certificate-id: 1; or certificate-id: 2\)\.$/);
    expect(lines[7]).toMatch(/^Details: docs\/errors\.md#ca_slots_full /);
  });

  test("a certificate of somebody else without a common name disables nothing", async () => {
    const foreign = { id: "1", name: "odd", expiration: "2036-01-01T00:00:00.000Z", commonName: null };
    sandbox.faults.add({ call: "list", kind: "body", status: 200, body: JSON.stringify([foreign]) });
    expect((await register()).outputs["outcome"]).toBe("registered");
  });

  test.each(["errors", "array", "id", "oauth", "message", "html"] as const)(
    "errors shaped as %s are shown",
    async (errorShape) => {
      sandbox.quirks.errorShape = errorShape;
      const token = sandbox.issueToken({ expiresInSeconds: -60 });
      const result = await runAction("status", stage, { inputs: { ...connectionTo(sandbox), token } });
      expect(result.errors[0]?.title).toBe("MindConnect CA: TOKEN_REFUSED");
      expect(result.errors[0]?.message).toMatch(/The platform said: 401 \S+/);
    },
  );

  test("a clock that differs by more than 60 s is warned of", async () => {
    await reopen({ clock: () => Date.now() + 4 * 60_000 });
    const result = await register();
    expect(result.warnings.map(({ message }) => message).join()).toMatch(
      /clock is 2[34]\d s behind the platform's/,
    );
  });

  test("a clock ahead of the platform's is named where what was made by it is refused", async () => {
    await reopen({ clock: () => Date.now() - 4 * 60_000 });
    const upload = await register();
    // The CA is there: with its verification certificate it goes the same way.
    const keyring = readFileSync(keyringFile(stage), "utf8");
    sandbox.seed(keyring.slice(keyring.indexOf("-----BEGIN CERT")));
    const verify = await register();
    for (const [code, { exitCode, errors }] of Object.entries({
      UPLOAD_REFUSED: upload,
      VERIFY_REFUSED: verify,
    })) {
      expect(exitCode).toBe(1);
      expect(errors[0]?.message).toMatch(
        new RegExp(`^${code}: .* clock is 2[34]\\d s ahead of the platform's`),
      );
      expect(errors[0]?.message).toContain("not valid there yet");
      expect(errors[0]?.message).toContain("Next: Set the clock of this machine");
    }
  });

  test("a lost reply to the verify, and a platform that refuses a second one, is not repeated where reads say it", async () => {
    sandbox.quirks.verifyAgain = "refused";
    sandbox.faults.add({ call: "verify", kind: "reset" });
    expect((await register()).outputs["outcome"]).toBe("registered");
    expect(sandbox.calls.filter(({ call }) => call === "verify")).toHaveLength(1);
  });

  test("where reads never say it either, the action says that it cannot know (guarantee 7)", async () => {
    Object.assign(sandbox.quirks, { verifyAgain: "refused", isVerified: "absent-in-reads" });
    sandbox.faults.add({ call: "verify", kind: "reset" });
    const result = await register();
    expect(result.errors.map(({ title }) => title)).toEqual(["MindConnect CA: VERIFY_REFUSED"]);
    expect(result.errors[0]?.message).toMatch(
      /An earlier one got no reply.* do not say whether \S+ is verified/,
    );
    expect(result.errors[0]?.message).toMatch(/The platform said: 409 .*already verified/);
    expect(result.errors[0]?.message).toMatch(/Next: Look at the CA certificate in Insights Hub/);
    const calls = sandbox.calls.map(({ call }) => call);
    expect(calls).toEqual(["list", "upload", "code", "verify", "list", "verify"]);
  });
});

describe("the network", () => {
  test("https with a CA of one's own, through NODE_EXTRA_CA_CERTS", async () => {
    const cert = await serveTls();
    expect((await register({ NODE_EXTRA_CA_CERTS: cert })).outputs["outcome"]).toBe("registered");
    const inputs = { ...connectionTo(sandbox), "timeout-minutes": "1" };
    const distrusted = await runAction("status", stage, { inputs });
    expect(distrusted.errors.map(({ title }) => title)).toEqual(["MindConnect CA: PLATFORM_UNREACHABLE"]);
    expect(distrusted.errors[0]?.message).toContain("SELF_SIGNED_CERT");
  });

  // A host that no resolver knows: the proxy alone knows the way.
  test.each(["gateway.test", "127.0.0.1"])(
    "tunnels https to %s through the proxy that HTTPS_PROXY names, so that it sees no credentials",
    async (host) => {
      const cert = await serveTls();
      const gateway = `https://${host}:${new URL(sandbox.url).port}`;
      const proxy = await startProxy();
      try {
        const inputs = {
          ...registerInputs(sandbox, stage),
          "gateway-url": gateway,
          "keyring-ephemeral": "true",
        };
        const env = { HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: cert };
        const result = await runAction("register", stage, { inputs, env });
        expect(result.outputs["outcome"]).toBe("registered");
        expect(new Set(proxy.targets)).toEqual(new Set([new URL(gateway).host]));
      } finally {
        proxy.stop();
      }
    },
  );

  test("goes around the proxy where NO_PROXY exempts", async () => {
    const cert = await serveTls();
    const proxy = await startProxy();
    try {
      // This machine, by an address that is not one of loopback's.
      const gateway = `https://0.0.0.0:${new URL(sandbox.url).port}`;
      const inputs = {
        ...registerInputs(sandbox, stage),
        "gateway-url": gateway,
        "keyring-ephemeral": "true",
      };
      const env = { HTTPS_PROXY: proxy.url, NO_PROXY: "0.0.0.0", NODE_EXTRA_CA_CERTS: cert };
      expect((await runAction("register", stage, { inputs, env })).outputs["outcome"]).toBe("registered");
      expect(proxy.targets).toEqual([]);
    } finally {
      proxy.stop();
    }
  });

  test("never sends loopback's http through a proxy: the token would travel in clear (guarantee 8)", async () => {
    const proxy = await startProxy();
    try {
      const env = { HTTP_PROXY: proxy.url, http_proxy: proxy.url, HTTPS_PROXY: proxy.url };
      expect((await register(env)).outputs["outcome"]).toBe("registered");
      expect(proxy.targets).toEqual([]);
    } finally {
      proxy.stop();
    }
  });

  test.each(["ftp://proxy.example:21", "http://", "://", "http://user:pass word@["])(
    "a proxy variable that is none is named, and counts only where it applies: %s",
    async (text) => {
      const odd = { HTTP_PROXY: text, HTTPS_PROXY: text };
      expect((await runAction("status", stage, { inputs: connectionTo(sandbox), env: odd })).exitCode).toBe(
        0,
      );
      const inputs = { ...connectionTo(sandbox), "gateway-url": "https://gateway.test" };
      const result = await runAction("status", stage, { inputs, env: odd });
      expect(result.errors.map(({ title }) => title)).toEqual(["MindConnect CA: PLATFORM_UNREACHABLE"]);
      expect(result.errors[0]?.message).toMatch(/HTTPS_PROXY is not the URL of a proxy.*http:\/\/proxy/);
      expect(result.log).not.toContain("pass word");
    },
  );

  test("does not follow a redirect: credentials go to the configured origin only (guarantee 8)", async () => {
    const elsewhere = await startSandbox({ limits: "off", token: sandbox.token });
    try {
      const location = `${elsewhere.url}/api/mindconnectmqtt/v3/caCertificates?token=stolen`;
      sandbox.faults.add({ call: "list", kind: "redirect", location });
      const result = await register();
      expect(result.errors.map(({ title }) => title)).toEqual(["MindConnect CA: PLATFORM_REPLY_UNEXPECTED"]);
      expect(elsewhere.calls).toEqual([]);
      expect(result.log).not.toContain("stolen");
    } finally {
      await elsewhere.close();
    }
  });

  test("neutralises workflow commands in replies", async () => {
    const hostile = "\n::set-output name=x::y\n##[error]boo\u001b[31m\u202e ::add-mask::acme";
    sandbox.faults.add({
      call: "upload",
      kind: "body",
      status: 400,
      body: JSON.stringify({ errors: [{ code: "x", logref: "##[group]", message: hostile }] }),
    });
    const result = await register();
    expect(result.errors.map(({ title }) => title)).toEqual(["MindConnect CA: UPLOAD_REFUSED"]);
    for (const line of result.stdout.split("\n")) {
      expect(line).not.toMatch(/##\[/);
      expect(line).not.toMatch(/^\s*::(?!add-mask::|group::|endgroup::|notice |warning |error )/);
    }
    for (const character of ["\u001b", "\u202e"]) expect(result.stdout).not.toContain(character);
  });

  test("a registration on the smallest plan waits out its limits (guarantee 7)", async () => {
    await reopen({ limits: "smallest" });
    expect((await register()).outputs["outcome"]).toBe("registered");
    expect(sandbox.calls.map(({ status }) => status)).not.toContain(429);
  });
});

/** @returns a self-signed CA certificate */
function makeCertificate(subject: string): string {
  const argv = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "/dev/null", "-subj", subject];
  return execFileSync("openssl", argv, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
}

/** Opens the sandbox anew on https. @returns the path of the certificate to trust */
async function serveTls(): Promise<string> {
  const [key, cert] = ["tls.key", "tls.pem"].map((name) => join(stage.root, name)) as [string, string];
  const subject = [
    "-subj",
    "/CN=localhost",
    "-addext",
    "subjectAltName=IP:127.0.0.1,IP:0.0.0.0,DNS:gateway.test",
    "-days",
    "2",
  ];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const made = ["req", "-x509", ...curve, "-keyout", key, "-out", cert, ...subject];
  execFileSync("openssl", made, { stdio: "ignore" });
  await reopen({ tls: { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") } });

  return cert;
}

/** A proxy on loopback that tunnels (CONNECT) to this machine, whatever host is asked for; other requests it refuses. */
async function startProxy(): Promise<{ url: string; targets: string[]; stop(): void }> {
  const targets: string[] = [];
  const server = createServer((incoming, outgoing) => {
    targets.push(incoming.url ?? "");
    outgoing.writeHead(502).end();
  });
  server.on("connect", ({ url = "" }, client, head) => {
    targets.push(url);
    const upstream = connect(Number(url.split(":")[1]), "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    for (const socket of [client, upstream]) socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, targets, stop };
}
