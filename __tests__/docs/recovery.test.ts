import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { warningsOf } from "../support/action.ts";
import type { GitHub } from "../support/github.ts";
import { plainKeysIn } from "../support/leaks.ts";
import { leftBehind } from "../support/left-behind.ts";
import {
  commandsOf,
  createPlant,
  fillIn,
  KEYRING,
  lose,
  ON_OWN_RUNNER,
  PASSPHRASE,
  type Plant,
  REGISTER,
  STATUS,
  section,
  set,
  stepsOf,
  textOf,
} from "./drill.ts";
import {
  BACKUP,
  begin,
  COPY,
  DATED,
  expectUsable,
  good,
  names,
  putBack,
  ROTATE,
  refused,
  restoreBackup,
} from "./drill-steps.ts";
import { indentedBlocks, rows, sectionsOf } from "./markdown.ts";
import { find, read, type Step } from "./repository.ts";

/* docs/recovery.md, drilled: something is lost, and the page's own steps and commands bring back what it promises. */

let plant: Plant;
let github: GitHub;

beforeEach(async () => {
  plant = await createPlant();
  github = await plant.repository("acme/plant");
});
afterEach(() => plant.close());

const inPlant = (example: string, changed?: Step) => plant.run(github, example, changed);
/** "The key is lost": a new CA, while the old one stays until it is deleted. The caller shows by a run that nothing is left to do. */
async function replaceLost(id: string, example = REGISTER): Promise<void> {
  const [rotate, remove] = stepsOf("The key is lost");
  await good(inPlant(example, fillIn(rotate, { "<id>": id })), "staged");
  expect(names(plant)).toEqual(["acme", DATED]);
  await good(inPlant(example, fillIn(remove, { "<id>": id })));
  expect(names(plant)).toEqual([DATED]);
}

/** Checks that the seeded registrations, in which the other tests begin, are like the one that was just made. */
async function expectSeededAlike(): Promise<void> {
  const other = await createPlant();
  try {
    const { keyring } = other.registered();
    const passphrase = textOf(github, PASSPHRASE);
    const real = leftBehind(textOf(github, KEYRING), plant.sandbox.certificates, passphrase);
    expect(leftBehind(keyring, other.sandbox.certificates, passphrase)).toEqual(real);
  } finally {
    await other.close();
  }
}

test("the table at the top leads to every section but the one on steps", () => {
  const linked = rows(read("docs/recovery.md")).map(([, link = ""]) => /^\[(.+)\]/.exec(link)?.[1]);
  const titles = [...read("docs/recovery.md").matchAll(/^## (.+)$/gm)].map(([, title]) => title);
  expect(linked.toSorted()).toEqual(titles.filter((title) => title !== "How to run a step").toSorted());
});

describe("The secret was deleted", () => {
  const title = "The secret was deleted";

  test("what one sees, with no key made and no slot touched", async () => {
    await good(inPlant(REGISTER), "registered");
    await expectSeededAlike();
    lose(github, KEYRING);
    for (const [result, code] of [
      [await inPlant(REGISTER), "CA_SUBJECT_IN_USE"],
      [await inPlant(REGISTER, ROTATE), "CA_NOT_HELD"],
    ] as const) {
      const message = refused(result, code, title);
      expect(message).toContain(`secret ${KEYRING} of the environment mindconnect-acme`);
      expect(message).toMatch(/backup.*docs\/recovery\.md/);
    }
    expect((await good(inPlant(STATUS))).summary).toMatch(/\| not known \|$/m);
    expect(section(title)).toContain("*not known*");
    expect([names(plant), textOf(github, KEYRING)]).toEqual([["acme"], ""]);
  });

  test.each([
    ["a backup", BACKUP],
    ["a copy", COPY],
  ])("with %s nothing is lost", async (_, example) => {
    const { id } = begin(plant, github);
    await inPlant(example);
    lose(github, KEYRING);
    if (example === BACKUP) restoreBackup(plant);
    await putBack(plant, github);
    expect(plant.sandbox.certificates).toMatchObject([{ id }]);
  });
});

test("The repository was deleted: what was downloaded makes the CA usable in a new one", async () => {
  const { id } = begin(plant, github);
  await inPlant(BACKUP);
  await github.close();
  const fresh = await plant.repository("acme/plant-2");
  set(fresh, PASSPHRASE, "a new passphrase");
  refused(await plant.run(fresh, REGISTER), "CA_SUBJECT_IN_USE", "The secret was deleted");
  restoreBackup(plant);
  await putBack(plant, fresh);
  expect(plant.sandbox.certificates).toMatchObject([{ id }]);
});

test("The repository was deleted, and nothing was downloaded: a new CA in the new one", async () => {
  const { id } = begin(plant, github);
  await github.close();
  github = await plant.repository("acme/plant-2");
  await replaceLost(id);
  await expectUsable(plant, github);
});

test("Into a secret: a secret that is newer than the file is not replaced (guarantee 3)", async () => {
  begin(plant, github);
  await inPlant(COPY);
  const newer = textOf(github, KEYRING);
  set(github, "KEYRING_COPY", readFileSync(join(plant.artifacts, "keyring.pem"), "utf8"));
  // An hour goes by.
  github.skew = 3_600_000;
  set(github, KEYRING, newer);
  github.skew = 0;
  const title = "Into a secret";
  refused(await inPlant(REGISTER, stepsOf(title)[0]), "KEYRING_STALE", title);
  expect(textOf(github, KEYRING)).toBe(newer);
});

describe("The runner's disk was lost", () => {
  const title = "The runner's disk was lost";
  const file = () => join(plant.stage.lasting, "acme.pem");
  const beginOnDisk = () => {
    const { id, keyring } = plant.registered();
    writeFileSync(file(), keyring, { mode: 0o600 });
    return id;
  };
  const loseDisk = () => rmSync(plant.stage.lasting, { recursive: true });
  /** Of docs/keyring.md. */
  const makeFolder = () => {
    const commands = indentedBlocks(sectionsOf(read("docs/keyring.md")).get("In a file") ?? "", "sh");
    plant.type(commands[0] ?? "");
  };

  test.each([
    ["a copy of the file", async () => cpSync(file(), join(plant.artifacts, "keyring.pem"))],
    [
      "a backup",
      async () => {
        const inFile = { "keyring-file": file(), keyring: "", "keyring-ephemeral": "true" };
        await good(
          inPlant(BACKUP, { uses: "your-org/mindconnect-ca-action/tasks/keyring@v1", with: inFile }),
        );
        restoreBackup(plant);
      },
    ],
  ])("with %s nothing is lost", async (_, keep) => {
    const id = beginOnDisk();
    await keep();
    loseDisk();
    expect((await inPlant(ON_OWN_RUNNER)).errors[0]?.message).toContain(plant.stage.lasting);
    makeFolder();
    const message = refused(await inPlant(ON_OWN_RUNNER), "CA_SUBJECT_IN_USE", title);
    expect(message).toContain(`Check why the file ${file()} holds no CA`);
    refused(await inPlant(ON_OWN_RUNNER, ROTATE), "CA_NOT_HELD", title);
    plant.type(commandsOf("Into a file")[1] ?? "");
    expect(warningsOf(await good(inPlant(ON_OWN_RUNNER), "unchanged"))).toEqual([]);
    expect(plainKeysIn(readFileSync(file(), "utf8"))).toEqual([]);
    expect(plant.sandbox.certificates).toMatchObject([{ id }]);
  });

  test("Into a file: a keyring that exists is not overwritten, and it goes only once the other one is proved", async () => {
    const [move = "", install = "", remove = ""] = commandsOf("Into a file");
    const old = join(plant.stage.lasting, "acme-old.pem");
    await good(inPlant(ON_OWN_RUNNER), "registered");
    const before = readFileSync(file(), "utf8");
    cpSync(file(), join(plant.artifacts, "keyring.pem"));
    expect(() => plant.type(install)).toThrow();
    expect(readFileSync(file(), "utf8")).toBe(before);
    expect(plant.type(move)).toContain("renamed");
    expect(plant.type(install)).toContain("acme.pem");
    // A second move does not overwrite the first one's file.
    writeFileSync(file(), "another text\n");
    let printed = "";
    try {
      printed = plant.type(move);
    } catch {
      // Later versions of mv fail.
    }
    expect(printed).not.toContain("renamed");
    expect(readFileSync(old, "utf8")).toBe(before);
    rmSync(file());
    plant.type(install);
    await good(inPlant(ON_OWN_RUNNER), "unchanged");
    plant.type(remove);
    expect(existsSync(old)).toBe(false);
    await good(inPlant(ON_OWN_RUNNER), "unchanged");
  });

  test("without one a new CA replaces it", async () => {
    const id = beginOnDisk();
    loseDisk();
    makeFolder();
    await replaceLost(id, ON_OWN_RUNNER);
    await good(inPlant(ON_OWN_RUNNER), "unchanged");
    expect(existsSync(file())).toBe(true);
  });
});

describe("The passphrase is lost", () => {
  const title = "The passphrase is lost";

  test("while its secret exists: every key gets a new one, and nothing is lost", async () => {
    begin(plant, github);
    set(github, "NEW_PASSPHRASE", "a new passphrase");
    const [step] = stepsOf("The secret of the passphrase exists");
    await good(inPlant("examples/keyring.yml", step));
    set(github, PASSPHRASE, "a new passphrase");
    lose(github, "NEW_PASSPHRASE");
    await expectUsable(plant, github);
  });

  test("its secret was deleted or overwritten: the error leads to the page, and a backup opens without it", async () => {
    begin(plant, github);
    await inPlant(BACKUP);
    lose(github, PASSPHRASE);
    expect(refused(await inPlant(REGISTER), "PASSPHRASE_WRONG", title)).toContain("docs/recovery.md");
    set(github, PASSPHRASE, "a new passphrase");
    expect(refused(await inPlant(REGISTER), "PASSPHRASE_WRONG", title)).toContain("docs/recovery.md");
    restoreBackup(plant);
    await putBack(plant, github);
  });

  // A run cannot tell which passphrase a keyring had that is gone. So this is also the way where only the keyring's secret was deleted.
  test("without a backup the keys of that keyring are lost: a new CA replaces them, and the agents of the old one stay until then", async () => {
    const { id } = begin(plant, github);
    set(github, PASSPHRASE, "a new passphrase");
    lose(github, KEYRING);
    await replaceLost(id);
    await expectUsable(plant, github);
  });
});

const MOVE = "Moving to another repository";
/** Whatever the examples read of the environment and of the repository. */
const SECRETS_OF_EXAMPLES = find("examples/*.yml").flatMap((path) => [
  ...read(path).matchAll(/\{\{ (?:secrets|vars)\.(\w+) \}\}/g),
]);

test("Moving to another repository: the CA is the same, and the old one holds it no more", async () => {
  const { id } = begin(plant, github);
  await inPlant(COPY);
  const other = await plant.repository("acme/new");
  await putBack(plant, other);
  const [remove = ""] = commandsOf(MOVE);
  plant.type(remove.replace("OWNER/OLD-REPOSITORY", github.repository), [github]);
  for (const name of [KEYRING, PASSPHRASE, "MINDCONNECT_CLIENT_ID", "MINDCONNECT_CLIENT_SECRET"])
    expect(textOf(github, name), name).toBe("");
  for (const [, name = ""] of SECRETS_OF_EXAMPLES) expect(section(MOVE), name).toContain(name);
  await good(plant.run(other, REGISTER, ROTATE), "nothing-due");
  expect(plant.sandbox.certificates).toMatchObject([{ id }]);
});
