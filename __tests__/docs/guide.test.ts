import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { readCertificate } from "../../src/ca/certificate.ts";
import { type KeyringEntry, parseKeyring } from "../../src/ca/keyring.ts";
import { type MadeCa, makeCa } from "../ca/made.ts";
import { Workshop } from "../sandbox/openssl.ts";
import { type Result, ROOT } from "../support/action.ts";
import { createScene, type Scene, SECRET } from "../support/secret-scene.ts";
import { read, readAction, type Step, taskOf } from "./repository.ts";

/*
 * The rotation guide, carried out: each section's steps as they stand there, with the inputs that the guide leaves out
 * because they are the same everywhere, and its placeholders filled in.
 */

const GUIDE = "docs/rotation.md";
const sections = new Map(
  read(GUIDE)
    .split(/^##+ /m)
    .map((text): [string, string] => [text.split("\n", 1)[0] ?? "", text]),
);
/** Inside of a list a block is indented with its text. */
const stepsOf = (section: string): Step[] =>
  [...(sections.get(section) ?? "").matchAll(/^( *)```yaml\n([\s\S]*?)^\1```$/gm)].flatMap(
    ([, indent = "", text = ""]) => parse(text.replaceAll(new RegExp(`^${indent}`, "gm"), "")) as Step[],
  );

const workshop = new Workshop();
let theirs: MadeCa;
let scene: Scene;

beforeAll(() => {
  theirs = makeCa(workshop, "/CN=acme-by-hand");
});
afterAll(() => workshop.remove());
beforeEach(async () => {
  scene = await createScene();
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

const names = () => scene.sandbox.certificates.map(({ commonName }) => commonName).toSorted();
const DATED = expect.stringMatching(/^acme-\d{8}$/);
/** A CA of a few hundred days, so that its successor is due, and the successor beside it. */
async function staged(): Promise<Result> {
  const first = await scene.run("register", { days: "300" });
  await scene.run("rotate", { apply: "true" });
  expect(names()).toEqual(["acme", DATED]);
  return first;
}

test("every link of the guide leads somewhere", () => {
  const links = [...read(GUIDE).matchAll(/\]\(([^)#]+)\)/g)].map(([, path = ""]) => path);
  expect(links).not.toEqual([]);
  for (const link of links) expect(existsSync(join(ROOT, dirname(GUIDE), link)), link).toBe(true);
});

test("every step of the guide names a task, and inputs that it has", () => {
  const steps = [...sections.keys()].flatMap(stepsOf);
  expect(steps.length).toBeGreaterThan(9);
  for (const { uses = "", with: given = {} } of steps) {
    const inputs = Object.keys(readAction(taskOf(uses) ?? "").inputs ?? {});
    expect(inputs).toEqual(expect.arrayContaining(Object.keys(given)));
  }
});

describe("the guide's steps", () => {
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

  test("The key is compromised, and there is no time: deleted at once, and rotate makes a new one", async () => {
    const old = await scene.run("register");
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

  test("Moving the keyring to another secret", async () => {
    await scene.run("register");
    await follow(stepsOf("Moving the keyring to another secret")[0], {
      OLD_NAME: scene.github.text(SECRET),
      MINDCONNECT_GITHUB_TOKEN: scene.github.token,
    });
    expect(scene.github.text("NEW_NAME")).toContain("Common name: acme\n");
  });
});
