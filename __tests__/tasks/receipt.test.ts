import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox/start.ts";
import { type OddCa, oddCa } from "../ca/odd-cas.ts";
import { read } from "../docs/repository.ts";
import { Workshop } from "../sandbox/workshop.ts";
import { createStage, type Result, runAction, type Stage } from "../support/action.ts";
import { registerInputs } from "../support/inputs.ts";

const { version } = JSON.parse(read("package.json")) as { version: string };

const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false });
const validate = ajv.compile(JSON.parse(read("docs/receipt.schema.json")));

/** @returns what the published schema has against a receipt; empty where it is valid */
function violations(receipt: unknown): string[] {
  validate(receipt);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** @returns the receipt that a registration left */
function receiptOf<T>({ outputs, log }: Result): T {
  if (!outputs["receipt-path"]) throw new Error(`there is no receipt: ${log}`);
  return JSON.parse(readFileSync(outputs["receipt-path"], "utf8"));
}

/** The runner's words, each another one. */
const WORKFLOW = {
  GITHUB_REPOSITORY: "acme/plant",
  GITHUB_RUN_ID: "1658821493",
  GITHUB_RUN_ATTEMPT: "3",
  GITHUB_SHA: "ffac537e6cbbf934b08745a378932722df287a53",
  GITHUB_ACTION_REPOSITORY: "acme-plant/mindconnect-ca-action",
  GITHUB_ACTION_REF: "v1",
};
const LATENCY_MS = 40;
const AHEAD_MS = 100_000;

let sandbox: Sandbox;
let stage: Stage;

async function start(options: SandboxOptions = {}): Promise<void> {
  sandbox = await startSandbox({ limits: "off", ...options });
}

beforeEach(() => {
  stage = createStage();
});

afterEach(async () => {
  await sandbox.close();
  stage.remove();
});

async function register(more: Record<string, string> = {}, env: Record<string, string> = {}) {
  const inputs = { ...registerInputs(sandbox, stage), "common-name": "Acme plant CA", ...more };
  const result = await runAction("register", stage, { inputs, env });
  expect(result.exitCode, result.log).toBe(0);
  return result;
}

/** @returns what OpenSSL itself prints of the certificate that the job has, behind the `=` */
function openssl({ outputs }: Result, ...argv: string[]): string {
  const command = ["x509", "-in", outputs["certificate-path"] ?? "", "-noout", ...argv];
  return execFileSync("openssl", command, { encoding: "utf8" }).trim().replace(/^.*?=/, "");
}

/** The subject as OpenSSL prints it, an attribute a line. */
function subjectOf(result: Result): string[] {
  return openssl(result, "-subject", "-nameopt", "sep_multiline,sname,utf8")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** @returns the commands that the log echoes, without quotes, which the echo of @actions/exec has in another place */
function echoed({ log }: Result): string[] {
  return [...log.matchAll(/^\[command\]\S*openssl (.*)$/gm)].map(([, argv = ""]) =>
    unquoted(`openssl ${argv}`),
  );
}

const unquoted = (line: string) => line.replaceAll(/['"]/g, "");

const asTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

describe("each field of a receipt says what its name says", () => {
  test("registered: compared with OpenSSL, the sandbox, the runner and the log", async () => {
    await start({ latency: LATENCY_MS, clock: () => Date.now() + AHEAD_MS });
    const began = new Date().toISOString();
    const result = await register({}, WORKFLOW);
    const ended = new Date().toISOString();
    const receipt = receiptOf<Receipt>(result);
    const [stored] = sandbox.certificates;

    expect(receipt).toEqual({
      schemaVersion: 1,
      action: "mindconnect-ca-action",
      actionVersion: version,
      task: "register",
      outcome: "registered",
      finishedAt: asTime,
      tenant: "acme",
      gateway: sandbox.url,
      caCertificate: {
        id: stored?.id,
        name: stored?.name,
        commonName: "Acme plant CA",
        expiration: new Date(openssl(result, "-enddate")).toISOString(),
        isVerified: true,
        fingerprintSha256: openssl(result, "-fingerprint", "-sha256"),
        serialNumber: openssl(result, "-serial"),
        subject: subjectOf(result),
      },
      openssl: {
        version: execFileSync("openssl", ["version"], { encoding: "utf8" }).split(" (")[0]?.trim(),
        commands: expect.any(Array),
        rehearsal: [],
      },
      calls: sandbox.calls.map(({ method, path, status }) => ({
        method,
        url: `${sandbox.url}${path}`,
        status,
        startedAt: asTime,
        milliseconds: expect.any(Number),
      })),
      clockSkewMilliseconds: expect.any(Number),
      workflow: {
        repository: WORKFLOW.GITHUB_REPOSITORY,
        run: WORKFLOW.GITHUB_RUN_ID,
        attempt: WORKFLOW.GITHUB_RUN_ATTEMPT,
        commit: WORKFLOW.GITHUB_SHA,
        action: `${WORKFLOW.GITHUB_ACTION_REPOSITORY}@${WORKFLOW.GITHUB_ACTION_REF}`,
      },
    });

    // What was compared above tells fields apart: no two of these are the same text.
    const { id, name, commonName, expiration, fingerprintSha256, serialNumber } = receipt.caCertificate;
    const texts = [id, name, commonName, expiration, fingerprintSha256, serialNumber, receipt.tenant];
    expect(new Set(texts).size).toBe(texts.length);
    expect(receipt.caCertificate.subject).toEqual(["C=DE", "ST=MUC", "O=Acme", "OU=IT", "CN=Acme plant CA"]);

    const times = [began, ...receipt.calls.map(({ startedAt }) => startedAt), receipt.finishedAt, ended];
    expect(times).toEqual(times.toSorted());
    for (const { milliseconds } of receipt.calls) {
      expect(milliseconds).toBeGreaterThanOrEqual(LATENCY_MS - 1);
      expect(milliseconds).toBeLessThan(Date.parse(ended) - Date.parse(began));
    }
    expect(Math.abs(receipt.clockSkewMilliseconds - AHEAD_MS)).toBeLessThan(30_000);

    // Every command of the log, whatever the order in which the two keys were ready.
    expect(receipt.openssl.commands.map(unquoted).toSorted()).toEqual(echoed(result).toSorted());
    expect(receipt.openssl.commands).toHaveLength(5);
    expect(violations(receipt)).toEqual([]);
  });

  test("unchanged: no OpenSSL, one call, and the same certificate", async () => {
    await start();
    const first = receiptOf<Receipt>(await register());
    const result = await register();
    const receipt = receiptOf<Receipt>(result);
    expect(receipt.outcome).toBe("unchanged");
    expect(receipt.openssl).toEqual({ version: null, commands: [], rehearsal: [] });
    expect(receipt.calls.map(({ method, status }) => [method, status])).toEqual([["GET", 200]]);
    expect(receipt.caCertificate).toEqual(first.caCertificate);
    expect(receipt.finishedAt > first.finishedAt).toBe(true);
    // Nobody calls this one from a workflow.
    expect(receipt.workflow).toEqual({});
    expect(violations(receipt)).toEqual([]);
  });

  test("resumed: what is left to do, and a call whose reply was lost", async () => {
    await start();
    sandbox.faults.add({ call: "verify", kind: "status", status: 400 });
    const inputs = { ...registerInputs(sandbox, stage), "common-name": "Acme plant CA" };
    expect((await runAction("register", stage, { inputs })).exitCode).toBe(1);
    sandbox.faults.add({ call: "list", kind: "reset" });
    const before = sandbox.calls.length;
    const receipt = receiptOf<Receipt>(await register());
    expect(receipt.outcome).toBe("resumed");
    expect(receipt.caCertificate).toMatchObject({ id: sandbox.certificates[0]?.id, isVerified: true });
    expect(receipt.openssl.commands.map((line) => line.split(" ")[1])).toEqual(["genrsa", "req", "x509"]);
    const fresh = sandbox.calls.slice(before);
    expect(receipt.calls.map(({ status }) => status)).toEqual([
      expect.stringMatching(/\w/),
      ...fresh.slice(1).map(({ status }) => status),
    ]);
    expect(violations(receipt)).toEqual([]);
  });

  test("a CA from elsewhere: its own names, and the commands that tried it", async () => {
    await start();
    const workshop = new Workshop();
    try {
      const ca: OddCa = oddCa(workshop);
      const result = await register({ "ca-certificate": ca.pem, "ca-private-key": ca.key });
      const receipt = receiptOf<Receipt>(result);
      expect(receipt.caCertificate).toMatchObject({
        fingerprintSha256: openssl(result, "-fingerprint", "-sha256"),
        serialNumber: openssl(result, "-serial"),
        subject: subjectOf(result),
      });
      expect([...receipt.openssl.rehearsal, ...receipt.openssl.commands].map(unquoted)).toEqual(
        echoed(result),
      );
      expect(receipt.openssl.rehearsal).toHaveLength(3);
      expect(violations(receipt)).toEqual([]);
    } finally {
      workshop.remove();
    }
  });
});

test("what the runner says in another shape is left out", async () => {
  await start();
  const odd = Object.fromEntries(Object.keys(WORKFLOW).map((name) => [name, "forged\n::error::forged"]));
  const receipt = receiptOf<Receipt>(await register({}, odd));
  expect(receipt.workflow).toEqual({});
  expect(violations(receipt)).toEqual([]);
});

test("the schema is strict: nothing may be missing, added, or of another type", async () => {
  await start();
  const receipt = receiptOf<Receipt>(await register({}, WORKFLOW));
  expect(violations(receipt)).toEqual([]);

  const objects = [[], ["caCertificate"], ["openssl"], ["calls", 0], ["workflow"]] as const;
  for (const path of objects) {
    const changed = (change: (object: Record<string, unknown>) => void) => {
      const copy = structuredClone(receipt);
      change(at(copy, path));
      return violations(copy);
    };
    expect(
      changed((object) => Object.assign(object, { more: "text" })),
      path.join(),
    ).not.toEqual([]);
    for (const name of Object.keys(at(receipt, path))) {
      const missing = changed((object) => delete object[name]);
      expect(missing.length > 0, `${path} ${name}`).toBe(path[0] !== "workflow");
      for (const value of [{ more: 7 }, [7], 7.5, "\n"])
        expect(
          changed((object) => Object.assign(object, { [name]: value })),
          `${path} ${name}`,
        ).not.toEqual([]);
    }
  }
});

/** @returns an object inside a receipt */
function at(receipt: object, path: readonly (string | number)[]): Record<string, unknown> {
  let value = receipt as Record<string | number, unknown>;
  for (const key of path) value = value[key] as Record<string | number, unknown>;
  return value;
}

interface Receipt {
  readonly outcome: string;
  readonly finishedAt: string;
  readonly tenant: string;
  readonly caCertificate: Record<
    "id" | "name" | "commonName" | "expiration" | "fingerprintSha256" | "serialNumber",
    string
  > & { readonly isVerified: boolean; readonly subject: readonly string[] };
  readonly openssl: {
    readonly version: string | null;
    readonly commands: readonly string[];
    readonly rehearsal: readonly string[];
  };
  readonly calls: readonly {
    readonly method: string;
    readonly status: number | string;
    readonly startedAt: string;
    readonly milliseconds: number;
  }[];
  readonly clockSkewMilliseconds: number;
  readonly workflow: Record<string, string>;
}
