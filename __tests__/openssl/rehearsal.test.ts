import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/sandbox.ts";
import { type OddCa, type OddOptions, oddCa, USELESS } from "../ca/odd-cas.ts";
import { Workshop } from "../sandbox/openssl.ts";
import { createStage, type Result, runAction, type Stage } from "../support/action.ts";
import { connectionTo, keyringFile, registerInputs } from "../support/inputs.ts";

let workshop: Workshop;
let good: OddCa;
let stage: Stage;
let sandbox: Sandbox;

beforeAll(() => {
  workshop = new Workshop();
  good = oddCa(workshop);
});
afterAll(() => workshop.remove());
beforeEach(async () => {
  stage = createStage();
  sandbox = await startSandbox({ limits: "off" });
});
afterEach(async () => {
  await sandbox.close();
  stage.remove();
});

async function register(ca: OddCa, more: Record<string, string> = {}): Promise<Result> {
  const pair = { "ca-certificate": ca.pem, "ca-private-key": ca.key };
  return await runAction("register", stage, {
    inputs: { ...registerInputs(sandbox, stage), ...pair, ...more },
  });
}

const posts = () => sandbox.calls.filter(({ method }) => method === "POST").length;
const openssl = ({ outputs }: Result) =>
  JSON.parse(readFileSync(outputs["receipt-path"] ?? "", "utf8")).openssl as {
    commands: string[];
    rehearsal: string[];
  };

/** Nothing was sent, and the CA is nowhere. */
function expectRefused(result: Result, words: RegExp): void {
  expect(result.exitCode, result.log).toBe(1);
  expect(result.errors).toHaveLength(1);
  expect(result.errors[0]?.title).toContain("CERTIFICATE_INVALID");
  expect(result.errors[0]?.message).toMatch(words);
  expect(posts()).toBe(0);
  expect(existsSync(keyringFile(stage))).toBe(false);
  expect(readdirSync(stage.temp)).toEqual([]);
}

describe("a CA that was not made here is tried before it takes a slot", () => {
  test("a good one: marked in the receipt, apart from the documented commands (guarantee 1)", async () => {
    const result = await register(good);
    expect(result.exitCode, result.log).toBe(0);
    const { commands, rehearsal } = openssl(result);
    expect(commands.map((line) => line.split(" ").slice(0, 2).join(" "))).toEqual([
      "openssl genrsa",
      "openssl req",
      "openssl x509",
    ]);
    expect(rehearsal).toEqual([
      expect.stringMatching(
        /^openssl req -new -key verificationCert\.key -out rehearsal\.csr -subj \/CN=rehearsal0+$/,
      ),
      "openssl x509 -req -in rehearsal.csr -CA acme.pem -CAkey acme.key -CAcreateserial -out rehearsal.pem -days 1 -sha256",
      "openssl verify -CAfile acme.pem rehearsal.pem",
    ]);
    expect(result.log).toContain("Rehearse with a CA that was not made here");
    expect(readdirSync(stage.temp).filter((name) => name.includes("work"))).toEqual([]);

    const again = await register(good);
    expect(again.outputs["outcome"]).toBe("unchanged");
    expect(again.log).not.toContain("Rehearse");
    expect(openssl(again).rehearsal).toEqual([]);
  });

  test("one made by this run is not", async () => {
    const result = await runAction("register", stage, { inputs: registerInputs(sandbox, stage) });
    expect(openssl(result).rehearsal).toEqual([]);
    expect(result.log).not.toContain("Rehearse");
  });

  test("what OpenSSL does not accept is refused with its reason", async () => {
    const program = join(stage.root, "openssl");
    const lines = [
      'if [ "$1" = verify ]; then echo "error 47 at 0 depth lookup: permitted subtree violation" >&2; exit 2; fi',
      'exec openssl "$@"\n',
    ];
    writeFileSync(program, ["#!/bin/sh", ...lines].join("\n"), { mode: 0o755 });
    expectRefused(
      await register(good, { "openssl-path": program }),
      /OpenSSL does not accept what it issues\. .*permitted subtree violation/,
    );
  });

  test.each<[string, OddOptions, RegExp]>(USELESS.map((row) => [...row]))(
    "%s: refused by name",
    async (_name, options, words) => {
      expectRefused(await register(oddCa(workshop, options)), words);
    },
  );

  test("tasks/upload, which has no key, looks at the certificate alone", async () => {
    const { pem } = oddCa(workshop, { extensions: "extendedKeyUsage = serverAuth\n" });
    const inputs = { ...connectionTo(sandbox), "ca-certificate": pem };
    expectRefused(await runAction("upload", stage, { inputs }), /clientAuth/);
  });

  test("what brokers may stumble over is a warning", async () => {
    const result = await register(oddCa(workshop, { digest: "-sha1" }));
    expect(result.exitCode, result.log).toBe(0);
    const warnings = result.warnings.map(({ message }) => message);
    expect(warnings).toContainEqual(expect.stringContaining("signed with SHA-1"));
  });
});
