import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { formatKeyring, parseKeyring } from "../../src/keyring/keyring-format.ts";
import { type Fault, type Sandbox, type StoredCertificate, startSandbox } from "../../src/sandbox/start.ts";
import { entryOf, makeCa } from "../ca/made.ts";
import { Workshop } from "../sandbox/workshop.ts";
import { createStage, type Result, runAction, type Stage } from "../support/action.ts";
import { connectionTo, keyringFile, registerInputs, TENANT } from "../support/inputs.ts";
import { WITHOUT_PAUSES } from "../support/without-pauses.ts";

// A CA that the platform refuses for the certificate's own sake must not stand in the way of the next one.

const workshop = new Workshop();
let sandbox: Sandbox;
let stage: Stage;
let brought: Record<string, string>;

beforeAll(() => {
  const key = workshop.key();
  const pem = workshop.selfSigned(key, "/C=DE/ST=MUC/O=Acme/OU=IT/CN=brought");
  brought = {
    "ca-certificate": pem,
    "ca-private-key": readFileSync(join(workshop.directory, key), "utf8"),
  };
});
afterAll(() => workshop.remove());
beforeEach(() => open());
afterEach(() => close());

async function open(keys: "at hand" | "made" = "at hand"): Promise<void> {
  sandbox = await startSandbox({ limits: "off" });
  stage = createStage({ keys });
}

async function close(): Promise<void> {
  await sandbox.close();
  stage.remove();
}

/**
 * Lets the action make a state in which several tests begin. It makes real keys: each stage hands out the same ready ones, and two
 * CAs of a test must not share a key.
 */
async function made(prepare: () => Promise<unknown>): Promise<State> {
  await open("made");
  try {
    await prepare();
    return { text: keyring(), slots: sandbox.certificates.slice() };
  } finally {
    await close();
  }
}

interface State {
  /** Of the keyring. */
  readonly text: string;
  readonly slots: readonly StoredCertificate[];
}

/** Puts a state into this test's stage and sandbox. */
function begin({ text, slots }: State): void {
  writeFileSync(keyringFile(stage), text, { mode: 0o600 });
  for (const { pem, name, id, isVerified } of slots) sandbox.seed(pem, { name, id, verified: isVerified });
}

const run = (task: string, inputs: Record<string, string> = {}): Promise<Result> =>
  runAction(task, stage, {
    inputs: { ...registerInputs(sandbox, stage), ...inputs },
    preload: [WITHOUT_PAUSES],
  });

async function done(task: string, inputs: Record<string, string> = {}): Promise<Result> {
  const result = await run(task, inputs);
  expect(result.errors).toEqual([]);
  return result;
}

async function fails(task: string, code: string, inputs: Record<string, string> = {}): Promise<string> {
  const { errors } = await run(task, inputs);
  expect(errors.map(({ title }) => title)).toEqual([`MindConnect CA: ${code}`]);
  return errors[0]?.message ?? "";
}

const keyring = () => readFileSync(keyringFile(stage), "utf8");
const entries = () => keyring().split("BEGIN CERTIFICATE").length - 1;
/** @returns what a keyring remembers of its CAs */
const noted = (text: string) =>
  parseKeyring(text).entries.map(({ privateKey, certificate, ...facts }) => facts);
/** What it remembers of a CA that the platform has said nothing about. */
const NOTHING_SAID = { tenant: TENANT, notes: [] };
const posts = () => sandbox.calls.filter(({ method }) => method === "POST").length;

const WORDS = "The CA is not to our liking.";
const body = JSON.stringify({ errors: [{ code: "mdsp.x", logref: "abc123", message: WORDS }] });

function refuseUploads(status: number, more: Partial<Fault> = {}): void {
  sandbox.faults.add({ call: "upload", kind: "body", status, body, ...more });
}

const MARK = /^Refused at: 20\d\d-[\dT:.-]+Z$/m;

describe("register, guarantee 4", () => {
  let refused: State;
  beforeAll(async () => {
    refused = await made(() => {
      refuseUploads(400);
      return fails("register", "UPLOAD_REFUSED");
    });
  });

  test.each([400, 409, 422])("an upload refused with %i is remembered", async (status) => {
    refuseUploads(status);
    const first = await fails("register", "UPLOAD_REFUSED");
    expect(first).toContain(WORDS);
    expect(first).toContain("restore");
    expect(keyring()).toMatch(MARK);
    const refusedFor = `HTTP ${status} mdsp.x: ${WORDS} (logref abc123)`;
    expect(keyring()).toContain(`Refused for: ${refusedFor}\n`);
    // Status and words aside, all three leave the same. So the tests below begin with a 400 only.
    expect(noted(keyring())).toEqual([
      { ...noted(refused.text)[0], refusedAt: expect.any(String), refusedFor },
    ]);
    expect(sandbox.certificates).toEqual([]);
  });

  test("the same request is not uploaded again, and another one is", async () => {
    begin(refused);
    const again = await run("register");
    expect(again.errors[0]).toMatchObject({
      title: "MindConnect CA: UPLOAD_REFUSED",
      message: expect.stringContaining(WORDS),
    });
    expect(again.errors[0]?.message).toContain(/Refused at: (\S+)/.exec(refused.text)?.[1]);
    expect(again.log).not.toContain("genrsa");
    expect({ text: keyring(), posts: posts() }).toEqual({ text: refused.text, posts: 0 });

    const next = await done("register", { days: "3000" });
    expect(next.outputs["outcome"]).toBe("registered");
    expect(next.summary).toContain("Refused");
    expect(sandbox.certificates).toHaveLength(1);
    expect(entries()).toBe(2);
    expect((await done("register")).outputs["outcome"]).toBe("unchanged");
    expect(keyring()).toMatch(MARK);
  });

  test.each([
    ["city", { city: "BER" }],
    ["common-name", { "common-name": "acme-b" }],
    ["key-bits", { "key-bits": "3072" }],
  ])("another %s is another request", async (_, changed) => {
    begin(refused);
    expect((await done("register", changed)).outputs["outcome"]).toBe("registered");
  });

  test("restore by its common name offers it again; the mark goes when it is seen there", async () => {
    begin(refused);
    refuseUploads(422);
    await fails("register", "UPLOAD_REFUSED", { restore: TENANT });
    expect(keyring()).toMatch(MARK);
    expect((await done("register", { restore: TENANT })).outputs["outcome"]).toBe("registered");
    expect(keyring()).not.toContain("Refused");
    expect(entries()).toBe(1);
    expect((await done("register")).outputs["outcome"]).toBe("unchanged");
  });

  test("restore by its fingerprint offers it again", async () => {
    begin(refused);
    const fingerprint = /fingerprint: (\S+)/.exec(refused.text)?.[1] ?? "";
    expect((await done("register", { restore: fingerprint })).outputs["outcome"]).toBe("registered");
    expect(keyring()).not.toContain("Refused");
    expect(entries()).toBe(1);
  });

  test("one that is restored and not verified yet is resumed by a plain run: no slot is burnt", async () => {
    begin(refused);
    sandbox.faults.add({ call: "code", kind: "status", status: 403 });
    await fails("register", "ACCESS_DENIED", { restore: TENANT });
    expect((await done("register")).outputs["outcome"]).toBe("resumed");
    expect(sandbox.certificates).toHaveLength(1);
    expect(keyring()).not.toContain("Refused");
  });

  test.each([
    [401, "TOKEN_REFUSED", {}],
    [403, "ACCESS_DENIED", {}],
    [404, "UPLOAD_REFUSED", {}],
    [413, "UPLOAD_REFUSED", {}],
    [500, "PLATFORM_ERROR", { times: 3 }],
  ] as const)("a %i says nothing about the certificate", async (status, code, more) => {
    refuseUploads(status, more);
    await fails("register", code);
    expect(noted(keyring())).toEqual([NOTHING_SAID]);
    expect(sandbox.certificates).toEqual([]);
  });

  test("a CA without a noted refusal, as these leave it, is uploaded by the next run", async () => {
    const ca = entryOf(makeCa(workshop, "/C=DE/ST=MUC/O=Acme/OU=IT/CN=acme"), NOTHING_SAID);
    const writtenAt = new Date().toISOString();
    begin({ text: formatKeyring({ generation: 1, writtenAt, entries: [ca] }), slots: [] });
    expect((await done("register")).outputs).toMatchObject({
      outcome: "registered",
      fingerprint: ca.certificate.fingerprint,
    });
    expect(entries()).toBe(1);
  });

  test("a refusal that no list can weigh says nothing about the certificate", async () => {
    refuseUploads(400);
    sandbox.faults.add({ call: "list", kind: "status", status: 403, nth: 2 });
    await fails("register", "UPLOAD_REFUSED");
    expect(keyring()).not.toContain("Refused");
  });

  test("a refusal while both slots are taken says nothing about the certificate", async () => {
    const others = ["one", "two"].map((name) => workshop.selfSigned(workshop.key(), `/CN=${name}`));
    const stop = sandbox.onRequest(({ call }) => {
      if (call !== "upload") return;
      stop();
      for (const pem of others) sandbox.seed(pem, { verified: false });
    });
    refuseUploads(400);
    await fails("register", "CA_SLOTS_FULL");
    expect(keyring()).not.toContain("Refused");
  });

  test("a 409 for one that the list shows is no refusal: it is there, and the run goes on", async () => {
    sandbox.faults.add({ call: "upload", kind: "status", status: 409, carriedOut: true });
    expect((await done("register")).outputs["outcome"]).toBe("registered");
    expect(sandbox.certificates).toHaveLength(1);
    expect(keyring()).not.toContain("Refused");
  });

  test("one that is carried out late, after its refusal, is resumed: no slot is burnt", async () => {
    sandbox.faults.add({ call: "upload", kind: "late", after: 3 });
    refuseUploads(409, { nth: 2 });
    await fails("register", "UPLOAD_REFUSED");
    expect(keyring()).toMatch(MARK);
    expect(sandbox.certificates).toHaveLength(1);
    expect((await done("register")).outputs["outcome"]).toBe("resumed");
    expect(keyring()).not.toContain("Refused");
    expect(entries()).toBe(1);
  });

  test("what the platform said is kept on one line that does no harm", async () => {
    const message = `bad\n-----BEGIN PRIVATE KEY-----\n::error::x\u001b[31m ${"A".repeat(3000)}`;
    refuseUploads(400, { body: JSON.stringify({ message }) });
    await fails("register", "UPLOAD_REFUSED");
    const line = /^Refused for: (.*)$/m.exec(keyring())?.[1] ?? "";
    expect(line.length).toBeLessThan(400);
    expect(line).not.toContain("::error");
    expect((await done("register", { days: "3000" })).outputs["outcome"]).toBe("registered");
  });

  test("one brought along is remembered as well, and bringing it again tries again", async () => {
    refuseUploads(422);
    await fails("register", "UPLOAD_REFUSED", brought);
    expect(keyring()).toMatch(MARK);
    expect((await done("register", { days: "3000" })).outputs["outcome"]).toBe("registered");
    expect(sandbox.certificates.map(({ commonName }) => commonName)).toEqual([TENANT]);
    expect((await done("register", brought)).outputs["outcome"]).toBe("registered");
    expect(keyring()).not.toContain("Refused");
  });

  test("it issues no agents offline, and status tells of it", async () => {
    begin(refused);
    const message = await fails("agent-certificate", "CA_NOT_USABLE", { agents: "pump", offline: "true" });
    expect(message).toContain("refused");
    const status = await runAction("status", stage, {
      inputs: { ...connectionTo(sandbox), "keyring-file": keyringFile(stage) },
    });
    expect(status.warnings.map((warning) => warning.message).join("\n")).toContain(WORDS);
    expect(status.summary).toContain("refused");
  });
});

describe("rotate, guarantees 4 and 6", () => {
  let due: State;
  beforeAll(async () => {
    due = await made(async () => {
      await done("register", { days: "300" });
      refuseUploads(400);
      await fails("rotate", "UPLOAD_REFUSED", { apply: "true" });
    });
  });
  beforeEach(() => begin(due));

  test("a good CA never runs out in silence: the refusal is an error each run, and no further key is made", async () => {
    expect(due.text).toMatch(MARK);
    // The keyring and the slots stay as they are, so each further run is one of these two.
    for (const apply of ["true", "false"]) {
      const message = await fails("rotate", "UPLOAD_REFUSED", { apply });
      expect(message).toContain(WORDS);
      expect(posts()).toBe(0);
      expect(keyring()).toBe(due.text);
    }
    expect(sandbox.certificates.map(({ commonName }) => commonName)).toEqual([TENANT]);
  });

  test("while nothing is due, the stop over the remembered refusal is foreseen, and what helps", async () => {
    const later = { "renew-before": "100", overlap: "50" };
    const said = async (inputs: Record<string, string>) =>
      (await done("rotate", { ...later, ...inputs })).warnings.map(({ message }) => message);
    expect(await said({ apply: "true" })).toContainEqual(
      expect.stringMatching(
        /^On 20\d\d-\d\d-\d\d the rotation will stop \(UPLOAD_REFUSED\).*key-bits.*restore/,
      ),
    );
    expect((await said({ "key-bits": "3072" })).join("\n")).not.toContain("will stop");
  });

  test("what is asked for in another way is made, beside the good CA", async () => {
    const rotated = await done("rotate", { apply: "true", "key-bits": "3072" });
    expect(rotated.outputs["outcome"]).toBe("staged");
    expect(sandbox.certificates).toHaveLength(2);
    expect(rotated.warnings.map(({ message }) => message).join("\n")).toContain(WORDS);
  });

  test("the refused one is restored by register, and is the newest then", async () => {
    const [, refused = ""] = /Common name: (acme-\d+)/.exec(keyring()) ?? [];
    await done("register", { restore: refused });
    expect(sandbox.certificates.map(({ commonName }) => commonName)).toEqual([TENANT, refused]);
    expect((await done("rotate", { apply: "true" })).outputs["outcome"]).toBe("waiting");
  });
});
