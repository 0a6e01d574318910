import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { asVersion1, type OddCa, type OddOptions, oddCa, USELESS } from "../ca/odd-cas.ts";
import { Workshop } from "../sandbox/workshop.ts";
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

const STRICT = /OpenSSL does not accept what it issues\. .*permitted subtree violation/;

/** @returns the path of an OpenSSL that accepts no certificate */
function strictOpenssl(): string {
  const program = join(stage.root, "openssl");
  const lines = [
    'if [ "$1" = verify ]; then echo "error 47 at 0 depth lookup: permitted subtree violation" >&2; exit 2; fi',
    'exec openssl "$@"\n',
  ];
  writeFileSync(program, ["#!/bin/sh", ...lines].join("\n"), { mode: 0o755 });
  return program;
}

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
    expect(result.log).toContain("Try a CA that this run did not create");
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
    expectRefused(await register(good, { "openssl-path": strictOpenssl() }), STRICT);
  });

  test("X.509 v1 that carries extensions: refused by name", async () => {
    expectRefused(await register({ ...good, pem: asVersion1(good) }), /X\.509 v1 and contains extensions/);
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
    const told = result.warnings.map(({ message }) => message);
    expect(told.filter((message) => !message.includes("stored plain"))).toEqual([
      expect.stringContaining("signed with SHA-1"),
    ]);
  });
});

describe("rotate, which finds a CA in the keyring that it did not make", () => {
  /** The CAs here live for nine days. */
  const POLICY = { "renew-before": "5", overlap: "1", retire: "never" };
  let text = "";
  const keep = (...cas: OddCa[]) => {
    text = cas.map(({ key, pem }) => key + pem).join("");
    writeFileSync(keyringFile(stage), text, { mode: 0o600 });
  };
  const rotate = async (more: Record<string, string> = {}) => {
    const inputs = { ...registerInputs(sandbox, stage), apply: "true", ...POLICY, ...more };
    return await runAction("rotate", stage, { inputs });
  };

  /** Nothing was sent, written or left. */
  function expectUntouched(result: Result, words: RegExp): void {
    expect(result.exitCode, result.log).toBe(1);
    expect(result.errors.map(({ title }) => title)).toEqual(["MindConnect CA: CERTIFICATE_INVALID"]);
    expect(result.errors[0]?.message).toMatch(words);
    expect(result.errors[0]?.message).toMatch(/Next: .*remove its key and its certificate from that text/);
    expect(sandbox.calls.map(({ call }) => call)).toEqual(["list"]);
    expect(readFileSync(keyringFile(stage), "utf8")).toBe(text);
    expect(readdirSync(stage.temp)).toEqual([]);
  }

  test("a good one is tried in a folder of its own, and staged", async () => {
    keep(good);
    const result = await rotate();
    expect(result.outputs["outcome"], result.log).toBe("staged");
    expect(result.log).toContain("Try a CA that this run did not create");
    expect(result.log.match(/openssl genrsa/g) ?? []).toHaveLength(1);
    expect(readdirSync(stage.temp)).toEqual([]);

    const again = await rotate();
    expect(again.outputs["outcome"], again.log).toBe("nothing-due");
    expect(again.log).not.toContain("Rehearse");
  });

  test("one that OpenSSL does not accept", async () => {
    keep(good);
    expectUntouched(await rotate({ "openssl-path": strictOpenssl() }), STRICT);
  });

  test.each<[string, OddOptions, RegExp]>(USELESS.slice(2, 5).map((row) => [...row]))(
    "%s: before the keyring is touched and a slot is taken",
    async (_name, options, words) => {
      keep(oddCa(workshop, options));
      expectUntouched(await rotate(), words);
    },
  );

  test("a plan tries nothing, nor does a run that makes the CA itself", async () => {
    keep(oddCa(workshop, USELESS[4]?.[1]));
    const plan = await rotate({ apply: "false" });
    expect(plan.outputs["outcome"], plan.log).toBe("planned");
    rmSync(keyringFile(stage));
    const made = await rotate();
    expect(made.outputs["outcome"], made.log).toBe("staged");
    for (const { log } of [plan, made]) expect(log).not.toContain("Rehearse");
  });
});
