import { expect, test } from "vitest";
import { folderProblem } from "../../src/keyring/read-keyring-input.ts";

/** What is told of the folder of keyring-file: the path in full, the cause, and a command for this very user. */

test("one that does not exist: the command that creates it", () => {
  expect(folderProblem("/var/lib/mindconnect-ca", "ENOENT", "actions-runner")).toBe(
    "needs the folder /var/lib/mindconnect-ca, which does not exist. Create it: sudo install -d -m 700 -o actions-runner /var/lib/mindconnect-ca",
  );
});

test("one of somebody else: a folder of this user's own inside it, never a new owner for what may be the system's", () => {
  expect(folderProblem("/etc", "EACCES", "actions-runner")).toBe(
    "lies in the folder /etc, which the user actions-runner may not write (EACCES). Use a folder of that user, for example: sudo install -d -m 700 -o actions-runner /etc/mindconnect-ca",
  );
});

test("a path that a shell would take apart is quoted", () => {
  expect(folderProblem("/srv/our plant's; keys", "ENOENT", "runner")).toContain(
    " -o runner '/srv/our plant'\\''s; keys'",
  );
});

test("other causes by the system's name", () => {
  expect(folderProblem("/mnt/ro", "EROFS", "runner")).toMatch(/\/mnt\/ro, which cannot be used \(EROFS\)/);
});
