import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { createStage, type Result, runAction, type Stage } from "../support/action.ts";
import { connectionTo } from "../support/inputs.ts";
import { plainKeysIn } from "../support/leaks.ts";
import { indentedBlocks, sectionsOf, stepsIn } from "./markdown.ts";
import { read, type Step, taskOf } from "./repository.ts";

/*
 * docs/backup.md, carried out from the recipient's key to the restored keyring, with the host's OpenSSL and with those that
 * .ci/conformance has built on this machine.
 */

const PAGE = read("docs/backup.md");
const UPLOAD = "actions/upload-artifact@";
const WORDS = "the recipient's own words";

const sections = sectionsOf(PAGE);
const commandsOf = (section: string) => indentedBlocks(sections.get(section) ?? "", "sh");
const stepsOf = (section: string) => stepsIn(sections.get(section) ?? "");

const built = globSync(join(homedir(), ".cache/mindconnect-ca-action/openssl-*/bin/openssl"));
const programs = [
  execFileSync("sh", ["-c", "command -v openssl"], { encoding: "utf8" }).trim(),
  ...built.toSorted(),
].map((path): [version: string, path: string] => [
  execFileSync(path, ["version"], { encoding: "utf8" }).split(" ").slice(0, 2).join(" "),
  path,
]);

/** What OpenSSL's own configuration says of `req -x509`. */
const CONFIG =
  "[req]\ndistinguished_name = dn\nx509_extensions = v3_ca\n[dn]\n[v3_ca]\nsubjectKeyIdentifier = hash\nbasicConstraints = critical,CA:true\n";

let folder: string;
let sandbox: Sandbox;
let stage: Stage;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mindconnect-ca-backup-"));
  writeFileSync(join(folder, "openssl.cnf"), CONFIG);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(async () => {
  sandbox = await startSandbox({ limits: "off" });
  stage = createStage();
});
afterEach(async () => {
  await sandbox.close();
  stage.remove();
});

/** Carries out a command of the page in a folder, with one OpenSSL on PATH. */
function follow(command: string, place: string, program: string, more = ""): string {
  const bin = join(place, "bin");
  mkdirSync(bin, { recursive: true });
  if (!existsSync(join(bin, "openssl"))) symlinkSync(program, join(bin, "openssl"));
  return execFileSync("sh", ["-euc", command.replace(/\)$|$/, `${more}$&`)], {
    cwd: place,
    encoding: "utf8",
    env: {
      ...process.env,
      PATH: `${bin}${delimiter}${process.env["PATH"]}`,
      OPENSSL_CONF: join(folder, "openssl.cnf"),
      WORDS,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

const place = (name: string): string => {
  const path = mkdtempSync(join(folder, `${name.replaceAll(/\W+/g, "-")}-`));
  return path;
};

/** Makes the recipients' keys as the page says. @returns the folder with recipient.key, recipient.crt and recipients.pem */
function makeRecipients(program: string): string {
  const safe = place("safe");
  const [make = "", join_ = ""] = commandsOf("The recipient's key");
  const ask = " -passout env:WORDS";
  const ec = make
    .replace("-newkey rsa:3072", "-newkey ec -pkeyopt ec_paramgen_curve:P-256")
    .replaceAll("recipient.", "recipient-2.");
  expect(PAGE).toContain("`-newkey ec -pkeyopt ec_paramgen_curve:P-256` instead of `-newkey rsa:3072`");
  follow(make, safe, program, ask);
  follow(ec, safe, program, ask);
  follow(join_, safe, program);
  for (const key of ["recipient.key", "recipient-2.key"])
    expect(readFileSync(join(safe, key), "utf8")).toMatch(/ENCRYPTED/);
  return safe;
}

/** Restores as the page says. @returns the folder with keyring.pem */
function restore(backup: string, safe: string, program: string, recipient = "recipient"): string {
  const offline = place("offline");
  for (const file of [`${recipient}.key`, `${recipient}.crt`])
    cpSync(join(safe, file), join(offline, file.replace(recipient, "recipient")));
  cpSync(backup, join(offline, "keyring-backup.pem"));
  follow(commandsOf("Restoring")[0] ?? "", offline, program, " -passin env:WORDS");
  return offline;
}

/** Carries out the steps of the page; the artifact goes to a folder. */
async function carryOut(steps: readonly Step[], certificates: string, program: string): Promise<Result[]> {
  const outputs: Record<string, string> = {};
  const values: Record<string, string> = {
    "secrets.MINDCONNECT_KEYRING_PASSPHRASE": "the keyring's passphrase",
    "vars.MINDCONNECT_BACKUP_CERTIFICATES": certificates,
  };
  const filled = (text: unknown) =>
    String(text)
      .replaceAll(/\$\{\{ ([\w.-]+) \}\}/g, (_, name: string) => values[name] ?? outputs[name] ?? name)
      .replaceAll("/var/lib/mindconnect-ca", stage.lasting);
  const results: Result[] = [];
  for (const { id, uses = "", with: given = {} } of steps) {
    if (uses.startsWith(UPLOAD)) {
      mkdirSync(join(stage.root, "artifact"), { recursive: true });
      cpSync(filled(given["path"]), join(stage.root, "artifact", "keyring-backup.pem"));
      continue;
    }
    const task = taskOf(uses) ?? "";
    const own = Object.entries(given).filter(([name]) => !name.startsWith("client-"));
    const inputs = Object.fromEntries(own.map(([name, value]) => [name, filled(value)]));
    const where = task === "create" ? { "keyring-ephemeral": "true" } : connectionTo(sandbox);
    const result = await runAction(task, stage, { inputs: { ...inputs, ...where, "openssl-path": program } });
    expect(result.errors, task).toEqual([]);
    for (const [name, value] of Object.entries(result.outputs))
      outputs[`steps.${id}.outputs.${name}`] = value;
    results.push(result);
  }
  return results;
}

const artifact = () => join(stage.root, "artifact", "keyring-backup.pem");
const keyring = () => join(stage.lasting, "acme.pem");

describe.each(programs)("with %s", (_, program) => {
  test("from the recipient's key to the keyring that is put back, its passphrase lost: nothing is lost", async () => {
    const safe = makeRecipients(program);
    const certificates = readFileSync(join(safe, "recipients.pem"), "utf8");
    const [registered] = await carryOut(stepsOf("The workflow"), certificates, program);
    expect(registered?.outputs["outcome"]).toBe("registered");
    // The runner and its disk are gone.
    rmSync(keyring());
    const offline = restore(artifact(), safe, program);
    const restored = readFileSync(join(offline, "keyring.pem"), "utf8");
    expect(plainKeysIn(restored)).toHaveLength(1);
    // Each recipient alone, and with every other OpenSSL.
    for (const [, other] of programs)
      for (const recipient of ["recipient", "recipient-2"])
        expect(readFileSync(join(restore(artifact(), safe, other, recipient), "keyring.pem"), "utf8")).toBe(
          restored,
        );

    cpSync(join(offline, "keyring.pem"), keyring());
    const inputs = {
      ...connectionTo(sandbox),
      "keyring-file": keyring(),
      "keyring-passphrase": "a new passphrase",
      "openssl-path": program,
    };
    const subject = { "country-code": "DE", city: "MUC", organization: "Acme" };
    const again = await runAction("register", stage, { inputs: { ...inputs, ...subject } });
    expect(again.outputs).toMatchObject({
      outcome: "unchanged",
      "certificate-id": registered?.outputs["certificate-id"],
    });
    expect(plainKeysIn(readFileSync(keyring(), "utf8"))).toEqual([]);
    const rotated = await runAction("rotate", stage, { inputs: { ...inputs, ...subject, apply: "true" } });
    expect(rotated.outputs["outcome"]).toBe("nothing-due");
    const { "keyring-passphrase": _words, "openssl-path": _program, ...watched } = inputs;
    const status = await runAction("status", stage, { inputs: watched });
    expect(JSON.parse(status.outputs["certificates"] ?? "[]")).toMatchObject([
      { held: true, isVerified: true },
    ]);
  });

  test("by hand: the same keyring comes out", () => {
    const safe = makeRecipients(program);
    const text = "MindConnect CA keyring, generation 2\n\n-----BEGIN CERTIFICATE-----\nü\n";
    writeFileSync(join(safe, "keyring.pem"), text);
    follow(commandsOf("By hand")[0] ?? "", safe, program);
    const offline = restore(join(safe, "keyring-backup.pem"), safe, program);
    expect(readFileSync(join(offline, "keyring.pem"), "utf8")).toBe(text);
  });
});

test("create, artifact, register: the artifact has the key before the platform knows the CA", async () => {
  const [, program = ""] = programs[0] ?? [];
  const safe = makeRecipients(program);
  const seen: boolean[] = [];
  sandbox.onRequest(({ call }) => {
    if (call === "upload") seen.push(existsSync(artifact()));
  });
  const certificates = readFileSync(join(safe, "recipients.pem"), "utf8");
  const [created, registered] = await carryOut(stepsOf("The order in one run"), certificates, program);
  expect(seen).toEqual([true]);
  expect(registered?.outputs).toMatchObject({
    outcome: "registered",
    fingerprint: created?.outputs["fingerprint"],
  });
  const offline = restore(artifact(), safe, program, "recipient-2");
  expect(plainKeysIn(readFileSync(join(offline, "keyring.pem"), "utf8"))).toHaveLength(1);
});
