import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { type Answer, API, call, fetchCode, get, list, remove, send, upload, verify } from "./client.ts";
import { Workshop } from "./workshop.ts";

const DAY = 86_400_000;
const workshop = new Workshop();
let sandbox: Sandbox;
let now: number;
let key: string;
let otherKey: string;
let ca: string;

beforeAll(() => {
  key = workshop.key();
  otherKey = workshop.key();
  ca = workshop.selfSigned(key, "/C=DE/O=ACME/CN=acme");
});

afterAll(() => workshop.remove());

beforeEach(async () => {
  // It stands still while certificates are made, which begin in a second of their own.
  now = Date.now() + 60_000;
  sandbox = await startSandbox({ limits: "off", clock: () => now });
});

afterEach(() => sandbox.close());

/** Refused with this status, one of the vendor's codes, a logref, and a message that has the words. */
function expectRefusal(answer: Answer, status: number, code: string, words: RegExp): void {
  expect(answer.status).toBe(status);
  expect(answer.json.errors).toEqual([
    {
      code: `mdsp.core.generic.${code}`,
      logref: expect.stringMatching(/^[0-9a-f]{32}$/),
      message: expect.stringMatching(words),
    },
  ]);
  expect(sandbox.calls.at(-1)).toMatchObject({ status, carriedOut: false });
}

describe("an upload is refused", () => {
  afterEach(() => expect(sandbox.certificates.length).toBeLessThanOrEqual(2));

  test("when both slots are taken, also by unverified certificates", async () => {
    sandbox.seed(workshop.selfSigned(key, "/CN=one"));
    sandbox.seed(workshop.selfSigned(key, "/CN=two"), { verified: true });
    expectRefusal(await upload(sandbox, ca), 409, "conflict", /Only 2 CA certificates/);
    await remove(sandbox, sandbox.certificates[0]?.id ?? "");
    expect((await upload(sandbox, ca)).status).toBe(201);
  });

  test.each([
    [
      "a certificate that says nothing about CA",
      () => workshop.selfSigned(key, "/CN=acme", "none"),
      /CA:TRUE/,
    ],
    ["a self-signed leaf", () => workshop.selfSigned(key, "/CN=acme", "leaf"), /CA:TRUE/],
    [
      "an intermediate",
      () => workshop.issued({ key, pem: ca }, otherKey, "/CN=mid", "ca"),
      /not self-signed/,
    ],
    ["two certificates", () => ca + ca, /exactly one/],
    ["a private key after the certificate", () => `${ca}-----BEGIN PRIVATE KEY-----\nAA==\n`, /exactly one/],
    ["an escaped PEM", () => ca.replaceAll("\n", "\\n"), /exactly one/],
    ["a PEM of something else", () => ca.replace(/\n[^-]+/, "\nAAAA\n"), /cannot be read/],
    ["a text", () => "CopyPasteAwkCommandResponse", /exactly one/],
  ])("of %s", async (_what, make, words) => {
    expectRefusal(await upload(sandbox, make()), 400, "invalidParameter", words);
    expect(sandbox.certificates).toEqual([]);
  });

  test("of a certificate that has the name of its issuer but another key's signature", async () => {
    const twin = workshop.issued({ key, pem: ca }, otherKey, "/C=DE/O=ACME/CN=acme", "ca");
    expectRefusal(await upload(sandbox, twin), 400, "invalidParameter", /not self-signed/);
  });

  test("of an expired certificate, by the sandbox's clock", async () => {
    now += 3651 * DAY;
    const patient = sandbox.issueToken();
    const answer = await call(
      sandbox,
      "POST",
      "/caCertificates",
      { name: "A name", caCertificate: ca },
      patient,
    );
    expectRefusal(answer, 400, "invalidParameter", /expired/);
  });

  test("of a certificate that is not valid yet, by the sandbox's clock", async () => {
    now -= DAY;
    const early = sandbox.issueToken();
    const body = { name: "A name", caCertificate: ca };
    const answer = await call(sandbox, "POST", "/caCertificates", body, early);
    expectRefusal(answer, 400, "invalidParameter", /not valid yet/);
  });

  test.each([
    ["no JSON", "{", /not valid JSON/],
    ["an array", "[]", /not a JSON object/],
    ["null", "null", /not a JSON object/],
    ["no name", { caCertificate: "x" }, /field name/],
    ["a blank name", { name: " ", caCertificate: "x" }, /field name/],
    ["a certificate that is no string", { name: "A name", caCertificate: 1 }, /field caCertificate/],
  ])("with a body that is or has %s", async (_what, body, words) => {
    expectRefusal(await call(sandbox, "POST", "/caCertificates", body), 400, "invalidParameter", words);
  });

  test("without the media type of JSON", async () => {
    const headers = { Authorization: `Bearer ${sandbox.token}`, "Content-Type": "text/plain" };
    const answer = await send(`${sandbox.url}${API}/caCertificates`, { method: "POST", headers, body: "{}" });
    expectRefusal(answer, 415, "invalidParameter", /application\/json/);
  });

  test("with a body over 1 MiB", async () => {
    const answer = await call(sandbox, "POST", "/caCertificates", {
      name: "x".repeat(1024 * 1024),
      caCertificate: ca,
    });
    expectRefusal(answer, 413, "invalidParameter", /1 MiB/);
  });
});

describe("a verification is refused", () => {
  let id: string;
  const proofFor = (name: string, caKey = key, caPem = ca) =>
    workshop.issued({ key: caKey, pem: caPem }, otherKey, `/CN=${name}`);

  beforeEach(async () => {
    id = (await upload(sandbox, ca)).json.id;
  });
  afterEach(() => expect(sandbox.certificates[0]?.isVerified).toBe(false));

  const code = async () => (await fetchCode(sandbox, id)).json.registrationCode as string;

  test("when no code was fetched", async () => {
    expectRefusal(
      await verify(sandbox, id, proofFor("a".repeat(64))),
      400,
      "invalidParameter",
      /no valid registration code/,
    );
  });

  test("with another common name than the code", async () => {
    const name = (await code()).toUpperCase();
    expectRefusal(
      await verify(sandbox, id, proofFor(name)),
      400,
      "invalidParameter",
      /not the registration code/,
    );
  });

  test("with the code of the other certificate", async () => {
    const other = sandbox.seed(workshop.selfSigned(otherKey, "/CN=other"));
    const otherCode = (await fetchCode(sandbox, other.id)).json.registrationCode;
    await code();
    expectRefusal(
      await verify(sandbox, id, proofFor(otherCode)),
      400,
      "invalidParameter",
      /not the registration code/,
    );
  });

  test("with two common names, one of which is the code", async () => {
    const proof = proofFor(`${await code()}/CN=more`);
    expectRefusal(await verify(sandbox, id, proof), 400, "invalidParameter", /not the registration code/);
  });

  test("when another key signed it under the same issuer name", async () => {
    const impostor = workshop.selfSigned(otherKey, "/C=DE/O=ACME/CN=acme");
    const proof = proofFor(await code(), otherKey, impostor);
    expectRefusal(await verify(sandbox, id, proof), 400, "invalidParameter", /not signed by/);
  });

  test("when the right key signed it under another issuer name", async () => {
    const proof = proofFor(await code(), key, workshop.selfSigned(key, "/CN=another"));
    expectRefusal(await verify(sandbox, id, proof), 400, "invalidParameter", /not signed by/);
  });

  test("with the CA certificate itself", async () => {
    await code();
    expectRefusal(await verify(sandbox, id, ca), 400, "invalidParameter", /not the registration code/);
  });

  test("when it is expired, or not valid yet, by the sandbox's clock", async () => {
    sandbox.quirks.codeLifetimeSeconds = 30 * 86_400;
    const proof = proofFor(await code());
    const body = { verificationCertificate: proof };
    const today = now;
    now = today + 8 * DAY;
    const late = await call(sandbox, "POST", `/caCertificates/${id}/verify`, body, sandbox.issueToken());
    expectRefusal(late, 400, "invalidParameter", /expired/);
    now = today - DAY;
    expectRefusal(await verify(sandbox, id, proof), 400, "invalidParameter", /not valid yet/);
  });

  test("when the code's lifetime is over; the next code is another one", async () => {
    sandbox.quirks.codeLifetimeSeconds = 60;
    const first = await code();
    now += 59_999;
    expect(await code()).toBe(first);
    now += 1;
    expectRefusal(
      await verify(sandbox, id, proofFor(first)),
      400,
      "invalidParameter",
      /no valid registration code/,
    );
    expect(await code()).not.toBe(first);
  });

  test("without the certificate", async () => {
    const answer = await call(sandbox, "POST", `/caCertificates/${id}/verify`, {});
    expectRefusal(answer, 400, "invalidParameter", /verificationCertificate/);
  });
});

describe("a token is refused", () => {
  test.each([
    ["missing", {}],
    ["missing", { Authorization: "Bearer" }],
    ["missing", { Authorization: "Basic YTpi" }],
    ["unknown", { Authorization: "Bearer unknown" }],
  ])("when it is %s: %j", async (verdict, headers) => {
    const answer = await send(`${sandbox.url}${API}/caCertificates`, {
      headers: headers as Record<string, string>,
    });
    expectRefusal(answer, 401, "unauthorized", new RegExp(verdict));
    expect(answer.headers.get("www-authenticate")).toBe("Bearer");
  });

  test("30 minutes after it was issued", async () => {
    now = Math.floor(now / 1000) * 1000;
    const token = sandbox.issueToken();
    now += 1_799_999;
    expect((await list(sandbox, token)).status).toBe(200);
    now += 1;
    expectRefusal(await list(sandbox, token), 401, "unauthorized", /expired/);
  });

  test("when it was issued with its end in the past", async () => {
    const token = sandbox.issueToken({ expiresInSeconds: -1 });
    expectRefusal(await list(sandbox, token), 401, "unauthorized", /expired/);
  });
});

test("what is not there is answered 404, and has no effect", async () => {
  const { id } = sandbox.seed(ca);
  const answers = [
    await get(sandbox, "none"),
    await remove(sandbox, "none"),
    await fetchCode(sandbox, "none"),
    await verify(sandbox, "none", ca),
    await call(sandbox, "GET", `/${id}/registrationCode`),
    await call(sandbox, "PUT", `/caCertificates/${id}`, {}),
    await call(sandbox, "GET", "/caCertificates/"),
    await call(sandbox, "GET", "/caCertificates/%zz"),
    await call(sandbox, "POST", "/agentCertificates", { name: "agent" }),
  ];
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
  expect(answers[0]?.json.errors[0]?.code).toBe("mdsp.core.generic.noMatch");
  expect(sandbox.calls.at(-1)?.call).toBe("agent");
  expect(sandbox.calls.at(-2)?.call).toBe("get");
  expect(sandbox.certificates).toHaveLength(1);
});

test("delete frees the slot and the certificate is gone", async () => {
  const { id } = sandbox.seed(ca);
  const answer = await remove(sandbox, id);
  expect([answer.status, answer.text]).toEqual([204, ""]);
  expect(sandbox.certificates).toEqual([]);
  expect((await get(sandbox, id)).status).toBe(404);
});

test("the seed takes what an upload would not, but no third", () => {
  const leaf = workshop.selfSigned(key, "/CN=leaf", "leaf");
  expect(sandbox.seed(leaf, { name: "n", id: "i", verified: true })).toMatchObject({
    id: "i",
    name: "n",
    isVerified: true,
  });
  expect(sandbox.seed(leaf)).toMatchObject({ name: "leaf", commonName: "leaf", isVerified: false });
  expect(() => sandbox.seed(leaf)).toThrow("both are taken");
});
