import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { warningsOf } from "../support/action.ts";
import type { GitHub } from "../support/github.ts";
import {
  commandsOf,
  createPlant,
  fillIn,
  KEYRING,
  lose,
  type Plant,
  REGISTER,
  STATUS,
  section,
  set,
  stepsOf,
  textOf,
} from "./drill.ts";
import {
  BACKUP,
  begin,
  DATED,
  expectUsable,
  good,
  names,
  putBack,
  ROTATE,
  refused,
  restoreBackup,
} from "./drill-steps.ts";
import type { Step } from "./repository.ts";

/* docs/recovery.md, drilled where keyring and platform do not fit together: an old one, another tenant's, empty slots. */

let plant: Plant;
let github: GitHub;

beforeEach(async () => {
  plant = await createPlant();
  github = await plant.repository("acme/plant");
});
afterEach(() => plant.close());

const inPlant = (example: string, changed?: Step) => plant.run(github, example, changed);

describe("A backup was restored", () => {
  const title = "A backup was restored";
  const rotateNow = { ...ROTATE, with: { apply: true, days: 3651, "renew-before": 3650 } };

  test("it is older than a CA: a newer backup has both", async () => {
    begin(plant, github);
    await inPlant(BACKUP);
    restoreBackup(plant);
    const old = readFileSync(join(plant.artifacts, "keyring.pem"), "utf8");
    await good(inPlant(REGISTER, rotateNow), "staged");
    await inPlant(BACKUP);
    set(github, KEYRING, old.split("\n").slice(1).join("\n"));
    const status = await good(inPlant(STATUS));
    expect(warningsOf(status).join()).toContain("its key is not in the keyring");
    refused(await inPlant(REGISTER, rotateNow), "CA_NOT_HELD", title);
    restoreBackup(plant);
    await putBack(plant, github);
    expect(names(plant)).toEqual(["acme", DATED]);
  });

  test("a CA was retired since: nobody brings it back, and the newer one's key alone is lost", async () => {
    begin(plant, github);
    await inPlant(BACKUP);
    await good(inPlant(REGISTER, rotateNow), "staged");
    await good(inPlant(REGISTER, { ...ROTATE, with: { ...ROTATE.with, retire: "now" } }), "retired");
    expect(names(plant)).toEqual([DATED]);
    restoreBackup(plant);
    lose(github, KEYRING);
    const [store = ""] = commandsOf("Into a secret");
    plant.type(store.replace("OWNER/REPOSITORY", github.repository), [github]);
    const stopped = await inPlant(REGISTER, stepsOf("Into a secret")[0]);
    refused(stopped, "CA_NOT_HELD", "Into a secret");
    refused(stopped, "CA_NOT_HELD", title);
    const { id = "" } = plant.sandbox.certificates[0] ?? {};
    const staged = await good(inPlant(REGISTER, fillIn(stepsOf(title)[0], { "<id>": id })), "staged");
    expect(names(plant)).toEqual([DATED, DATED]);
    const kept = textOf(github, KEYRING);
    expect(kept).toContain("Common name: acme\n");
    expect(kept).toContain(staged.outputs["certificate-id"]);
    await good(inPlant(REGISTER, fillIn(stepsOf("The key is lost")[1], { "<id>": id })));
    await expectUsable(plant, github);
  });
});

test("The keyring of another tenant was passed: nothing happens, and each tenant has its own again", async () => {
  const title = "The keyring of another tenant was passed";
  const { keyring: ofAcme, writtenAt } = begin(plant, github);
  const other = {
    uses: "your-org/mindconnect-ca-action@v1",
    with: { tenant: "beta", "common-name": "beta" },
  };
  const message = refused(await inPlant(REGISTER, other), "KEYRING_OTHER_TENANT", title);
  expect(message).toMatch(/"acme".*"beta"/);
  expect([names(plant), textOf(github, KEYRING)]).toEqual([["acme"], ofAcme]);

  // Somebody stored acme's keyring as beta's, right after it was written.
  const beta = await createPlant();
  try {
    const ofBeta = await beta.repository("acme/beta");
    set(ofBeta, KEYRING, ofAcme, writtenAt);
    refused(await beta.run(ofBeta, REGISTER, other), "KEYRING_OTHER_TENANT", title);
    const listed = await good(beta.run(ofBeta, "examples/keyring.yml"));
    expect(JSON.parse(listed.outputs["entries"] ?? "")).toMatchObject([{ tenant: "acme" }]);
    lose(ofBeta, KEYRING);
    await good(beta.run(ofBeta, REGISTER, other), "registered");
  } finally {
    await beta.close();
  }
  await good(inPlant(REGISTER), "unchanged");
});

describe("The slots were emptied by hand", () => {
  const title = "The slots were emptied by hand";
  /** In Insights Hub. */
  const empty = async () => {
    for (const { id } of [...plant.sandbox.certificates]) {
      const url = `${plant.sandbox.url}/api/mindconnectmqtt/v3/caCertificates/${id}`;
      const headers = { authorization: `Bearer ${plant.sandbox.token}` };
      expect((await fetch(url, { method: "DELETE", headers })).ok).toBe(true);
    }
  };

  test("the old CA comes back, also after a run made a new one; no run brings it back by itself (guarantee 4)", async () => {
    const registered = await good(inPlant(REGISTER), "registered");
    const { fingerprint = "" } = registered.outputs;
    await empty();
    const status = await inPlant(STATUS);
    expect(refused(status, "CA_EXPIRES_SOON", title)).toContain("docs/recovery.md");
    expect(warningsOf(status).join()).toContain(`restore: ${fingerprint}`);
    expect(status.summary).not.toContain("creates the first CA");
    const made = await good(inPlant(REGISTER), "registered");
    expect(made.outputs["fingerprint"]).not.toBe(fingerprint);
    const [warning = ""] = warningsOf(made);
    for (const words of ["was verified", "is gone from the platform"]) {
      expect(warning).toContain(words);
      expect(section(title)).toContain(words);
    }
    expect(warning).toContain(fingerprint);
    const [remove, restore] = stepsOf(title);
    await good(inPlant(REGISTER, fillIn(remove, { "<id>": made.outputs["certificate-id"] ?? "" })));
    const back = await good(
      inPlant(REGISTER, fillIn(restore, { "<fingerprint>": fingerprint })),
      "registered",
    );
    expect(back.outputs["fingerprint"]).toBe(fingerprint);
    await expectUsable(plant, github);
  });

  test("a rotation made the new one: the old CA takes the other slot", async () => {
    const { fingerprint } = begin(plant, github);
    await empty();
    await good(inPlant(REGISTER, ROTATE), "staged");
    const [, restore] = stepsOf(title);
    await good(inPlant(REGISTER, fillIn(restore, { "<fingerprint>": fingerprint })), "registered");
    expect(names(plant).toSorted()).toEqual(["acme", DATED]);
    await expectUsable(plant, github);
  });
});
