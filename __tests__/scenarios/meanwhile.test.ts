import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { KeyringEntry } from "../../src/ca/keyring-entries.ts";
import { formatKeyring } from "../../src/keyring/keyring-format.ts";
import type { StoredCertificate } from "../../src/sandbox/stored-certificates.ts";
import { entryOf, type MadeCa, makeCa } from "../ca/made.ts";
import { Workshop } from "../sandbox/workshop.ts";
import { codesOf } from "../support/action.ts";
import { createSecretScene, SECRET, type SecretScene } from "../support/secret-scene.ts";

// Guarantee 6 while somebody else changes the slots: at each point of a run of delete and rotate the other usable CA
// vanishes, and the one that was to go must stay.

const workshop = new Workshop();
let older: MadeCa;
let newer: MadeCa;
let scene: SecretScene;

beforeAll(() => {
  [older, newer] = [makeCa(workshop, "/CN=acme-older"), makeCa(workshop, "/CN=acme-newer")];
});
afterAll(() => workshop.remove());
beforeEach(async () => {
  scene = await createSecretScene();
});
afterEach(() => scene.close());

/** Both CAs in their slots and the keyring with `held`, its overlap over. */
function begin(...held: readonly MadeCa[]): void {
  const { sandbox, github } = scene;
  sandbox.seed(newer.pem, { verified: true, id: "newer" });
  sandbox.seed(older.pem, { verified: true, id: "older" });
  const longAgo = { verifiedAt: new Date(Date.now() - 400 * 86_400_000).toISOString() };
  const entries: KeyringEntry[] = held.map((ca) => entryOf(ca, longAgo));
  const writtenAt = new Date().toISOString();
  github.seed(SECRET, formatKeyring({ generation: 3, writtenAt, entries }));
}

const left = () => scene.sandbox.certificates.map(({ id }) => id);

/** Somebody else deletes the newer one. */
function vanish(): void {
  const certificates = scene.sandbox.certificates as StoredCertificate[];
  const index = certificates.findIndex(({ id }) => id === "newer");
  if (index >= 0) certificates.splice(index, 1);
}

/** When that happens, told by what the run does. */
const POINTS = {
  "while GitHub is asked about the secret": ({ github }: SecretScene) => {
    // Time enough for a list that does not wait for GitHub.
    github.faults.add("metadata", { kind: "slow", milliseconds: 800, meanwhile: vanish });
  },
  "when the mark is written": ({ github }: SecretScene) => {
    github.onWrite = vanish;
  },
} as const;

describe.each([
  ["delete", { "certificate-id": "older", "allow-held": "true" }],
  ["rotate", { apply: "true" }],
])("%s", (task, inputs) => {
  test.each(Object.entries(POINTS))("the other usable CA vanishes %s (guarantee 6)", async (_, strike) => {
    begin(newer, older);
    strike(scene);
    expect(codesOf(await scene.run(task, inputs))).toEqual(["CA_LAST_USABLE"]);
    expect(left()).toEqual(["older"]);
    expect(scene.github.text(SECRET)).not.toContain("Retired at");
  });
});

describe("the mark of one that stays", () => {
  test("cannot be taken back: the run tells what went wrong first, and warns of the mark", async () => {
    const { sandbox, github } = scene;
    begin(newer, older);
    sandbox.faults.add({ call: "delete", kind: "status", status: 403 });
    github.onWrite = () => {
      github.rights = "read";
    };
    const result = await scene.run("rotate", { apply: "true" });
    expect(codesOf(result)).toEqual(["ACCESS_DENIED"]);
    expect(result.warnings.map(({ message }) => message).join()).toMatch(
      /acme-older was not deleted, and is still marked retired in the keyring \(SECRET_ACCESS_DENIED\)/,
    );
    github.rights = "write";
    expect((await scene.run("rotate", { apply: "true" })).outputs["outcome"]).toBe("retired");
  });

  test("rotate names a next step that it has: no allow-last", async () => {
    begin(newer, older);
    scene.github.onWrite = vanish;
    const { errors } = await scene.run("rotate", { apply: "true" });
    expect(errors[0]?.message).toContain("Next: Its successor is not usable any more");
    expect(errors[0]?.message).not.toContain("allow-last");
  });
});

test("delete of one that is not held: the slots are read after GitHub was asked, right before the DELETE (guarantee 6)", async () => {
  begin(newer);
  POINTS["while GitHub is asked about the secret"](scene);
  expect(codesOf(await scene.run("delete", { "certificate-id": "older" }))).toEqual(["CA_LAST_USABLE"]);
  expect(left()).toEqual(["older"]);
});
