import { createPrivateKey } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readCertificate } from "../../src/ca/certificate.ts";
import type { KeyringEntry } from "../../src/ca/keyring-entries.ts";
import { formatKeyring } from "../../src/keyring/keyring-format.ts";
import { type MadeCa, makeCa } from "../ca/made.ts";
import { newKey, selfSigned } from "../rotation/issuer.ts";
import { Workshop } from "../sandbox/workshop.ts";
import { codesOf, warningsOf } from "../support/action.ts";
import { tokenExpiration } from "../support/github.ts";
import { plainKeysIn } from "../support/leaks.ts";
import {
  changesIn,
  createSecretScene,
  keyringOf,
  SECRET,
  type SecretScene,
} from "../support/secret-scene.ts";

const workshop = new Workshop();
let foreign: MadeCa;
let scene: SecretScene;

beforeAll(() => {
  foreign = makeCa(workshop, "/CN=somebody");
});
afterAll(() => workshop.remove());
beforeEach(async () => {
  scene = await createSecretScene();
});
afterEach(() => scene.close());

const apply = (more: Record<string, string> = {}) => scene.run("rotate", { apply: "true", ...more });
const keys = (text: string) => plainKeysIn(text).length;

describe("rotate with the keyring in a secret", () => {
  test("stages: the new key is in the secret before the upload, the old one still is (guarantees 2, 3)", async () => {
    const { sandbox, github } = scene;
    await scene.run("register", { days: "300" });
    const atUpload: string[] = [];
    sandbox.onRequest(({ call }) => {
      if (call === "upload") atUpload.push(github.text(SECRET));
    });
    const staged = await apply();
    expect(staged.errors).toEqual([]);
    expect(staged.outputs["outcome"]).toBe("staged");
    expect(keys(atUpload[0] ?? "")).toBe(2);
    expect(github.text(SECRET)).toContain(`Platform id: ${staged.outputs["certificate-id"]}`);
  });

  test.each(["lost", "reset"] as const)(
    "a write whose answer is %s: no upload in this run, and the next one finishes (guarantees 2, 4)",
    async (kind) => {
      const { sandbox, github } = scene;
      await scene.run("register", { days: "300" });
      github.faults.add("put", { kind });
      const failed = await apply();
      expect(codesOf(failed)).toEqual(["KEYRING_WRITE_FAILED"]);
      expect(sandbox.certificates).toHaveLength(1);

      const again = await apply();
      expect(again.errors).toEqual([]);
      expect(again.outputs["outcome"]).toBe("staged");
      expect(sandbox.certificates.map(({ isVerified }) => isVerified)).toEqual([true, true]);
      // The key that a lost write left there is used, not another one made.
      expect(keys(github.text(SECRET))).toBe(2);
    },
  );

  test("an old keyring is refused before a key is made or anything changes (KEYRING_STALE, guarantee 3)", async () => {
    const { github, watched } = scene;
    await scene.run("register", { days: "300" });
    const old = github.text(SECRET);
    github.seed(SECRET, old, { updatedAt: Date.now() + 120_000 });
    const before = [changesIn(scene).length, watched.started().length];
    expect(codesOf(await apply({ keyring: old }))).toEqual(["KEYRING_STALE"]);
    expect([changesIn(scene).length, watched.started().length]).toEqual(before);
  });

  test("a usable CA that the keyring lacks stops it before a key is made, unless its id is allowed (guarantee 3)", async () => {
    const { sandbox, github, watched } = scene;
    sandbox.seed(foreign.pem, { verified: true, id: "f1" });
    const refused = await apply();
    expect(codesOf(refused)).toEqual(["CA_NOT_HELD"]);
    expect(refused.errors[0]?.message).toContain("f1");
    expect(watched.started()).toEqual([]);
    expect(github.written).toEqual([]);

    const allowed = await apply({ "allow-unheld": "f2, f1" });
    expect(allowed.outputs["outcome"]).toBe("staged");
    expect(sandbox.certificates.map(({ id }) => id)).toContain("f1");
  });

  test("with nothing due it still looks at the secret, and warns of a token that ends too early", async () => {
    const { github } = scene;
    await scene.run("register");
    const end = Date.now() + 60 * 86_400_000;
    github.tokenExpiration = tokenExpiration(end);
    const requests = github.requests.length;
    const nothing = await apply();
    expect(nothing.outputs["outcome"]).toBe("nothing-due");
    expect(github.calls().slice(requests).toSorted()).toEqual(["metadata", "public-key"]);
    expect(warningsOf(nothing)).toEqual([
      expect.stringContaining(
        `github-token expires on ${tokenExpiration(end).slice(0, 10)}. A run has to write the secret CA_KEYRING`,
      ),
    ]);
    github.rights = "none";
    expect(codesOf(await apply())).toEqual(["SECRET_ACCESS_DENIED"]);
  });
});

describe("a secret that is nearly full", () => {
  const DAY = 86_400_000;
  const LIMIT = 48 * 1024;
  /** Lines of somebody's own, which are kept with their entry. */
  const filling = (bytes: number) =>
    Array.from({ length: Math.floor(bytes / 40) }, () => "a line of my own ".padEnd(39, ". "));

  function entry(commonName: string, daysLeft: number, more: Partial<KeyringEntry> = {}): KeyringEntry {
    const privateKey = newKey();
    const notAfter = Date.now() + daysLeft * DAY;
    const said = { subject: [["CN", commonName]], notBefore: notAfter - 4000 * DAY, notAfter } as const;
    const certificate = readCertificate(selfSigned(createPrivateKey(privateKey), said));
    return { privateKey, certificate, notes: [], ...more };
  }

  /** Stores these, the last one with so many lines that `left` bytes and a little less are free. */
  function fill(left: number, ...entries: readonly KeyringEntry[]): void {
    const text = (last: Partial<KeyringEntry> = {}) =>
      formatKeyring({
        generation: 3,
        writtenAt: new Date().toISOString(),
        entries: entries.map((it, index) => (index === entries.length - 1 ? { ...it, ...last } : it)),
      });
    const full = text({ notes: filling(LIMIT - left - Buffer.byteLength(text())) });
    expect(LIMIT - Buffer.byteLength(full)).toBeLessThan(left + 40);
    scene.github.seed(SECRET, full);
  }

  const retiredAt = new Date(Date.now() - 90 * DAY).toISOString();
  const verifiedAt = new Date(Date.now() - 400 * DAY).toISOString();
  const seed = (...entries: readonly KeyringEntry[]) => {
    for (const { certificate } of entries) scene.sandbox.seed(certificate.pem, { verified: true });
  };

  test("has no room for a new key: KEYRING_TOO_LARGE, before one is made, and the advice can be followed", async () => {
    const old = entry("acme-old", 200, { verifiedAt });
    seed(old);
    fill(2000, old, entry("acme-gone", 300, { retiredAt }));
    const refused = await apply();
    expect(codesOf(refused)).toEqual(["KEYRING_TOO_LARGE"]);
    expect(refused.errors[0]?.message).toContain("retired-keys: drop");
    expect([scene.watched.started(), scene.github.written]).toEqual([[], []]);

    const staged = await apply({ "retired-keys": "drop" });
    expect(staged.errors).toEqual([]);
    expect(staged.outputs["outcome"]).toBe("staged");
    expect(keys(scene.github.text(SECRET))).toBe(2);
  });

  test("of a hand's making gets room although every entry that stays grows by what is written of it: one write", async () => {
    const old = entry("acme-old", 200, { verifiedAt });
    seed(old);
    const gone = Array.from({ length: 55 }, (_, index) => entry(`acme-gone-${index}`, 300, { retiredAt }));
    const mark = `Retired at: ${retiredAt}\n`;
    const byHand = [old, ...gone].map(
      ({ privateKey, certificate }, index) => (index > 0 ? mark : "") + privateKey + certificate.pem,
    );
    expect(Buffer.byteLength(byHand.join(""))).toBeGreaterThan(40_000);
    scene.github.seed(SECRET, byHand.join(""), { updatedAt: Date.now() - DAY });
    scene.github.runCreatedAt = Date.now();
    const staged = await apply({ "retired-keys": "drop" });
    expect(staged.errors).toEqual([]);
    expect(keys(scene.github.written[0] ?? "")).toBe(1);
    expect(staged.outputs["outcome"]).toBe("staged");
  });

  test("gets room for a new key by the keys that have expired", async () => {
    const old = entry("acme-old", 200, { verifiedAt });
    seed(old);
    fill(2000, old, entry("acme-gone", -1));
    const staged = await apply();
    expect(staged.errors).toEqual([]);
    expect(staged.outputs["outcome"]).toBe("staged");
  });

  test("gets room for the mark of a retirement by them, too", async () => {
    const [fresh, old] = [entry("acme-new", 3000, { verifiedAt }), entry("acme-old", 200, { verifiedAt })];
    seed(fresh, old);
    fill(0, fresh, old, entry("acme-gone", -1, { retiredAt }));
    const retired = await apply();
    expect(retired.errors).toEqual([]);
    expect(retired.outputs["outcome"]).toBe("retired");
  });
});

describe("a keyring that moves to another secret", () => {
  test.each(["register", "rotate"])("is written by %s although there is nothing else to do", async (task) => {
    const { github, sandbox } = scene;
    await scene.run("register");
    const old = github.text(SECRET);
    const calls = sandbox.calls.length;
    const inputs = {
      keyring: old,
      "keyring-secret": "MOVED",
      ...(task === "rotate" ? { apply: "true" } : {}),
    };
    expect(codesOf(await scene.run(task, inputs))).toEqual(["KEYRING_SECRET_MISMATCH"]);
    const moved = await scene.run(task, { ...inputs, "keyring-import": "true" });
    expect(moved.outputs["outcome"]).toMatch(/unchanged|nothing-due/);
    expect(keys(github.text("MOVED"))).toBe(1);
    expect(sandbox.calls.slice(calls).every(({ call }) => call === "list")).toBe(true);

    // From now on it lives there, and nothing is imported again.
    const written = github.written.length;
    const next = await scene.run(task, {
      ...inputs,
      keyring: github.text("MOVED"),
      "keyring-import": "true",
    });
    expect(next.errors).toEqual([]);
    expect(github.written).toHaveLength(written);
  });

  test("made by hand it is taken as well, and gets its header with the first write", async () => {
    const { github } = scene;
    const moved = await scene.run("register", { keyring: keyringOf(foreign), "keyring-import": "true" });
    expect(moved.outputs["outcome"]).toBe("registered");
    expect(github.text(SECRET)).toMatch(/^MindConnect CA keyring, generation \d+, written /);
  });
});
