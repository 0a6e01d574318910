import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, test } from "vitest";
import {
  describeOwner,
  formatOwner,
  isFromEarlierStart,
  isGone,
  type Owner,
  parseOwner,
  thisProcess,
} from "../../src/keyring/lock-owner.ts";

const here = thisProcess();

describe("whether a process is gone", () => {
  test("this one is not", () => {
    expect(isGone(here, here)).toBe(false);
  });

  test("one that ended is, on its own machine alone", async () => {
    const child = spawn(process.execPath, ["-e", ""]);
    const pid = child.pid as number;
    await once(child, "exit");
    const owner: Owner = { ...here, pid };
    expect(isGone(owner, here)).toBe(true);
    expect(isGone({ ...owner, host: "elsewhere" }, here)).toBe(false);
    expect(isGone({ ...owner, boot: "another start pid:[1]" }, here)).toBe(false);
  });

  test.runIf(process.platform === "linux")("one whose id another process has by now is", () => {
    expect(here.started).toMatch(/^\d+$/);
    expect(isGone({ ...here, started: "1" }, here)).toBe(true);
  });

  test("one before the machine's last start is, where no other machine can be meant", () => {
    const [then, now] = ["a pid:[1]", "b pid:[1]"].map((boot) => ({ ...here, boot })) as [Owner, Owner];
    expect(isFromEarlierStart(then, now)).toBe(true);
    expect(isFromEarlierStart(now, now)).toBe(false);
    expect(isFromEarlierStart({ ...then, host: "elsewhere" }, now)).toBe(false);
    expect(isFromEarlierStart({ ...then, boot: "" }, now)).toBe(false);
  });
});

describe("the note of a process", () => {
  test("is read back, and as long each time", () => {
    expect(parseOwner(formatOwner(here, 0))).toEqual(here);
    expect(formatOwner(here, 0)).toHaveLength(formatOwner(here, 123_456).length);
  });

  test.each(["", "null", "[]", "7", '{"host":"a"}', '{"host":1,"boot":"","pid":1,"started":""}', "{"])(
    "that is none names nobody: %s",
    (text) => {
      expect(parseOwner(text)).toBeUndefined();
    },
  );

  test.each([-1, 0, 1.5, "1", null])(
    "with the id %s names nobody: a signal to it could reach others",
    (pid) => {
      expect(parseOwner(JSON.stringify({ ...here, pid }))).toBeUndefined();
    },
  );

  test("is safe to print", () => {
    const hostile = { ...here, host: "x\n::error::y" };
    expect(describeOwner(hostile)).not.toMatch(/[\n]|::error/);
    expect(describeOwner(undefined)).toBe("an unknown process");
  });
});
