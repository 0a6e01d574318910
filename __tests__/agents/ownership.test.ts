import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createWatched, refused, type Watched } from "../bad-input/refused.ts";
import { AgentScene, Makers } from "./agent-scene.ts";

let makers: Makers;
let scene: AgentScene;
let watched: Watched;

beforeAll(() => {
  makers = new Makers();
});
afterAll(() => makers.workshop.remove());
beforeEach(async () => {
  scene = await AgentScene.open(makers);
  watched = createWatched();
});
afterEach(async () => {
  watched.stage.remove();
  await scene.close();
});

describe("a file given as an input is never an agent's (guarantee 3)", () => {
  /** Files in a directory, which inputs name and agents would take. */
  async function problemsOf(
    files: Readonly<Record<string, string>>,
    inputs: (at: (file: string) => string) => Record<string, string>,
  ): Promise<string[]> {
    const directory = join(watched.stage.lasting, "agents");
    const at = (file: string) => join(directory, file);
    mkdirSync(directory);
    for (const [file, text] of Object.entries(files)) writeFileSync(at(file), text);
    const given = { ...scene.inputs("", { directory }), ...inputs(at) };
    const { code, problems } = await refused("agent-certificate", watched, scene.sandbox, given);
    expect(code).toBe("INPUT_INVALID");
    for (const [file, text] of Object.entries(files)) expect(readFileSync(at(file), "utf8")).toBe(text);
    return problems;
  }

  test("the CA brought along", async () => {
    const problems = await problemsOf(
      { "Root.pem": makers.next.pem, "Root.key": makers.next.pkcs8 },
      (at) => ({ agents: "root", "ca-certificate": at("Root.pem"), "ca-private-key": at("Root.key") }),
    );
    expect(problems).toEqual([
      expect.stringMatching(/^ca-certificate: ".*Root\.pem" lies where a file of "root" goes/),
      expect.stringMatching(/^ca-private-key: ".*Root\.key" lies where a file of "root" goes/),
    ]);
  });

  test("the keyring, the list, a CSR, and all of them at once", async () => {
    const csr = readFileSync(makers.csr("robot"), "utf8");
    const robot = join(watched.stage.lasting, "agents", "robot.pem");
    const problems = await problemsOf(
      {
        "keyring.pem": scene.keyring(),
        "robot.pem": csr,
        "fleet_chain.pem": `keyring\nfleet\nrobot=${robot}\n`,
      },
      (at) => ({ agents: at("fleet_chain.pem"), keyring: "", "keyring-file": at("keyring.pem") }),
    );
    expect(problems).toEqual([
      expect.stringMatching(/^agents: ".*" lies where a file of "fleet" goes/),
      expect.stringMatching(/^keyring-file: ".*" lies where a file of "keyring" goes/),
      expect.stringMatching(/^agents: line 3: ".*" lies where a file of "robot" goes/),
    ]);
  });

  test("by whatever name or link the file is reached", async () => {
    const directory = join(watched.stage.lasting, "agents");
    const link = join(watched.stage.root, "elsewhere.key");
    const problems = await problemsOf({ "a.key": makers.next.pkcs8 }, (at) => {
      symlinkSync(at("a.key"), link);
      const other = join(watched.stage.root, "the-same");
      symlinkSync(directory, other);
      return { agents: "a", "ca-certificate": makers.next.pem, "ca-private-key": link, directory: other };
    });
    expect(problems).toEqual([expect.stringMatching(/^ca-private-key: ".*" lies where a file of "a" goes/)]);
  });
});

describe("a device's own key is nobody's to move", () => {
  test("beside its CSR, also when its certificate is renewed", async () => {
    const { input } = scene.quick();
    scene.put("robot.key", makers.spareKeyPem);
    scene.put("robot.csr", readFileSync(makers.csr("robot")));
    const line = `robot=${join(scene.directory, "robot.csr")}`;
    await scene.issue(line, { ...input, days: "20", "renew-before": "5" });
    const again = await scene.issue(line, { ...input, "renew-before": "25" });
    expect(again.outputs["issued"]).toBe("1");
    expect(scene.superseded()).toEqual(["robot.pem", "robot_chain.pem"]);
    expect(scene.read("robot.key")).toBe(makers.spareKeyPem);
  });

  test("when a key of ours is asked for later", async () => {
    const { input } = scene.quick();
    scene.put("robot.key", makers.next.pkcs8);
    await scene.issue(`robot=${makers.csr("robot")}`, input);
    const { code, message } = await scene.fail("robot");
    expect(code).toBe("FILE_EXISTS");
    expect(message).toContain('"robot.key"');
    expect(scene.read("robot.key")).toBe(makers.next.pkcs8);
    expect(scene.superseded()).toEqual([]);
  });
});

describe("what nothing shows to be ours stays (FILE_EXISTS)", () => {
  const own = () => ({
    pem: makers.workshop.issued({ key: makers.ca.file, pem: makers.ca.pem }, makers.spareKey, "/CN=dev"),
    key: makers.spareKeyPem,
  });

  test.each<[string, () => Record<string, string>, string, string[]]>([
    ["a lone key", () => ({ "dev.key": makers.spareKeyPem }), "dev", ["dev.key"]],
    ["a lone chain", () => ({ "dev_chain.pem": own().pem }), "dev", ["dev_chain.pem"]],
    [
      "a verification certificate",
      () => ({ "verificationCert.pem": own().pem, "verificationCert.key": own().key }),
      "verificationCert",
      ["verificationCert.pem", "verificationCert.key"],
    ],
    [
      "a CA",
      () => ({ "root.pem": makers.next.pem, "root.key": makers.next.pkcs8 }),
      "root",
      ["root.pem", "root.key"],
    ],
    [
      "a certificate with another's key",
      () => ({ "dev.pem": own().pem, "dev.key": makers.next.pkcs8 }),
      "dev",
      ["dev.pem", "dev.key"],
    ],
  ])("%s", async (_name, make, agent, named) => {
    const files = Object.entries(make());
    for (const [file, text] of files) scene.put(file, text);
    const before = scene.files();
    const { code, message } = await scene.fail(`${agent}\nother`);
    expect(code).toBe("FILE_EXISTS");
    for (const file of named) expect(message).toContain(`"${file}"`);
    expect(scene.files()).toEqual(before);
    for (const [file, text] of files) expect(scene.read(file)).toBe(text);
  });

  test("but a set that proves itself may go aside: its certificate has the name, and the key belongs to it", async () => {
    const { pem, key } = own();
    scene.put("dev.pem", pem);
    scene.put("dev.key", key);
    const result = await scene.issue("dev", scene.quick().input);
    expect(result.outputs["issued"]).toBe("1");
    expect(scene.superseded()).toEqual(["dev.key", "dev.pem"]);
  });

  test("and what is good stays as it is, without any record", async () => {
    const { input } = scene.quick();
    await scene.issue("a", input);
    for (const file of ["agents.json", "agents.csv"]) rmSync(join(scene.directory, file));
    expect((await scene.issue("a", input)).outputs["issued"]).toBe("0");
  });
});

test.each(["a.pem", "a_chain.pem", "a.key"])(
  "garbage in %s, which the manifest names, does not stop the fleet",
  async (file) => {
    const { input } = scene.quick();
    await scene.issue("a\nb", input);
    scene.put(file, "garbage\n");
    const result = await scene.issue("a\nb", input);
    expect(result.log).toContain("1 of 2 agents need a certificate (1 broken)");
    expect(scene.superseded()).toEqual(["a.key", "a.pem", "a_chain.pem"]);
  },
);

describe("the manifest tells of the whole directory", () => {
  const listed = (): string[] =>
    JSON.parse(scene.read("agents.json")).agents.map(({ name }: { name: string }) => name);

  test("agents of earlier runs stay in it as long as their certificates are there", async () => {
    const { input } = scene.quick();
    await scene.issue("a\nb\nc", input);
    rmSync(join(scene.directory, "b.pem"));
    const result = await scene.issue("d\na", input);
    expect(listed()).toEqual(["d", "a", "c"]);
    expect(result.agents.map(({ name }) => name)).toEqual(["d", "a"]);
    const csv = scene.read("agents.csv").trimEnd().split("\r\n");
    expect(csv.map((line) => line.split(",")[0])).toEqual(["name", "d", "a", "c"]);
    expect(csv[3]).toContain(scene.certificate("c.pem").fingerprint);
  });

  test.each([
    ["a", "a_chain"],
    ["a_chain", "a"],
    ["PUMP", "pump"],
  ])("%s is not issued where %s has a file that it needs", async (later, earlier) => {
    const { input } = scene.quick();
    await scene.issue(earlier, input);
    const before = scene.files();
    const { code, message } = await scene.fail(later);
    expect(code).toBe("FILE_EXISTS");
    expect(message).toMatch(new RegExp(`of "${earlier}", needed by "${later}"`));
    expect(scene.files()).toEqual(before);
    expect(listed()).toEqual([earlier]);
  });

  test("another tenant has no business in the directory", async () => {
    const { input } = scene.quick();
    await scene.issue("a", input);
    const { code, message } = await scene.fail("b", { tenant: "globex" });
    expect(code).toBe("FILE_EXISTS");
    expect(message).toContain('agents.json belongs to the tenant "acme"');
  });

  test.each([
    ["a line that is none", (text: string) => text.replace("\n{", '\n{"x":1},\n{')],
    [
      "one long line",
      () => `{"generator":"mindconnect-ca-action","tenant":"acme","agents":[${"x".repeat(100_000)}`,
    ],
    ["nothing", () => ""],
  ])("%s in it: it is not ours, and stays", async (_name, change) => {
    const { input } = scene.quick();
    await scene.issue("a", input);
    const changed = change(scene.read("agents.json"));
    scene.put("agents.json", changed);
    const { code, message } = await scene.fail("b");
    expect(code).toBe("FILE_EXISTS");
    expect(message).toContain("no manifest of this action");
    expect(scene.read("agents.json")).toBe(changed);
  });

  test("a run that was killed told of its files before it made them", async () => {
    const { input } = scene.quick('case "$*" in *"x509 -req -in b.csr"*) kill -9 $PPID;; esac');
    const killed = await scene.run("a\nb", input);
    expect(killed.signal).toBe("SIGKILL");
    // As a half of an agent would lie there.
    scene.put("b.key", makers.next.pkcs8);
    scene.put("b_chain.pem", "cut off");
    expect(existsSync(join(scene.directory, "agents.json"))).toBe(false);
    await scene.issue("b", scene.quick().input);
    expect(scene.superseded()).toEqual(["b.key", "b_chain.pem"]);
    // Of a, which another run may finish, it is still known.
    expect(scene.read("agents.unfinished")).toMatch(/"name":"a"/);
    await scene.issue("a", scene.quick().input);
    expect(readdirSync(scene.directory)).not.toContain("agents.unfinished");
    expect(listed().toSorted()).toEqual(["a", "b"]);
  });
});
