import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { codesOf } from "../support/action.ts";
import type { GitHubFault } from "../support/github-faults.ts";
import { plainKeysIn } from "../support/leaks.ts";
import { createSecretScene, SECRET, type SecretScene } from "../support/secret-scene.ts";
import { WITHOUT_PAUSES } from "../support/without-pauses.ts";

let scene: SecretScene;

beforeEach(async () => {
  scene = await createSecretScene({}, [WITHOUT_PAUSES]);
});
afterEach(() => scene.close());

const uploads = () => scene.sandbox.calls.filter(({ call }) => call === "upload");
const puts = () => scene.github.calls().filter((call) => call === "put");

/** Checks that one usable CA is there, whose key the secret holds, and that no key was lost on the way (guarantee 4). */
function expectFinished(): void {
  const { sandbox, github } = scene;
  expect(sandbox.certificates).toHaveLength(1);
  expect(uploads()).toHaveLength(1);
  expect(sandbox.certificates[0]?.isVerified).toBe(true);
  expect(github.text(SECRET)).toContain(sandbox.certificates[0]?.pem.trim());
  const everWritten = new Set(github.written.flatMap(plainKeysIn));
  expect([...everWritten].filter((key) => !github.text(SECRET).includes(key))).toEqual([]);
}

describe("a write that fails means no upload in this run, and the next one finishes (guarantees 2, 4)", () => {
  const FAULTS: readonly (readonly [name: string, fault: GitHubFault, code: string, says: RegExp])[] = [
    [
      "403",
      { kind: "status", status: 403, message: "no" },
      "SECRET_ACCESS_DENIED",
      /403: no.*"Secrets: write"/s,
    ],
    ["404", { kind: "status", status: 404, message: "no" }, "SECRET_ACCESS_DENIED", /404: no/],
    ["409", { kind: "status", status: 409, message: "conflict" }, "KEYRING_WRITE_FAILED", /409: conflict/],
    ["422", { kind: "status", status: 422, message: "not so" }, "KEYRING_WRITE_FAILED", /422: not so/],
    ["500", { kind: "status", status: 500, message: "oh" }, "KEYRING_WRITE_FAILED", /500: oh/],
    ["503", { kind: "status", status: 503, message: "oh" }, "KEYRING_WRITE_FAILED", /503: oh/],
    [
      "a redirect",
      { kind: "status", status: 307 },
      "KEYRING_WRITE_FAILED",
      /redirect, which the action does not follow/,
    ],
    ["a broken connection", { kind: "reset" }, "KEYRING_WRITE_FAILED", /nobody knows whether GitHub did it/],
    ["a lost reply", { kind: "lost" }, "KEYRING_WRITE_FAILED", /nobody knows whether GitHub did it/],
  ];

  test.each(FAULTS)("%s", async (_, fault, code, says) => {
    const { sandbox, github } = scene;
    github.faults.add("put", fault);
    const failed = await scene.run("register");
    expect(codesOf(failed)).toEqual([code]);
    expect(failed.errors[0]?.message).toMatch(says);
    // The write is never repeated, and nothing was sent to the platform but the question what is there.
    expect(puts()).toHaveLength(1);
    expect(sandbox.calls.map(({ call }) => call)).toEqual(["list"]);

    const kept = plainKeysIn(github.text(SECRET));
    expect((await scene.run("register")).outputs["outcome"]).toBe("registered");
    expectFinished();
    // A write whose reply was lost had happened: its key is the one that was registered.
    if (kept.length > 0) expect(plainKeysIn(github.text(SECRET))).toEqual(kept);
  });

  test.each([
    ["at the list", "list", 0],
    ["right after the secret was written", "put", 0],
    ["at the upload", "upload", 0],
    ["at the verify", "verify", 0],
    ["right after the note was written", "put", 1],
  ])("a kill %s", async (_, call, skip) => {
    const { sandbox, github } = scene;
    let left = skip;
    const strike = (seen: string) => {
      if (seen === call && left-- === 0) scene.kill();
    };
    sandbox.onRequest((request) => strike(request.call));
    github.onWrite = () => strike("put");
    expect((await scene.run("register")).signal).toBe("SIGKILL");
    const again = await scene.run("register");
    expect(again.errors).toEqual([]);
    expect(["registered", "resumed", "unchanged"]).toContain(again.outputs["outcome"]);
    expectFinished();
  });

  test("a read-back that fails", async () => {
    scene.github.faults.add("metadata", { kind: "status", status: 500 }, { skip: 2, times: 3 });
    const failed = await scene.run("register");
    expect(codesOf(failed)).toEqual(["KEYRING_WRITE_FAILED"]);
    expect(failed.errors[0]?.message).toContain("was written, but the run could not read that back");
    expect(uploads()).toEqual([]);
    expect((await scene.run("register")).outputs["outcome"]).toBe("registered");
    expectFinished();
  });

  test("a read-back that does not show the write", async () => {
    scene.github.faults.add("metadata", { kind: "old" }, { skip: 2, times: 3 });
    const failed = await scene.run("register");
    expect(codesOf(failed)).toEqual(["KEYRING_WRITE_FAILED"]);
    expect(failed.errors[0]?.message).toContain("accepted the write");
    expect(uploads()).toEqual([]);
  });

  test("a read-back of a replica that hears of the write a moment later", async () => {
    scene.github.faults.add("metadata", { kind: "old" }, { skip: 2, times: 2 });
    expect((await scene.run("register")).outputs["outcome"]).toBe("registered");
    expectFinished();
  });
});

describe("somebody else writes during the run (guarantee 3)", () => {
  test("before its first write: nothing is written nor uploaded", async () => {
    const { github, sandbox } = scene;
    sandbox.onRequest(({ call }) => {
      if (call === "list" && github.text(SECRET) === "") github.seed(SECRET, "another's keys");
    });
    // The list and the look at the secret go out together: the look must have been answered.
    scene.github.faults.add("metadata", { kind: "old" });
    const result = await scene.run("register");
    expect(codesOf(result)).toEqual(["KEYRING_STALE"]);
    expect(result.errors[0]?.message).toContain("Somebody else wrote the secret");
    expect(github.text(SECRET)).toBe("another's keys");
    expect(uploads()).toEqual([]);
  });

  test("a secret that somebody deletes is not made anew", async () => {
    const { github, sandbox } = scene;
    sandbox.onRequest(({ call }) => {
      if (call === "verify") github.remove(SECRET);
    });
    const result = await scene.run("register");
    expect(result.warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining("is stored plain"),
      expect.stringMatching(/KEYRING_STALE.*was deleted during this run/),
    ]);
    expect(github.text(SECRET)).toBe("");
  });

  test("after its first write: the registration is done, the note is left out with a warning", async () => {
    const { github, sandbox } = scene;
    const later = () => github.now() + 5000;
    sandbox.onRequest(({ call }) => {
      if (call === "verify")
        github.seed(SECRET, `${github.text(SECRET)}\nanother's keys`, { updatedAt: later() });
    });
    const result = await scene.run("register");
    expect(result.outputs["outcome"]).toBe("registered");
    expect(result.warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining("is stored plain"),
      expect.stringContaining("KEYRING_STALE"),
    ]);
    expect(github.text(SECRET)).toContain("another's keys");
    expect(puts()).toHaveLength(1);
  });
});

test("a write that took long is done again with a fresh time, so that no later run takes it for stale", async () => {
  const { github } = scene;
  github.writeLag = 45_000;
  github.onWrite = () => {
    github.writeLag = 0;
    github.skew = 45_000;
  };
  expect((await scene.run("register")).outputs["outcome"]).toBe("registered");
  expect(puts()).toHaveLength(3);
  github.skew = 24 * 60 * 60 * 1000;
  expect((await scene.run("register")).outputs["outcome"]).toBe("unchanged");
  expectFinished();
});
