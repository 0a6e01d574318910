import { execFileSync } from "node:child_process";
import { createPrivateKey } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { selfSigned } from "../rotation/issuer.ts";
import { Workshop } from "../sandbox/workshop.ts";
import { codesOf, createStage, type Result, runAction, type Stage } from "../support/action.ts";
import { connectionTo, keyringFile, registerInputs } from "../support/inputs.ts";
import { plainKeysIn } from "../support/leaks.ts";
import { MEMORY_DISK } from "../support/memory-disk.ts";
import { withNowhere } from "../support/nowhere.ts";
import { OPENSSL } from "../support/ready-keys.ts";

const PASSPHRASE = "Blätter, 17 & = $HOME 'quoted'";

let sandbox: Sandbox;
let stage: Stage;

beforeEach(async () => {
  sandbox = await startSandbox({ limits: "off" });
  stage = createStage();
});

afterEach(async () => {
  await sandbox.close();
  stage.remove();
});

const register = (inputs: Record<string, string> = {}, env: Record<string, string> = {}) =>
  runAction("register", stage, { inputs: { ...registerInputs(sandbox, stage), ...inputs }, env });
const keyring = () => readFileSync(keyringFile(stage), "utf8");

const workshop = new Workshop();
afterAll(() => workshop.remove());

/** A CA made by hand, in files. */
function makeCa(name: string): { "ca-certificate": string; "ca-private-key": string } {
  const [key, pem] = [join(stage.lasting, `${name}.key`), join(stage.lasting, `${name}.pem`)];
  const made = workshop.key();
  copyFileSync(join(workshop.directory, made), key);
  writeFileSync(pem, workshop.selfSigned(made, `/C=DE/ST=B/O=Acme/OU=IT/CN=${name}`));
  return { "ca-certificate": pem, "ca-private-key": key };
}

describe("the keyring", () => {
  test("holds the key before the platform hears of the certificate (guarantee 2)", async () => {
    const atUpload: string[] = [];
    sandbox.onRequest(({ call }) => {
      if (call === "upload") atUpload.push(keyring());
    });
    await register();
    expect(atUpload).toHaveLength(1);
    expect(atUpload[0]).toContain(sandbox.certificates[0]?.pem.trim());
    expect(atUpload[0]).toContain("PRIVATE KEY");
  });

  test("encrypts its keys with keyring-passphrase, and opens them again", async () => {
    const inputs = { "keyring-passphrase": PASSPHRASE, "openssl-path": OPENSSL };
    expect((await register(inputs)).outputs["outcome"]).toBe("registered");
    expect(keyring()).toContain("BEGIN ENCRYPTED PRIVATE KEY");
    expect(plainKeysIn(keyring())).toEqual([]);
    const [pem = ""] = /-----BEGIN ENCRYPTED[\s\S]*?END ENCRYPTED PRIVATE KEY-----/.exec(keyring()) ?? [];
    expect(createPrivateKey({ key: pem, passphrase: PASSPHRASE }).asymmetricKeyType).toBe("rsa");
    // PKCS#8 with AES-256 and at least 600,000 rounds, as CONTRACT has it.
    const parsed = execFileSync("openssl", ["asn1parse"], { input: pem, encoding: "utf8" });
    expect(parsed).toContain("aes-256-cbc");
    const rounds = [...parsed.matchAll(/INTEGER\s+:([0-9A-F]+)/g)].map(([, hex = ""]) =>
      Number.parseInt(hex, 16),
    );
    expect(Math.max(...rounds)).toBeGreaterThanOrEqual(600_000);

    sandbox.quirks.isVerified = "absent-until-verified";
    expect((await register({ "keyring-passphrase": PASSPHRASE })).outputs["outcome"]).toBe("unchanged");
    expect(codesOf(await register())).toEqual(["PASSPHRASE_WRONG"]);
    expect(codesOf(await register({ "keyring-passphrase": "wrong" }))).toEqual(["PASSPHRASE_WRONG"]);
  });

  test("is read from the input keyring just as well, for a run that makes no key", async () => {
    await register();
    const result = await register({ keyring: keyring(), "keyring-file": "" });
    expect(result.outputs["outcome"]).toBe("unchanged");
  });

  test("made by hand, without any lines, is read and its CA uploaded", async () => {
    const { "ca-certificate": pem, "ca-private-key": key } = makeCa("acme");
    writeFileSync(keyringFile(stage), readFileSync(key, "utf8") + readFileSync(pem, "utf8"));
    const result = await register();
    expect(result.outputs["outcome"]).toBe("registered");
    expect(sandbox.certificates[0]?.pem.trim()).toBe(readFileSync(pem, "utf8").trim());
  });

  test("with a CA that is not valid yet stays, and that one takes no slot: another one is made (guarantee 4)", async () => {
    const key = createPrivateKey(readFileSync(makeCa("acme")["ca-private-key"], "utf8"));
    const day = 86_400_000;
    const [notBefore, notAfter] = [Date.now() + day, Date.now() + 9 * day];
    const pem = selfSigned(key, { subject: [["CN", "acme"]], notBefore, notAfter });
    writeFileSync(keyringFile(stage), `${key.export({ type: "pkcs8", format: "pem" })}${pem}`);
    const result = await register();
    expect(codesOf(result)).toEqual([]);
    expect(sandbox.certificates.map((it) => it.pem.trim())).not.toContain(pem.trim());
    expect(sandbox.certificates).toHaveLength(1);
  });

  test("is refused on a disk that vanishes, before anything runs (guarantee 2)", async () => {
    const elsewhere = { "gateway-url": "https://gateway.invalid" };
    const hosted = { RUNNER_ENVIRONMENT: "github-hosted" };
    expect(codesOf(await register(elsewhere, hosted))).toEqual(["KEYRING_EPHEMERAL"]);
    for (const folder of ["temp", "workspace"]) {
      const file = join(stage.root, folder, "keyring.pem");
      expect(codesOf(await register({ ...elsewhere, "keyring-file": file }))).toEqual(["KEYRING_EPHEMERAL"]);
    }
    expect(existsSync(keyringFile(stage))).toBe(false);
    const known = { ...elsewhere, "keyring-ephemeral": "true", "timeout-minutes": "1" };
    const going = await withNowhere((nowhere) => register(known, { ...hosted, ...nowhere }));
    expect(codesOf(going)).toEqual(["PLATFORM_UNREACHABLE"]);
  });

  test("is refused in memory and in folders for temporary files, but for a rehearsal (guarantee 2)", async () => {
    const elsewhere = { "gateway-url": "https://gateway.invalid" };
    const temporary = { TMPDIR: tmpdir() };
    const refused = await register(elsewhere, temporary);
    expect(codesOf(refused)).toEqual(["KEYRING_EPHEMERAL"]);
    expect(refused.errors[0]?.message).toMatch(/a folder for temporary files.*keyring-ephemeral: true/s);
    const { "gateway-url": _, token: __, ...inputs } = registerInputs(sandbox, stage);
    const create = (more: Record<string, string>) =>
      runAction("create", stage, { inputs: { ...inputs, ...more }, env: temporary });
    expect(codesOf(await create({}))).toEqual(["KEYRING_EPHEMERAL"]);
    expect(codesOf(await create({ "keyring-ephemeral": "true" }))).toEqual([]);
    expect((await register({}, temporary)).outputs["outcome"]).toBe("registered");
    if (process.platform !== "linux" || MEMORY_DISK === undefined) return;
    const memory = mkdtempSync(join(MEMORY_DISK, "ca-action-test-"));
    try {
      const file = { "keyring-file": join(memory, "keyring.pem") };
      const inMemory = await register({ ...elsewhere, ...file });
      expect(codesOf(inMemory)).toEqual(["KEYRING_EPHEMERAL"]);
      expect(inMemory.errors[0]?.message).toContain("memory (tmpfs)");
    } finally {
      rmSync(memory, { recursive: true });
    }
  });

  test("is warned of there by a task that only reads it", async () => {
    await register();
    const env = { TMPDIR: tmpdir(), HTTPS_PROXY: "http://127.0.0.1:9" };
    const look = async (more: Record<string, string>) => {
      const inputs = { ...connectionTo(sandbox), "keyring-file": keyringFile(stage), ...more };
      return (await runAction("status", stage, { inputs, env })).warnings.map(({ message }) => message);
    };
    const elsewhere = { "gateway-url": "https://gateway.invalid", "timeout-minutes": "1" };
    expect(await look(elsewhere)).toEqual([
      expect.stringMatching(/^keyring-file lies inside .*temporary files/),
    ]);
    expect(await look({})).toEqual([]);
    const agents = { agents: "a", offline: "true", "keyring-file": keyringFile(stage), tenant: "acme" };
    const subject = { "country-code": "DE", city: "MUC", organization: "Acme" };
    const issued = await runAction("agent-certificate", stage, { inputs: { ...agents, ...subject }, env });
    expect(issued.errors).toEqual([]);
    expect(issued.warnings.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^keyring-file lies inside .*temporary files/),
    );
  });

  test("refuses a link or folder in its place", async () => {
    const target = join(stage.lasting, "target");
    writeFileSync(target, "");
    symlinkSync(target, keyringFile(stage));
    expect((await register()).errors[0]?.message).toContain("keyring-file: is not a regular file");
    expect(readFileSync(target, "utf8")).toBe("");
  });

  test("that cannot be written means no upload (guarantee 2)", async () => {
    // A folder that is not empty, where the file goes, as soon as the inputs were read: nobody's rights remove it.
    sandbox.onRequest(({ call }) => {
      if (call === "list") mkdirSync(join(keyringFile(stage), "x"), { recursive: true });
    });
    const result = await register();
    expect(codesOf(result)).toEqual(["KEYRING_WRITE_FAILED"]);
    expect(sandbox.calls.map(({ call }) => call)).toEqual(["list"]);
    expect(readdirSync(stage.lasting)).toEqual(["keyring.pem"]);
  });

  test("keeps every key that another run added meanwhile (guarantee 3)", async () => {
    const other = makeCa("other");
    sandbox.onRequest(({ call }) => {
      if (call !== "list" || existsSync(keyringFile(stage))) return;
      const text =
        readFileSync(other["ca-private-key"], "utf8") + readFileSync(other["ca-certificate"], "utf8");
      writeFileSync(keyringFile(stage), text);
    });
    await register();
    expect(keyring()).toContain(readFileSync(other["ca-private-key"], "utf8").trim());
    expect(keyring().match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
  });
});

describe("a keyring that may be another environment's", () => {
  /** By hand: without the keyring nothing is marked retired. */
  const deleteAll = async () => {
    for (const { id } of [...sandbox.certificates]) {
      const inputs = { ...connectionTo(sandbox), "certificate-id": id, "allow-last": "true" };
      expect((await runAction("delete", stage, { inputs })).outputs["deleted"]).toBe("true");
    }
  };
  const told = ({ warnings }: Result) =>
    warnings
      .map(({ message }) => message)
      .filter((message) => !message.includes("is stored plain"))
      .join("\n");

  test("is warned of where a CA noted as verified is not on the platform: a new one is made (guarantee 4)", async () => {
    const first = await register();
    expect(told(first)).toBe("");
    await deleteAll();
    const again = await register();
    expect(again.outputs["outcome"]).toBe("registered");
    expect(told(again)).toMatch(/^The CA "acme" was verified as \S+ \(20.*\) and is gone from the platform/);
    expect(again.outputs["fingerprint"]).not.toBe(first.outputs["fingerprint"]);
  });

  test("is warned of where the CA that is uploaded has another common name than asked", async () => {
    const { "ca-certificate": pem, "ca-private-key": key } = makeCa("other");
    writeFileSync(keyringFile(stage), readFileSync(key, "utf8") + readFileSync(pem, "utf8"));
    expect(told(await register())).toMatch(/common name is "other", but .* asks for "acme"/);
    expect(told(await register())).toBe("");
  });

  test("is not warned of where the CA is brought along, or the run before died", async () => {
    expect(told(await register(makeCa("own")))).toBe("");
    await deleteAll();
    writeFileSync(keyringFile(stage), keyring().replaceAll(/^(?:Platform id|Verified at): .*\n/gm, ""));
    expect(told(await register({ "common-name": "own" }))).toBe("");
  });
});

describe("a brought CA", () => {
  test("is adopted: stored, and verified if it was not", async () => {
    const ca = makeCa("own");
    sandbox.seed(readFileSync(ca["ca-certificate"], "utf8"), { name: "by hand" });
    const result = await register(ca);
    expect(result.outputs).toMatchObject({
      outcome: "resumed",
      verified: "true",
      "certificate-name": "by hand",
    });
    expect(keyring()).toContain(readFileSync(ca["ca-certificate"], "utf8").trim());
    expect(sandbox.calls.map(({ call }) => call)).toEqual(["list", "code", "verify", "get"]);
  });

  test("is adopted: stored, and unchanged if it was verified", async () => {
    const ca = makeCa("own");
    sandbox.seed(readFileSync(ca["ca-certificate"], "utf8"), { verified: true });
    expect((await register(ca)).outputs["outcome"]).toBe("unchanged");
    expect(keyring()).toContain("Platform id: ");
    expect(sandbox.calls.map(({ call }) => call)).toEqual(["list"]);
    expect((await register()).outputs["outcome"]).toBe("unchanged");
  });

  test("with an encrypted key needs its passphrase, and no keyring", async () => {
    const ca = makeCa("own");
    const locked = join(stage.lasting, "locked.key");
    const argv = [
      "pkcs8",
      "-topk8",
      "-in",
      ca["ca-private-key"],
      "-out",
      locked,
      "-passout",
      "pass:secret-1",
    ];
    execFileSync("openssl", argv);
    const inputs = { ...ca, "ca-private-key": locked, "keyring-file": "" };
    expect(codesOf(await register(inputs))).toEqual(["PASSPHRASE_WRONG"]);
    const result = await register({ ...inputs, "ca-private-key-passphrase": "secret-1" });
    expect(result.outputs["outcome"]).toBe("registered");
    expect(existsSync(keyringFile(stage))).toBe(false);
  });
});

describe("the decision", () => {
  test("names both certificates when the slots are full", async () => {
    const seeded = ["one", "two"].map((name) =>
      sandbox.seed(readFileSync(makeCa(name)["ca-certificate"], "utf8"), {
        name: `CA ${name}`,
        verified: name === "one",
      }),
    );
    const result = await register();
    expect(codesOf(result)).toEqual(["CA_SLOTS_FULL"]);
    for (const { id, name, expiration } of seeded) {
      for (const text of [id, name, expiration]) expect(result.errors[0]?.message).toContain(text);
    }
    expect(result.errors[0]?.message).toMatch(/, verified, .*, not verified, .*\nNext:\n1\. .*\n2\. /s);
    expect(existsSync(keyringFile(stage))).toBe(false);
  });

  test("refuses a second CA of the same common name", async () => {
    const theirs = readFileSync(makeCa("acme")["ca-certificate"], "utf8");
    const { id } = sandbox.seed(theirs, { verified: true });
    const result = await register();
    expect(codesOf(result)).toEqual(["CA_SUBJECT_IN_USE"]);
    const named = { "common-name": "acme-2" };
    expect(codesOf(await register(named))).toEqual(["CA_NOT_HELD"]);
    expect((await register({ ...named, "allow-unheld": id })).outputs["outcome"]).toBe("registered");
  });
});
