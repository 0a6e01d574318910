import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DAY } from "../rotation/clock.ts";
import { readText } from "../rotation/keyring-text.ts";
import { WatchedAction } from "../rotation/watched-action.ts";
import { codesOf, type Result, warningsOf } from "../support/action.ts";
import { namesSince, today } from "../support/today.ts";

let built: WatchedAction;
beforeEach(async () => {
  built = await WatchedAction.start();
});
afterEach(() => built.stop());

const APPLY = { inputs: { apply: "true" } };
const STAGE = [
  "POST /caCertificates",
  "GET /caCertificates/{id}/registrationCode",
  "POST /caCertificates/{id}/verify",
  "GET /caCertificates/{id}",
];
const RETIRE = ["GET /caCertificates", "DELETE /caCertificates/{id}"];
const soon = { commonName: "acme-old", daysLeft: 200 };
const young = { commonName: "acme-new", daysLeft: 3000 };

interface Step {
  readonly step: string;
  readonly due: boolean;
  readonly at: string;
  readonly commonName: string;
  readonly certificateId?: string;
  readonly does: string;
  readonly calls: readonly string[];
}
const planOf = (result: Result) => JSON.parse(result.outputs["plan"] ?? "[]") as Step[];
const stepsOf = (result: Result) => planOf(result).map(({ step, due }) => `${step}${due ? "" : " later"}`);
const nextStep = (result: Result) => Date.parse(result.outputs["next-step-at"] ?? "");
/** Since when the newest CA is known to be usable. */
const verifiedAt = () => readText(built.keyring, undefined).entries[0]?.verifiedAt ?? Number.NaN;
const callsSince = (before: number) => built.sandbox.calls.slice(before).map(({ call }) => call);

function expectDone(result: Result, outcome: string): void {
  expect(result.errors).toEqual([]);
  expect({ exitCode: result.exitCode, outcome: result.outputs["outcome"] }).toEqual({ exitCode: 0, outcome });
  expect(built.problems).toEqual([]);
}

describe("a plan", () => {
  test("of the first CA shows each call that it would make, and changes nothing", async () => {
    built.watch();
    const day = today();
    const result = await built.run();
    expectDone(result, "planned");
    expect(planOf(result)).toMatchObject([
      { step: "stage", due: true, commonName: expect.toBeOneOf(namesSince(day)), calls: STAGE },
    ]);
    expect(built.sandbox.calls.map(({ call }) => call)).toEqual(["list"]);
    expect({ slots: built.sandbox.certificates, keyring: built.keyring }).toEqual({ slots: [], keyring: "" });
    expect(nextStep(result)).toBeLessThanOrEqual(Date.now());
    expect(result.outputs).toMatchObject({
      "certificate-id": "",
      expiration: "",
      "retired-certificate-id": "",
    });
    expect(result.summary).toContain("```mermaid");
    expect(result.summary).toContain("apply: true");
  });

  test("needs no place to write to: a keyring of text is enough", async () => {
    const [id] = built.seed({ ...young, verified: 10 });
    const keyring = built.keyring;
    const result = await built.run({ inputs: { keyring, "keyring-file": "" } });
    expectDone(result, "nothing-due");
    expect(result.outputs["certificate-id"]).toBe(id);
    expect(stepsOf(result)).toEqual(["stage later"]);
    expect(nextStep(result)).toBe(Date.parse(result.outputs["expiration"] ?? "") - 395 * DAY);
  });

  test("names the ids of those that go, and what comes later", async () => {
    const [newer, old] = built.seed({ ...young, verified: 100 }, { ...soon, verified: 900 });
    const result = await built.run();
    expectDone(result, "waiting");
    expect(planOf(result)).toMatchObject([
      { step: "retire", due: false, certificateId: old, commonName: "acme-old", calls: RETIRE },
      { step: "stage", due: false, certificateId: newer },
    ]);
    expect(nextStep(result)).toBe(verifiedAt() + 365 * DAY);
    // The old one ends before its successor's overlap does: its agents must know.
    expect(result.warnings.map(({ message }) => message).join()).toContain("before the overlap is over");
    expect(result.summary).toContain("Overlap");
  });
});

describe("with apply", () => {
  test("a first CA is staged, and then nothing is due until its end is near (guarantees 2, 4, 5)", async () => {
    built.watch();
    const day = today();
    const first = await built.run(APPLY);
    expectDone(first, "staged");
    const [slot] = built.sandbox.certificates;
    expect(slot).toMatchObject({ commonName: expect.toBeOneOf(namesSince(day)), isVerified: true });
    expect(first.outputs).toMatchObject({ "certificate-id": slot?.id, expiration: slot?.expiration });
    expect(nextStep(first)).toBe(Date.parse(slot?.expiration ?? "") - 395 * DAY);
    expect(stepsOf(first)).toEqual(["stage"]);

    const before = built.sandbox.calls.length;
    const again = await built.run(APPLY);
    expectDone(again, "nothing-due");
    expect(callsSince(before)).toEqual(["list"]);
  });

  test("the planned calls are those that are made, and the old CA stays beside the new one (guarantee 6)", async () => {
    const [old] = built.seed({ ...soon, verified: 3000 });
    built.watch();
    const planned = planOf(await built.run()).filter(({ due }) => due);
    const before = built.sandbox.calls.length;
    const staged = await built.run(APPLY);
    expectDone(staged, "staged");
    const made = built.sandbox.calls.slice(before + 1).map(({ method, path }) => {
      const resource = path
        .replace("/api/mindconnectmqtt/v3", "")
        .replace(/(?<=caCertificates\/)[^/]+/, "{id}");
      return `${method} ${resource}`;
    });
    expect(made).toEqual(planned.flatMap(({ calls }) => calls));
    expect(built.sandbox.certificates.map(({ id }) => id)).toEqual([old, staged.outputs["certificate-id"]]);
    expect(nextStep(staged)).toBe(verifiedAt() + 365 * DAY);
    expectDone(await built.run(APPLY), "waiting");
    expect(built.unfinished).toEqual([]);
  });

  test.each([
    ["after the overlap the old CA is retired, and its key stays", { verified: 400 }, {}, true],
    ["retire: now does not wait for the overlap", { verified: 1 }, { retire: "now" }, true],
    ["retired-keys: drop forgets the key at once", { verified: 400 }, { "retired-keys": "drop" }, false],
  ] as const)("%s (guarantees 3, 4, 6)", async (_, since, inputs, kept) => {
    const [newer, old] = built.seed({ ...young, ...since }, { ...soon, verified: 3000 });
    built.watch({
      ...("retire" in inputs && { retire: inputs.retire }),
      ...("retired-keys" in inputs && { retiredKeys: inputs["retired-keys"] }),
    });
    const result = await built.run({ inputs: { ...APPLY.inputs, ...inputs } });
    expectDone(result, "retired");
    expect(result.outputs).toMatchObject({ "retired-certificate-id": old, "certificate-id": newer });
    expect(built.sandbox.certificates.map(({ id }) => id)).toEqual([newer]);
    const retired = readText(built.keyring, undefined).entries.filter((entry) => entry.retired);
    expect(retired.map(({ commonName }) => commonName)).toEqual(kept ? ["acme-old"] : []);
    expectDone(await built.run({ inputs: { ...APPLY.inputs, ...inputs } }), "nothing-due");
  });

  test("retire: never leaves both", async () => {
    built.seed({ ...young, verified: 900 }, { ...soon, verified: 3000 });
    built.watch({ retire: "never" });
    expectDone(await built.run({ inputs: { ...APPLY.inputs, retire: "never" } }), "nothing-due");
    expect(built.sandbox.certificates).toHaveLength(2);
  });

  test("the key of a retired CA is forgotten when it has expired: no retirement, and nobody has to look", async () => {
    built.seed({ ...young, verified: 900 }, { ...soon, daysLeft: -1, slot: "none", retired: true });
    built.watch();
    const result = await built.run(APPLY);
    expectDone(result, "nothing-due");
    expect(stepsOf(result)).toEqual(["forget", "stage later"]);
    expect(result.outputs["retired-certificate-id"]).toBe("");
    expect(readText(built.keyring, undefined).entries.map(({ commonName }) => commonName)).toEqual([
      "acme-new",
    ]);
  });

  test("the key of a CA that expired without ever being retired is forgotten as well, or the keyring would fill up", async () => {
    built.seed({ ...young, verified: 900 }, { ...soon, daysLeft: -100, slot: "none" });
    built.watch();
    const result = await built.run(APPLY);
    expectDone(result, "nothing-due");
    expect(stepsOf(result)).toEqual(["forget", "stage later"]);
    expect(readText(built.keyring, undefined).entries).toHaveLength(1);
  });

  test("the time of the verification is words: it counts as now, once, and the overlap ends", async () => {
    built.seed({ ...young, verified: "a year ago or so" }, { ...soon, daysLeft: 500, verified: 900 });
    built.watch();
    const noted = await built.run(APPLY);
    expectDone(noted, "waiting");
    expect(stepsOf(noted)).toEqual(["note", "retire later", "stage later"]);
    expect(noted.summary).not.toContain("nothing was changed");
    expect(noted.summary).toContain("| done | note |");
    expect(Math.abs(nextStep(noted) - (Date.now() + 365 * DAY))).toBeLessThan(60_000);
    const again = await built.run(APPLY);
    expectDone(again, "waiting");
    expect(stepsOf(again)).toEqual(["retire later", "stage later"]);
  });

  test("the time of the verification is yet to come: it stays, and the overlap is counted from then (guarantee 3)", async () => {
    const at = Math.floor(Date.now() / 1000) * 1000 + 100 * DAY;
    built.seed({ ...young, verified: new Date(at).toISOString() }, { ...soon, daysLeft: 500, verified: 900 });
    built.watch();
    const before = built.keyring;
    const result = await built.run(APPLY);
    expectDone(result, "waiting");
    expect(stepsOf(result)).toEqual(["retire later", "stage later"]);
    expect(nextStep(result)).toBe(at + 365 * DAY);
    expect(built.keyring).toBe(before);
  });

  test("a new CA of the same day gets a name of its own", async () => {
    const day = today();
    built.seed({ ...soon, commonName: `acme-${day}`, verified: 3000 });
    built.watch();
    expectDone(await built.run(APPLY), "staged");
    const names = built.sandbox.certificates.map(({ commonName }) => commonName);
    expect(names).toEqual([`acme-${day}`, expect.toBeOneOf(namesSince(day, 2))]);
  });
});

describe("what the next runs will run into is a warning now", () => {
  test("two that end together: no successor finds a slot in time, and retire: now frees one", async () => {
    const [first] = built.seed(
      { commonName: "hand-a", daysLeft: 100 },
      { commonName: "hand-b", daysLeft: 99 },
    );
    const result = await built.run(APPLY);
    expectDone(result, "waiting");
    const [endOfA = 0, endOfB = 0] = built.sandbox.certificates.map(({ expiration }) =>
      Date.parse(expiration),
    );
    const dueSince = new Date(endOfA - 395 * DAY).toISOString().slice(0, 10);
    const freeFrom = new Date(endOfB).toISOString().slice(0, 10);
    expect(warningsOf(result)).toContainEqual(
      expect.stringMatching(
        new RegExp(
          `hand-a \\(${first}\\) expires .* due on ${dueSince}.* before ${freeFrom}\\..*retire: now`,
        ),
      ),
    );
    const freed = await built.run({ inputs: { ...APPLY.inputs, retire: "now" } });
    expectDone(freed, "staged");
    expect(freed.outputs["retired-certificate-id"]).not.toBe("");
  });

  test.each(["after-overlap", "now"])(
    "the longer one is to go (retire: %s): it was put in first",
    async (retire) => {
      const [older, newer] = built.seed(
        { commonName: "hand-older", daysLeft: 500 },
        { commonName: "hand-newer", daysLeft: 3000 },
      );
      const result = await built.run({ inputs: { retire } });
      expect(warningsOf(result)).toContainEqual(
        expect.stringMatching(
          new RegExp(
            `hand-newer \\(${newer}\\) expires .*later than hand-older \\(${older}\\).*to be retired.*retire: never`,
          ),
        ),
      );
    },
  );

  test.each([
    ["usable", "verified", "CA_NOT_HELD"],
    ["not verified", "unverified", "CA_SLOTS_FULL"],
  ] as const)(
    "somebody else's CA in the other slot, %s: the next stage will be refused",
    async (_, slot, code) => {
      const [, stranger] = built.seed(
        { ...young, verified: 10 },
        { commonName: "other", daysLeft: 5000, held: false, slot },
      );
      const result = await built.run(APPLY);
      expectDone(result, "nothing-due");
      const due = new Date(nextStep(result)).toISOString().slice(0, 10);
      expect(warningsOf(result)).toEqual([
        expect.stringMatching(
          new RegExp(`^On ${due} the rotation will stop \\(${code}\\).*certificate-id: ${stranger}`),
        ),
      ]);
    },
  );

  test("an overlap as it should be: nothing", async () => {
    built.seed({ ...young, verified: 100 }, { ...soon, daysLeft: 290, verified: 900 });
    expect(warningsOf(await built.run())).toEqual([]);
  });
});

describe("the same certificate in both slots", () => {
  const entry = () => readText(built.keyring, undefined).entries[0];
  const remove = (id: string) =>
    built.run({ task: "delete", inputs: { "certificate-id": id, "allow-held": "true" } });

  test.each([
    ["the copy", 1],
    ["the one whose id the keyring has", 0],
  ])(
    "%s is deleted as the refusal says, and the CA stays: not marked, and rotated (guarantees 4, 6)",
    async (_, which) => {
      const [first = ""] = built.seed({ ...soon, verified: 400 });
      const { pem } = built.sandbox.certificates[0] ?? { pem: "" };
      const second = built.sandbox.seed(pem, { verified: true }).id;
      const ids = [first, second];
      const refused = await built.run(APPLY);
      expect(codesOf(refused)[0]).toBe("CA_SLOTS_FULL");

      const removed = await remove(ids[which] ?? "");
      expect(removed.errors).toEqual([]);
      expect(built.sandbox.certificates.map(({ id }) => id)).toEqual([ids[1 - which]]);
      expect(entry()).toMatchObject({ retired: false, platformId: ids[1 - which] });
      built.watch();
      expectDone(await built.run(APPLY), "staged");
      expectDone(await built.run(APPLY), "waiting");
      expect(built.sandbox.certificates.map(({ id }) => id)).toContain(ids[1 - which]);
    },
  );
});

describe("refusals", () => {
  test("CA_NOT_HELD: a usable CA is there whose key is not, and the keyring may be old (guarantee 3)", async () => {
    const [, stranger] = built.seed({ ...soon, verified: 9 }, { ...young, commonName: "other", held: false });
    built.watch();
    const refused = await built.run(APPLY);
    expect({ code: codesOf(refused)[0], exitCode: refused.exitCode }).toEqual({
      code: "CA_NOT_HELD",
      exitCode: 1,
    });
    expect(refused.errors[0]?.message).toContain(stranger);
    expect(refused.errors[0]?.message).toContain("allow-unheld");
    expect(built.sandbox.calls.map(({ call }) => call)).toEqual(["list"]);
    expect(built.problems).toEqual([]);
  });

  test("a CA named in allow-unheld may stay, untouched, and takes a slot: CA_SLOTS_FULL", async () => {
    const [, stranger = ""] = built.seed(
      { ...soon, verified: 9 },
      { ...young, commonName: "other", held: false },
    );
    built.watch();
    const inputs = { ...APPLY.inputs, "allow-unheld": stranger };
    const refused = await built.run({ inputs });
    expect(codesOf(refused)[0]).toBe("CA_SLOTS_FULL");
    expect(refused.errors[0]?.message).toContain(`certificate-id: ${stranger}`);
    expect(built.sandbox.certificates).toHaveLength(2);
  });

  test("CA_SLOTS_FULL: retire: never, and both are still usable", async () => {
    built.seed({ ...soon, verified: 900 }, { ...soon, commonName: "acme-older", daysLeft: 100 });
    built.watch({ retire: "never" });
    const refused = await built.run({ inputs: { ...APPLY.inputs, retire: "never" } });
    expect(codesOf(refused)[0]).toBe("CA_SLOTS_FULL");
    expect(refused.errors[0]?.message).toContain("tasks/delete");
    expect(built.problems).toEqual([]);
  });
});
