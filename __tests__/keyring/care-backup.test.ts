import { existsSync, readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { parseKeyring } from "../../src/keyring/keyring-format.ts";
import { createWatched, type Watched } from "../bad-input/refused.ts";
import { codesOf, type Result, runAction } from "../support/action.ts";
import { expectNoLeak, formsOf, plainKeysIn } from "../support/leaks.ts";
import { EC, type Recipient, Safe } from "../support/recipients.ts";
import { fileIn, fingerprintOf, NEW, OLD, Plant } from "./care-scene.ts";

// The task keyring leaves an encrypted backup whenever a recipient's certificate is given, whether it changes something or not.

const safe = new Safe();
let plant: Plant;
let ada: Recipient;
let watched: Watched;

beforeAll(() => {
  plant = new Plant();
  ada = safe.recipient("Ada", EC);
});
afterAll(() => {
  plant.remove();
  safe.remove();
});
beforeEach(() => {
  watched = createWatched();
});
afterEach(() => watched.stage.remove());

const source = () => fileIn(watched.stage.lasting, "keyring.pem");
const target = () => fileIn(watched.stage.lasting, "copy.pem");
async function run(inputs: Record<string, string>): Promise<Result> {
  const all = {
    "keyring-file": source().path,
    "keyring-ephemeral": "true",
    "keyring-backup-certificate": ada.pem,
    "openssl-path": watched.openssl,
  };
  return await runAction("keyring", watched.stage, { inputs: { ...all, ...inputs } });
}

/** Restores the backup of a run, and looks that the run showed none of the keys in it. */
function restored(result: Result): string {
  expect(result.errors).toEqual([]);
  const text = safe.restore(result.outputs["keyring-backup-path"] ?? "", ada);
  for (const key of plainKeysIn(text)) expectNoLeak(result, formsOf(key));
  return text;
}
const fingerprints = (text: string, passphrase?: string) =>
  parseKeyring(text, passphrase).entries.map(({ certificate }) => certificate.fingerprint);

test("of a keyring that it only lists: every key plain, and each mark", async () => {
  source().write(plant.keyring(OLD));
  const result = await run({ "keyring-passphrase": OLD });
  expect(result.outputs["changed"]).toBe("false");
  const backup = parseKeyring(restored(result));
  const { entries } = parseKeyring(source().read(), OLD);
  expect(plainKeysIn(restored(result))).toHaveLength(entries.length);
  expect(backup.entries.map(({ privateKey: _, ...marks }) => marks)).toEqual(
    entries.map(({ privateKey: _, ...marks }) => marks),
  );
  expect(result.summary).toContain("Backup of the keyring");
});

test("of what it is about to write: with a new passphrase, and without a CA that it forgets", async () => {
  source().write(plant.keyring(OLD));
  const forget = fingerprintOf(plant.retired);
  const result = await run({ "keyring-passphrase": `${NEW}\n${OLD}`, forget });
  expect(result.outputs["changed"]).toBe("true");
  expect(fingerprints(restored(result))).toEqual(fingerprints(source().read(), NEW));
  expect(fingerprints(restored(result))).not.toContain(forget);
});

test("of a copy, which is the text that it writes; the source stays", async () => {
  const text = plant.keyring(OLD);
  source().write(text);
  const result = await run({ "keyring-passphrase": OLD, "keyring-target-file": target().path });
  expect(result.outputs["changed"]).toBe("true");
  expect(parseKeyring(restored(result)).copyOf).toEqual(parseKeyring(target().read(), OLD).copyOf);
  expect(source().read()).toBe(text);
  // The copy is there already: a schedule gets its backup all the same.
  const again = await run({ "keyring-passphrase": OLD, "keyring-target-file": target().path });
  expect(again.outputs["changed"]).toBe("false");
  expect(plainKeysIn(restored(again))).toHaveLength(4);
});

test("a plan leaves none", async () => {
  source().write(plant.keyring(OLD));
  const result = await run({ "keyring-passphrase": `${NEW}\n${OLD}`, apply: "false" });
  expect(result.errors).toEqual([]);
  expect(result.outputs["keyring-backup-path"]).toBe("");
});

test("without a passphrase the keys stay encrypted in it, and a warning names them", async () => {
  source().write(plant.keyring(OLD));
  const result = await run({});
  expect(plainKeysIn(restored(result))).toEqual([]);
  expect(result.warnings.map(({ message }) => message).join("\n")).toMatch(
    /In the backup of the keyring, the private key of acme.* is still encrypted/,
  );
});

test("a run that is refused has left none, and changed nothing", async () => {
  const text = plant.keyring(OLD);
  source().write(text);
  const refused = await run({ "keyring-passphrase": "not the words" });
  expect(codesOf(refused)).toEqual(["PASSPHRASE_WRONG"]);
  const ca = await run({ "keyring-passphrase": OLD, "keyring-backup-certificate": plant.used.pem });
  expect(codesOf(ca)).toEqual(["INPUT_INVALID"]);
  expect(ca.errors[0]?.message).toContain("keyring-backup-certificate");
  for (const { outputs } of [refused, ca])
    expect(existsSync(outputs["keyring-backup-path"] ?? "")).toBe(false);
  expect(readFileSync(source().path, "utf8")).toBe(text);
});
