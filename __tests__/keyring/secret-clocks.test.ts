import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { formatKeyring, parseKeyring, readWrittenAt } from "../../src/keyring/keyring-format.ts";
import { compareWithSecret } from "../../src/keyring/secret-times.ts";
import { entryOf, type MadeCa, makeCa } from "../ca/made.ts";
import { Workshop } from "../sandbox/workshop.ts";
import { codesOf, warningsOf } from "../support/action.ts";
import { TENANT } from "../support/inputs.ts";
import { createSecretScene, keyringOf, SECRET, type SecretScene } from "../support/secret-scene.ts";
import { pausesOf, WITHOUT_PAUSES } from "../support/without-pauses.ts";

// Guarantee 3 with GitHub's clocks apart: the one of its replies (Date), and the one that stamps a secret (updated_at).

const MINUTE_MS = 60_000;
/** Half of the smallest difference below: it tells whose clock stamped a text, on a busy machine too. */
const NEAR_MS = 7500;
const workshop = new Workshop();
let ca: MadeCa;
let scene: SecretScene;

beforeAll(() => {
  ca = makeCa(workshop, "/C=DE/ST=MUC/O=Acme/OU=IT/CN=acme");
});
afterAll(() => workshop.remove());
beforeEach(async () => {
  scene = await createSecretScene({}, [WITHOUT_PAUSES]);
  const { github } = scene;
  // Each look comes a second later on GitHub's clock, so that no two writes share a second.
  github.onRequest = (call) => {
    if (call === "metadata") github.skew += 1000;
  };
});
afterEach(() => scene.close());

const puts = () => scene.github.calls().filter((call) => call === "put").length;
const stamp = () => Date.parse(/written (\S+Z)/.exec(scene.github.text(SECRET))?.[1] ?? "");

/** Whether the time of writing is provisional, for each kind of text with which a run has shown that nothing is left to do. */
const shown = new Set<boolean>();

/**
 * Checks that the next run has nothing to do and nothing to say. The text's time fits the secret's, and the text notes the one CA
 * as verified. For the first text of each kind a run shows it.
 */
async function expectSettled(): Promise<void> {
  const { github, sandbox } = scene;
  const [text, updatedAt] = [github.text(SECRET), github.updatedAt(SECRET)];
  const { writtenAt, provisional } = readWrittenAt(text);
  expect(writtenAt).toBeDefined();
  const facts = { cameIn: true, writtenAt, provisional, updatedAt, queuedAt: undefined, mayImport: false };
  expect(compareWithSecret(facts)).toBeUndefined();
  const [{ id, pem } = { id: "", pem: "" }] = sandbox.certificates;
  expect(sandbox.certificates).toMatchObject([{ isVerified: true }]);
  const { entries } = parseKeyring(text);
  expect(entries).toMatchObject([{ platformId: id, verifiedAt: expect.stringMatching(/Z$/) }]);
  for (const end of ["retiredAt", "refusedAt"]) expect(entries[0]).not.toHaveProperty(end);
  expect(entries[0]?.certificate.pem.trim()).toBe(pem.trim());
  if (shown.has(provisional)) return;
  shown.add(provisional);
  const before = puts();
  const result = await scene.run("register");
  expect({ codes: codesOf(result), told: warningsOf(result) }).toEqual({ codes: [], told: [] });
  expect(result.outputs["outcome"]).toBe("unchanged");
  expect(puts()).toBe(before);
}

/** Checks that this is what a run writes first: a new CA, and a time that was not compared with the secret's yet. */
function expectFirstText(text = ""): void {
  const { generation, provisional, entries } = parseKeyring(text);
  expect({ generation, provisional }).toEqual({ generation: 1, provisional: true });
  const [{ privateKey, certificate, ...noted } = entryOf(ca)] = entries;
  expect({ count: entries.length, noted }).toEqual({ count: 1, noted: { tenant: TENANT, notes: [] } });
  expect(certificate.subject).toEqual(entryOf(ca).certificate.subject);
}

/** Seeds what a run leaves that is killed after its first write. {@link expectFirstText} checks the text. */
function seedFirstText(seconds: number): void {
  const { github } = scene;
  const writtenAt = new Date(github.now()).toISOString();
  const entries = [entryOf(ca, { tenant: TENANT })];
  const text = formatKeyring({ generation: 1, writtenAt, provisional: true, entries });
  expectFirstText(text);
  github.seed(SECRET, text, { updatedAt: github.now() + seconds * 1000 });
}

/** Checks that all is settled with the test's own CA, key and all. */
async function expectSettledWithOurs(): Promise<void> {
  expect(scene.github.text(SECRET)).toContain(ca.pkcs8.trim());
  expect(scene.sandbox.certificates.map(({ pem }) => pem.trim())).toEqual([ca.pem.trim()]);
  await expectSettled();
}

test("a kill between the two writes leaves the first text, with the difference of the clocks (guarantee 3)", async () => {
  const { github, sandbox } = scene;
  github.writeLag = 2 * MINUTE_MS;
  github.onWrite = () => scene.kill();
  expect((await scene.run("register")).signal).toBe("SIGKILL");
  expectFirstText(github.text(SECRET));
  // What passes between the text and its write comes on top of the difference.
  const difference = (github.updatedAt(SECRET) ?? 0) - stamp();
  expect(difference).toBeGreaterThan(github.writeLag - 1000);
  expect(difference).toBeLessThan(github.writeLag + MINUTE_MS);
  expect(sandbox.certificates).toEqual([]);
});

describe.each([-70, -15, 15, 70])("updated_at %i s from Date (guarantee 3)", (seconds) => {
  test("always: a text is stamped by the secret's own time, with one write more", async () => {
    const { github } = scene;
    github.writeLag = seconds * 1000;
    const first = await scene.run("register");
    expect(codesOf(first)).toEqual([]);
    expect(first.outputs["outcome"]).toBe("registered");
    // The first one is off, the second one and the note are not.
    expect(puts()).toBe(3);
    expect(pausesOf(first)).toEqual([0, 0, 0]);
    expectFirstText(github.written[0]);
    expect(Math.abs((github.updatedAt(SECRET) ?? 0) - stamp())).toBeLessThan(NEAR_MS);
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
    const { github } = scene;
    github.writeLag = seconds * 1000;
    seedFirstText(seconds);
    if (mayAsk) github.runCreatedAt = github.now() + 2 * MINUTE_MS;
    const again = await scene.run("register");
    expect(codesOf(again)).toEqual([]);
    expect(again.outputs["outcome"]).toBe("registered");
    expect(warningsOf(again).length).toBe(mayAsk ? 0 : 1);
    await expectSettledWithOurs();
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
    await expectSettledWithOurs();
  });
});

describe.each([-7200, -600, 600, 7200])(
  "updated_at %i s from Date, more than clocks differ (guarantee 3)",
  (seconds) => {
    test("always: a second write, stamped by the secret's own time, proves that they are its clocks", async () => {
      const { github } = scene;
      github.writeLag = seconds * 1000;
      const first = await scene.run("register");
      expect(codesOf(first)).toEqual([]);
      expect(first.outputs["outcome"]).toBe("registered");
      expect(puts()).toBe(3);
      // All three looks for a replica that is late; and a second, so that the next write has another time.
      expect(pausesOf(first)).toEqual([0, 500, 1500, 1000, 0, 0]);
      expectFirstText(github.written[0]);
      expect(Math.abs((github.updatedAt(SECRET) ?? 0) - stamp())).toBeLessThan(NEAR_MS);
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
      const { github } = scene;
      github.writeLag = seconds * 1000;
      seedFirstText(seconds);
      const stuck = github.text(SECRET);
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
      await expectSettledWithOurs();
    });
  },
);

test.each([-15, 15])(
  "two writes in one second of GitHub's clock, with updated_at %i s from Date: the second one is known for the run's own (guarantee 3)",
  async (seconds) => {
    const { github } = scene;
    const instant = Date.now();
    github.now = () => instant;
    github.writeLag = seconds * 1000;
    const result = await scene.run("register");
    expect(codesOf(result)).toEqual([]);
    expect(result.outputs["outcome"]).toBe("registered");
    expect(new Set(github.written).size).toBe(3);
    await expectSettled();
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
