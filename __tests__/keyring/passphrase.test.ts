import { execFileSync } from "node:child_process";
import { createPrivateKey } from "node:crypto";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { formatKeyring, parseKeyring } from "../../src/keyring/keyring-format.ts";
import { encrypted, entryOf, type MadeCa, makeCa } from "../ca/made.ts";
import { Workshop } from "../sandbox/workshop.ts";
import { codesOf, type Result, runAction } from "../support/action.ts";
import { keyringFile, registerInputs } from "../support/inputs.ts";
import { expectNoLeak } from "../support/leaks.ts";
import { createSecretScene, SECRET, type SecretScene } from "../support/secret-scene.ts";

const OLD = "the words of old";
const NEW = "some words, newer";
const RETIRED = { retiredAt: "2026-01-01T00:00:00.000Z" };

const workshop = new Workshop();
let [ca, other]: [MadeCa, MadeCa] = [] as never;
let scene: SecretScene;

beforeAll(() => {
  [ca, other] = [makeCa(workshop, "/CN=acme"), makeCa(workshop, "/CN=own")];
});
afterAll(() => workshop.remove());
beforeEach(async () => {
  scene = await createSecretScene();
});
afterEach(() => scene.close());

const file = () => keyringFile(scene.watched.stage);
const keyring = () => readFileSync(file(), "utf8");
async function run(task: string, inputs: Record<string, string> = {}): Promise<Result> {
  const { sandbox, watched } = scene;
  // The stage lies where temporary files lie, and create knows no gateway that would be a rehearsal.
  const lasts = task === "create" ? { "keyring-ephemeral": "true" } : {};
  const all = {
    ...registerInputs(sandbox, watched.stage),
    "openssl-path": watched.openssl,
    ...lasts,
    ...inputs,
  };
  return await runAction(task, watched.stage, { inputs: all });
}
const notices = (result: Result) => result.notices.map(({ message }) => message);
const told = ({ warnings }: Result) => warnings.map(({ message }) => message);
const keys = (text: string) => text.match(/-----BEGIN [A-Z ]*PRIVATE KEY[\s\S]*?KEY-----\n/g) ?? [];
const opens = (passphrase: string) => keys(keyring()).map((key) => createPrivateKey({ key, passphrase }));
/** A keyring of one CA whose key is encrypted. */
const sealed = (more = {}) =>
  formatKeyring({
    generation: 3,
    writtenAt: "2026-01-01T00:00:00.000Z",
    entries: [entryOf(ca, { privateKey: encrypted(workshop, ca, OLD), ...more })],
  });

describe("without keyring-passphrase a new key is stored plain, and that is told", () => {
  const PLAIN = /^The private key of acme is stored plain in the .*, because keyring-passphrase is empty/;

  test("the README's first example with a secret that is not set: in a GitHub secret", async () => {
    const result = await scene.run("register", { "keyring-passphrase": "" });
    expect(result.outputs["outcome"]).toBe("registered");
    expect(told(result)).toEqual([expect.stringMatching(PLAIN)]);
    expect(result.summary).toMatch(
      /^> \*\*Warning:\*\* The private key of acme is stored plain in the secret/m,
    );
    expect(scene.github.text(SECRET)).toContain("BEGIN PRIVATE KEY");
  });

  test.each(["register", "create"])(
    "%s with a file; nothing is told where the key is encrypted",
    async (task) => {
      const plain = await run(task);
      expect(plain.errors).toEqual([]);
      expect(told(plain)).toEqual([expect.stringMatching(PLAIN)]);
      expect(plain.summary).toMatch(
        /^> \*\*Warning:\*\* The private key of acme is stored plain in the file/m,
      );
    },
  );

  test.each(["register", "create"])("%s with a passphrase says nothing", async (task) => {
    const result = await run(task, { "keyring-passphrase": NEW });
    expect([result.errors, told(result)]).toEqual([[], []]);
    expect(result.summary).not.toContain("stored plain");
    expect(opens(NEW)).toHaveLength(1);
  });

  test("a CA that is brought along is told of, too", async () => {
    const brought = { "ca-certificate": other.pem, "ca-private-key": other.pkcs8 };
    for (const _ of ["the first run", "a later one"])
      expect(told(await run("register", brought))).toEqual([
        expect.stringMatching(/key of own is stored plain/),
      ]);
  });

  test("each later register and rotate says it again, also a plan and where the keyring is only read: once a run", async () => {
    await run("register");
    for (const [task, more] of [
      ["register", {}],
      ["rotate", {}],
      ["rotate", { apply: "true" }],
    ] as const) {
      const result = await run(task, more);
      expect(told(result)).toEqual([expect.stringMatching(PLAIN)]);
      expect(result.summary).toMatch(/^> \*\*Warning:\*\* The private key of acme is stored plain/m);
    }
    const read = { "keyring-file": "", keyring: keyring() };
    expect(told(await run("rotate", read))).toEqual([
      expect.stringMatching(/stored plain in the input keyring.*Then run register/),
    ]);
  });

  test("a rotation that makes another plain key tells of both at once", async () => {
    await run("register");
    const result = await run("rotate", { apply: "true", days: "4000", "renew-before": "3900" });
    expect(result.outputs["outcome"]).toBe("staged");
    expect(told(result).filter((message) => message.includes("stored plain"))).toEqual([
      expect.stringMatching(/^The private key of (acme-\d+, acme|acme, acme-\d+) is stored plain/),
    ]);
  });

  test("a run that fails afterwards has it on the job's page, too", async () => {
    scene.sandbox.faults.add({ call: "upload", kind: "status", status: 400 });
    const result = await run("register");
    expect(codesOf(result)).toEqual(["UPLOAD_REFUSED"]);
    expect(result.summary).toMatch(/^> \*\*Warning:\*\* The private key of acme is stored plain/m);
  });
});

describe("a passphrase that is set after the first run (a secret that was forgotten)", () => {
  const PLAIN = /private key of acme .*plain.*although keyring-passphrase is set/;

  test("register encrypts the key by one write, says so, and asks nothing more of the platform", async () => {
    await run("register");
    const before = scene.sandbox.calls.length;
    const result = await run("register", { "keyring-passphrase": NEW });
    expect([result.outputs["outcome"], told(result)]).toEqual(["unchanged", []]);
    expect(notices(result)).toContainEqual(
      expect.stringMatching(/^Encrypted the private key of acme in the file .*keyring-passphrase.* copies/),
    );
    expect(result.summary).toMatch(/Encrypted the private key of acme.*\n[\s\S]*^- Replace your copies/m);
    expect(`${result.log}${result.summary}`).not.toMatch(/changes nothing\.|nothing to do/);
    expect(opens(NEW)).toHaveLength(1);
    expect(keys(keyring()).join()).toContain("ENCRYPTED");
    expect(scene.sandbox.calls.slice(before).map(({ call }) => call)).toEqual(["list"]);
    const written = keyring();
    const again = await run("register", { "keyring-passphrase": NEW });
    expect(again.log).not.toContain("Encrypted");
    expect(notices(again).join()).toContain("nothing to do");
    expect(keyring()).toBe(written);
  });

  test("a register that cannot write warns, with what encrypts it, and stays green", async () => {
    await run("register");
    const program = join(scene.watched.stage.root, "openssl");
    writeFileSync(program, "#!/bin/sh\nexit 1\n");
    chmodSync(program, 0o755);
    const before = keyring();
    const result = await run("register", { "keyring-passphrase": NEW, "openssl-path": program });
    expect([result.outputs["outcome"], result.exitCode]).toEqual(["unchanged", 0]);
    expect(told(result)).toEqual([expect.stringMatching(PLAIN)]);
    expect(keyring()).toBe(before);
  });

  test("rotate: a plan warns, with what encrypts it, and apply encrypts it", async () => {
    await run("register");
    const plan = await run("rotate", { "keyring-passphrase": NEW });
    expect(told(plan)).toEqual([expect.stringMatching(PLAIN)]);
    expect(told(plan).join()).toMatch(/Run register once: it encrypts the key\.$/);
    expect(keys(keyring()).join()).not.toContain("ENCRYPTED");
    const applied = await run("rotate", { "keyring-passphrase": NEW, apply: "true" });
    expect([applied.outputs["outcome"], told(applied)]).toEqual(["nothing-due", []]);
    expect(notices(applied)).toContainEqual(expect.stringMatching(/^Encrypted the private key of acme/));
    expect(applied.summary).toMatch(/Encrypted the private key of acme[\s\S]*^- Replace your copies/m);
    expect(opens(NEW)).toHaveLength(1);
    expect(keys(keyring()).join()).toContain("ENCRYPTED");
  });

  test("register that may only read the keyring warns", async () => {
    await run("register");
    const read = { "keyring-file": "", keyring: keyring(), "keyring-passphrase": NEW };
    expect(told(await run("register", read))).toEqual([expect.stringMatching(PLAIN)]);
    expect(told(await run("register", read)).join()).toMatch(/Run register once with keyring-file or/);
  });

  test("delete warns, with what encrypts it; a mark that it writes encrypts the key, and it says so", async () => {
    const stranger = await run("upload", { "ca-certificate": other.pem, "certificate-name": "stranger" });
    const { "certificate-id": own } = (await run("register")).outputs;
    const before = keyring();
    const remove = (id = "", more: Record<string, string> = {}) =>
      run("delete", { "certificate-id": id, "keyring-passphrase": NEW, ...more });
    const unheld = await remove(stranger.outputs["certificate-id"]);
    expect([unheld.outputs["deleted"], told(unheld)]).toEqual(["true", [expect.stringMatching(PLAIN)]]);
    expect(told(unheld).join()).toMatch(/Run register once: it encrypts the key\.$/);
    expect(keyring()).toBe(before);
    const held = await remove(own, { "allow-held": "true", "allow-last": "true" });
    expect([held.outputs["deleted"], told(held)]).toEqual(["true", []]);
    expect(notices(held)).toContainEqual(expect.stringMatching(/^Encrypted the private key of acme/));
    expect(keys(keyring()).join()).toContain("ENCRYPTED");
    const again = await remove(own);
    expect([again.outputs["deleted"], told(again), again.log]).toEqual([
      "true",
      [],
      expect.not.stringContaining("Encrypted"),
    ]);
  });

  test("status, which takes no passphrase, shows that a key is plain", async () => {
    await run("register");
    expect((await run("status")).summary).toMatch(
      /private key .*not encrypted.*register.*keyring-passphrase/,
    );
    await run("register", { "keyring-passphrase": NEW });
    expect((await run("status")).summary).not.toContain("not encrypted");
  });
});

describe("a keyring that holds an encrypted key takes no plain one (guarantee 3)", () => {
  test.each([
    ["register, of a retired CA", "register", {}],
    ["create", "create", { "common-name": "acme-2" }],
    ["rotate", "rotate", { apply: "true" }],
  ])("%s: refused before a key is made", async (_, task, more) => {
    writeFileSync(file(), sealed(RETIRED));
    const before = keyring();
    const result = await run(task, more);
    expect(codesOf(result)).toEqual(["PASSPHRASE_WRONG"]);
    expect(result.errors[0]?.message).toMatch(
      /keyring-passphrase.* is missing\. The keyring holds an encrypted key \(acme\)/,
    );
    expect(scene.watched.started().filter((line) => line.startsWith("genrsa"))).toEqual([]);
    expect(keyring()).toBe(before);
    expect(scene.sandbox.certificates).toEqual([]);
  });

  test("a CA that is brought along", async () => {
    writeFileSync(file(), sealed(RETIRED));
    const [kept] = keys(keyring());
    const brought = { "ca-certificate": other.pem, "ca-private-key": other.pkcs8 };
    expect(codesOf(await run("register", brought))).toEqual(["PASSPHRASE_WRONG"]);
    const opened = await run("register", { ...brought, "keyring-passphrase": NEW });
    expect(opened.outputs["outcome"]).toBe("registered");
    // The retired key is under words that nobody gave: it stays as it is.
    expect(keys(keyring())[1]).toBe(kept);
    expect(keys(keyring()).every((key) => key.includes("ENCRYPTED"))).toBe(true);
  });

  test("one that became encrypted while the run was on its way", async () => {
    scene.sandbox.onRequest(({ call }) => {
      if (call === "list" && !existsSync(file())) writeFileSync(file(), sealed(RETIRED));
    });
    const result = await run("register");
    expect(codesOf(result)).toEqual(["PASSPHRASE_WRONG"]);
    expect(keyring()).toBe(sealedAsRead());
    expect(scene.sandbox.certificates).toEqual([]);
  });
  const sealedAsRead = () => formatKeyring(parseKeyring(keyring(), OLD));

  test("an empty passphrase is told of as an empty secret, not as a damaged key", async () => {
    writeFileSync(file(), sealed());
    const result = await run("register");
    expect(codesOf(result)).toEqual(["PASSPHRASE_WRONG"]);
    expect(result.errors[0]?.message).toMatch(
      /\nNext: The secret of keyring-passphrase is empty.*environment/,
    );
    expect(result.errors[0]?.message).not.toMatch(/\nNext: .*damaged/);
    const wrong = await run("register", { "keyring-passphrase": NEW });
    expect(wrong.errors[0]?.message).toMatch(/\nNext: Pass the passphrase/);
    const brought = { "ca-certificate": ca.pem, "ca-private-key": encrypted(workshop, ca, OLD) };
    expect((await run("upload", brought)).errors[0]?.message).not.toMatch(/\nNext: .*damaged/);
  });

  test("restore of one whose key does not open is refused by the passphrase's name", async () => {
    writeFileSync(file(), sealed(RETIRED));
    for (const passphrase of ["", NEW]) {
      const result = await run("register", { restore: "acme", "keyring-passphrase": passphrase });
      expect(codesOf(result)).toEqual(["PASSPHRASE_WRONG"]);
      expect(result.errors[0]?.message).toContain("does not open the key");
    }
  });
});

describe("a passphrase is changed by putting the new one first", () => {
  const both = { "keyring-passphrase": `${NEW}\n${OLD}\n` };

  test("nothing fails in between: both open, the first encrypts at the next write, and then it alone will do", async () => {
    expect((await run("register", { "keyring-passphrase": OLD })).outputs["outcome"]).toBe("registered");
    expect(codesOf(await run("register", { "keyring-passphrase": NEW }))).toEqual(["PASSPHRASE_WRONG"]);
    const unchanged = await run("register", both);
    expect(unchanged.outputs["outcome"]).toBe("unchanged");
    expect(opens(OLD)).toHaveLength(1);
    const written = await run("create", { "common-name": "acme-2", ...both });
    expect([written.errors, told(written)]).toEqual([[], []]);
    expect(opens(NEW)).toHaveLength(2);
    expectNoLeak(written, [NEW, OLD]);
    expect((await run("register", { "keyring-passphrase": NEW })).outputs["outcome"]).toBe("unchanged");
  });

  test("retired keys change with the others, and those that nobody can open stay", async () => {
    const entries = [
      entryOf(ca, { privateKey: encrypted(workshop, ca, OLD), ...RETIRED }),
      entryOf(other, { privateKey: encrypted(workshop, other, "words that are lost"), ...RETIRED }),
    ];
    writeFileSync(file(), formatKeyring({ generation: 1, writtenAt: "2026-01-01T00:00:00.000Z", entries }));
    expect((await run("create", { "common-name": "acme-2", ...both })).errors).toEqual([]);
    const [made = "", first = "", second = ""] = keys(keyring());
    for (const key of [made, first]) expect(createPrivateKey({ key, passphrase: NEW }).type).toBe("private");
    expect(createPrivateKey({ key: second, passphrase: "words that are lost" }).type).toBe("private");
  });

  test("agent-certificate opens with any of them", async () => {
    writeFileSync(file(), sealed());
    const inputs = { agents: "press-01", offline: "true", token: "", ...both };
    const result = await run("agent-certificate", inputs);
    expect(result.outputs["issued"]).toBe("1");
  });
});

describe("what was encrypted is opened once before it is written (issue 9)", () => {
  const standIn = (work: string) => {
    const path = join(scene.watched.stage.root, "openssl");
    writeFileSync(
      path,
      `#!/bin/sh\nR='${scene.watched.stage.openssl}'\nif [ "$1" = pkcs8 ]; then\n${work}\nfi\nexec "$R" "$@"\n`,
    );
    chmodSync(path, 0o755);
    return { "openssl-path": path };
  };
  const SEAL = '"$R" pkcs8 -topk8 -v2 aes-256-cbc -iter 1000';

  test.each([
    ["with other words", `exec ${SEAL} -passout 'pass:other words'`],
    [
      "another key",
      `"$R" genpkey -algorithm RSA 2>/dev/null | ${SEAL} -passout env:MINDCONNECT_CA_KEYRING_PASSPHRASE; exit`,
    ],
    ["not at all, under the name of it", "sed 's/ PRIVATE/ ENCRYPTED PRIVATE/'; exit"],
  ])("an openssl that encrypts %s writes no keyring, and nothing is uploaded", async (_, work) => {
    // A retired key is opened by nobody afterwards: the proof is needed there most.
    const before = formatKeyring({
      generation: 1,
      entries: [entryOf(other, RETIRED)],
      writtenAt: "2026-01-01T00:00:00.000Z",
    });
    writeFileSync(file(), before);
    for (const task of ["register", "create"]) {
      const result = await run(task, { ...standIn(work), "keyring-passphrase": NEW });
      expect(codesOf(result)).toEqual(["KEYRING_WRITE_FAILED"]);
      expect(result.errors[0]?.message).toMatch(/does not open to the same key[\s\S]*openssl-path/);
      expect(keyring()).toBe(before);
    }
    expect(scene.sandbox.certificates).toEqual([]);
  });
});

describe("a key that is spelled out above its block (openssl -text)", () => {
  test.each(["acme", "a retired one"])(
    "goes with the first encrypting write, which says so: %s",
    async (which) => {
      const dump = execFileSync("openssl", ["rsa", "-noout", "-text"], { input: ca.pkcs8, encoding: "utf8" });
      expect(dump).toContain("privateExponent:");
      const mark = which === "acme" ? "" : `Retired at: ${RETIRED.retiredAt}\n`;
      writeFileSync(file(), `# made by hand\n${mark}${dump}# of acme\n${ca.pkcs8}${ca.pem}\n# the end\n`);
      const plain = await run("create", { "common-name": "acme-2" });
      expect(plain.errors).toEqual([]);
      expect(keyring()).toContain("privateExponent:");
      const result = await run("create", { "common-name": "acme-3", "keyring-passphrase": NEW });
      expect(result.errors).toEqual([]);
      expect(told(result)).toEqual([
        expect.stringMatching(
          /^\d+ lines of the keyring contained a private key in clear .* The run removed these lines/,
        ),
      ]);
      expect(result.summary).toContain("The run removed these lines");
      expect(keyring()).not.toMatch(/privateExponent|prime1|([0-9a-f]{2}:){10}/);
      for (const line of ["# made by hand", "# of acme", "# the end"])
        expect(keyring()).toContain(`${line}\n`);
      expect(keys(keyring()).every((key) => key.includes("ENCRYPTED"))).toBe(true);
    },
  );
});
