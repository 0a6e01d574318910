import { expect } from "vitest";
import { codesOf, type Result, warningsOf } from "../support/action.ts";
import type { GitHub } from "../support/github.ts";
import { plainKeysIn } from "../support/leaks.ts";
import { commandsOf, KEYRING, type Plant, REGISTER, STATUS, section, stepsOf, textOf } from "./drill.ts";
import { indentedBlocks, sectionsOf } from "./markdown.ts";
import { read, type Step } from "./repository.ts";

/* What the drills of docs/recovery.md have in common. */

/** Of a CA that a rotation made. */
export const DATED: unknown = expect.stringMatching(/^acme-\d{8}(?:-2)?$/);
export const BACKUP = "examples/keyring-backup.yml";
export const COPY = "examples/keyring-copy.yml";
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

/** "Putting a keyring back" in a secret: keyring.pem is the keyring. */
export async function putBack(plant: Plant, github: GitHub): Promise<void> {
  const [store = "", remove = "", clear = ""] = commandsOf("Putting a keyring back").map((command) =>
    command.replaceAll("OWNER/REPOSITORY", github.repository),
  );
  plant.type(store, [github]);
  if (textOf(github, KEYRING) !== "") plant.type(remove, [github]);
  const [step] = stepsOf("Putting a keyring back");
  await good(plant.run(github, REGISTER, step), "unchanged");
  plant.type(clear, [github]);
  expect(textOf(github, "KEYRING_COPY")).toBe("");
  await expectUsable(plant, github);
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
