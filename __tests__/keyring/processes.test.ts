import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { filesWithKeys } from "../faults/invariants.ts";
import { codesOf, createStage, ROOT, type RunOptions, runAction, type Stage } from "../support/action.ts";
import { connectionTo, keyringFile, registerInputs } from "../support/inputs.ts";

// The lock of the keyring file with real processes (guarantee 3), whose time goes faster where they wait.

interface Place {
  readonly sandbox: Sandbox;
  readonly stage: Stage;
}

const FAULTS = join(ROOT, "__tests__/keyring/fs-faults.mjs");
const QUICK = join(ROOT, "__tests__/keyring/quick-time.mjs");
const faulty = (fault: string, env: Record<string, string> = {}): RunOptions => ({
  preload: [FAULTS],
  env: { FS_FAULT: fault, ...env },
});
const keysIn = (text: string) => text.match(/BEGIN PRIVATE KEY/g)?.length ?? 0;

/** Each has a place of its own: those that wait do so at the same time. */
async function inPlace(play: (place: Place) => Promise<void>): Promise<void> {
  const place = { sandbox: await startSandbox({ limits: "off" }), stage: createStage() };
  try {
    await play(place);
  } finally {
    await place.sandbox.close();
    place.stage.remove();
  }
}

const register = ({ sandbox, stage }: Place, options: RunOptions = {}) =>
  runAction("register", stage, {
    ...options,
    preload: [QUICK, ...(options.preload ?? [])],
    inputs: { ...registerInputs(sandbox, stage), ...options.inputs },
  });

/** Waits until a process stands still: its state is T. */
async function standsStill({ pid }: ChildProcess): Promise<void> {
  for (;;) {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    if (stat.slice(stat.lastIndexOf(")") + 2).startsWith("T")) return;
    await pause(50);
  }
}

describe.concurrent("a keyring file with two runs (guarantee 3)", () => {
  test("a killed run's lock on this machine holds nobody up, and its draft with the key is gone", () =>
    inPlace(async (place) => {
      const killed = await register(place, faulty("rename SIGKILL keyring.pem"));
      expect(killed.signal).toBe("SIGKILL");
      const { lasting } = place.stage;
      const [draft = ""] = filesWithKeys(lasting);
      expect(draft).toMatch(/keyring\.pem\.lock\/.*\.draft$/);
      // A task that only looks removes it too: it is the next run.
      const inputs = { ...connectionTo(place.sandbox), "keyring-file": keyringFile(place.stage) };
      expect(filesWithKeys(place.stage.temp)).not.toEqual([]);
      expect(codesOf(await runAction("status", place.stage, { inputs }))).toEqual([]);
      expect(readdirSync(lasting)).toEqual([]);
      expect(filesWithKeys(place.stage.temp)).toEqual([]);
      expect((await register(place, faulty("rename SIGKILL keyring.pem"))).signal).toBe("SIGKILL");
      const again = await register(place);
      expect(again.outputs["outcome"]).toBe("registered");
      expect(again.log).not.toContain("Waiting for");
      expect(readdirSync(lasting)).toEqual(["keyring.pem"]);
    }));

  test.runIf(process.platform === "linux")(
    "a run that stands still right before its write does no harm when it goes on (SIGSTOP, SIGCONT)",
    () =>
      inPlace(async (place) => {
        const { sandbox, stage } = place;
        let stopped: ChildProcess | undefined;
        const onStart = (child: ChildProcess) => {
          stopped = child;
        };
        const first = register(place, { ...faulty("rename SIGSTOP keyring.pem"), onStart });
        const child = stopped as unknown as ChildProcess;
        await standsStill(child);
        const second = await register(place);
        expect(codesOf(second)).toEqual([]);
        expect(second.outputs["outcome"]).toBe("registered");
        expect(second.log).toContain(`lock, held by process ${child.pid} on ${hostname()}.`);
        const kept = readFileSync(keyringFile(stage), "utf8");
        child.kill("SIGCONT");
        const late = await first;
        expect(codesOf(late)).toEqual(["KEYRING_WRITE_FAILED"]);
        expect(late.errors[0]?.message).toMatch(/lost the lock .* before .*Next: Run again/s);
        expect(readFileSync(keyringFile(stage), "utf8")).toBe(kept);
        expect(sandbox.certificates).toHaveLength(1);
        expect(readdirSync(stage.lasting)).toEqual(["keyring.pem"]);
      }),
  );

  test("another machine's killed run holds up for 30 s, whatever the clocks say", () =>
    inPlace(async (place) => {
      const elsewhere = { FS_HOST: "build-2" };
      const killed = await register(place, faulty("rename SIGKILL keyring.pem", elsewhere));
      expect(killed.signal).toBe("SIGKILL");
      const began = performance.now();
      const again = await register(place);
      expect(again.outputs["outcome"]).toBe("registered");
      expect(performance.now() - began).toBeGreaterThan(29_000 / 5);
      expect(again.log).toMatch(/Waiting for \S+keyring\.pem\.lock, held by process \d+ on build-2\./);
      expect(readdirSync(place.stage.lasting)).toEqual(["keyring.pem"]);
      expect(keysIn(readFileSync(keyringFile(place.stage), "utf8"))).toBe(1);
    }));

  test("one that is in use is waited for, and then its host and process are named (KEYRING_LOCKED)", () =>
    inPlace(async (place) => {
      const { sandbox, stage } = place;
      const script = join(ROOT, "__tests__/keyring/lock-holder.mjs");
      const holder = spawn(process.execPath, ["--import", QUICK, script, `${keyringFile(stage)}.lock`]);
      try {
        await once(holder.stdout, "data");
        const held = await register(place);
        expect(codesOf(held)).toEqual(["KEYRING_LOCKED"]);
        expect(held.errors[0]?.message).toContain(`is held by process ${holder.pid} on ${hostname()}.`);
        expect(sandbox.certificates).toEqual([]);
      } finally {
        holder.kill("SIGKILL");
        await once(holder, "exit");
      }
      expect((await register(place)).outputs["outcome"]).toBe("registered");
      expect(readdirSync(stage.lasting)).toEqual(["keyring.pem"]);
    }));

  test("what lies in the lock's place and is none is taken away after 30 s", () =>
    inPlace(async (place) => {
      const lock = `${keyringFile(place.stage)}.lock`;
      writeFileSync(lock, "");
      expect((await register(place)).outputs["outcome"]).toBe("registered");
      expect(existsSync(lock)).toBe(false);
    }));

  test("an empty folder in the lock's place is nobody's", () =>
    inPlace(async (place) => {
      mkdirSync(`${keyringFile(place.stage)}.lock`);
      const result = await register(place);
      expect(result.outputs["outcome"]).toBe("registered");
      expect(result.log).not.toContain("Waiting for");
      expect(readdirSync(place.stage.lasting)).toEqual(["keyring.pem"]);
    }));
});

describe("a disk that is odd", () => {
  let place: Place;

  beforeEach(async () => {
    place = { sandbox: await startSandbox({ limits: "off" }), stage: createStage() };
  });
  afterEach(async () => {
    await place.sandbox.close();
    place.stage.remove();
  });

  test.each(["EINVAL", "ENOTSUP", "EPERM"])(
    "a folder that cannot be synced (%s) does not make a finished write fail",
    async (code) => {
      const result = await register(place, faulty(`sync ${code} lasting`));
      expect(codesOf(result)).toEqual([]);
      expect(result.outputs["outcome"]).toBe("registered");
      const all = registerInputs(place.sandbox, place.stage);
      const inputs = { ...all, "gateway-url": "", token: "", "keyring-ephemeral": "true" };
      const created = await runAction("create", place.stage, { inputs, ...faulty(`sync ${code} lasting`) });
      expect(codesOf(created)).toEqual([]);
      expect(keysIn(readFileSync(keyringFile(place.stage), "utf8"))).toBe(2);
    },
  );

  test.each(["EINVAL", "ENOTSUP", "ENOSYS"])(
    "a file that cannot be synced (%s) is written all the same: nothing better can be had there",
    async (code) => {
      const result = await register(place, faulty(`sync ${code} .draft`));
      expect(codesOf(result)).toEqual([]);
      expect(keysIn(readFileSync(keyringFile(place.stage), "utf8"))).toBe(1);
    },
  );

  test("a file that fails to sync for another reason (EIO) is not put into its place", async () => {
    const result = await register(place, faulty("sync EIO .draft"));
    expect(codesOf(result)).toEqual(["KEYRING_WRITE_FAILED"]);
    expect(readdirSync(place.stage.lasting)).toEqual([]);
    expect(place.sandbox.certificates).toEqual([]);
  });

  test("a folder that fails to sync for another reason (EIO) makes the write fail", async () => {
    const result = await register(place, faulty("sync EIO lasting"));
    expect(codesOf(result)).toEqual(["KEYRING_WRITE_FAILED"]);
    expect(place.sandbox.certificates).toEqual([]);
  });

  test("a file that is a mount by itself (EBUSY) is told what to mount instead", async () => {
    // As somebody makes it who wants to mount it.
    writeFileSync(keyringFile(place.stage), "");
    const result = await register(place, {
      ...faulty("rename EBUSY keyring.pem"),
      inputs: { "keyring-import": "true" },
    });
    expect(codesOf(result)).toEqual(["KEYRING_WRITE_FAILED"]);
    expect(result.errors[0]?.message).toMatch(/mount by itself \(EBUSY\).*Next: Mount the folder/s);
    expect(place.sandbox.certificates).toEqual([]);
    expect(readdirSync(place.stage.lasting)).toEqual(["keyring.pem"]);
  });

  test("a disk that is full (ENOSPC) leaves no draft behind", async () => {
    const result = await register(place, faulty("rename ENOSPC keyring.pem"));
    expect(codesOf(result)).toEqual(["KEYRING_WRITE_FAILED"]);
    expect(readdirSync(place.stage.lasting)).toEqual([]);
    expect(place.sandbox.certificates).toEqual([]);
  });

  test("somebody with an editor during the write: it is not written over (guarantee 3)", async () => {
    const { sandbox, stage } = place;
    const edits = { FS_EDIT: keyringFile(stage) };
    const result = await register(place, faulty("sync EDIT .draft", edits));
    expect(codesOf(result)).toEqual(["KEYRING_WRITE_FAILED"]);
    expect(result.errors[0]?.message).toMatch(/Somebody changed .* while this run was about to write it/);
    expect(sandbox.certificates).toEqual([]);
    expect(readFileSync(keyringFile(stage), "utf8")).toBe("edited\n");
    expect(readdirSync(stage.lasting)).toEqual(["keyring.pem"]);
  });

  test("somebody with an editor right before the upload: KEYRING_STALE, and no upload (guarantee 2)", async () => {
    const { sandbox, stage } = place;
    const edits = { FS_EDIT: keyringFile(stage) };
    const result = await register(place, faulty("unlink EDIT .owner", edits));
    expect(codesOf(result)).toEqual(["KEYRING_STALE"]);
    expect(result.errors[0]?.message).toMatch(/has changed since this run read it.*Next: Run again/s);
    expect(sandbox.certificates).toEqual([]);
    expect(readFileSync(keyringFile(stage), "utf8")).toContain("edited");
  });
});
