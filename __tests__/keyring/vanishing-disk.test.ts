import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type Surroundings, thisSystem, vanishingDisk } from "../../src/keyring/vanishing-disk.ts";

const root = mkdtempSync(join(realpathSync(tmpdir()), "vanishing-test-"));
afterAll(() => rmSync(root, { recursive: true }));
for (const folder of ["lasting", "work/_temp", "work/repo/repo", "tmp"])
  mkdirSync(join(root, folder), { recursive: true });
symlinkSync(join(root, "tmp"), join(root, "link"));

const at = (place: string) => join(root, place, "keyring.pem");
const EXT4 = 0xef53;

/** A machine with one disk, and one folder that the system clears. */
function system(more: Partial<Surroundings> = {}): Surroundings {
  return {
    environment: { RUNNER_TEMP: join(root, "work/_temp"), GITHUB_WORKSPACE: join(root, "work/repo/repo") },
    temporary: [join(root, "tmp")],
    diskOf: () => EXT4,
    inContainer: () => false,
    ...more,
  };
}

describe("a keyring file that would not last (guarantee 2)", () => {
  test.each<[string, string, Partial<Surroundings>, boolean, RegExp]>([
    [
      "on a hosted runner",
      "lasting",
      { environment: { RUNNER_ENVIRONMENT: "github-hosted" } },
      true,
      /GitHub-hosted/,
    ],
    ["inside RUNNER_TEMP", "work/_temp", {}, true, /inside RUNNER_TEMP/],
    ["in the workspace", "work/repo/repo", {}, true, /inside GITHUB_WORKSPACE/],
    ["above RUNNER_TEMP", "work", {}, true, /above RUNNER_TEMP/],
    ["beside the workspace", "work/repo", {}, true, /above RUNNER_TEMP/],
    ["in a folder for temporary files", "tmp", {}, true, /a folder for temporary files/],
    ["in one by way of a link", "link", {}, true, /a folder for temporary files/],
    [
      "in one that is named by way of a link",
      "tmp",
      { temporary: [join(root, "link")] },
      true,
      /temporary files/,
    ],
    ["on tmpfs", "lasting", { diskOf: () => 0x01021994 }, true, /memory \(tmpfs\)/],
    ["on ramfs", "lasting", { diskOf: () => 0x858458f6 }, true, /memory \(ramfs\)/],
    [
      "itself mounted from memory",
      "lasting",
      { diskOf: (path) => (path.endsWith(".pem") ? 0x01021994 : EXT4) },
      true,
      /memory \(tmpfs\)/,
    ],
    [
      "in a container's layer",
      "lasting",
      { diskOf: () => 0x794c7630, inContainer: () => true },
      true,
      /container's own/,
    ],
    ["on an overlay elsewhere", "lasting", { diskOf: () => 0x794c7630 }, false, /overlay/],
    [
      "not there yet, in a container's layer",
      "lasting",
      { diskOf: (path) => (path.endsWith(".pem") ? undefined : 0x794c7630), inContainer: () => true },
      true,
      /container's own/,
    ],
  ])("%s", (_, place, more, sure, says) => {
    expect(vanishingDisk(at(place), system(more))).toEqual({ sure, says: expect.stringMatching(says) });
  });

  test.each<[string, string, Partial<Surroundings>]>([
    ["on a disk of the machine", "lasting", {}],
    ["in a volume of a container", "lasting", { inContainer: () => true }],
    [
      "itself mounted into a container's layer",
      "lasting",
      { diskOf: (path) => (path.endsWith(".pem") ? EXT4 : 0x794c7630), inContainer: () => true },
    ],
    ["above a RUNNER_TEMP of another name", "work", { environment: { RUNNER_TEMP: join(root, "work/own") } }],
    ["where a root is named as a folder for temporary files", "lasting", { temporary: ["/", ""] }],
    ["on a system that tells no disk", "lasting", { diskOf: () => undefined }],
    ["where a name merely begins alike", "lasting", { temporary: [join(root, "last")] }],
  ])("lasts %s", (_, place, more) => {
    expect(vanishingDisk(at(place), system(more))).toBeUndefined();
  });

  test("this system's own folders for temporary files are known", () => {
    expect(vanishingDisk(join(tmpdir(), "keyring.pem"))?.sure).toBe(true);
    expect(thisSystem().diskOf(homedir())).toBeTypeOf("number");
  });
});
