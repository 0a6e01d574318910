import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type MadeCa, makeCa } from "../ca/made.ts";
import { Workshop } from "../sandbox/workshop.ts";
import { codesOf, warningsOf } from "../support/action.ts";
import { createSecretScene, keyringOf, SECRET, type SecretScene } from "../support/secret-scene.ts";

// Guarantee 3 with GitHub's clocks apart: the one of its replies (Date), and the one that stamps a secret (updated_at).

const MINUTE_MS = 60_000;
const workshop = new Workshop();
let ca: MadeCa;
let scene: SecretScene;

beforeAll(() => {
  ca = makeCa(workshop, "/CN=acme");
});
afterAll(() => workshop.remove());
beforeEach(async () => {
  scene = await createSecretScene();
});
afterEach(() => scene.close());

const puts = () => scene.github.calls().filter((call) => call === "put").length;
const stamp = () => Date.parse(/written (\S+Z)/.exec(scene.github.text(SECRET))?.[1] ?? "");

/** Checks that a run has nothing to do and nothing to say. */
async function expectSettled(): Promise<void> {
  const before = puts();
  const result = await scene.run("register");
  expect({ codes: codesOf(result), told: warningsOf(result) }).toEqual({ codes: [], told: [] });
  expect(result.outputs["outcome"]).toBe("unchanged");
  expect(puts()).toBe(before);
}

describe.each([-70, -15, 15, 70])("updated_at %i s from Date (guarantee 3)", (seconds) => {
  test("always: a text is stamped by the secret's own time, with one write more", async () => {
    const { github } = scene;
    github.writeLag = seconds * 1000;
    const first = await scene.run("register");
    expect(codesOf(first)).toEqual([]);
    expect(first.outputs["outcome"]).toBe("registered");
    // The first one is off, the second one and the note are not.
    expect(puts()).toBe(3);
    expect(Math.abs((github.updatedAt(SECRET) ?? 0) - stamp())).toBeLessThan(2500);
    await expectSettled();
    github.writeLag = 0;
    await expectSettled();
  });

  test("for one write: the next ones find their way back", async () => {
    const { github } = scene;
    github.writeLag = seconds * 1000;
    github.onWrite = () => {
      github.writeLag = 0;
    };
    expect((await scene.run("register")).outputs["outcome"]).toBe("registered");
    await expectSettled();
  });

  test.each([
    ["the token may not ask when the run was queued", false],
    ["it may", true],
  ])("a kill between the two writes leaves what the next run accepts; %s", async (_, mayAsk) => {
    const { github, sandbox } = scene;
    github.writeLag = seconds * 1000;
    github.onWrite = () => scene.kill();
    expect((await scene.run("register")).signal).toBe("SIGKILL");
    github.onWrite = () => {};
    const key = /-----BEGIN PRIVATE KEY-----[^-]+/.exec(github.text(SECRET))?.[0] ?? "no key";
    if (mayAsk) github.runCreatedAt = github.now() + 2 * MINUTE_MS;
    const again = await scene.run("register");
    expect(codesOf(again)).toEqual([]);
    expect(again.outputs["outcome"]).toBe("registered");
    expect(warningsOf(again).length).toBe(mayAsk ? 0 : 1);
    expect(sandbox.certificates).toHaveLength(1);
    expect(github.text(SECRET)).toContain(key);
    await expectSettled();
  });

  test("a text that is stuck is refused with the way out, keyring-import, which stamps it anew", async () => {
    const { github, sandbox } = scene;
    const written = Date.now() - 10 * MINUTE_MS;
    const { id } = sandbox.seed(ca.pem, { verified: true });
    const noted = { platformId: id, verifiedAt: new Date(written).toISOString() };
    github.seed(SECRET, keyringOf(ca, written, noted), { updatedAt: written + seconds * 1000 });
    github.runCreatedAt = Date.now();
    const refused = await scene.run("register");
    const late = seconds > 60 ? ["KEYRING_STALE"] : [];
    expect(codesOf(refused)).toEqual(seconds < 0 ? ["KEYRING_SECRET_MISMATCH"] : late);
    if (codesOf(refused).length > 0) {
      expect(refused.errors[0]?.message).toMatch(/Next: .*keyring-import: true for one new run/s);
      expect(puts()).toBe(0);
    }
    const imported = await scene.run("register", { "keyring-import": "true" });
    expect(codesOf(imported)).toEqual([]);
    expect(imported.outputs["outcome"]).toBe("unchanged");
    expect(github.text(SECRET)).toContain(ca.pkcs8.trim());
    await expectSettled();
  });
});

describe.each([-7200, -600, 600, 7200])(
  "updated_at %i s from Date, more than clocks differ (guarantee 3)",
  (seconds) => {
    test("always: a second write, stamped by the secret's own time, proves that they are its clocks", async () => {
      const { github, sandbox } = scene;
      github.writeLag = seconds * 1000;
      const first = await scene.run("register");
      expect(codesOf(first)).toEqual([]);
      expect(first.outputs["outcome"]).toBe("registered");
      expect(puts()).toBe(3);
      expect(Math.abs((github.updatedAt(SECRET) ?? 0) - stamp())).toBeLessThan(2500);
      expect(sandbox.certificates).toHaveLength(1);
      await expectSettled();
      github.writeLag = 0;
      await expectSettled();
    });

    test("for one write: the next ones find their way back", async () => {
      const { github } = scene;
      github.writeLag = seconds * 1000;
      github.onWrite = () => {
        github.writeLag = 0;
      };
      const first = await scene.run("register");
      expect(codesOf(first)).toEqual([]);
      expect(first.outputs["outcome"]).toBe("registered");
      await expectSettled();
    });

    test("a kill between the two writes: keyring-import is the way out, once the run's own time shows what is whose", async () => {
      const { github, sandbox } = scene;
      github.writeLag = seconds * 1000;
      github.onWrite = () => scene.kill();
      expect((await scene.run("register")).signal).toBe("SIGKILL");
      github.onWrite = () => {};
      const stuck = github.text(SECRET);
      const key = /-----BEGIN PRIVATE KEY-----[^-]+/.exec(stuck)?.[0] ?? "no key";
      const from = (github.updatedAt(SECRET) ?? 0) + Math.abs((github.updatedAt(SECRET) ?? 0) - stamp());
      const code = seconds < 0 ? "KEYRING_SECRET_MISMATCH" : "KEYRING_STALE";

      const refused = await scene.run("register");
      expect(codesOf(refused)).toEqual([code]);
      const said = /keyring-import: true for one new run .*queued after (\S+Z)/.exec(
        refused.errors[0]?.message ?? "",
      );
      const saidFrom = Date.parse(said?.[1] ?? "");
      expect(Math.abs(saidFrom - from)).toBeLessThan(1001);
      // Nobody's word alone: the run was queued too early, or its time cannot be asked for.
      for (const queuedAt of [saidFrom - 1000, undefined]) {
        github.runCreatedAt = queuedAt;
        const early = await scene.run("register", { "keyring-import": "true" });
        expect(codesOf(early)).toEqual([code]);
        expect(github.text(SECRET)).toBe(stuck);
      }
      // It is told in whole seconds.
      github.runCreatedAt = saidFrom + 1000;
      const again = await scene.run("register", { "keyring-import": "true" });
      expect(codesOf(again)).toEqual([]);
      expect(again.outputs["outcome"]).toBe("registered");
      expect(sandbox.certificates).toHaveLength(1);
      expect(github.text(SECRET)).toContain(key);
      await expectSettled();
    });
  },
);

test("updated_at that keeps no time at all: CLOCK_DOUBTFUL, nothing is uploaded, no key is lost (guarantee 3)", async () => {
  const { github, sandbox } = scene;
  github.writeLag = 10 * MINUTE_MS;
  github.onWrite = () => {
    github.writeLag += 10 * MINUTE_MS;
  };
  const result = await scene.run("register");
  expect(codesOf(result)).toEqual(["CLOCK_DOUBTFUL"]);
  const message = result.errors[0]?.message ?? "";
  expect(message).toContain("GitHub");
  expect(message).toContain(new Date(github.updatedAt(SECRET) ?? 0).toISOString());
  expect(message).toMatch(/Next: .*keyring-import: true/s);
  expect(sandbox.certificates).toEqual([]);
  const key = /-----BEGIN PRIVATE KEY-----[^-]+/.exec(github.text(SECRET))?.[0] ?? "no key";
  github.onWrite = () => {};
  github.writeLag = 0;
  github.runCreatedAt = github.now() + 120 * MINUTE_MS;
  const again = await scene.run("register", { "keyring-import": "true" });
  expect(codesOf(again)).toEqual([]);
  expect(again.outputs["outcome"]).toBe("registered");
  expect(sandbox.certificates).toHaveLength(1);
  expect(github.text(SECRET)).toContain(key);
  await expectSettled();
});

test("keyring-import lifts nothing where the secret was written since the run was queued, nor beyond 5 minutes", async () => {
  const { github } = scene;
  const written = Date.now() - 20 * MINUTE_MS;
  github.seed(SECRET, "what another run wrote", { updatedAt: written + 2 * MINUTE_MS });
  github.runCreatedAt = written + MINUTE_MS;
  const inputs = { keyring: keyringOf(ca, written), "keyring-import": "true" };
  expect(codesOf(await scene.run("register", inputs))).toEqual(["KEYRING_STALE"]);
  github.runCreatedAt = Date.now();
  github.seed(SECRET, "what another run wrote", { updatedAt: written + 6 * MINUTE_MS });
  const far = await scene.run("register", inputs);
  expect(codesOf(far)).toEqual(["KEYRING_STALE"]);
  expect(far.errors[0]?.message).not.toContain("set keyring-import: true for one new run");
  expect(github.text(SECRET)).toBe("what another run wrote");
});

test("somebody else writes after the read-back and before the upload: no upload (guarantee 3)", async () => {
  const { github, sandbox } = scene;
  let looks = 0;
  github.onRequest = (call) => {
    if (call === "put") looks = 0;
    if (call === "metadata") looks += 1;
    // The first look after the write reads it back, the second one comes right before the upload.
    if (call !== "metadata" || looks !== 2 || github.written.length === 0) return;
    github.seed(SECRET, "another's keys", { updatedAt: github.now() + 3000 });
  };
  const result = await scene.run("register");
  expect(codesOf(result)).toEqual(["KEYRING_STALE"]);
  expect(sandbox.certificates).toEqual([]);
  expect(github.text(SECRET)).toBe("another's keys");
});
