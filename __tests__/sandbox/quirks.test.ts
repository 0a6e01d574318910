import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type Quirks, type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { type Answer, type Body, fetchCode, get, list, remove, upload, verify } from "./client.ts";
import { Workshop } from "./workshop.ts";

const workshop = new Workshop();
let key: string;
let ca: string;
let sandbox: Sandbox;

beforeAll(() => {
  key = workshop.key();
  ca = workshop.selfSigned(key, "/CN=acme");
});
afterAll(() => workshop.remove());
beforeEach(async () => {
  sandbox = await startSandbox({ limits: "off" });
});
afterEach(() => sandbox.close());

/** Uploads and verifies; returns all replies that describe the certificate, before and after. */
async function register() {
  const listed = async () => ((await list(sandbox)).json as unknown as Body[])[0];
  const uploaded = (await upload(sandbox, ca)).json;
  const { id } = uploaded;
  const before = [(await get(sandbox, id)).json, await listed()];
  const { registrationCode } = (await fetchCode(sandbox, id)).json;
  const proof = workshop.issued({ key, pem: ca }, key, `/CN=${registrationCode}`);
  const verified = (await verify(sandbox, id, proof)).json;
  const after = [(await get(sandbox, id)).json, await listed()];
  return { uploaded, before, verified, after };
}

test.each([200, 201] as const)("uploadStatus %i", async (uploadStatus) => {
  sandbox.quirks.uploadStatus = uploadStatus;
  expect((await upload(sandbox, ca)).status).toBe(uploadStatus);
});

test.each([200, 202, 204] as const)("deleteStatus %i, without a body", async (deleteStatus) => {
  sandbox.quirks.deleteStatus = deleteStatus;
  const { status, text } = await remove(sandbox, sandbox.seed(ca).id);
  expect([status, text, sandbox.certificates.length]).toEqual([deleteStatus, "", 0]);
});

test.each([
  ["array", (json) => json],
  ["caCertificates", (json) => json.caCertificates],
  ["content", (json) => json.content],
  ["_embedded", (json) => json._embedded.caCertificates],
] as [Quirks["listShape"], (json: Answer["json"]) => unknown][])(
  "listShape %s",
  async (listShape, unwrap) => {
    sandbox.quirks.listShape = listShape;
    expect(unwrap((await list(sandbox)).json)).toEqual([]);
    const { id } = sandbox.seed(ca);
    expect(unwrap((await list(sandbox)).json)).toMatchObject([{ id, commonName: "acme" }]);
  },
);

test.each([
  ["present", false, true],
  ["absent-until-verified", undefined, true],
  ["absent-in-reads", undefined, undefined],
] as const)(
  "isVerified %s: %s before and %s after in list and get",
  async (isVerified, unverified, verified) => {
    sandbox.quirks.isVerified = isVerified;
    const replies = await register();
    expect("isVerified" in replies.uploaded).toBe(false);
    expect(replies.before.map((reply) => reply?.isVerified)).toEqual([unverified, unverified]);
    expect(replies.verified.isVerified).toBe(true);
    expect(replies.after.map((reply) => reply?.isVerified)).toEqual([verified, verified]);
  },
);

test.each([
  [true, " A name"],
  [false, "A name"],
])("leadingBlank %s: the name comes back as %j everywhere", async (leadingBlank, name) => {
  sandbox.quirks.leadingBlank = leadingBlank;
  const { uploaded, before, verified, after } = await register();
  for (const reply of [uploaded, ...before, verified, ...after]) expect(reply?.name).toBe(name);
});

test("pemInReplies: the certificate shows in all replies but the upload's", async () => {
  const pems = async () => {
    const { uploaded, before, verified, after } = await register();
    return [uploaded, ...before, verified, ...after].map((reply) => reply?.caCertificate);
  };
  expect(await pems()).toEqual(new Array(6).fill(undefined));
  await remove(sandbox, sandbox.certificates[0]?.id ?? "");
  sandbox.quirks.pemInReplies = true;
  expect(await pems()).toEqual([undefined, ...new Array(5).fill(ca)]);
});

test.each([
  ["hex", /^[0-9a-f]{24}$/],
  ["ulid", /^01[0-9A-HJKMNP-TV-Z]{24}$/],
  ["reserved", /[/?&% #]/],
] as const)("idForm %s: the whole procedure works with such ids", async (idForm, pattern) => {
  sandbox.quirks.idForm = idForm;
  const { uploaded, verified } = await register();
  expect(uploaded.id).toMatch(pattern);
  expect(verified).toMatchObject({ id: uploaded.id, isVerified: true });
  expect((await remove(sandbox, uploaded.id)).status).toBe(204);
});

test("thirdUpload: status and code are as asked", async () => {
  sandbox.seed(ca);
  sandbox.seed(ca);
  sandbox.quirks.thirdUpload = { status: 400, code: "mdsp.other" };
  const { status, json } = await upload(sandbox, ca);
  expect([status, json.errors[0]?.code]).toEqual([400, "mdsp.other"]);
});

test("duplicateUpload: costs a slot, or is refused", async () => {
  await upload(sandbox, ca);
  expect((await upload(sandbox, ca)).status).toBe(201);
  await remove(sandbox, sandbox.certificates[1]?.id ?? "");
  sandbox.quirks.duplicateUpload = "refused";
  expect((await upload(sandbox, ca)).status).toBe(409);
  expect(sandbox.certificates).toHaveLength(1);
  expect((await upload(sandbox, workshop.selfSigned(key, "/CN=acme"))).status).toBe(201);
});

test("codeChangesEachTime: only the last code counts", async () => {
  const { id } = sandbox.seed(ca);
  const code = async () => (await fetchCode(sandbox, id)).json.registrationCode;
  expect(await code()).toBe(await code());
  sandbox.quirks.codeChangesEachTime = true;
  const [first, second] = [await code(), await code()];
  expect(first).not.toBe(second);
  const proof = (name: string) => workshop.issued({ key, pem: ca }, key, `/CN=${name}`);
  expect((await verify(sandbox, id, proof(first))).status).toBe(400);
  expect((await verify(sandbox, id, proof(second))).status).toBe(200);
});

const LOGREF = expect.stringMatching(/^[0-9a-f]{32}$/);
const CODE = "mdsp.core.generic.noMatch";
const MESSAGE = "No CA certificate has this id.";

test.each([
  ["errors", { errors: [{ code: CODE, logref: LOGREF, message: MESSAGE }] }],
  ["array", [{ logref: LOGREF, message: MESSAGE }]],
  ["id", { id: LOGREF, message: MESSAGE }],
  ["oauth", { error: CODE, error_description: MESSAGE }],
  ["message", { message: MESSAGE }],
  ["html", undefined],
] as const)("errorShape %s", async (errorShape, body) => {
  sandbox.quirks.errorShape = errorShape;
  const { status, json, text } = await get(sandbox, "none");
  expect(status).toBe(404);
  expect(json).toEqual(body);
  expect(text).toContain(MESSAGE);
});

/** The command line of OpenSSL on Windows is not UTF-8. */
const OTHER_SCRIPTS = process.platform === "win32" ? [] : [["/CN=Münchén 慕尼黑", "Münchén 慕尼黑"] as const];

test("names are read exactly: escapes, other scripts, several and none", async () => {
  for (const [subject, commonName] of [
    ["/O=a\\/CN=b/CN=x \\/CN=y, z=\\+\\\\1", "x /CN=y, z=+\\1"],
    ...OTHER_SCRIPTS,
    ["/CN=first/CN=second", "first"],
    ["/O=nameless", ""],
  ] as const) {
    const { status, json } = await upload(sandbox, workshop.selfSigned(key, subject));
    expect([status, json.commonName]).toEqual([201, commonName]);
    await remove(sandbox, json.id);
  }
});

test("verifyAgain refused", async () => {
  const { id } = (await upload(sandbox, ca)).json;
  const { registrationCode } = (await fetchCode(sandbox, id)).json;
  const proof = workshop.issued({ key, pem: ca }, key, `/CN=${registrationCode}`);
  for (const status of [200, 200]) expect((await verify(sandbox, id, proof)).status).toBe(status);
  sandbox.quirks.verifyAgain = "refused";
  const again = await verify(sandbox, id, proof);
  expect([again.status, again.json.errors?.[0]?.message]).toEqual([
    409,
    expect.stringMatching(/already verified/),
  ]);
});
