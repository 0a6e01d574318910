import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { codesOf, type Result, warningsOf } from "../support/action.ts";
import type { GitHub } from "../support/github.ts";
import { plainKeysIn } from "../support/leaks.ts";
import {
  commandsOf,
  KEYRING,
  type Plant,
  REGISTER,
  type Registered,
  STATUS,
  secretsOf,
  section,
  set,
  stepsOf,
  textOf,
} from "./drill.ts";
import { indentedBlocks, sectionsOf } from "./markdown.ts";
import { read, type Step } from "./repository.ts";

/* What the drills of docs/recovery.md have in common. */

/** Of a CA that a rotation made. */
export const DATED: unknown = expect.stringMatching(/^acme-\d{8}(?:-2)?$/);
export const BACKUP = "examples/keyring-backup.yml";
export const COPY = "examples/keyring-copy.yml";
const LIST = "examples/keyring.yml";
/** The line keyring-passphrase is deleted. */
const WITHOUT_PASSPHRASE: Step = {
  uses: "your-org/mindconnect-ca-action/tasks/keyring@v1",
  with: { "keyring-passphrase": "" },
};
export const ROTATE: Step = {
  uses: "your-org/mindconnect-ca-action/tasks/rotate@v1",
  with: { apply: true },
};

export const names = ({ sandbox }: Plant): string[] => sandbox.certificates.map((it) => it.commonName);

/** @returns the result of a run that must succeed */
export async function good(running: Promise<Result>, outcome?: string): Promise<Result> {
  const result = await running;
  expect(result.errors).toEqual([]);
  if (outcome !== undefined) expect(result.outputs["outcome"]).toBe(outcome);
  return result;
}

/** @returns what the error says; the section of the page must name its code */
export function refused(result: Result, code: string, title: string): string {
  expect(codesOf(result)).toEqual([code]);
  expect(section(title)).toContain(`errors.md#${code.toLowerCase()}`);
  return result.errors[0]?.message ?? "";
}

/** Restores the backup that was downloaded, with the command of docs/backup.md: it becomes keyring.pem. */
export function restoreBackup(plant: Plant): void {
  const commands = indentedBlocks(sectionsOf(read("docs/backup.md")).get("Restoring") ?? "", "sh");
  plant.type(commands[0] ?? "");
}

/** Seeds what register.yml leaves: a verified CA, and its keyring in the secret. */
export function begin(plant: Plant, github: GitHub): Registered {
  const registered = plant.registered();
  set(github, KEYRING, registered.keyring, registered.writtenAt);
  return registered;
}

/** "Putting a keyring back", "Into a secret": keyring.pem is the keyring. Nothing is deleted before it is proved. */
export async function putBack(plant: Plant, github: GitHub): Promise<void> {
  const [store = "", remove = "", clear = ""] = commandsOf("Into a secret").map((command) =>
    command.replaceAll("OWNER/REPOSITORY", github.repository),
  );
  plant.type(store, [github]);
  if (textOf(github, KEYRING) !== "") {
    await listBoth(plant, github);
    plant.type(remove, [github]);
  }
  const [step] = stepsOf("Into a secret");
  await good(plant.run(github, REGISTER, step), "unchanged");
  await expectUsable(plant, github);
  const before = secretsOf(github);
  plant.type(clear, [github]);
  expect(textOf(github, "KEYRING_COPY")).toBe("");
  // Register and status were run above. The deletion changed none of their secrets.
  expect(secretsOf(github)).toEqual(before);
}

/** A copy or a backup of the secret that exists, beside keyring.pem. */
async function keepExisting(plant: Plant, github: GitHub): Promise<void> {
  const [file, existing] = [join(plant.artifacts, "keyring.pem"), join(plant.artifacts, "existing.pem")];
  const isPlain = plainKeysIn(textOf(github, KEYRING)).length > 0;
  renameSync(file, existing);
  await good(plant.run(github, isPlain ? BACKUP : COPY));
  if (isPlain) return renameSync(existing, file);
  const text = readFileSync(file, "utf8");
  renameSync(existing, file);
  writeFileSync(existing, text);
}

/** "Before you replace a keyring": keyring.pem has every CA of the secret. */
async function listBoth(plant: Plant, github: GitHub): Promise<void> {
  const title = "Before you replace a keyring";
  await keepExisting(plant, github);
  let listed = await plant.run(github, LIST);
  if (listed.errors.length > 0) {
    refused(listed, "PASSPHRASE_WRONG", title);
    listed = await good(plant.run(github, LIST, WITHOUT_PASSPHRASE));
  }
  const [compare = ""] = commandsOf(title);
  const inFile = plant.type(compare);
  for (const { fingerprint } of JSON.parse(listed.outputs["entries"] ?? "") as { fingerprint: string }[]) {
    expect(listed.summary).toContain(fingerprint);
    expect(inFile).toContain(fingerprint);
  }
}

/** It is over: a run has nothing to do and no warning, the keys are held, and no key is plain. */
export async function expectUsable(plant: Plant, github: GitHub): Promise<void> {
  expect(warningsOf(await good(plant.run(github, REGISTER), "unchanged"))).toEqual([]);
  const status = await good(plant.run(github, STATUS));
  expect(warningsOf(status)).toEqual([]);
  expect(status.summary).toMatch(/\| yes \|$/m);
  expect(status.summary).not.toMatch(/\| (?:no|not known) \|$/m);
  expect(plainKeysIn(textOf(github, KEYRING))).toEqual([]);
}
