import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { openssl } from "../ca/made.ts";
import { Workshop } from "../sandbox/workshop.ts";
import { createStage, type Result, runAction, type Stage } from "../support/action.ts";
import { connectionTo, keyringFile, registerInputs, TENANT } from "../support/inputs.ts";

// A CA belongs to its tenant (guarantee 12).

interface Made {
  readonly key: string;
  readonly pem: string;
  /** The key, encrypted. */
  readonly sealed: (passphrase: string) => string;
}

const workshop = new Workshop();
let sandbox: Sandbox;
let stage: Stage;
let theirs: Made;
let ours: Made;

beforeAll(() => {
  const make = (name: string): Made => {
    const key = workshop.key();
    const pem = workshop.selfSigned(key, `/C=DE/ST=MUC/O=Acme/OU=IT/CN=${name}`);
    const sealed = (passphrase: string) =>
      openssl(workshop, "pkcs8", "-topk8", "-in", key, "-iter", "1000", "-passout", `pass:${passphrase}`);
    return { key: readFileSync(join(workshop.directory, key), "utf8"), pem, sealed };
  };
  theirs = make("globex");
  ours = make(TENANT);
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
  runAction(task, stage, {
    inputs: {
      ...registerInputs(sandbox, stage),
      // The stage lies where temporary files lie, and create knows no gateway that would be a rehearsal.
      ...(task === "create" && { "keyring-ephemeral": "true" }),
      ...inputs,
    },
  });

async function done(task: string, inputs: Record<string, string> = {}): Promise<Result> {
  const result = await run(task, inputs);
  expect(result.errors).toEqual([]);
  return result;
}

const keyring = () => readFileSync(keyringFile(stage), "utf8");
const store = (...texts: string[]) => writeFileSync(keyringFile(stage), texts.join(""), { mode: 0o600 });
const entry = ({ key, pem }: Made, ...lines: string[]) =>
  `${lines.map((line) => `${line}\n`).join("")}${key}${pem}`;
const names = () => sandbox.certificates.map(({ commonName }) => commonName);

describe("a keyring in which every CA is another tenant's (guarantee 12)", () => {
  test.each([
    ["register", {}],
    ["rotate", { apply: "true" }],
    ["rotate", {}],
    ["status", {}],
    ["create", {}],
    ["delete", { "certificate-id": "abc", "allow-held": "true" }],
    ["agent-certificate", { agents: "pump" }],
    ["agent-certificate", { agents: "pump", offline: "true" }],
  ])("stops %s before any process or request: %o", async (task, inputs) => {
    store(
      entry(theirs, "Tenant: globex"),
      entry(ours, "Tenant: initech", "Retired at: 2025-01-01T00:00:00.000Z"),
    );
    const text = keyring();
    const { errors, log } = await run(task, inputs);
    expect(errors).toEqual([
      { title: "MindConnect CA: KEYRING_OTHER_TENANT", message: expect.stringContaining("globex") },
    ]);
    expect(sandbox.calls).toEqual([]);
    expect(log).not.toContain("openssl");
    expect(keyring()).toBe(text);
  });

  test("is found whichever way it came in", async () => {
    const { "keyring-file": _, ...inputs } = registerInputs(sandbox, stage);
    const text = entry(theirs, "Tenant: globex");
    const { errors } = await runAction("register", stage, { inputs: { ...inputs, keyring: text } });
    expect(errors.map(({ title }) => title)).toEqual(["MindConnect CA: KEYRING_OTHER_TENANT"]);
    expect(errors[0]?.message).toContain("keyring: holds only CAs of another tenant");
  });
});

describe("another tenant's CA beside ours (guarantee 12)", () => {
  test("is kept, not uploaded: a plain register makes one of ours, tagged", async () => {
    store(
      entry(theirs, "Tenant: globex"),
      entry(ours, "Tenant: ACME", "Retired at: 2025-01-01T00:00:00.000Z"),
    );
    await done("register");
    expect(names()).toEqual([TENANT]);
    expect(keyring()).toContain(theirs.key);
    expect(keyring()).toContain("Tenant: globex\n");
    expect(keyring()).toContain("Tenant: acme\n");
  });

  test("a tag in other letters is the same tenant's", async () => {
    store(entry(ours, "Tenant: ACME"));
    const { outputs } = await done("register");
    expect(outputs["common-name"]).toBe(TENANT);
    expect(sandbox.certificates[0]?.pem).toBe(ours.pem);
  });

  test("is not matched: one that lies on this platform is nobody's here", async () => {
    const { id } = sandbox.seed(theirs.pem, { verified: true });
    store(
      entry(ours),
      entry(theirs, "Tenant: globex", `Platform id: ${id}`, "Verified at: 2026-01-01T00:00:00.000Z"),
    );
    const status = await runAction("status", stage, {
      inputs: { ...connectionTo(sandbox), "keyring-file": keyringFile(stage) },
    });
    expect(JSON.parse(status.outputs["certificates"] ?? "")).toMatchObject([{ id, held: false }]);
    const text = keyring();
    const issued = await run("agent-certificate", {
      agents: "pump",
      directory: join(stage.lasting, "agents"),
    });
    expect(issued.errors.map(({ title }) => title)).toEqual(["MindConnect CA: CA_NOT_USABLE"]);
    expect(keyring()).toBe(text);
  });

  test("issues nothing, offline neither: the next one of ours does", async () => {
    store(entry(theirs, "Tenant: globex", "Verified at: 2026-01-01T00:00:00.000Z"), entry(ours));
    const { log } = await done("agent-certificate", {
      agents: "pump",
      offline: "true",
      directory: join(stage.lasting, "agents"),
    });
    expect(log).toContain(`Issuing CA: ${TENANT}`);
  });

  test("issues nothing when it is brought along, and is not registered either", async () => {
    store(entry(ours), entry(theirs, "Tenant: globex"));
    const brought = { "ca-certificate": theirs.pem, "ca-private-key": theirs.key };
    for (const [task, inputs] of [
      ["register", {}],
      ["agent-certificate", { agents: "pump", offline: "true" }],
    ] as const) {
      const { errors } = await run(task, { ...brought, ...inputs });
      expect(errors.map(({ title }) => title)).toEqual(["MindConnect CA: KEYRING_OTHER_TENANT"]);
      expect(errors[0]?.message).toContain("globex");
    }
    expect(sandbox.calls).toEqual([]);
  });

  test("is not restored", async () => {
    store(entry(ours), entry(theirs, "Tenant: globex", "Retired at: 2025-01-01T00:00:00.000Z"));
    const { errors } = await run("register", { restore: "globex" });
    expect(errors.map(({ title }) => title)).toEqual(["MindConnect CA: KEYRING_OTHER_TENANT"]);
    expect(sandbox.calls).toEqual([]);
  });

  test("is neither retired nor forgotten by rotate, which stages ours beside it", async () => {
    const text = entry(theirs, "Tenant: globex", "Retired at: 2025-01-01T00:00:00.000Z");
    store(entry(ours), text);
    const rotated = await done("rotate", { apply: "true", "retired-keys": "drop", retire: "now" });
    expect(rotated.outputs["outcome"]).toBe("staged");
    expect(keyring()).toContain(theirs.key);
    expect(keyring()).toContain("Retired at: 2025-01-01T00:00:00.000Z");
    expect(names()).toEqual([TENANT]);
  });
});

describe("which entries are tagged (guarantee 12)", () => {
  test("those that are made: by register, rotate and create", async () => {
    await done("register", { days: "300" });
    await done("rotate", { apply: "true" });
    expect(keyring().match(/^Tenant: acme$/gm)).toHaveLength(2);
    const other = join(stage.lasting, "other.pem");
    await done("create", { "keyring-file": other });
    expect(readFileSync(other, "utf8")).toContain("Tenant: acme\n");
  });

  test("one brought along when it is stored; one made by hand when it is matched and noted", async () => {
    store(entry(ours));
    expect((await done("register")).outputs["outcome"]).toBe("registered");
    expect(keyring().match(/^Tenant: acme$/gm)).toHaveLength(1);
    await done("register", { "ca-certificate": theirs.pem, "ca-private-key": theirs.key });
    expect(keyring().match(/^Tenant: acme$/gm)).toHaveLength(2);
  });

  test("one that is retired here", async () => {
    const { id } = sandbox.seed(ours.pem, { verified: true });
    store(entry(ours, `Platform id: ${id}`, "Verified at: 2026-01-01T00:00:00.000Z"));
    await done("delete", { "certificate-id": id, "allow-held": "true", "allow-last": "true" });
    expect(keyring()).toContain("Tenant: acme\n");
  });

  test("no keyring is written for the tag alone", async () => {
    const { id } = sandbox.seed(ours.pem, { verified: true });
    store(entry(ours, `Platform id: ${id}`, "Verified at: 2026-01-01T00:00:00.000Z"));
    const text = keyring();
    expect((await done("register")).outputs["outcome"]).toBe("unchanged");
    expect(keyring()).toBe(text);
  });

  test("not one that was only refused here: it may be another tenant's", async () => {
    store(entry(theirs));
    sandbox.faults.add({ call: "upload", kind: "status", status: 409 });
    const { errors } = await run("register");
    expect(errors.map(({ title }) => title)).toEqual(["MindConnect CA: UPLOAD_REFUSED"]);
    expect(keyring()).not.toContain("Tenant:");
    expect(existsSync(keyringFile(stage))).toBe(true);
  });
});

describe("another tenant's keys under a passphrase of its own (guarantees 3 and 12)", () => {
  const [THEIRS, OURS] = ["the words of globex", "the words of acme"];
  const sealed = (made: Made, passphrase: string, ...lines: string[]) =>
    entry({ ...made, key: made.sealed(passphrase) }, ...lines);
  const keysOf = (text: string) => text.match(/-----BEGIN [A-Z ]*KEY-----[\s\S]*?KEY-----\n/g) ?? [];

  test.each([
    ["register", {}],
    ["create", {}],
    ["rotate", { apply: "true" }],
    ["agent-certificate", { agents: "pump" }],
  ])(
    "%s of a keyring that is theirs alone is told whose it is, not that words are wrong",
    async (task, more) => {
      store(sealed(theirs, THEIRS, "Tenant: globex"));
      for (const passphrase of ["", OURS]) {
        const { errors } = await run(task, { ...more, "keyring-passphrase": passphrase });
        expect(errors.map(({ title }) => title)).toEqual(["MindConnect CA: KEYRING_OTHER_TENANT"]);
      }
      expect(sandbox.calls).toEqual([]);
    },
  );

  test("stay closed, and as they are, while ours serve and change", async () => {
    store(sealed(theirs, THEIRS, "Tenant: globex"), entry(ours, `Tenant: ${TENANT}`));
    const [before] = keysOf(keyring());
    const inputs = { "keyring-passphrase": OURS };
    expect((await done("register", inputs)).outputs["outcome"]).toBe("registered");
    const [first, second] = keysOf(keyring());
    expect(first).toBe(before);
    expect(second).toContain("ENCRYPTED");
    await done("create", { ...inputs, "common-name": "acme-2" });
    expect(keysOf(keyring())).toEqual([expect.stringContaining("ENCRYPTED"), first, second]);
  });

  test("beside ours that do not open: those are told of, once", async () => {
    store(sealed(theirs, THEIRS, "Tenant: globex"), sealed(ours, OURS, `Tenant: ${TENANT}`));
    for (const passphrase of ["", THEIRS]) {
      const { errors } = await run("register", { "keyring-passphrase": passphrase });
      expect(errors.map(({ title }) => title)).toEqual(["MindConnect CA: PASSPHRASE_WRONG"]);
      expect(errors[0]?.message.match(/^(?:- )?(?:PASSPHRASE_WRONG: )?keyring-passphrase:/gm)).toHaveLength(
        1,
      );
      expect(errors[0]?.message).toContain("entry 2 (acme)");
    }
    expect(sandbox.calls).toEqual([]);
  });

  test("where no words came in, no plain key goes beside them", async () => {
    store(sealed(theirs, THEIRS, "Tenant: globex"), entry(ours, `Tenant: ${TENANT}`));
    const text = keyring();
    expect((await run("create", { "common-name": "acme-2" })).errors).toEqual([
      { title: "MindConnect CA: PASSPHRASE_WRONG", message: expect.stringContaining("(globex)") },
    ]);
    expect(keyring()).toBe(text);
    expect((await done("register")).outputs["outcome"]).toBe("registered");
  });
});
