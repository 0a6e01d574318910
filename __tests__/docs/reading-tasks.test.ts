import { describe, expect, test } from "vitest";
import { readAction } from "./repository.ts";

const aboutKeyring = (task: string) =>
  Object.entries(readAction(task).inputs ?? {}).filter(
    ([name]) => name.startsWith("keyring") || name === "github-token",
  );
const READ = ["github-token", "keyring", "keyring-environment", "keyring-file", "keyring-secret"];

describe.each([
  ["status", READ],
  ["agent-certificate", [...READ, "keyring-passphrase"]],
])("%s only reads the keyring (issue 9)", (task, names) => {
  test("it takes exactly the inputs that it uses", () => {
    expect(
      aboutKeyring(task)
        .map(([name]) => name)
        .toSorted(),
    ).toEqual(names.toSorted());
  });

  test("they are described as reading", () => {
    for (const [name, { description = "" }] of aboutKeyring(task)) {
      const said = description.replace("nothing is written", "").replace("was written", "");
      expect(said, name).not.toMatch(/\bwrit|encrypts|stored/i);
    }
  });
});

test("the tasks that write it have all of them", () => {
  const all = [...READ, "keyring-ephemeral", "keyring-import", "keyring-passphrase"];
  // Those that can add a key to it also leave its backup.
  const backup = "keyring-backup-certificate";
  for (const task of ["register", "create", "rotate", "delete"])
    expect(
      aboutKeyring(task)
        .map(([name]) => name)
        .toSorted(),
      task,
    ).toEqual([...all, ...(task === "delete" ? [] : [backup])].toSorted());
});

test("keyring has all of them, and the target of a copy", () => {
  const all = [...READ, "keyring-ephemeral", "keyring-import", "keyring-passphrase"];
  const target = ["keyring-target-environment", "keyring-target-file", "keyring-target-secret"];
  expect(
    aboutKeyring("keyring")
      .map(([name]) => name)
      .toSorted(),
  ).toEqual([...all, ...target, "keyring-backup-certificate"].toSorted());
});
