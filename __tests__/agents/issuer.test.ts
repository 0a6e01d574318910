import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { issueLeaf } from "../../src/agents/issue-certificates.ts";
import { readCertificate } from "../../src/ca/certificate.ts";
import { createWatched, refused } from "../bad-input/refused.ts";
import { encrypted, entryOf } from "../ca/made.ts";
import { codesOf } from "../support/action.ts";
import { createSecretScene, keyringOf, SECRET } from "../support/secret-scene.ts";
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

const pairOf = ({ pem, pkcs8 }: { pem: string; pkcs8: string }) => ({
  "ca-certificate": pem,
  "ca-private-key": pkcs8,
});

test("a CA brought along with an encrypted key issues; its passphrase shows up nowhere", async () => {
  const key = encrypted(makers.workshop, makers.next, "of the key");
  expect(key).toContain("BEGIN ENCRYPTED PRIVATE KEY");
  scene.sandbox.seed(makers.next.pem, { verified: true });
  const brought = { "ca-certificate": makers.next.pem, "ca-private-key": key };
  const result = await scene.issue("a", {
    ...scene.quick().input,
    ...brought,
    "ca-private-key-passphrase": "of the key",
  });
  expect(scene.read("a_chain.pem")).toContain(makers.next.pem);
  expect(result.log).not.toContain("of the key");
});

test.each([
  ["asked", "false"],
  ["not asked (offline)", "true"],
])(
  "a CA brought along that the keyring knows as retired does not issue; the platform is %s",
  async (_name, offline) => {
    const keyring = scene.keyring(entryOf(makers.ca, { retiredAt: "2026-01-01T00:00:00.000Z" }));
    const { code, message } = await scene.fail("a", { ...pairOf(makers.ca), keyring, offline });
    expect(code).toBe("CA_NOT_USABLE");
    expect(message).toContain("was retired at 2026-01-01T00:00:00.000Z");
  },
);

describe("an agent never gets the subject of its CA", () => {
  const name = "acme-20300101";
  const problem = new RegExp(`line 2: "${name}" would get the subject of the CA itself`);

  test("told before anything runs where the CA is brought along (guarantee 9)", async () => {
    const watched = createWatched();
    const inputs = scene.inputs(`a\n${name}`, pairOf(makers.next));
    const { problems } = await refused("agent-certificate", watched, scene.sandbox, inputs);
    expect(problems).toEqual([expect.stringMatching(problem)]);
    watched.stage.remove();
  });

  test("told before anything is issued where it is the keyring's", async () => {
    scene.sandbox.seed(makers.next.pem, { verified: true });
    const keyring = scene.keyring(entryOf(makers.next));
    const { code, message } = await scene.fail(`a\n${name}`, { keyring });
    expect([code, message]).toEqual(["INPUT_INVALID", expect.stringMatching(problem)]);
    expect(readdirSync(scene.stage.lasting)).toEqual([]);
    const other = { keyring, "organizational-unit": "OT", ...scene.quick().input };
    expect((await scene.issue(`a\n${name}`, other)).outputs["issued"]).toBe("2");
  });

  test("and refused where a CSR brings it along", async () => {
    scene.sandbox.seed(makers.next.pem, { verified: true });
    const csr = makers.csr(name, `/C=DE/ST=MUC/O=Acme/OU=IT/CN=${name}`);
    const { code, message } = await scene.fail(`${name}=${csr}`, {
      keyring: scene.keyring(entryOf(makers.next)),
    });
    expect(code).toBe("CERTIFICATE_INVALID");
    expect(message).toContain("its subject is the CA's own");
    expect(scene.files()).toEqual(["agents.unfinished"]);
  });
});

describe("the CA's end counts only where something is due", () => {
  test("strict-lifetime and the warning", async () => {
    const ca = { ...pairOf(makers.ending(100)), offline: "true", ...scene.quick().input };
    await scene.issue("a", ca);
    const again = await scene.issue("a", { ...ca, "strict-lifetime": "true" });
    expect(again.outputs["issued"]).toBe("0");
    expect(again.warnings).toEqual([]);
    const { code } = await scene.fail("a\nb", { ...ca, "strict-lifetime": "true" });
    expect(code).toBe("CA_EXPIRES_BEFORE_AGENT");
  });

  test("a CA with less than a day left", async () => {
    const last = makers.ending(1);
    const leaf = makers.workshop.issued({ key: makers.ca.file, pem: last.pem }, makers.spareKey, "/CN=a");
    scene.put("a.key", makers.spareKeyPem);
    scene.put("a.pem", leaf);
    scene.put("a_chain.pem", leaf + last.pem);
    const ca = { ...pairOf(last), offline: "true", ...scene.quick().input };
    expect((await scene.issue("a", ca)).outputs["issued"]).toBe("0");
    expect((await scene.fail("a\nb", ca)).code).toBe("CA_EXPIRES_BEFORE_AGENT");
  });

  test("and is looked at right before each certificate is signed, not before its key is made", async () => {
    const events: string[] = [];
    const run = async ([command = ""]: readonly string[]) => {
      events.push(command);
      if (command === "x509") throw new Error("far enough");
    };
    const subject = { countryCode: "DE", city: "MUC", organization: "A", organizationalUnit: "IT" };
    const options = {
      ca: { certificate: readCertificate(makers.ca.pem) },
      subject: (commonName: string) => ({ ...subject, commonName }),
      keyBits: 2048,
      days: () => events.push("days"),
      now: Date.now,
    };
    const commandDirectory = {
      openssl: { run, made: () => false, version: async () => "" },
      directory: scene.stage.root,
      tenant: "acme",
    };
    await expect(issueLeaf(commandDirectory, { name: "a", keyIn: "file" }, options)).rejects.toThrow(
      "far enough",
    );
    expect(events).toEqual(["genrsa", "req", "days", "x509"]);
  });
});

test("a usable CA that ends later and is not in the keyring is warned of", async () => {
  await scene.close();
  scene = await AgentScene.open(makers, "absent");
  const old = makers.ending(800);
  scene.sandbox.seed(old.pem, { verified: true });
  const newer = scene.sandbox.seed(makers.next.pem, { verified: true });
  const { input } = scene.quick();
  const result = await scene.issue("a", { ...input, keyring: scene.keyring(entryOf(old)) });
  expect(result.warnings.map(({ message }) => message)).toEqual([
    expect.stringMatching(
      new RegExp(`\\(${newer.id}\\) that expires later than the issuing CA acme\\. .* not in the keyring`),
    ),
  ]);
  const held = await scene.issue("a", {
    ...input,
    keyring: scene.keyring(entryOf(old), entryOf(makers.next)),
  });
  expect(held.warnings).toEqual([]);
});

describe("the keyring is checked against its secret, and not written (guarantee 3)", () => {
  test("one that is older than the secret issues nothing (KEYRING_STALE)", async () => {
    const secrets = await createSecretScene();
    secrets.sandbox.seed(makers.ca.pem, { verified: true });
    const directory = join(secrets.watched.stage.lasting, "agents");
    const run = (keyring: string, more: Record<string, string> = {}) =>
      secrets.run("agent-certificate", { agents: "a", directory, keyring, ...more });

    secrets.github.seed(SECRET, keyringOf(makers.ca, Date.now()));
    const stale = await run(keyringOf(makers.ca, Date.now() - 120_000));
    expect(codesOf(stale)).toEqual(["KEYRING_STALE"]);
    const absent = await run("", pairOf(makers.ca));
    expect(codesOf(absent)).toEqual(["KEYRING_NOT_PASSED_IN"]);
    expect(secrets.watched.started()).toEqual([]);
    expect(secrets.sandbox.calls).toEqual([]);
    expect(readdirSync(secrets.watched.stage.lasting)).toEqual([]);

    const before = secrets.github.text(SECRET);
    const fresh = await run(before);
    expect(codesOf(fresh), fresh.log).toEqual([]);
    expect(fresh.outputs["issued"]).toBe("1");
    expect(secrets.github.text(SECRET)).toBe(before);
    expect(secrets.github.written).toEqual([]);
    await secrets.close();
  });

  test("a plain key that issues although a passphrase is given is warned of, and not encrypted", async () => {
    const file = join(scene.stage.lasting, "keyring.pem");
    writeFileSync(file, scene.keyring());
    const given = { ...scene.quick().input, "keyring-passphrase": "a long passphrase" };
    const fromFile = await scene.issue("a", { ...given, keyring: "", "keyring-file": file });
    expect(fromFile.warnings.map(({ message }) => message)).toEqual([
      "The private key of acme is stored plain, although keyring-passphrase is set. Run register once: it encrypts the key.",
    ]);
    expect(readFileSync(file, "utf8")).toBe(scene.keyring());

    const read = await scene.issue("a", given);
    expect(read.warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining("Run register once with keyring-file or keyring-secret: it encrypts the key."),
    ]);

    const key = encrypted(makers.workshop, makers.ca, "a long passphrase");
    const keyring = scene.keyring(entryOf({ ...makers.ca, pkcs8: key }));
    expect((await scene.issue("a", { ...given, keyring })).warnings).toEqual([]);
  });

  test("a keyring-file on a disk that vanishes may be read", async () => {
    const file = join(scene.stage.temp, "keyring.pem");
    writeFileSync(file, scene.keyring());
    const result = await scene.issue("a", { ...scene.quick().input, keyring: "", "keyring-file": file });
    expect(result.outputs["issued"]).toBe("1");
    expect(readFileSync(file, "utf8")).toBe(scene.keyring());
  });
});
