import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Fault, type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { Workshop } from "../sandbox/workshop.ts";
import { createStage, type Result, runAction, type Stage } from "../support/action.ts";
import { connectionTo, keyringFile, registerInputs, TENANT } from "../support/inputs.ts";

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
beforeEach(async () => {
  sandbox = await startSandbox({ limits: "off" });
  stage = createStage();
});
afterEach(async () => {
  await sandbox.close();
  stage.remove();
});

const run = (task: string, inputs: Record<string, string> = {}): Promise<Result> =>
  runAction(task, stage, { inputs: { ...registerInputs(sandbox, stage), ...inputs } });

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
const posts = () => sandbox.calls.filter(({ method }) => method === "POST").length;

const WORDS = "The CA is not to our liking.";
const body = JSON.stringify({ errors: [{ code: "mdsp.x", logref: "abc123", message: WORDS }] });

function refuseUploads(status: number, more: Partial<Fault> = {}): void {
  sandbox.faults.add({ call: "upload", kind: "body", status, body, ...more });
}

const MARK = /^Refused at: 20\d\d-[\dT:.-]+Z$/m;

describe("register, guarantee 4", () => {
  test.each([400, 409, 422])(
    "an upload refused with %i is remembered, not repeated in the very same way, and in no one's way",
    async (status) => {
      refuseUploads(status);
      const first = await fails("register", "UPLOAD_REFUSED");
      expect(first).toContain(WORDS);
      expect(first).toContain("restore");
      expect(keyring()).toMatch(MARK);
      expect(keyring()).toContain(`Refused for: HTTP ${status} mdsp.x: ${WORDS} (logref abc123)\n`);

      const before = { text: keyring(), posts: posts() };
      const again = await run("register");
      expect(again.errors[0]).toMatchObject({
        title: "MindConnect CA: UPLOAD_REFUSED",
        message: expect.stringContaining(WORDS),
      });
      expect(again.errors[0]?.message).toContain(/Refused at: (\S+)/.exec(keyring())?.[1]);
      expect(again.log).not.toContain("genrsa");
      expect({ text: keyring(), posts: posts() }).toEqual(before);

      const next = await done("register", { days: "3000" });
      expect(next.outputs["outcome"]).toBe("registered");
      expect(next.summary).toContain("Refused");
      expect(sandbox.certificates).toHaveLength(1);
      expect(entries()).toBe(2);
      expect((await done("register")).outputs["outcome"]).toBe("unchanged");
      expect(keyring()).toMatch(MARK);
    },
  );

  test.each([
    ["city", { city: "BER" }],
    ["common-name", { "common-name": "acme-b" }],
    ["key-bits", { "key-bits": "3072" }],
  ])("another %s is another request", async (_, changed) => {
    refuseUploads(400);
    await fails("register", "UPLOAD_REFUSED");
    expect((await done("register", changed)).outputs["outcome"]).toBe("registered");
  });

  test.each([
    ["its common name", () => TENANT],
    ["its fingerprint", () => /fingerprint: (\S+)/.exec(keyring())?.[1] ?? ""],
  ])("restore by %s offers it again; the mark goes when it is seen there", async (_, name) => {
    refuseUploads(422, { times: 2 });
    await fails("register", "UPLOAD_REFUSED");
    await fails("register", "UPLOAD_REFUSED", { restore: name() });
    expect(keyring()).toMatch(MARK);
    expect((await done("register", { restore: name() })).outputs["outcome"]).toBe("registered");
    expect(keyring()).not.toContain("Refused");
    expect(entries()).toBe(1);
    expect((await done("register")).outputs["outcome"]).toBe("unchanged");
  });

  test("one that is restored and not verified yet is resumed by a plain run: no slot is burnt", async () => {
    refuseUploads(400);
    await fails("register", "UPLOAD_REFUSED");
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
  ] as const)(
    "a %i says nothing about the certificate: the same one is uploaded next time",
    async (status, code, more) => {
      refuseUploads(status, more);
      await fails("register", code);
      const text = keyring();
      expect(text).not.toContain("Refused");
      const { outputs } = await done("register");
      expect(outputs["outcome"]).toBe("registered");
      expect(text).toContain(outputs["fingerprint"]);
    },
  );

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
    refuseUploads(400);
    await fails("register", "UPLOAD_REFUSED");
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
  const due = async () => {
    await done("register", { days: "300" });
    refuseUploads(400);
    await fails("rotate", "UPLOAD_REFUSED", { apply: "true" });
  };

  test("a good CA never runs out in silence: the refusal is an error each run, and no further key is made", async () => {
    await due();
    const text = keyring();
    expect(text).toMatch(MARK);
    for (const apply of ["true", "false", "true"]) {
      const before = posts();
      const message = await fails("rotate", "UPLOAD_REFUSED", { apply });
      expect(message).toContain(WORDS);
      expect(posts()).toBe(before);
      expect(keyring()).toBe(text);
    }
    expect(sandbox.certificates.map(({ commonName }) => commonName)).toEqual([TENANT]);
  });

  test("while nothing is due, the stop over the remembered refusal is foreseen, and what helps", async () => {
    await due();
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
    await due();
    const rotated = await done("rotate", { apply: "true", "key-bits": "3072" });
    expect(rotated.outputs["outcome"]).toBe("staged");
    expect(sandbox.certificates).toHaveLength(2);
    expect(rotated.warnings.map(({ message }) => message).join("\n")).toContain(WORDS);
  });

  test("the refused one is restored by register, and is the newest then", async () => {
    await due();
    const [, refused = ""] = /Common name: (acme-\d+)/.exec(keyring()) ?? [];
    await done("register", { restore: refused });
    expect(sandbox.certificates.map(({ commonName }) => commonName)).toEqual([TENANT, refused]);
    expect((await done("rotate", { apply: "true" })).outputs["outcome"]).toBe("waiting");
  });
});
