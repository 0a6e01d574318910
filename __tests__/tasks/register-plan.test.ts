import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { KeyringEntry } from "../../src/ca/keyring-entries.ts";
import type { PlannedStep } from "../../src/ca/plan-output.ts";
import { formatKeyring } from "../../src/keyring/keyring-format.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { createWatched, type Watched } from "../bad-input/refused.ts";
import { encrypted, entryOf, type MadeCa, makeCa } from "../ca/made.ts";
import { Workshop } from "../sandbox/workshop.ts";
import { codesOf, type Result, runAction, warningsOf } from "../support/action.ts";
import { keyringFile, registerInputs } from "../support/inputs.ts";
import { expectNoLeak, formsOf } from "../support/leaks.ts";

const PASSPHRASE = "correct horse battery staple";
const PROVE = [
  "GET /caCertificates/{id}/registrationCode",
  "POST /caCertificates/{id}/verify",
  "GET /caCertificates/{id}",
];
const STAGE = ["POST /caCertificates", ...PROVE];

const workshop = new Workshop();
let acme: MadeCa;
let other: MadeCa;
let press: MadeCa;
let sealed: string;
let sandbox: Sandbox;
let watched: Watched;

beforeAll(() => {
  [acme, other, press] = [
    makeCa(workshop, "/C=DE/ST=MUC/O=Acme/OU=IT/CN=acme"),
    makeCa(workshop, "/C=DE/O=Acme/CN=other"),
    makeCa(workshop, "/C=DE/O=Acme/CN=press-shop"),
  ];
  sealed = encrypted(workshop, acme, PASSPHRASE);
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

const run = (inputs: Record<string, string> = {}): Promise<Result> =>
  runAction("register", watched.stage, {
    inputs: { ...registerInputs(sandbox, watched.stage), "openssl-path": watched.openssl, ...inputs },
  });
const plan = (inputs: Record<string, string> = {}) => run({ ...inputs, apply: "false" });
/** The platform gives each of its errors a name of its own. */
const saidBy = ({ errors }: Result) =>
  errors.map(({ title, message }) => [title, message.replace(/logref \w+/, "logref …")]);
const stepsOf = ({ outputs }: Result) => JSON.parse(outputs["plan"] ?? "") as PlannedStep[];
/** The calls since the scene began, as a plan writes them. */
const calls = () =>
  sandbox.calls
    .filter(({ call }) => call !== "token")
    .map(({ method, path }) => {
      const rest = path.replace("/api/mindconnectmqtt/v3", "");
      return `${method} ${rest.replace(/(?<=^\/caCertificates\/)[^/]+/, "{id}")}`;
    });

/** What a plan must leave as it is. */
function world() {
  const { stage } = watched;
  const file = keyringFile(stage);
  return {
    slots: structuredClone(sandbox.certificates),
    keyring: existsSync(file) && [readFileSync(file, "utf8"), statSync(file).mtimeMs, statSync(file).ino],
    lasting: readdirSync(stage.lasting),
  };
}

/** Puts a keyring in its file. */
function keep(...entries: readonly KeyringEntry[]): void {
  const writtenAt = new Date(Date.now() - 60_000).toISOString();
  const text = formatKeyring({ generation: 3, writtenAt, entries });
  writeFileSync(keyringFile(watched.stage), text, { mode: 0o600 });
}

/** Plans; checks that nothing was changed and no key made, and that the run in earnest does what was planned. */
async function planned(inputs: Record<string, string> = {}): Promise<Result> {
  const before = world();
  const result = await plan(inputs);
  expect(result.errors).toEqual([]);
  expect(result.exitCode).toBe(0);
  expect(world()).toEqual(before);
  expect(watched.started().filter((argv) => argv !== "version")).toEqual([]);
  const looked = calls();
  expect(looked.filter((call) => !call.startsWith("GET "))).toEqual([]);
  expect(result.outputs).toMatchObject({ "receipt-path": "" });
  const earnest = await run(inputs);
  expect(earnest.errors).toEqual([]);
  const promised = stepsOf(result).flatMap((step) => step.calls);
  expect(calls()).toEqual([...looked, ...looked, ...promised]);
  const told = (steps: PlannedStep[]) => steps.map((step) => ({ ...step, at: "" }));
  expect(told(stepsOf(earnest))).toEqual(told(stepsOf(result)));
  expect(result.outputs["outcome"]).toBe(
    earnest.outputs["outcome"] === "unchanged" ? "unchanged" : "planned",
  );
  return result;
}

describe("register with apply: false plans, and the run in earnest does that", () => {
  test("a first run: no key, no keyring, no POST", async () => {
    const result = await planned();
    expect(stepsOf(result)).toEqual([
      {
        step: "stage",
        due: true,
        at: expect.stringMatching(/^20\d\d-\d\d-\d\dT[\d:.]+Z$/),
        commonName: "acme",
        does: expect.stringMatching(/^Create its key and certificate/),
        calls: STAGE,
      },
    ]);
    expect(result.outputs).toEqual({
      "certificate-id": "",
      "keyring-backup-path": "",
      expiration: "",
      "certificate-name": "",
      "common-name": "acme",
      verified: "false",
      fingerprint: "",
      "serial-number": "",
      "certificate-path": "",
      outcome: "planned",
      plan: result.outputs["plan"],
      "receipt-path": "",
    });
    expect(result.log).toMatch(/^Using OpenSSL \d/m);
    expect(result.log).toMatch(/^now stage acme: Create its key/m);
    expect(result.log).not.toContain("This run creates");
    expect(result.summary).toContain("### CA registration: planned, nothing was changed");
    expect(result.summary).toContain(`| due now | stage | acme | – | Create its key`);
    expect(result.summary).toContain(`| ${STAGE.join(", ")} |`);
    expect(result.summary).toContain("Run again with apply: true to carry out what is due now.");
    expect(result.notices.at(-1)?.message).toMatch(
      /^CA registration: planned, nothing was changed\. Due now for acme: Create/,
    );
    expect(warningsOf(result)).toEqual([
      expect.stringMatching(/^keyring-passphrase is empty\. .* stores the key of acme plain in the file /),
    ]);
  });

  test("a CA that an earlier run uploaded and did not verify", async () => {
    const { id, expiration } = sandbox.seed(acme.pem, { name: "acme-1" });
    keep(entryOf(acme, { tenant: "acme", platformId: id }));
    const result = await planned();
    expect(stepsOf(result)).toMatchObject([
      { step: "stage", due: true, commonName: "acme", certificateId: id, calls: PROVE },
    ]);
    expect(result.outputs).toMatchObject({
      "certificate-id": id,
      expiration,
      "certificate-name": "acme-1",
      "common-name": "acme",
      verified: "false",
      fingerprint: entryOf(acme).certificate.fingerprint,
      "certificate-path": "",
    });
    expect(result.summary).toContain(`| due now | stage | acme | ${id} | Verify it.`);
  });

  test("a CA that an earlier run stored and did not upload", async () => {
    keep(entryOf(other, { tenant: "acme" }));
    const result = await planned();
    expect(stepsOf(result)).toMatchObject([
      { commonName: "other", does: expect.stringContaining("where an earlier run left it"), calls: STAGE },
    ]);
    expect(result.outputs).toMatchObject({
      "certificate-id": "",
      expiration: entryOf(other).certificate.expiration,
      "common-name": "other",
      "serial-number": entryOf(other).certificate.serialNumber,
    });
    expect(warningsOf(result)).toEqual([
      expect.stringMatching(/^A run with apply: true uploads a CA of the keyring\..*"other".*"acme"/),
    ]);
  });

  test("a CA that was verified once and is gone: it is asked for by its id, and a new one is planned", async () => {
    const verifiedAt = "2026-01-01T00:00:00.000Z";
    keep(entryOf(acme, { tenant: "acme", platformId: "0123456789abcdef01234567", verifiedAt }));
    const result = await planned();
    expect(stepsOf(result)).toMatchObject([{ calls: STAGE }]);
    expect(calls().slice(0, 2)).toEqual(["GET /caCertificates", "GET /caCertificates/{id}"]);
    expect(warningsOf(result).join()).toContain("is gone from the platform");
  });

  test("a CA that comes in: its key would be stored, and is not", async () => {
    const result = await planned({ "ca-certificate": press.pem, "ca-private-key": press.pkcs8 });
    expect(stepsOf(result)).toMatchObject([
      { commonName: "press-shop", does: expect.stringContaining("came in as ca-certificate"), calls: STAGE },
    ]);
    const place = `Store the key of press-shop in the file ${keyringFile(watched.stage)}.`;
    expect(result.log).toContain(`With apply: true this run also changes the keyring: ${place}`);
    expect(result.summary).toContain("To be changed in the keyring");
    expectNoLeak(result, formsOf(press.pkcs8));
  });

  test("a CA that comes in and is usable already: unchanged, and it says what would be stored", async () => {
    const { id } = sandbox.seed(press.pem, { verified: true });
    const result = await planned({ "ca-certificate": press.pem, "ca-private-key": press.pkcs8 });
    expect(result.outputs).toMatchObject({ outcome: "unchanged", plan: "[]", "certificate-id": id });
    expect(result.log).toContain("this run also changes the keyring: Store the key of press-shop");
    expect(result.summary).not.toContain("nothing to do");
    expect(result.summary).toContain("Run again with apply: true");
  });

  test("restore", async () => {
    const retiredAt = "2026-01-01T00:00:00.000Z";
    keep(entryOf(other, { tenant: "acme" }), entryOf(acme, { tenant: "acme", retiredAt }));
    const result = await planned({ restore: "acme" });
    expect(stepsOf(result)).toMatchObject([
      { commonName: "acme", does: expect.stringContaining("from the keyring again"), calls: STAGE },
    ]);
    expect(result.log).toMatch(/also changes the keyring: Note in the file \S+ that acme is used again\.$/m);
  });

  test("allow-unheld: beside a usable CA that is not held", async () => {
    const { id } = sandbox.seed(press.pem, { verified: true });
    const result = await planned({ "allow-unheld": id });
    expect(stepsOf(result)).toMatchObject([{ commonName: "acme", calls: STAGE }]);
    expect(result.summary).toContain("Slots in use | 1 of 2");
  });

  test("a refused CA stands in the way of nothing, and is told of", async () => {
    keep(
      entryOf(other, { tenant: "acme", refusedAt: "2026-01-01T00:00:00.000Z", refusedFor: "HTTP 400 No." }),
    );
    const result = await planned();
    expect(stepsOf(result)).toMatchObject([{ commonName: "acme", calls: STAGE }]);
    expect(result.summary).toContain("Refused CA");
    expect(result.summary).toContain("HTTP 400 No.");
  });

  test("unchanged: the outputs of an unchanged run, without a receipt", async () => {
    await run();
    const [made, file] = [watched.started().length, keyringFile(watched.stage)];
    const [before, ino, asked] = [readFileSync(file, "utf8"), statSync(file).ino, calls().length];
    const result = await plan();
    expect([readFileSync(file, "utf8"), statSync(file).ino]).toEqual([before, ino]);
    expect(watched.started()).toHaveLength(made);
    expect(calls().slice(asked)).toEqual(["GET /caCertificates"]);
    const earnest = await run();
    const path = result.outputs["certificate-path"] ?? "";
    expect(readFileSync(path, "utf8")).toBe(sandbox.certificates[0]?.pem);
    expect(readdirSync(dirname(path))).toEqual(["acme.pem"]);
    expect(result.outputs).toEqual({
      ...earnest.outputs,
      "certificate-path": path,
      "receipt-path": "",
      plan: "[]",
      outcome: "unchanged",
    });
    expect(result.summary).toContain("nothing to do");
  });

  test("a plain key although there is a passphrase stays plain, with a warning, and nothing shows it (guarantee 8)", async () => {
    const { id } = sandbox.seed(acme.pem, { verified: true });
    keep(entryOf(acme, { tenant: "acme", platformId: id }));
    const before = world();
    const result = await plan({ "keyring-passphrase": PASSPHRASE });
    expect(world()).toEqual(before);
    expect(result.outputs["outcome"]).toBe("unchanged");
    expect(result.warnings.map(({ message }) => message).join()).toContain(
      "Run register once: it encrypts the key.",
    );
    expect(result.summary).toContain(
      "To be changed in the keyring | Encrypt the private key of acme in the file",
    );
    expect(result.summary).not.toContain("nothing to do");
    expectNoLeak(result, [...formsOf(acme.pkcs8), PASSPHRASE, sandbox.token]);
  });

  test("with credentials it asks for a token, and shows neither (guarantee 8)", async () => {
    keep(entryOf({ ...acme, pkcs8: sealed }, { tenant: "acme" }));
    const { clientId, clientSecret, tokenUrl } = sandbox;
    const result = await planned({
      token: "",
      "client-id": clientId,
      "client-secret": clientSecret,
      "token-url": tokenUrl,
      "keyring-passphrase": PASSPHRASE,
    });
    expect(sandbox.calls.map(({ call }) => call)).toContain("token");
    expectNoLeak(result, [...formsOf(acme.pkcs8), PASSPHRASE, clientSecret]);
  });
});

describe("what stands in the way is the same error as in earnest, and nothing is changed", () => {
  const program = (says: string) => {
    const path = join(watched.stage.root, "odd");
    writeFileSync(
      path,
      `#!/bin/sh\n[ "$1" = version ] && { echo '${says}'; exit; }\nexec '${watched.openssl}' "$@"\n`,
    );
    chmodSync(path, 0o755);
    return { "openssl-path": path };
  };
  const CASES: Record<string, [code: string, arrange: () => Record<string, string>]> = {
    "both slots are taken": [
      "CA_SLOTS_FULL",
      () => {
        for (const { pem } of [other, press]) sandbox.seed(pem);
        return {};
      },
    ],
    "a usable CA is not held": [
      "CA_NOT_HELD",
      () => {
        sandbox.seed(press.pem, { verified: true });
        return {};
      },
    ],
    "the common name is taken": [
      "CA_SUBJECT_IN_USE",
      () => {
        sandbox.seed(makeCa(workshop, "/CN=acme").pem);
        return {};
      },
    ],
    "the keyring has no place": ["KEYRING_TARGET_MISSING", () => ({ "keyring-file": "" })],
    "the CA of a keyring without a place is gone": [
      "KEYRING_TARGET_MISSING",
      () => {
        const verifiedAt = "2026-01-01T00:00:00.000Z";
        const entries = [entryOf(acme, { platformId: "0123456789abcdef01234567", verifiedAt })];
        return { "keyring-file": "", keyring: formatKeyring({ generation: 1, entries }) };
      },
    ],
    "the passphrase is missing": [
      "PASSPHRASE_WRONG",
      () => {
        keep(entryOf({ ...acme, pkcs8: sealed }));
        return {};
      },
    ],
    "another tenant's keyring": [
      "KEYRING_OTHER_TENANT",
      () => {
        keep(entryOf(acme, { tenant: "globex" }));
        return {};
      },
    ],
    "the platform refused the same CA before": [
      "UPLOAD_REFUSED",
      () => {
        keep(entryOf(acme, { refusedAt: "2026-01-01T00:00:00.000Z" }));
        const days = Math.round(
          (entryOf(acme).certificate.notAfter - entryOf(acme).certificate.notBefore) / 86_400_000,
        );
        return { days: String(days) };
      },
    ],
    "OpenSSL is too old": ["OPENSSL_UNSUPPORTED", () => program("OpenSSL 1.1.0l  10 Sep 2019")],
    "it is not OpenSSL": ["OPENSSL_UNSUPPORTED", () => program("LibreSSL 3.3.6")],
    "OpenSSL is not there": ["OPENSSL_NOT_FOUND", () => ({ "openssl-path": "/nowhere/openssl" })],
    "the token is about to expire": [
      "TOKEN_EXPIRING",
      () => ({ token: sandbox.issueToken({ expiresInSeconds: 120 }) }),
    ],
    "the token is not accepted": ["TOKEN_REFUSED", () => ({ token: "a-token-of-nobody" })],
    "restore names nothing": ["INPUT_INVALID", () => ({ restore: "nobody" })],
  };

  test.each(Object.entries(CASES))("%s", async (_, [code, arrange]) => {
    const inputs = arrange();
    const before = world();
    const refused = await plan(inputs);
    expect(codesOf(refused)).toEqual([code]);
    expect(refused.exitCode).toBe(1);
    expect(refused.outputs).toEqual({});
    expect(world()).toEqual(before);
    expect(watched.started().filter((argv) => argv !== "version")).toEqual([]);
    expect(calls().filter((call) => !call.startsWith("GET "))).toEqual([]);
    const earnest = await run(inputs);
    expect(saidBy(earnest)).toEqual(saidBy(refused));
  });

  test("apply is neither true nor false (guarantee 9)", async () => {
    const result = await run({ apply: "maybe" });
    expect(codesOf(result)).toEqual(["INPUT_INVALID"]);
    expect(result.errors[0]?.message).toMatch(/apply: .*"maybe".*true.*false/);
    expect([watched.started(), calls()]).toEqual([[], []]);
  });

  test("while the clocks differ it goes on, and says that the run in earnest would be refused (guarantee 3)", async () => {
    sandbox.faults.add({ call: "any", kind: "date", times: 1000, ahead: 3600 });
    const result = await plan();
    expect(result.outputs["outcome"]).toBe("planned");
    expect(warningsOf(result).join("\n")).toMatch(
      /With apply: true this run is refused \(CLOCK_DOUBTFUL\)\. The clocks of this run do not agree/,
    );
    expect(result.summary).toContain("With apply: true this run is refused (CLOCK_DOUBTFUL)");
    expect(result.summary).not.toContain("Run again with apply: true to carry out");
    expect(codesOf(await run())).toEqual(["CLOCK_DOUBTFUL"]);
  });

  test("to bring a retired CA back takes two clocks (guarantee 3)", async () => {
    sandbox.faults.add({ call: "any", kind: "date", times: 1000, date: false });
    keep(entryOf(acme, { tenant: "acme", retiredAt: "2026-01-01T00:00:00.000Z" }));
    const result = await plan({ restore: "acme" });
    expect(result.outputs["outcome"]).toBe("planned");
    expect(result.summary).toContain(
      "With apply: true this run is refused (CLOCK_DOUBTFUL). One clock is not",
    );
    expect(codesOf(await run({ restore: "acme" }))).toEqual(["CLOCK_DOUBTFUL"]);
  });
});
