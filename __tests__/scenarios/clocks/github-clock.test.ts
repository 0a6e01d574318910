import { createPrivateKey } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readCertificate } from "../../../src/ca/certificate.ts";
import type { KeyringEntry } from "../../../src/ca/keyring-entries.ts";
import { formatKeyring } from "../../../src/keyring/keyring-format.ts";
import { DAY } from "../../rotation/clock.ts";
import { newKey, selfSigned } from "../../rotation/issuer.ts";
import { codesOf } from "../../support/action.ts";
import { changesIn, createSecretScene, SECRET, type SecretScene } from "../../support/secret-scene.ts";

let scene: SecretScene;
beforeEach(async () => {
  scene = await createSecretScene();
});
afterEach(() => scene.close());

/** Two CAs whose overlap is over, and a platform whose replies say nothing of the time. */
function plant(): void {
  const { sandbox, github } = scene;
  const entries = [2000, 1500].map((daysLeft, index): KeyringEntry => {
    const privateKey = newKey();
    const notAfter = Date.now() + daysLeft * DAY;
    const subject = [["CN", `acme-${daysLeft}`]] as const;
    const dates = { notBefore: notAfter - 4000 * DAY, notAfter };
    const pem = selfSigned(createPrivateKey(privateKey), { subject, ...dates });
    const { id } = sandbox.seed(pem, { verified: true });
    const verifiedAt = new Date(Date.now() - (400 + index) * DAY).toISOString();
    return { privateKey, certificate: readCertificate(pem), platformId: id, verifiedAt, notes: [] };
  });
  const writtenAt = new Date(github.now()).toISOString();
  github.seed(SECRET, formatKeyring({ generation: 3, writtenAt, entries }));
  sandbox.faults.add({ call: "any", kind: "date", times: 1000, date: false });
}

test("GitHub's clock is the second one where the platform says nothing of the time (guarantee 3)", async () => {
  plant();
  const result = await scene.run("rotate", { apply: "true" });
  expect(result.errors).toEqual([]);
  expect(result.outputs["outcome"]).toBe("retired");
});

test("where it differs nothing is done, and it is named", async () => {
  scene.github.skew = -DAY;
  plant();
  const result = await scene.run("rotate", { apply: "true" });
  expect(codesOf(result)).toEqual(["CLOCK_DOUBTFUL"]);
  expect(result.errors[0]?.message).toContain("GitHub's clock (Date) says");
  expect(changesIn(scene)).toEqual([]);
});

test("create, which asks no platform, makes no CA while GitHub's differs", async () => {
  scene.github.skew = DAY;
  const inputs = { tenant: "acme", "gateway-url": "", token: "" };
  const result = await scene.run("create", inputs);
  expect(codesOf(result)).toEqual(["CLOCK_DOUBTFUL"]);
  expect(changesIn(scene)).toEqual([]);
});
