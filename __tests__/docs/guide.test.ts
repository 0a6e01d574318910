import { execFileSync } from "node:child_process";
import { createPrivateKey } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readCertificate } from "../../src/ca/certificate.ts";
import type { KeyringEntry } from "../../src/ca/keyring-entries.ts";
import { parseKeyring } from "../../src/keyring/keyring-format.ts";
import { type MadeCa, makeCa } from "../ca/made.ts";
import { DAY } from "../rotation/clock.ts";
import { newKey, selfSigned } from "../rotation/issuer.ts";
import { Workshop } from "../sandbox/workshop.ts";
import { type Result, runAction, warningsOf } from "../support/action.ts";
import { registerInputs } from "../support/inputs.ts";
import { createSecretScene, SECRET, type SecretScene } from "../support/secret-scene.ts";
import { namesSince, today } from "../support/today.ts";
import { guides, sectionsOf, stepsIn } from "./markdown.ts";
import { fencedBlocks, parseWorkflow, read, readAction, type Step, taskOf } from "./repository.ts";

/*
 * The guides (rotation, recovery, migration), carried out: each section's steps as they stand there, with the inputs that
 * the guides leave out because they are the same everywhere, and their placeholders filled in.
 */

const sections = new Map(guides.flatMap((path) => [...sectionsOf(read(path))]));
const stepsOf = (section: string): Step[] => stepsIn(sections.get(section) ?? "");

const workshop = new Workshop();
let theirs: MadeCa;
let scene: SecretScene;

beforeAll(() => {
  theirs = makeCa(workshop, "/CN=acme-by-hand");
});
afterAll(() => workshop.remove());
beforeEach(async () => {
  scene = await createSecretScene();
});
afterEach(() => scene.close());

/** Carries out one step of the guide; it must succeed. */
async function follow(step: Step | undefined, values: Record<string, string> = {}): Promise<Result> {
  const given = Object.entries(step?.with ?? {}).map(([name, value]) => {
    const text = String(value).replaceAll(/<\w+>|\$\{\{ secrets\.(\w+) \}\}/g, (found, secret: string) => {
      const known = values[secret ?? found];
      expect(known, found).toBeDefined();
      return known as string;
    });
    return [name, text];
  });
  const result = await scene.run(taskOf(step?.uses ?? "") ?? "", Object.fromEntries(given));
  expect(result.errors).toEqual([]);
  return result;
}

/** Runs a line of the guide in a folder, with a stand-in for `gh secret set NAME`. @returns what it would store */
function storeByHand(line: string, folder: string): string {
  const programs = join(folder, "programs");
  mkdirSync(programs);
  const stored = join(folder, "stored");
  const script = `#!/bin/sh\n[ "$*" = "secret set NEW_NAME" ] && cat > "${stored}"\n`;
  writeFileSync(join(programs, "gh"), script, { mode: 0o755 });
  const env = { ...process.env, PATH: `${programs}:${process.env["PATH"]}` };
  execFileSync("sh", ["-euc", line], { cwd: folder, env });
  return readFileSync(stored, "utf8");
}

const names = () => scene.sandbox.certificates.map(({ commonName }) => commonName).toSorted();
const DATED = expect.stringMatching(/^acme-\d{8}$/);
/** A CA of a few hundred days, so that its successor is due, and the successor beside it. */
async function staged(): Promise<Result> {
  const first = await scene.run("register", { days: "300" });
  await scene.run("rotate", { apply: "true" });
  expect(names()).toEqual(["acme", DATED]);
  return first;
}

test("every step of the guides names a task, and inputs that it has", () => {
  const steps = [...sections.keys()].flatMap(stepsOf);
  expect(steps.length).toBeGreaterThan(9);
  for (const { uses = "", with: given = {} } of steps) {
    const inputs = Object.keys(readAction(taskOf(uses) ?? "").inputs ?? {});
    expect(inputs).toEqual(expect.arrayContaining(Object.keys(given)));
  }
});

test("each step runs in a copy of register.yml or keyring.yml, as recovery.md says", () => {
  expect(read("docs/recovery.md")).toContain("delete the lines `country-code`, `city` and `organization`");
  expect(read("docs/recovery.md")).toContain("Copy [keyring.yml](../examples/keyring.yml)");
  expect(read("docs/recovery.md")).toContain("The step `keyring` is the last one.");
  const keptOf = (path: string, job: string, ids: readonly (string | undefined)[]) => {
    const steps = parseWorkflow(read(path)).jobs[job]?.steps ?? [];
    expect(steps.map(({ id }) => id)).toEqual(ids);
    return Object.keys(steps[1]?.with ?? {});
  };
  const kept = keptOf("examples/register.yml", "register", ["app", "ca", undefined]);
  const ofKeyring = keptOf("examples/keyring.yml", "keyring", ["app", "keyring"]);
  const subject = ["country-code", "city", "organization"];
  for (const { uses = "", with: given = {} } of [...sections.keys()].flatMap(stepsOf)) {
    const task = taskOf(uses) ?? "";
    const { inputs = {} } = readAction(task);
    const base = task === "keyring" ? ofKeyring : kept;
    const names = base.filter((name) => task !== "delete" || !subject.includes(name));
    expect(Object.keys(inputs), task).toEqual(expect.arrayContaining(names));
    const missing = Object.keys(inputs).filter(
      (name) => inputs[name]?.required === true && !names.includes(name) && !(name in given),
    );
    expect(missing, task).toEqual([]);
  }
});

describe("the guides' steps", () => {
  test("Day 0: the plan shows what comes, and changes nothing", async () => {
    await scene.run("register");
    const plan = await follow(stepsOf("Day 0")[0]);
    expect(plan.outputs["outcome"]).toBe("nothing-due");
    expect(scene.github.written).toHaveLength(2);
  });

  test("The agents: once the new CA is staged, each gets a certificate of it, and none twice", async () => {
    const [list, directory] = [
      join(scene.watched.stage.lasting, "agents.txt"),
      join(scene.watched.stage.lasting, "agents"),
    ];
    writeFileSync(list, "press-01\nrobot-7\n");
    const values = { "<list>": list, "<directory>": directory };
    const issue = () => follow(stepsOf("The agents")[0], values);
    await scene.run("register", { days: "300" });
    expect((await issue()).outputs["issued"]).toBe("2");
    await scene.run("rotate", { apply: "true" });
    expect((await issue()).outputs["issued"]).toBe("2");
    expect((await issue()).outputs["issued"]).toBe("0");
    const [newest] = parseKeyring(scene.github.text(SECRET)).entries;
    const issued = readCertificate(readFileSync(join(directory, "press-01.pem"), "utf8"));
    expect(issued.x509.checkIssued((newest as KeyringEntry).certificate.x509)).toBe(true);
  });

  test("Retirement: an overlap is ended early", async () => {
    const old = await staged();
    const ended = await follow(stepsOf("Retirement")[0]);
    expect(ended.outputs).toMatchObject({
      outcome: "retired",
      "retired-certificate-id": old.outputs["certificate-id"],
    });
    expect(names()).toEqual([DATED]);
  });

  test("The key is lost: a new CA beside it, then the old one goes", async () => {
    const lost = scene.sandbox.seed(theirs.pem, { verified: true });
    const [rotate, remove] = stepsOf("The key is lost");
    await follow(rotate, { "<id>": lost.id });
    expect(names()).toEqual(["acme-by-hand", DATED].toSorted());
    await follow(remove, { "<id>": lost.id });
    expect(names()).toEqual([DATED]);
  });

  test("The key is compromised: a successor now, then the old one goes and its key is forgotten", async () => {
    await scene.run("register", { days: "3600" });
    const [stage, retire] = stepsOf("The key is compromised");
    expect((await follow(stage)).outputs["outcome"]).toBe("staged");
    expect((await follow(retire)).outputs["outcome"]).toBe("retired");
    expect(names()).toEqual([DATED]);
    expect(scene.github.text(SECRET)).not.toContain("Common name: acme\n");
  });

  test("The key is compromised while an overlap is running: the older one goes, and a successor is staged", async () => {
    const day = today();
    await scene.run("register", { days: "300" });
    await scene.run("rotate", { apply: "true", days: "3600" });
    const [stage, retire] = stepsOf("The key is compromised");
    expect(sections.get("The key is compromised")).toContain("add `retire: now`");
    const during = { ...stage, with: { ...stage?.with, retire: "now" } };
    expect((await follow(during)).outputs["outcome"]).toBe("staged");
    expect(names()).toEqual([DATED, expect.toBeOneOf(namesSince(day, 2))]);
    expect((await follow(retire)).outputs["outcome"]).toBe("retired");
    expect(names()).toEqual([expect.toBeOneOf(namesSince(day, 2))]);
  });

  test("The key is compromised, and there is no time: deleted at once, and rotate makes a new one", async () => {
    const old = await scene.run("register", { days: "3000" });
    const [, , remove] = stepsOf("The key is compromised");
    await follow(remove, { "<id>": old.outputs["certificate-id"] as string });
    expect(names()).toEqual([]);
    expect((await scene.run("rotate", { apply: "true" })).outputs["outcome"]).toBe("staged");
    expect(names()).toEqual([DATED]);
  });

  test("A foreign certificate is in a slot: deleted by its id, then the rotation goes on", async () => {
    await scene.run("register", { days: "300" });
    const foreign = scene.sandbox.seed(theirs.pem);
    const refused = await scene.run("rotate", { apply: "true" });
    expect(refused.errors[0]?.title).toContain("CA_SLOTS_FULL");
    expect(refused.errors[0]?.message).toContain(`certificate-id: ${foreign.id}`);
    await follow(stepsOf("A foreign certificate is in a slot")[0], { "<id>": foreign.id });
    expect((await scene.run("rotate", { apply: "true" })).outputs["outcome"]).toBe("staged");
  });

  test("A usable one of somebody else: the warning and the refusal name it, and how to delete it", async () => {
    await scene.run("register");
    const foreign = scene.sandbox.seed(theirs.pem, { verified: true });
    const warned = await scene.run("rotate");
    expect(warningsOf(warned)[0]).toContain(`certificate-id: ${foreign.id}`);
    const refused = await scene.run("rotate", { apply: "true", days: "3652", "renew-before": "3651" });
    expect(refused.errors[0]?.title).toContain("CA_NOT_HELD");
    expect(refused.errors[0]?.message).toContain(`tasks/delete (certificate-id: ${foreign.id})`);
    await follow(stepsOf("A foreign certificate is in a slot")[0], { "<id>": foreign.id });
    expect(warningsOf(await scene.run("rotate"))).toEqual([]);
  });

  test("The CA has expired: it makes room, and a new one is made in the same run", async () => {
    const key = newKey();
    const dates = { notBefore: Date.now() - 900 * DAY, notAfter: Date.now() - DAY };
    const pem = selfSigned(createPrivateKey(key), { subject: [["CN", "acme-past"]], ...dates });
    scene.sandbox.seed(theirs.pem);
    scene.sandbox.seed(pem, { verified: true });
    scene.github.seed(SECRET, key + pem, { updatedAt: Date.now() - DAY });
    scene.github.runCreatedAt = Date.now();
    const [step] = stepsOf("The CA has expired");
    expect((await follow(step)).outputs["outcome"]).toBe("staged");
    expect(names()).toEqual(["acme-by-hand", DATED].toSorted());
  });

  test("The CA was retired too early: it comes back", async () => {
    await staged();
    await scene.run("rotate", { apply: "true", retire: "now" });
    await follow(stepsOf("The CA was retired too early")[0], { "<name>": "acme" });
    expect(names()).toEqual(["acme", DATED]);
  });

  test("Moving an existing CA under this action: it is adopted, with its key in the keyring", async () => {
    const { id } = scene.sandbox.seed(theirs.pem, { verified: true });
    const adopted = await follow(stepsOf("Moving an existing CA under this action")[0], {
      OLD_CA_CERTIFICATE: theirs.pem,
      OLD_CA_PRIVATE_KEY: theirs.pkcs8,
      OLD_CA_PASSPHRASE: "",
    });
    expect(adopted.outputs).toMatchObject({ outcome: "unchanged", "certificate-id": id });
    expect(scene.github.text(SECRET)).toContain(theirs.pkcs8.trim());
  });

  test("Moving two of them: the older one first, and it is the one that is to be retired", async () => {
    const newer = makeCa(workshop, "/CN=acme-by-hand-2");
    scene.sandbox.seed(newer.pem, { verified: true, id: "newer" });
    scene.sandbox.seed(theirs.pem, { verified: true, id: "older" });
    for (const { pem, pkcs8 } of [theirs, newer]) {
      const values = { OLD_CA_CERTIFICATE: pem, OLD_CA_PRIVATE_KEY: pkcs8, OLD_CA_PASSPHRASE: "" };
      await follow(stepsOf("Moving an existing CA under this action")[0], values);
    }
    const plan = await scene.run("rotate", { apply: "true" });
    expect(plan.outputs).toMatchObject({ outcome: "waiting", "certificate-id": "newer" });
    expect(JSON.parse(plan.outputs["plan"] ?? "")).toContainEqual(
      expect.objectContaining({ step: "retire", certificateId: "older" }),
    );
  });

  test("Moving the keyring to another secret", async () => {
    await scene.run("register");
    await follow(stepsOf("Moving the keyring to another secret")[0], {
      OLD_NAME: scene.github.text(SECRET),
      MINDCONNECT_GITHUB_TOKEN: scene.github.token,
    });
    expect(scene.github.text("NEW_NAME")).toContain("Common name: acme\n");
  });

  test("Encrypting a plain key: register does it at once when the passphrase is set", async () => {
    await scene.run("register");
    expect(scene.github.text(SECRET)).toContain("BEGIN PRIVATE KEY");
    expect(read("docs/keyring.md")).toContain("Run `register` once more");
    const again = await scene.run("register", { "keyring-passphrase": "a passphrase" });
    expect(again.outputs["outcome"]).toBe("unchanged");
    expect(scene.github.text(SECRET)).toContain("BEGIN ENCRYPTED PRIVATE KEY");
    expect(scene.github.text(SECRET)).not.toContain("BEGIN PRIVATE KEY");
  });

  test.each([
    ["of the action's", (text: string) => text],
    ["made by hand", (text: string) => text.slice(text.indexOf("-----BEGIN"))],
  ])("Moving the keyring from a file %s into a secret: the line as it stands there", async (_, made) => {
    const { github, watched, sandbox } = scene;
    const file = join(watched.stage.lasting, "keyring.pem");
    const inFile = { ...registerInputs(sandbox, watched.stage), "keyring-file": file };
    await runAction("register", watched.stage, { inputs: inFile });
    writeFileSync(file, made(readFileSync(file, "utf8")));
    // Weeks go by.
    const [line = ""] = fencedBlocks(sections.get("Moving the keyring to another secret") ?? "", "sh");
    const stored = storeByHand(line, dirname(file));
    github.seed("NEW_NAME", stored, { updatedAt: Date.now() + 30 * DAY });
    github.runCreatedAt = Date.now() + 30 * DAY + 1000;
    const inputs = { keyring: stored, "keyring-secret": "NEW_NAME", apply: "true" };
    const rotated = await scene.run("rotate", inputs);
    expect(rotated.errors).toEqual([]);
    expect(rotated.outputs["outcome"]).toBe("nothing-due");
  });
});
