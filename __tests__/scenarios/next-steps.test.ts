import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type SeededCa, WatchedAction } from "../rotation/watched-action.ts";
import { codesOf, type Result } from "../support/action.ts";
import { keyringFile } from "../support/inputs.ts";

/** What a user is told to do next is true in that very situation, and names everything that it takes. */

let built: WatchedAction;
beforeEach(async () => {
  built = await WatchedAction.start();
});
afterEach(() => built.stop());

const APPLY = { apply: "true" };
const young = { commonName: "acme-new", daysLeft: 3000 };
const soon = { commonName: "acme-old", daysLeft: 200 };
const run = (task: string, inputs: Record<string, string> = {}) => built.run({ task, inputs });
const warnings = (result: Result) => result.warnings.map(({ message }) => message);
const errorOf = (result: Result) => result.errors.map(({ message }) => message).join();
const nextOf = (result: Result) => errorOf(result).split(/\nNext:\s/)[1] ?? "";
/** @returns a pattern of steps, of which the first begins like this */
const steps = (...parts: readonly string[]) => new RegExp(`^1\\. ${parts.join("[\\s\\S]*")}`);
const place = () => keyringFile(built.stage);

/**
 * A run that is refused while it makes keys. It takes the stage's OpenSSL. The one of {@link WatchedAction} ends only after the run has taken
 * the CA's key. A refused run takes none, and would wait five seconds for the program to end.
 */
const refusedRun = (task: string, inputs: Record<string, string> = {}, on = built) =>
  on.run({ task, inputs: { "openssl-path": on.stage.openssl, ...inputs } });

/** CAs on the platform whose keyring is gone. @returns their ids */
function lose(...cas: readonly SeededCa[]): string[] {
  const ids = built.seed(...cas.map((ca) => ({ ...ca, held: false })));
  rmSync(place());
  return ids;
}

describe("a CA whose key is lost is never retired by the schedule: the summary names the delete", () => {
  test("rotate with allow-unheld, in that run and in those after it", async () => {
    const [old = ""] = lose({ ...young, commonName: "acme-old" });
    const staged = await run("rotate", { ...APPLY, "allow-unheld": old });
    expect(staged.outputs["outcome"]).toBe("staged");
    const later = await run("rotate", APPLY);
    expect(later.outputs["outcome"]).toBe("nothing-due");
    for (const { summary } of [staged, later]) {
      expect(summary).toMatch(new RegExp(`tasks/delete.*certificate-id: ${old}`));
      expect(summary).not.toMatch(/retires the old CA|\bNothing\b/);
    }
    // As it says: nothing else is needed.
    const deleted = await run("delete", { "certificate-id": old });
    expect({ ...deleted.outputs, errors: deleted.errors }).toEqual({ deleted: "true", errors: [] });
  });

  test("register with allow-unheld", async () => {
    const [old = ""] = lose({ ...young, commonName: "acme-old" });
    const { summary, outputs } = await run("register", { "allow-unheld": old });
    expect(outputs["outcome"]).toBe("registered");
    expect(summary).toMatch(new RegExp(`tasks/delete.*certificate-id: ${old}`));
  });

  test("retire: never, and a first CA: no retirement is promised", async () => {
    const first = await run("rotate", APPLY);
    expect(first.summary).not.toMatch(/old CA/);
    built.seed({ ...soon, verified: 100 });
    const beside = await WatchedAction.start();
    try {
      beside.seed({ ...soon, verified: 100 });
      const kept = await beside.run({ inputs: { ...APPLY, retire: "never" } });
      expect(kept.outputs["outcome"]).toBe("staged");
      expect(kept.summary).not.toMatch(/retires the old CA/);
    } finally {
      await beside.stop();
    }
  });
});

describe("a plan says what apply would say", () => {
  test.each([
    { inputs: { days: "365" }, said: /days: .*renew-before \(395\)/ },
    { inputs: { "renew-before": "300" }, said: /renew-before: .*overlap \(365\)/ },
  ])("inputs that contradict each other: $inputs", async ({ inputs, said }) => {
    const planned = await run("rotate", inputs);
    const refused = await run("rotate", { ...inputs, ...APPLY });
    expect(errorOf(refused)).toMatch(said);
    expect(planned.outputs["outcome"]).toBe("planned");
    expect(warnings(planned)).toContainEqual(expect.stringMatching(said));
    expect(planned.summary).toMatch(said);
    expect(planned.summary).not.toContain("Run again with apply: true");
  });

  test("no place to write the keyring to", async () => {
    built.seed({ ...soon, verified: 100 });
    const planned = await run("rotate", { keyring: built.keyring, "keyring-file": "" });
    expect(planned.outputs["outcome"]).toBe("planned");
    expect(planned.summary).toMatch(/keyring-file.*keyring-secret/);
  });
});

describe("what is due now is due now", () => {
  test("notice, table and timeline of a plan say so, not a time that is over", async () => {
    built.seed({ ...soon, verified: 100 });
    const { notices, summary, outputs } = await run("rotate");
    const at = outputs["next-step-at"] ?? "";
    expect(notices.map(({ message }) => message).join()).toMatch(/Next step: now/);
    expect(summary).toMatch(/Next step: now/);
    expect(summary).toMatch(/Next step \(stage\): now/);
    expect(summary).not.toContain(at);
  });
});

describe("status", () => {
  test("without a keyring it is not known which keys are held, and nothing is warned of", async () => {
    built.seed({ ...young, verified: 100 });
    const result = await run("status", { "keyring-file": "" });
    expect(warnings(result)).toEqual([]);
    expect(result.summary).toMatch(/\| not known \|$/m);
    expect(result.summary).toMatch(/keyring-file/);
    expect(result.log).not.toMatch(/held: no|key not held/);
  });

  test("where the keyring does not exist, that is the warning, with its place and the page", async () => {
    lose({ ...young });
    const result = await run("status");
    expect(warnings(result)).toEqual([expect.stringContaining(place())]);
    expect(warnings(result).join()).toContain("docs/recovery.md");
    expect(result.summary).toMatch(/\| not known \|$/m);
  });

  test("an environment without a CA has none that is due: register is the next step", async () => {
    const result = await run("status");
    expect(result.outputs["rotation-due"]).toBe("true");
    expect(`${warnings(result).join()}${result.summary}`).not.toMatch(/rotation is due/i);
    expect(result.summary).toMatch(/\bregister\b/);
  });

  test("the summary has each warning", async () => {
    built.seed(
      { ...soon, verified: 100 },
      { commonName: "strange", daysLeft: 3000, slot: "unverified", held: false },
    );
    const result = await run("status");
    expect(warnings(result)).toHaveLength(2);
    for (const warning of warnings(result)) expect(result.summary).toContain(warning.slice(0, 40));
  });
});

test("each column of each summary has a heading, and the log's rows say what they show", async () => {
  const results = [
    await run("register"),
    await run("register"),
    await run("status"),
    await run("rotate"),
    await run("create", { "keyring-file": "", directory: join(built.stage.lasting, "made") }),
  ];
  const id = results[0]?.outputs["certificate-id"] ?? "";
  results.push(await run("registration-code", { "certificate-id": id }));
  results.push(
    await run("delete", { "certificate-id": id, "allow-held": "true", "allow-last": "true" }),
    await run("delete", { "certificate-id": id, "allow-held": "true", "allow-last": "true" }),
  );
  for (const { summary, errors } of results) {
    expect(errors).toEqual([]);
    expect(summary).toMatch(/^### \w/);
    const heads = summary
      .split("\n")
      .filter((_, index, lines) => /^\|( --- \|)+$/.test(lines[index + 1] ?? ""));
    expect(heads.length).toBeGreaterThan(0);
    for (const head of heads) expect(head).not.toMatch(/\|\s*\|/);
  }
  expect(results[2]?.log).toMatch(new RegExp(`${id} .*expires .*days left.*verified.*key held`));
});

describe("another CA of the same common name whose key is not in the keyring (two first runs at once)", () => {
  const ours = { commonName: "acme", daysLeft: 3000, verified: 100 };
  const twin = { commonName: "acme", daysLeft: 2900, held: false };

  test.each(["verified", "unverified"] as const)(
    "register and rotate warn of it, with its id and the task: %s",
    async (slot) => {
      const [, id = ""] = built.seed(ours, { ...twin, slot });
      for (const task of ["register", "rotate"]) {
        const result = await run(task);
        expect(result.errors).toEqual([]);
        expect(warnings(result).join()).toMatch(
          new RegExp(`common name "acme".*${id}.*not in the keyring.*tasks/delete \\(certificate-id: ${id}`),
        );
      }
    },
  );

  test("of one that allow-unheld names, has another common name or has expired, they do not", async () => {
    const [, id = ""] = built.seed(ours, twin);
    expect(warnings(await run("register", { "allow-unheld": id })).join()).not.toContain("common name");
    for (const more of [{ commonName: "somebody" }, { daysLeft: -1 }]) {
      const other = await WatchedAction.start();
      try {
        other.seed(ours, { ...twin, ...more });
        const { warnings } = await other.run({ task: "register" });
        expect(warnings.map(({ message }) => message).join()).not.toContain("common name");
      } finally {
        await other.stop();
      }
    }
  });
});

describe("after a lost keyring the refusals begin with the keyring, and name the page", () => {
  test("CA_SUBJECT_IN_USE", async () => {
    await run("register");
    rmSync(place());
    const refused = await refusedRun("register");
    expect(codesOf(refused)).toEqual(["CA_SUBJECT_IN_USE"]);
    const [{ id = "" } = {}] = built.sandbox.certificates;
    expect(nextOf(refused)).toMatch(steps("Check", place(), "docs/recovery\\.md", `allow-unheld: ${id}`));
    expect(nextOf(refused)).not.toMatch(/another common-name/);
    // As it says.
    const staged = await run("rotate", { ...APPLY, "allow-unheld": id });
    expect(staged.outputs["outcome"]).toBe("staged");
  });

  test("CA_SLOTS_FULL", async () => {
    const [first, second] = lose(young, soon);
    const refused = await refusedRun("register");
    expect(codesOf(refused)).toEqual(["CA_SLOTS_FULL"]);
    const next = nextOf(refused);
    expect(next).toMatch(steps("Check", place(), "\\n\\d\\. ", "docs/recovery\\.md"));
    for (const id of [first, second]) expect(next).toContain(`certificate-id: ${id}`);
  });

  test("CA_NOT_HELD", async () => {
    const [id] = lose(young);
    for (const task of ["register", "rotate"]) {
      const refused = await refusedRun(task, task === "rotate" ? APPLY : {});
      expect(codesOf(refused)).toEqual(["CA_NOT_HELD"]);
      expect(nextOf(refused)).toMatch(steps("Check", place(), "docs/recovery\\.md", `allow-unheld: ${id}`));
      // No keyring came in: a mistyped secret looks the same.
      expect(nextOf(refused)).not.toContain("tasks/delete");
    }
    const planned = await run("rotate", { ...APPLY, "keyring-file": "", apply: "false" });
    expect(codesOf(planned)).toEqual(["CA_NOT_HELD"]);
    expect(nextOf(planned)).toMatch(/The input keyring is empty\. .*secret.*environment.*keyring-file/);
  });
});

test("an id is never cut, nor a common name that is to be typed again", async () => {
  const long = `id-${"0123456789".repeat(20)}-end`;
  const name = `${"a".repeat(60)}.end`;
  const [pem] = [
    built.seed({ commonName: name, daysLeft: 3000 }),
    built.sandbox.certificates[0]?.pem ?? "",
  ].slice(1);
  const other = await WatchedAction.start();
  try {
    other.sandbox.seed(pem as string, { verified: true, id: long });
    for (const task of ["register", "rotate"]) {
      const refused = await refusedRun(task, APPLY, other);
      expect(codesOf(refused)).toEqual(["CA_NOT_HELD"]);
      expect(errorOf(refused)).toContain(`allow-unheld: ${long}`);
      expect(refused.summary).toContain(`allow-unheld: ${long}`);
      expect(refused.summary).not.toContain("…");
      expect(errorOf(refused)).toContain(`"${name}"`);
    }
    const looked = await other.run({ task: "status" });
    expect(looked.summary).toContain(long);
    writeFileSync(keyringFile(other.stage), built.keyring.replace(/^Platform id: .*\n/m, ""), {
      mode: 0o600,
    });
    const last = await other.run({ task: "delete", inputs: { "certificate-id": long } });
    expect(errorOf(last)).toContain(long);
  } finally {
    await other.stop();
  }
});

describe("delete names every flag that it needs", () => {
  test("at once: held, and the last usable one", async () => {
    const [id = ""] = built.seed({ ...young, verified: 10 });
    const refused = await run("delete", { "certificate-id": id });
    expect(codesOf(refused)).toEqual(["CA_HELD"]);
    expect(nextOf(refused)).toMatch(/allow-held: true.*allow-last: true/);
    const done = await run("delete", { "certificate-id": id, "allow-held": "true", "allow-last": "true" });
    expect(done.outputs["deleted"]).toBe("true");
  });

  test("and none that it does not need", async () => {
    const [newer = "", old = ""] = built.seed({ ...young, verified: 10 }, { ...soon, verified: 900 });
    const held = await run("delete", { "certificate-id": old });
    expect(nextOf(held)).toContain("allow-held: true");
    expect(nextOf(held)).not.toContain("allow-last");
    expect((await run("delete", { "certificate-id": old, "allow-held": "true" })).errors).toEqual([]);
    const last = await run("delete", { "certificate-id": newer, "allow-held": "true" });
    expect(codesOf(last)).toEqual(["CA_LAST_USABLE"]);
    expect(nextOf(last)).toContain("allow-last: true");
  });

  test("other refusals name them with the id", async () => {
    built.seed({ ...soon, verified: 900 }, { ...soon, commonName: "acme-older", daysLeft: 100 });
    const refused = await run("rotate", { ...APPLY, retire: "never" });
    expect(codesOf(refused)).toEqual(["CA_SLOTS_FULL"]);
    const older = built.sandbox.certificates[1]?.id ?? "";
    expect(nextOf(refused)).toContain(`certificate-id: ${older}, allow-held: true`);
  });
});
