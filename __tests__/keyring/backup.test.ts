import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parseKeyring } from "../../src/keyring/keyring-format.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { encrypted, type MadeCa, makeCa } from "../ca/made.ts";
import { Workshop } from "../sandbox/workshop.ts";
import { codesOf, createStage, masked, type Result, runAction, type Stage } from "../support/action.ts";
import { connectionTo, keyringFile, registerInputs } from "../support/inputs.ts";
import { expectNoLeak, formsOf, plainKeysIn } from "../support/leaks.ts";
import { EC, type Recipient, Safe } from "../support/recipients.ts";
import { createSecretScene, SECRET } from "../support/secret-scene.ts";

/*
 * The encrypted backup that each write of the keyring leaves: who opens it, what is in it, when it is there, and what
 * somebody sees who cannot open it.
 */

const PASSPHRASE = "correct horse battery staple";
const FAULTS = new URL("fs-faults.mjs", import.meta.url).href;

const workshop = new Workshop();
const safe = new Safe();
let rsa: Recipient;
let ec: Recipient;
let other: MadeCa;
let sandbox: Sandbox;
let stage: Stage;

beforeAll(() => {
  rsa = safe.recipient("Ada");
  ec = safe.recipient("Bert", EC);
  other = makeCa(workshop, "/CN=other");
});
afterAll(() => {
  workshop.remove();
  safe.remove();
});
beforeEach(async () => {
  sandbox = await startSandbox({ limits: "off" });
  stage = createStage();
});
afterEach(async () => {
  await sandbox.close();
  stage.remove();
});

const SUBJECT = { "country-code": "DE", city: "MUC", organization: "Acme" };
const both = () => ({ "keyring-backup-certificate": rsa.pem + ec.pem });
const register = (more: Record<string, string> = {}, options: { env?: Record<string, string> } = {}) =>
  runAction("register", stage, {
    inputs: { ...registerInputs(sandbox, stage), "keyring-passphrase": PASSPHRASE, ...both(), ...more },
    preload: options.env === undefined ? [] : [FAULTS],
    ...options,
  });
const pathOf = ({ outputs }: Result) => outputs["keyring-backup-path"] ?? "";
const keyring = () => readFileSync(keyringFile(stage), "utf8");
/** The keyring without what the encryption of keys changes. */
const withoutKeys = (text: string) =>
  text.replaceAll(
    /-----BEGIN (?:ENCRYPTED )?PRIVATE KEY-----[^-]+-----END (?:ENCRYPTED )?PRIVATE KEY-----/g,
    "KEY",
  );
/** Every folder in RUNNER_TEMP. */
const left = () => readdirSync(stage.temp, { recursive: true, encoding: "utf8" });

describe("what a run leaves", () => {
  test("register: each recipient alone restores the keyring as it was written, with its keys plain", async () => {
    const result = await register();
    expect(result.errors).toEqual([]);
    const text = readFileSync(pathOf(result), "utf8");
    expect(text).toMatch(/^-----BEGIN CMS-----\n[\w+/=\n]+-----END CMS-----\n$/);
    const [first, ...others] = [rsa, ec].map((recipient) => safe.restore(pathOf(result), recipient));
    expect(others).toEqual([first]);
    // The last write is in it: verified, with its id.
    expect(withoutKeys(first as string)).toBe(withoutKeys(keyring()));
    expect(first).toContain(`Platform id: ${result.outputs["certificate-id"]}`);
    expect(plainKeysIn(keyring())).toEqual([]);
    expect(plainKeysIn(first as string)).toHaveLength(1);
    const [entry] = parseKeyring(keyring(), PASSPHRASE).entries;
    const [restored] = parseKeyring(first as string).entries;
    expect(restored?.certificate.fingerprint).toBe(entry?.certificate.fingerprint);
  });

  test("it lies outside of what is wiped, for its user alone, and nothing else is beside it", async () => {
    const result = await register();
    const path = pathOf(result);
    await runAction("register", stage, { step: "post", state: result.state });
    expect(basename(path)).toBe("keyring-backup.pem");
    expect(path.startsWith(stage.temp)).toBe(true);
    expect([statSync(path).mode & 0o777, statSync(dirname(path)).mode & 0o777]).toEqual([0o600, 0o700]);
    expect(left().filter((name) => /work|recipient|\.new$/.test(name))).toEqual([]);
  });

  test("OAEP for RSA, ECDH for EC, AES-256-CBC; a certificate that is given twice, by path and text, counts once", async () => {
    const paths = `${rsa.certificateFile}\n${ec.certificateFile}\n${rsa.certificateFile}\n`;
    const result = await register({ "keyring-backup-certificate": paths });
    expect(result.errors).toEqual([]);
    const printed = safe.openssl("cms", "-cmsout", "-print", "-inform", "PEM", "-in", pathOf(result));
    expect(printed.match(/algorithm: rsaesOaep/g)).toHaveLength(1);
    expect(printed.match(/algorithm: dhSinglePass-stdDH-sha256kdf-scheme/g)).toHaveLength(1);
    expect(printed).toContain("algorithm: aes-256-cbc");
    expect(printed).toContain("contentType: pkcs7-envelopedData");
  });

  test("log and summary say where it is, who opens it, and that a later step must upload it", async () => {
    const result = await register();
    const said = result.notices.map(({ message }) => message).filter((text) => text.includes("backup"));
    expect(said).toHaveLength(1);
    for (const text of [said[0] ?? "", result.summary]) {
      expect(text.replaceAll("\\", "")).toContain(pathOf(result));
      expect(text.replaceAll("\\", "")).toContain("if: always()");
      expect(text.replaceAll("\\", "")).toContain("actions/upload-artifact");
    }
    expect(said[0]).toContain("Ada, Bert");
  });

  test("create, and rotate that stages: the same", async () => {
    const target = { "keyring-file": keyringFile(stage), "keyring-ephemeral": "true" };
    const created = await runAction("create", stage, {
      inputs: { tenant: "acme", ...SUBJECT, days: "300", ...target, ...both() },
    });
    expect(created.errors).toEqual([]);
    expect(safe.restore(pathOf(created), ec)).toBe(keyring());
    await register({ "keyring-passphrase": "", "keyring-backup-certificate": "" });
    const rotated = await runAction("rotate", stage, {
      inputs: { ...registerInputs(sandbox, stage), apply: "true", ...both() },
    });
    expect(rotated.outputs["outcome"]).toBe("staged");
    expect(safe.restore(pathOf(rotated), rsa)).toBe(keyring());
    expect(plainKeysIn(safe.restore(pathOf(rotated), rsa))).toHaveLength(2);
  });

  test("a keyring in a GitHub secret: what the secret holds, also after a write that had to be repeated", async () => {
    const scene = await createSecretScene();
    try {
      scene.github.faults.add("put", { kind: "status", status: 429, headers: { "retry-after": "0" } });
      const result = await scene.run("register", both());
      expect(result.errors).toEqual([]);
      expect(safe.restore(pathOf(result), rsa)).toBe(scene.github.text(SECRET));
    } finally {
      await scene.close();
    }
  });
});

describe("none, and an empty output", () => {
  test("of a run that writes nothing, of a plan, and without a certificate", async () => {
    const first = await register({ "keyring-backup-certificate": "" });
    expect(first.outputs["keyring-backup-path"]).toBe("");
    const before = left();
    const again = await register();
    expect(again.errors).toEqual([]);
    expect(again.outputs).toMatchObject({ outcome: "unchanged", "keyring-backup-path": "" });
    const plan = await runAction("rotate", stage, {
      inputs: {
        ...registerInputs(sandbox, stage),
        "keyring-passphrase": PASSPHRASE,
        days: "3652",
        "renew-before": "3651",
        ...both(),
      },
    });
    expect(plan.outputs).toMatchObject({ outcome: "planned", "keyring-backup-path": "" });
    expect(left().filter((name) => name.includes("backup"))).toEqual([]);
    expect(before.filter((name) => name.includes("backup"))).toEqual([]);
    for (const result of [first, again, plan])
      expect(result.log + result.summary).not.toMatch(/backup of the keyring/i);
  });

  test("of a keyring that is only read: a warning says so", async () => {
    const result = await register({ "keyring-file": "", keyring: other.pkcs8 + other.pem });
    expect(result.outputs).toMatchObject({ outcome: "registered", "keyring-backup-path": "" });
    expect(result.warnings.map(({ message }) => message).join()).toContain("leaves no backup");
  });
});

describe("keys that are in it", () => {
  const PAST = "Retired at: 2025-01-01T00:00:00.000Z";

  test("a retired one too, and one under an older passphrase: the passphrase may be what is lost", async () => {
    const older = encrypted(workshop, other, "an older passphrase");
    writeFileSync(keyringFile(stage), `Tenant: acme\n${PAST}\n${older}${other.pem}`);
    const result = await register({ "keyring-passphrase": `${PASSPHRASE}\nan older passphrase` });
    expect(result.errors).toEqual([]);
    const restored = safe.restore(pathOf(result), ec);
    expect(plainKeysIn(restored)).toHaveLength(2);
    expect(restored).toContain(other.pkcs8.trim());
    expect(restored).not.toContain("ENCRYPTED");
  });

  test("another tenant's under a passphrase that is not given stays encrypted, and the run says so", async () => {
    const theirs = encrypted(workshop, other, "their passphrase");
    writeFileSync(keyringFile(stage), `Tenant: umbrella\n${theirs}${other.pem}Tenant: acme\n`);
    const own = makeCa(workshop, "/CN=own");
    writeFileSync(
      keyringFile(stage),
      `Tenant: umbrella\n${theirs}${other.pem}Tenant: acme\n${own.pkcs8}${own.pem}`,
    );
    const result = await register();
    expect(result.errors).toEqual([]);
    const restored = safe.restore(pathOf(result), rsa);
    expect(restored).toContain(theirs.trim());
    expect(plainKeysIn(restored)).toEqual([own.pkcs8]);
    const said = result.warnings.map(({ message }) => message).filter((text) => text.includes("backup"));
    expect(said).toHaveLength(1);
    expect(said[0]).toContain("other (tenant umbrella)");
  });
});

describe("order (guarantees 2, 3)", () => {
  test("killed after the backup and before the keyring: the backup has the key, its output is set, and the next run goes on", async () => {
    const killed = await register({}, { env: { FS_FAULT: "rename SIGKILL /keyring.pem" } });
    expect(killed.signal).toBe("SIGKILL");
    expect(existsSync(keyringFile(stage))).toBe(false);
    const restored = safe.restore(pathOf(killed), ec);
    expect(plainKeysIn(restored)).toHaveLength(1);
    await runAction("register", stage, { step: "post", state: killed.state });
    expect(existsSync(pathOf(killed))).toBe(true);
    expect(sandbox.calls.filter(({ call }) => call === "upload")).toEqual([]);
    expect((await register()).outputs["outcome"]).toBe("registered");
  });

  test("a write that fails after it: the output is set all the same", async () => {
    const failed = await register({}, { env: { FS_FAULT: "rename ENOSPC /keyring.pem" } });
    expect(codesOf(failed)).toEqual(["KEYRING_WRITE_FAILED"]);
    expect(plainKeysIn(safe.restore(pathOf(failed), rsa))).toHaveLength(1);
    expect(failed.summary).toContain("Backup of the keyring");
  });

  test.each([
    "open ENOSPC backup.pem.new",
    "rename EACCES keyring-backup.pem",
    "writeFile ENOSPC backup-recipient-2.crt",
  ])("a backup that cannot be written (%s): an error by name, nothing is written or sent", async (fault) => {
    const failed = await register({}, { env: { FS_FAULT: fault } });
    expect(codesOf(failed)).toEqual(["FILE_FAILED"]);
    expect(failed.errors[0]?.message).toContain("The encrypted backup of the keyring could not be written");
    expect(failed.outputs["keyring-backup-path"]).toBeUndefined();
    expect(existsSync(keyringFile(stage))).toBe(false);
    expect(sandbox.calls.filter(({ call }) => call !== "list")).toEqual([]);
    expect(left().filter((name) => name.includes("backup"))).toEqual([]);
  });

  test("a later write replaces it in one step: killed before that, the earlier one is whole", async () => {
    const killed = await register(
      { "keyring-passphrase": "" },
      { env: { FS_FAULT: "rename SIGKILL keyring-backup.pem" } },
    );
    expect(killed.signal).toBe("SIGKILL");
    expect(pathOf(killed)).toBe("");
    expect(existsSync(keyringFile(stage))).toBe(false);
    // The draft that is left is encrypted.
    const drafts = left().filter((name) => name.endsWith("backup.pem.new"));
    expect(drafts.map((name) => readFileSync(join(stage.temp, name), "utf8"))).toEqual([
      expect.stringMatching(/^-----BEGIN CMS-----/),
    ]);
  });
});

describe("what others see (guarantee 8)", () => {
  test("no key, in no form, in nothing that the job emits, in no file and no command line; the keys are masked", async () => {
    const trace = join(stage.root, "trace");
    const program = join(stage.root, "openssl");
    const note = `case "$1" in cms) ls -A . ; env; cat ./backup-recipient-*;; esac >> '${trace}'; echo "$@" >> '${trace}'`;
    writeFileSync(program, `#!/bin/sh\n${note}\nexec '${stage.openssl}' "$@"\n`, { mode: 0o755 });
    const result = await register({ "openssl-path": program });
    expect(result.errors).toEqual([]);
    const [key = ""] = plainKeysIn(safe.restore(pathOf(result), rsa));
    expectNoLeak(result, [...formsOf(key), PASSPHRASE]);
    const files = left()
      .map((name) => join(stage.temp, name))
      .filter((path) => statSync(path).isFile())
      .map((path) => readFileSync(path, "utf8"));
    const emitted = [readFileSync(trace, "utf8"), ...files].join("\n");
    for (const form of [...formsOf(key), PASSPHRASE, sandbox.token]) expect(emitted).not.toContain(form);
    expect(emitted).not.toMatch(/^(?:INPUT_|STATE_|GITHUB_)/m);
    expect(emitted).toContain("cms -encrypt -binary -aes-256-cbc");
    expect(masked(result.stdout).join("\n")).toContain(key.split("\n")[3]);
  });

  test.each([
    ["prints what it reads, and fails", "cat >&2; exit 1", "OPENSSL_FAILED"],
    ["prints what it reads, and ends well", "cat", "OPENSSL_FAILED"],
    ["prints nothing", "true", "OPENSSL_FAILED"],
    [
      "prints an envelope, and what it read",
      'IN=$(cat); echo "$IN" | REAL "$@"; echo "$IN"',
      "OPENSSL_FAILED",
    ],
    ["does not read its input", "exit 1", "OPENSSL_FAILED"],
  ])("an openssl that %s: no key shows, and nothing is written", async (_, script, code) => {
    const program = join(stage.root, "openssl");
    const real = `'${stage.openssl}'`;
    writeFileSync(
      program,
      `#!/bin/sh\nif [ "$1" = cms ]; then ${script.replace("REAL", real)}; exit $?; fi\nexec ${real} "$@"\n`,
      { mode: 0o755 },
    );
    const own = makeCa(workshop, "/CN=own");
    const result = await register({
      "openssl-path": program,
      "ca-certificate": own.pem,
      "ca-private-key": own.pkcs8,
    });
    expect(codesOf(result)).toEqual([code]);
    expectNoLeak(result, formsOf(own.pkcs8));
    expect(existsSync(keyringFile(stage))).toBe(false);
    expect(sandbox.calls.filter(({ call }) => call !== "list")).toEqual([]);
    expect(left().filter((name) => name.includes("backup"))).toEqual([]);
  });
});

describe("the restored text", () => {
  test("is read by register (unchanged), rotate and status, where the passphrase is lost", async () => {
    const first = await register();
    const restored = safe.restore(pathOf(first), rsa);
    writeFileSync(keyringFile(stage), restored);
    const inputs = registerInputs(sandbox, stage);
    const again = await runAction("register", stage, { inputs });
    expect(again.outputs).toMatchObject({
      outcome: "unchanged",
      "certificate-id": first.outputs["certificate-id"],
    });
    const plan = await runAction("rotate", stage, { inputs });
    expect(plan.outputs["outcome"]).toBe("nothing-due");
    const status = await runAction("status", stage, {
      inputs: { ...connectionTo(sandbox), "keyring-file": keyringFile(stage) },
    });
    expect(JSON.parse(status.outputs["certificates"] ?? "[]")).toMatchObject([
      { held: true, isVerified: true },
    ]);
    // And the key serves: a new passphrase, and a rotation.
    const staged = await runAction("rotate", stage, {
      inputs: {
        ...inputs,
        apply: "true",
        days: "3652",
        "renew-before": "3651",
        "keyring-passphrase": "a new passphrase",
      },
    });
    expect(staged.outputs["outcome"]).toBe("staged");
  });
});
