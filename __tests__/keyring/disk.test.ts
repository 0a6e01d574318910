import { mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writePrivate } from "../../src/action/private-directory.ts";
import { DISK } from "../../src/keyring/file-operations.ts";
import { startSandbox } from "../../src/sandbox/start.ts";
import { createStage, runAction } from "../support/action.ts";
import { keyringFile, registerInputs } from "../support/inputs.ts";

const PRELOAD = new URL("fs-trace.mjs", import.meta.url).href;

// Windows has no flag for it.
describe.skipIf(process.platform === "win32")("a symbolic link in a file's place is not followed", () => {
  let folder: string;
  let target: string;
  let link: string;
  beforeEach(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), "ca-action-test-"));
    [target, link] = [join(folder, "target"), join(folder, "link")];
    writeFileSync(target, "somebody's");
    symlinkSync(target, link);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test.each<[name: string, act: () => Promise<unknown>, error: object]>([
    ["a keyring or a lock's note is read", () => DISK.read(link), { code: "ELOOP" }],
    ["a draft is filled", () => DISK.fill(link, "keys that are longer"), { code: "ELOOP" }],
    ["a lock's file is made", () => DISK.create(link, "keys"), { code: "EEXIST" }],
    ["a private file is written", () => writePrivate(link, "keys"), { code: "FILE_EXISTS" }],
  ])("where %s", async (_, act, error) => {
    await expect(act()).rejects.toMatchObject(error);
    expect(readFileSync(target, "utf8")).toBe("somebody's");
  });

  test("nor where it leads nowhere: nothing is made there", async () => {
    rmSync(target);
    await expect(DISK.create(link, "keys")).rejects.toMatchObject({ code: "EEXIST" });
    await expect(writePrivate(link, "keys")).rejects.toMatchObject({ code: "FILE_EXISTS" });
    expect(() => readFileSync(target)).toThrow(/ENOENT/);
  });
});

test("a keyring is on the disk before it takes the place of the one before, and its name right after (guarantee 2)", async () => {
  const stage = createStage();
  const sandbox = await startSandbox({ limits: "off" });
  try {
    const trace = join(stage.root, "trace");
    const inputs = registerInputs(sandbox, stage);
    const result = await runAction("register", stage, {
      inputs,
      env: { FS_TRACE: trace },
      preload: [PRELOAD],
    });
    expect(result.outputs["outcome"], result.log).toBe("registered");

    const steps = readFileSync(trace, "utf8").trim().split("\n");
    const file = keyringFile(stage);
    const renames = steps.flatMap((step, index) => (step.endsWith(` ${file}`) ? [index] : []));
    // The new key, and the note that the CA is verified.
    expect(renames).toHaveLength(2);
    for (const at of renames) {
      const [, draft = ""] = (steps[at] ?? "").split(" ");
      const before = steps.slice(0, at).filter((step) => step.endsWith(` ${draft}`));
      expect(before.slice(-2)).toEqual([`writeFile ${draft}`, `sync ${draft}`]);
      expect(steps.slice(at + 1).find((step) => !step.includes(".owner"))).toBe(`sync ${dirname(file)}`);
    }
  } finally {
    await sandbox.close();
    stage.remove();
  }
});
