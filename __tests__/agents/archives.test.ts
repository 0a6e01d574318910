import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { OPENSSL } from "../support/ready-keys.ts";
import { AgentScene, Makers } from "./agent-scene.ts";

let makers: Makers;
let scene: AgentScene;

beforeAll(() => {
  makers = new Makers();
});
afterAll(() => makers.workshop.remove());
beforeEach(async () => {
  scene = await AgentScene.open(makers);
});
afterEach(() => scene.close());

/** Whether the system's OpenSSL is one of these itself. */
const isOld = execFileSync("openssl", ["version"], { encoding: "utf8" }).startsWith("OpenSSL 1.");
const PASSPHRASE = "correct horse battery staple";
const archived = () => ({ ...scene.quick().input, "archive-passphrase": PASSPHRASE });
const bytes = (file: string) => readFileSync(join(scene.directory, file));

test.each([
  ["nothing", "exit 0"],
  ["half of it", 'openssl "$@" | head -c 900; exit 0'],
  ["words", "echo done; exit 0"],
])("an OpenSSL that ends with 0 and has written %s: no archive is handed out", async (_, lines) => {
  const script = lines.replace("openssl", `'${OPENSSL}'`);
  const quick = scene.quick(`if [ "$1" = pkcs12 ] && [ "$2" = -export ]; then ${script}; fi`).input;
  const { code, message } = await scene.fail("a", { ...quick, "archive-passphrase": PASSPHRASE });
  expect(code).toBe("OPENSSL_FAILED");
  expect(message).toContain("did not write a complete archive");
  expect(scene.files()).not.toContain("a.p12");
});

describe("an archive that is there is opened before it counts as good", () => {
  test.each<[string, () => Buffer]>([
    ["is empty", () => Buffer.alloc(0)],
    ["is cut off", () => bytes("a.p12").subarray(0, 900)],
    ["is noise", () => Buffer.alloc(2000, 7)],
    ["is text", () => Buffer.from("garbage\n")],
    ["is another agent's", () => bytes("b.p12")],
  ])("one that %s is made anew with its agent, and kept aside", async (_name, content) => {
    await scene.issue("a\nb", archived());
    const damaged = content();
    scene.put("a.p12", damaged);
    const result = await scene.issue("a\nb", archived());
    expect(result.log).toContain("1 of 2 agents need a certificate (1 broken)");
    expect(result.log).toMatch(/^Opened archives: 2 of 2 \(100 %\)/m);
    expect(scene.superseded()).toEqual(["a.p12", "a.pem", "a_chain.pem"]);
    expect((await scene.issue("a\nb", archived())).outputs["issued"]).toBe("0");
  });

  test("a passphrase that does not open them is an error, before anything is issued (ARCHIVE_PASSPHRASE)", async () => {
    await scene.issue("a\nb", archived());
    const before = bytes("a.p12");
    const { code, message, result } = await scene.fail("a\nb\nc", {
      ...archived(),
      "archive-passphrase": "a typo",
    });
    expect(code).toBe("ARCHIVE_PASSPHRASE");
    expect(message).toMatch(/does not open the archives of these agents in .*: a, b\./);
    expect(message).toMatch(/Next: .*move the archives away/);
    expect(result.log + message).not.toContain("a typo");
    expect(scene.files()).not.toContain("c.pem");
    expect(bytes("a.p12").equals(before)).toBe(true);

    // As the next step says.
    for (const file of ["a.p12", "b.p12"]) rmSync(join(scene.directory, file));
    const anew = await scene.issue("a\nb", { ...archived(), "archive-passphrase": "another one" });
    expect(anew.outputs["issued"]).toBe("2");
  });

  test("of very many, ten tell enough", async () => {
    const names = Array.from({ length: 24 }, (_, index) => `device-${index}`).join("\n");
    await scene.issue(names, archived());
    const { message } = await scene.fail(names, { ...archived(), "archive-passphrase": "a typo" });
    expect(message).toContain("and perhaps more");
    expect(message.match(/device-/g)?.length).toBe(10);
  });

  test("a damaged one that nothing shows to be ours stays (FILE_EXISTS)", async () => {
    await scene.issue(`a=${makers.csr("a")}`, archived());
    scene.put("a.p12", "a user's");
    const { code, message } = await scene.fail("a", archived());
    expect([code, message]).toEqual(["FILE_EXISTS", expect.stringContaining('"a.p12"')]);
    expect(scene.read("a.p12")).toBe("a user's");
  });
});

describe("the page's own OpenSSL, 1.1.1k, has no option for the rounds of an archive", () => {
  // As 1.1.1k answers.
  const old = [
    'if [ "$1" = version ]; then echo "OpenSSL 1.1.1k  25 Mar 2021"; exit 0; fi',
    'case "$*" in pkcs12*-iter*) echo "pkcs12: Unrecognized flag iter" >&2; exit 1 ;; esac',
  ];

  test("an archive is made, opens again, and how it is locked is said without an annotation", async () => {
    const inputs = { ...scene.quick(old.join("\n")).input, "archive-passphrase": PASSPHRASE };
    const result = await scene.issue("a", inputs);
    const weak = "OpenSSL 1.1.1k  25 Mar 2021 encrypts archives with 2,048 rounds of PBKDF2";
    expect(result.log.replaceAll(/ +/g, " ")).toContain(weak.replaceAll(/ +/g, " "));
    expect(result.summary).toContain("2,048 rounds");
    expect(result.warnings).toEqual([]);
    expect((await scene.issue("a", inputs)).outputs["issued"]).toBe("0");
  });

  test("a newer one takes the rounds that it is told, and nothing is said", async () => {
    const trace = scene.quick();
    const result = await scene.issue("a", { ...trace.input, "archive-passphrase": PASSPHRASE });
    const taken = trace.started().some((line) => /pkcs12 -export .*-iter 100000/.test(line));
    expect([taken, result.log.includes("rounds")]).toEqual([!isOld, isOld]);
  });
});

test("from plain keys to archives: where the plain ones are is told", async () => {
  await scene.issue("a", scene.quick().input);
  const result = await scene.issue("a\nb", archived());
  expect(result.warnings.map(({ message }) => message)).toEqual([
    expect.stringMatching(/plain private keys .*superseded\/\d{8}T\d{6}Z\. Remove/),
  ]);
  expect((await scene.issue("a\nb", archived())).warnings).toEqual([]);
});
