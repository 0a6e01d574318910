import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { encrypted, type MadeCa, makeCa } from "../ca/made.ts";
import { Workshop } from "../sandbox/workshop.ts";
import { type Result, runAction } from "../support/action.ts";
import { tokenExpiration } from "../support/github.ts";
import { connectionTo } from "../support/inputs.ts";
import { createSecretScene, keyringOf, SECRET, type SecretScene } from "../support/secret-scene.ts";

const workshop = new Workshop();
let ours: MadeCa;
let foreign: MadeCa;
let scene: SecretScene;

beforeAll(() => {
  [ours, foreign] = [makeCa(workshop, "/CN=acme"), makeCa(workshop, "/CN=somebody")];
});
afterAll(() => workshop.remove());
beforeEach(async () => {
  scene = await createSecretScene();
});
afterEach(() => scene.close());

async function status(inputs: Record<string, string>, env: Record<string, string> = {}): Promise<Result> {
  const { sandbox, watched } = scene;
  return await runAction("status", watched.stage, { inputs: { ...connectionTo(sandbox), ...inputs }, env });
}
const certificates = ({ outputs }: Result) =>
  JSON.parse(outputs["certificates"] as string) as Record<string, unknown>[];
const messages = ({ warnings }: Result) => warnings.map(({ message }) => message);

describe("status joins platform and keyring", () => {
  test.each([
    ["certificates alone", (ca: MadeCa) => ca.pem],
    ["keys and certificates", (ca: MadeCa) => ca.pkcs8 + ca.pem],
    ["encrypted keys, and no passphrase", (ca: MadeCa) => encrypted(workshop, ca, "secret words") + ca.pem],
  ])("by %s", async (_, text) => {
    scene.sandbox.seed(ours.pem, { verified: true, id: "a1" });
    const result = await status({ keyring: text(ours) });
    expect(result.errors).toEqual([]);
    expect(certificates(result)).toMatchObject([{ id: "a1", held: true, lifeUsed: 0 }]);
    expect(messages(result)).toEqual([]);
    expect(result.summary).toContain("| a1 |");
    expect(result.outputs).toMatchObject({ "certificate-id": "a1", "rotation-due": "false" });
  });

  test("warns of a usable CA whose key this workflow does not hold, and of an unverified one", async () => {
    scene.sandbox.seed(foreign.pem, { verified: true, id: "f1" });
    scene.sandbox.seed(ours.pem, { id: "a1" });
    const result = await status({ keyring: ours.pem });
    expect(messages(result)).toEqual([
      expect.stringMatching(/^f1 .*its key is not in the keyring/),
      expect.stringMatching(/^a1 .*not verified\. Run register or tasks\/rotate/),
    ]);
    expect(certificates(result)).toMatchObject([{ held: false, lifeUsed: null }, { held: true }]);
  });

  test("names a CA that somebody removed from the platform, only while no CA is usable", async () => {
    const removed = { verifiedAt: "2026-11-01T10:00:00.000Z", platformId: "a1", tenant: "acme" };
    const keyring = (more: object) => keyringOf(ours, Date.now(), { ...removed, ...more });
    const result = await status({ keyring: keyring({}) });
    expect(messages(result)).toEqual([
      expect.stringMatching(/^The CA "acme" was verified as a1 .* is gone .*restore: (?:[0-9A-F]{2}:){31}/),
    ]);
    expect(result.summary).toMatch(/Next: .*restore/);
    expect(result.summary).not.toContain("creates the first CA");
    for (const more of [{ verifiedAt: undefined }, { retiredAt: "2026-11-02T10:00:00.000Z" }])
      expect(messages(await status({ keyring: keyring(more) }))).toEqual([]);
    scene.sandbox.seed(foreign.pem, { verified: true, id: "f1" });
    expect(messages(await status({ keyring: keyring({}) })).join()).not.toContain("is gone");
  });

  test.each([
    ["a file that does not exist", (file: string) => ({ "keyring-file": file })],
    [
      "an empty file",
      (file: string) => {
        writeFileSync(file, "");
        return { "keyring-file": file };
      },
    ],
    [
      "a secret that does not exist",
      () => ({ "keyring-secret": SECRET, "github-token": scene.github.token }),
    ],
  ])("warns that the keyring is gone where a usable CA is: %s", async (_, keyring) => {
    scene.sandbox.seed(ours.pem, { verified: true, id: "a1" });
    const gone = keyring(join(scene.watched.stage.lasting, "keyring.pem"));
    const result = await status(gone, { ...scene.github.env });
    expect(messages(result)).toContainEqual(
      expect.stringMatching(/^The keyring does not exist, or is empty: .*docs\/recovery\.md/),
    );
    expect(result.exitCode).toBe(0);
  });

  test("a keyring that holds no certificate is named (KEYRING_DAMAGED), before any request", async () => {
    const result = await status({ keyring: "not a keyring" });
    expect(result.errors.map(({ title }) => title)).toEqual(["MindConnect CA: KEYRING_DAMAGED"]);
    expect(scene.sandbox.calls).toEqual([]);
  });
});

describe("status looks at the keyring's secret, and shows the slots all the same", () => {
  const access = () => ({ "keyring-secret": SECRET, "github-token": scene.github.token });

  test("one that cannot be written: a warning with the code", async () => {
    scene.github.rights = "none";
    const result = await status({ ...access(), keyring: ours.pem }, { ...scene.github.env });
    expect(result.exitCode).toBe(0);
    expect(messages(result)).toContainEqual(expect.stringMatching(/SECRET_ACCESS_DENIED/));
    expect(result.outputs["slots-free"]).toBe("2");
  });

  test("a token that ends before the rotation is due", async () => {
    const { github, sandbox } = scene;
    sandbox.seed(ours.pem, { verified: true });
    github.seed(SECRET, ours.pem, { updatedAt: Date.now() - 86_400_000 });
    github.runCreatedAt = Date.now();
    github.tokenExpiration = tokenExpiration(Date.now() + 60 * 86_400_000);
    const result = await status({ ...access(), keyring: ours.pem }, { ...github.env });
    const day = github.tokenExpiration.slice(0, 10);
    expect(messages(result)).toEqual([expect.stringContaining(`github-token expires on ${day}`)]);
  });
});
