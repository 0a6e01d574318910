import { chmodSync, existsSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { permissionProblems } from "../../src/keyring/permissions.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { createWatched, expectNoTrace, refused, type Watched } from "../bad-input/refused.ts";
import { type MadeCa, makeCa, openssl } from "../ca/made.ts";
import { LEGACY, pbes1, scrypted } from "../ca/sealed-keys.ts";
import { Workshop } from "../sandbox/workshop.ts";
import { masked, type Result, runAction, warningsOf } from "../support/action.ts";
import { connectionTo, keyringFile, registerInputs } from "../support/inputs.ts";

const workshop = new Workshop();
let ca: MadeCa;
let sandbox: Sandbox;
let watched: Watched;

beforeAll(() => {
  ca = makeCa(workshop, "/CN=acme");
});
afterAll(() => workshop.remove());
beforeEach(async () => {
  sandbox = await startSandbox({ limits: "off" });
  watched = createWatched();
});
afterEach(async () => {
  await sandbox.close();
  watched.stage.remove();
});

const file = () => keyringFile(watched.stage);
const keyring = () => readFileSync(file(), "utf8");
const inputsOf = (task: string) =>
  task === "status"
    ? { ...connectionTo(sandbox), "keyring-file": file() }
    : {
        ...registerInputs(sandbox, watched.stage),
        "openssl-path": watched.openssl,
        // The stage lies where temporary files lie, and create knows no gateway that would be a rehearsal.
        ...(task === "create" && { "keyring-ephemeral": "true" }),
      };
const run = (task: string, more: Record<string, string> = {}): Promise<Result> =>
  runAction(task, watched.stage, { inputs: { ...inputsOf(task), ...more } });
const told = ({ warnings }: Result) => warnings.map(({ message }) => message).join("\n");

describe("lines of somebody's own (issue 9)", () => {
  test("stay in the keyring through every write, whatever they begin like", async () => {
    const mine = [
      "# Tenant acme, ask Bob",
      "Tenant: see Bob's list",
      "Retired at: never, if you ask me",
      "Common name: that of the label on the door",
      "the PRIVATE KEY below is Bob's",
      "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
      "Schlüssel für Größe, 中文",
    ];
    const last = ["# a copy is in the safe", "Verified at: the notary's"];
    writeFileSync(file(), `${[...mine, ca.pkcs8, ca.pem, ...last].join("\n")}\n`);
    expect((await run("register")).outputs["outcome"]).toBe("registered");
    const written = keyring().split("\n");
    for (const line of [...mine, ...last]) expect(written).toContain(line);
    expect((await run("register")).outputs["outcome"]).toBe("unchanged");
    expect((await run("create", { "common-name": "acme-2", "keyring-ephemeral": "true" })).errors).toEqual(
      [],
    );
    const again = keyring().split("\n");
    for (const line of [...mine, ...last]) expect(again.filter((other) => other === line)).toEqual([line]);
    expect(again.indexOf(last[0] as string)).toBeGreaterThan(again.lastIndexOf("-----END CERTIFICATE-----"));
  });

  test("a generation of ten digits is read back and counted on", async () => {
    const header = "MindConnect CA keyring, generation 9999999999, written 2026-01-01T00:00:00.000Z";
    writeFileSync(file(), `${header}\n\n${ca.pkcs8}${ca.pem}`);
    expect((await run("register")).outputs["outcome"]).toBe("registered");
    const [first = ""] = keyring().split("\n");
    expect(first).toMatch(/^MindConnect CA keyring, generation 100000000\d\d, /);
    expect(keyring().match(/generation/g)).toHaveLength(1);
  });
});

describe("bytes that are no UTF-8 are refused by name", () => {
  test.each([
    ["UTF-16, as PowerShell writes it", (text: string) => Buffer.from(`\ufeff${text}`, "utf16le"), /UTF-16/],
    ["Latin-1", (text: string) => Buffer.from(`# Schlüssel\n${text}`, "latin1"), /not text in UTF-8/],
    ["zeros, as a crash leaves them", () => Buffer.alloc(4096), /zero bytes/],
  ])("%s", async (_, encode, says) => {
    const bytes = encode(ca.pkcs8 + ca.pem);
    writeFileSync(file(), bytes);
    for (const task of ["register", "status"]) {
      const { code, problems } = await refused(task, watched, sandbox, inputsOf(task));
      expect(code).toBe("KEYRING_DAMAGED");
      expect(problems).toEqual([expect.stringMatching(says)]);
      expect(problems[0]).toMatch(/^keyring-file: /);
    }
    expect(readFileSync(file()).equals(bytes)).toBe(true);
  });
});

describe("a keyring-file that is there and empty", () => {
  test.each(["", "\n \n"])(
    "stops a run that would write it, unless it was so from the start: %j",
    async (text) => {
      writeFileSync(file(), text);
      const { code, problems } = await refused("register", watched, sandbox, inputsOf("register"));
      expect(code).toBe("KEYRING_DAMAGED");
      expect(problems).toEqual([
        expect.stringMatching(/^keyring-file: exists and is empty.*full disk.*keyring-import: true/),
      ]);
      const confirmed = await run("register", { "keyring-import": "true" });
      expect(confirmed.outputs["outcome"]).toBe("registered");
      expect((await run("register")).outputs["outcome"]).toBe("unchanged");
    },
  );

  test.each(["delete", "agent-certificate"])("stops %s, which needs what was in it", async (task) => {
    writeFileSync(file(), "");
    const more: Record<string, string> =
      task === "delete" ? { "certificate-id": "a1" } : { agents: "press-01", offline: "true", token: "" };
    const inputs = { ...inputsOf(task), ...more };
    const { code, problems } = await refused(task, watched, sandbox, inputs);
    expect(code).toBe("KEYRING_DAMAGED");
    expect(problems).toEqual([expect.stringMatching(/^keyring-file: exists and is empty/)]);
    // The next step is one that this task has.
    expect(problems[0]?.includes("keyring-import")).toBe(task === "delete");
  });

  test("status says so, and shows the slots", async () => {
    writeFileSync(file(), "");
    const result = await run("status");
    expect(result.exitCode).toBe(0);
    expect(told(result)).toMatch(/^keyring-file exists and is empty\. A full disk/m);
  });

  test("one that does not exist is none yet, as before", async () => {
    expect(existsSync(file())).toBe(false);
    expect((await run("register")).outputs["outcome"]).toBe("registered");
  });

  test("one that is emptied while the run is on its way is not written over", async () => {
    writeFileSync(file(), ca.pkcs8 + ca.pem);
    sandbox.onRequest(({ call }) => {
      if (call === "verify") truncateSync(file());
    });
    const result = await run("register");
    expect(told(result)).toMatch(/KEYRING_DAMAGED.*was removed or emptied during this run/);
    expect(statSync(file()).size).toBe(0);
  });
});

describe.skipIf(process.platform === "win32")("a keyring that others may write", () => {
  test.each([
    ["folder", 0o777, /others may write its folder .*mode 0777/],
    ["folder", 0o770, /others may write its folder .*mode 0770/],
    ["file", 0o666, /others may write the file .*mode 0666/],
  ])("is warned of: %s %o", async (what, mode, says) => {
    writeFileSync(file(), ca.pkcs8 + ca.pem);
    chmodSync(what === "file" ? file() : watched.stage.lasting, mode);
    for (const task of ["status", "register"]) expect(told(await run(task))).toMatch(says);
  });

  test("one of the user's alone is not", async () => {
    writeFileSync(file(), ca.pkcs8 + ca.pem);
    chmodSync(watched.stage.lasting, 0o700);
    expect(warningsOf(await run("register"))).toEqual([]);
  });
});

describe("whose a file is, and what its mode means", () => {
  const linux = { platform: "linux", kind: 0xef53, user: 1000 };
  const open = { mode: 0o100666, uid: 1000 };

  test.each([
    ["another user's", linux, { mode: 0o100600, uid: 1001 }, /belongs to another user \(1001\)/],
    ["writable by the group", linux, { mode: 0o100620, uid: 1000 }, /others may write/],
    ["of a system that tells no kind", { ...linux, kind: undefined }, open, /others may write/],
    ["another user's, for root", { ...linux, user: 0 }, { mode: 0o100600, uid: 1001 }, /another user/],
  ])("%s", (_, place, owned, says) => {
    expect(permissionProblems(place, "the file x", owned).join()).toMatch(says);
  });

  test.each([
    ["the user's own", linux, { mode: 0o100600, uid: 1000 }],
    ["root's", linux, { mode: 0o100644, uid: 0 }],
    ["a shared folder in which nobody touches another one's files", linux, { mode: 0o41777, uid: 0 }],
    ["on Windows", { ...linux, platform: "win32" }, open],
    ["on SMB", { ...linux, kind: 0xff534d42 }, { mode: 0o100777, uid: 1001 }],
    ["on SMB 2", { ...linux, kind: 0xfe534d42 }, { mode: 0o100777, uid: 1001 }],
    ["a disk of Windows in WSL", { ...linux, kind: 0x01021997 }, { mode: 0o100777, uid: 1001 }],
  ])("nothing is said: %s", (_, place, owned) => {
    expect(permissionProblems(place, "the file x", owned)).toEqual([]);
  });
});

describe("a keyring in another form (issue 10)", () => {
  const text = () => ca.pkcs8 + ca.pem;
  const bytesOf = (pem: string) => Buffer.from(pem.replaceAll(/-----[^-]*-----|\s/g, ""), "base64");
  const wrapped = (bytes: Buffer) => (bytes.toString("base64").match(/.{1,76}/g) ?? []).join("\n");
  const pfx = () => {
    const at = (name: string) => join(workshop.directory, name);
    writeFileSync(at("both.pem"), text());
    openssl(workshop, "pkcs12", "-export", "-in", "both.pem", "-out", "both.pfx", "-passout", "pass:word");
    return readFileSync(at("both.pfx"));
  };

  test("the EC PARAMETERS that openssl ecparam -genkey writes before a key are no entry", async () => {
    const key = openssl(workshop, "ecparam", "-name", "prime256v1", "-genkey");
    expect(key).toContain("BEGIN EC PARAMETERS");
    writeFileSync(join(workshop.directory, "ec.key"), key);
    writeFileSync(file(), `# of the lab\n${key}${workshop.selfSigned("ec.key", "/CN=acme")}${text()}`);
    expect((await run("register")).outputs["outcome"]).toBe("registered");
    const [, own] = /(-----BEGIN EC PRIVATE KEY-----[\s\S]*?-----END)/.exec(key) ?? [];
    expect(keyring()).toContain(own);
    expect(keyring()).toContain("# of the lab\n");
    expect(keyring()).not.toContain("EC PARAMETERS");
    expect((await run("register")).outputs["outcome"]).toBe("unchanged");
    expect((await run("status")).outputs["certificates"]).toContain('"held":true');
  });

  test.each<[string, (bytes: Buffer) => string]>([
    ["on one line", (bytes) => bytes.toString("base64")],
    ["in lines", wrapped],
  ])("base64 of the whole text in keyring is read: %s (guarantee 8)", async (_, form) => {
    const given = form(Buffer.from(text()));
    const inputs = { ...inputsOf("register"), "keyring-file": "", keyring: given };
    const result = await runAction("register", watched.stage, { inputs });
    expect(result.outputs["outcome"], result.log).toBe("registered");
    expectNoTrace(result, [given, ca.pkcs8]);
    const lines = given.split("\n").filter((line) => line.length > 16);
    for (const line of [...lines, ...ca.pkcs8.split("\n").slice(1, -3)])
      expect(masked(result.stdout).join("\n")).toContain(line);
  });

  test("base64 of PKCS#12 in keyring is called that", async () => {
    const inputs = { ...inputsOf("register"), "keyring-file": "", keyring: pfx().toString("base64") };
    const { code, problems } = await refused("register", watched, sandbox, inputs);
    expect([code, problems]).toEqual([
      "KEYRING_DAMAGED",
      [expect.stringMatching(/^keyring: .*base64 of PKCS#12.*base64 -d \| openssl pkcs12 -nodes/)],
    ]);
  });

  test.each<[string, () => Buffer, RegExp]>([
    ["PKCS#12", pfx, /is in PKCS#12.*openssl pkcs12 -nodes -in FILE/],
    ["a certificate in DER", () => bytesOf(ca.pem), /is in DER \(a certificate\).*openssl x509 -inform DER/],
    ["a key in DER", () => bytesOf(ca.pkcs8), /is in DER \(a private key\).*openssl pkey -inform DER/],
    ["UTF-16", () => Buffer.from(`\ufeff${text()}`, "utf16le"), /in UTF-16.*iconv -f UTF-16 -t UTF-8/],
    ["base64", () => Buffer.from(wrapped(Buffer.from(text()))), /is base64 of a whole PEM text.*base64 -d/],
  ])("keyring-file in %s is called what it is, and left as it is", async (_, bytes, says) => {
    const given = bytes();
    writeFileSync(file(), given);
    for (const task of ["register", "status"]) {
      const { problems } = await refused(task, watched, sandbox, inputsOf(task));
      expect(problems).toEqual([expect.stringMatching(/^keyring-file: /)]);
      expect(problems[0]).toMatch(says);
    }
    expect(readFileSync(file())).toEqual(given);
  });

  test.each<[string, () => string, RegExp]>([
    [
      "scrypt",
      () => scrypted(ca.pkcs8, "the right one"),
      /scrypt with AES-256-CBC.*python3 -c .* < old\.key/,
    ],
    ["PBE-MD5-DES", () => pbes1("1.2.840.113549.1.5.3"), /PBE-MD5-DES.*openssl pkcs8 -topk8 -v2 aes-256-cbc/],
    ["RC4", () => pbes1("1.2.840.113549.1.12.1.1"), /PBE-SHA1-RC4-128.*openssl pkcs8 -topk8/],
    ["DES", () => LEGACY, /DES-CBC.*openssl pkcs8 -topk8/],
  ])(
    "the right passphrase of a key under %s is not called wrong, nor the keyring damaged",
    async (_, key, says) => {
      const sealed = key();
      writeFileSync(file(), sealed + ca.pem);
      for (const passphrase of ["the right one", "another one\nthe right one"]) {
        const inputs = { ...inputsOf("register"), "keyring-passphrase": passphrase };
        const { code, problems } = await refused("register", watched, sandbox, inputs);
        expect(code).toBe("INPUT_INVALID");
        expect(problems).toEqual([expect.stringMatching(/^keyring-file: .*entry 1 \(acme\)/)]);
        expect(problems[0]).toMatch(says);
      }
      // Retired it is nobody's concern until it is to come back.
      writeFileSync(file(), `Retired at: 2026-01-01T00:00:00.000Z\n${sealed}${ca.pem}`);
      const inputs = { ...inputsOf("register"), "keyring-passphrase": "the right one", restore: "acme" };
      const { code, problems } = await refused("register", watched, sandbox, inputs);
      expect([code, problems]).toEqual(["INPUT_INVALID", [expect.stringMatching(says)]]);
    },
  );
});
