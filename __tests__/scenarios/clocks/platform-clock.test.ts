import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Fault } from "../../../src/sandbox/start.ts";
import { DAY } from "../../rotation/clock.ts";
import { WatchedAction } from "../../rotation/watched-action.ts";
import { codesOf, type Result } from "../../support/action.ts";

let built: WatchedAction;
beforeEach(async () => {
  built = await WatchedAction.start();
});
afterEach(() => built.stop());

const DAY_S = DAY / 1000;
const APPLY = { inputs: { apply: "true" } };
const ALWAYS = 1_000_000;
/** Every reply from now on says so of the time. */
const date = (fault: Partial<Fault>, call: Fault["call"] = "any") =>
  built.sandbox.faults.add({ call, kind: "date", times: ALWAYS, ...fault });
const warned = (result: Result) => result.warnings.map(({ message }) => message).join("\n");
const changes = () => built.sandbox.calls.map(({ call }) => call).filter((call) => !READS.includes(call));
const READS = ["list", "get", "code", "token"];
const line = (label: string) => new RegExp(`^${label}: (.*)$`, "m").exec(built.keyring)?.[1];
const iso = (time: number) => new Date(time).toISOString();

const OLD = { commonName: "acme-old", daysLeft: 1500 };
const NEW = { commonName: "acme-new", daysLeft: 2000 };

/** A run that stops because of the clocks, and changes nothing. */
async function expectStopped(run: () => Promise<Result>): Promise<Result> {
  const before = { slots: [...built.sandbox.certificates], keyring: built.keyring };
  const result = await run();
  expect(codesOf(result)[0], result.log).toBe("CLOCK_DOUBTFUL");
  expect({ slots: [...built.sandbox.certificates], keyring: built.keyring }).toEqual(before);
  expect(changes()).toEqual([]);
  return result;
}

describe("the platform's Date is ahead (guarantees 3 and 6)", () => {
  test("by eleven years: rotate deletes and forgets nothing, however often, and names each clock", async () => {
    built.seed({ ...NEW, verified: 100 }, { ...OLD, verified: 400 });
    date({ ahead: 4018 * DAY_S });
    for (let runs = 0; runs < 2; runs += 1) {
      const { errors } = await expectStopped(() => built.run(APPLY));
      const { message = "" } = errors[0] ?? {};
      const [, here = "", there = ""] =
        /this machine's clock says (\S+Z).* the platform's clock .* says (\S+Z)/.exec(message) ?? [];
      expect(Math.abs(Date.parse(here) - Date.now())).toBeLessThan(DAY);
      expect(Math.round((Date.parse(there) - Date.parse(here)) / DAY)).toBe(4018);
      expect(message).toContain("4018 days");
    }
  });

  test("by 400 days: no CA leaves before its overlap is over", async () => {
    built.seed({ ...NEW, verified: 10 }, { ...OLD, verified: 400 });
    date({ ahead: 400 * DAY_S });
    await expectStopped(() => built.run(APPLY));
  });

  test("and back when the run looks again: what was to go stays", async () => {
    built.seed({ ...NEW, verified: 400 }, { ...OLD, verified: 800 });
    date({ ahead: 400 * DAY_S, nth: 2 }, "list");
    // The mark was set while the clocks agreed; the DELETE is not sent.
    const result = await built.run(APPLY);
    expect(codesOf(result)[0]).toBe("CLOCK_DOUBTFUL");
    expect(built.sandbox.certificates).toHaveLength(2);
    expect(line("Retired at")).toBeUndefined();
  });

  test("delete with allow-held alone does not take the last usable one, nor any other", async () => {
    const [last] = built.seed({ ...OLD, daysLeft: 300, verified: 400 });
    date({ ahead: 400 * DAY_S });
    const inputs = { "certificate-id": last ?? "", "allow-held": "true", keyring: "" };
    await expectStopped(() => built.run({ task: "delete", inputs }));
  });

  test("delete with allow-last asks no clock: a compromised CA goes, also with a token that seems to end", async () => {
    const [last] = built.seed({ ...OLD, verified: 400 });
    date({ ahead: 4018 * DAY_S });
    const inputs = { "certificate-id": last ?? "", "allow-held": "true", "allow-last": "true" };
    const result = await built.run({ task: "delete", inputs });
    expect(result.errors).toEqual([]);
    expect(built.sandbox.certificates).toEqual([]);
    expect(line("Retired at")).toBeDefined();
    expect(warned(result)).toContain("clock");
  });

  test("status and a plan go on, with the warning", async () => {
    built.seed({ ...NEW, verified: 10 }, { ...OLD, verified: 400 });
    date({ ahead: 4018 * DAY_S });
    const plan = await built.run();
    expect(plan.errors).toEqual([]);
    expect(warned(plan)).toMatch(/behind the platform's/);
    const status = await built.run({ task: "status" });
    expect(status.errors).toEqual([]);
    expect(warned(status)).toMatch(/behind the platform's/);
  });

  test("register makes, uploads and stores nothing; a stored one waits", async () => {
    date({ ahead: 3600 });
    // Its keys may be begun: the stand-in for OpenSSL would wait for the CA's to be used.
    const inputs = { "openssl-path": "openssl" };
    await expectStopped(() => built.run({ task: "register", inputs }));
    built.seed({ ...NEW, slot: "none" });
    await expectStopped(() => built.run({ task: "register", inputs }));
  });

  test("from the upload on: nothing is verified; run again, it goes on", async () => {
    date({ ahead: 3600, times: 1 }, "upload");
    const stopped = await built.run({ task: "register" });
    expect(codesOf(stopped)[0]).toBe("CLOCK_DOUBTFUL");
    expect(changes()).toEqual(["upload"]);
    const again = await built.run({ task: "register" });
    expect(again.outputs["outcome"]).toBe("resumed");
    expect(changes()).toEqual(["upload", "verify"]);
  });

  test("by 4 minutes is only warned of", async () => {
    date({ ahead: 240 });
    const result = await built.run({ task: "register" });
    expect(result.outputs["outcome"]).toBe("registered");
    expect(warned(result)).toMatch(/clock is 2[34]\d s behind the platform's/);
  });
});

describe("the platform's Date is behind", () => {
  test("seen by an unchanged run: the id is noted, the time is not, and the overlap stays (guarantee 3)", async () => {
    const verified = iso(Date.now() - 10 * DAY);
    const [id = ""] = built.seed({ ...NEW, verified }, { ...OLD, verified: 400 });
    built.edit((text) => text.replace(`Platform id: ${id}\n`, ""));
    date({ ahead: -400 * DAY_S, times: 1 });
    const unchanged = await built.run({ task: "register" });
    expect(unchanged.outputs["outcome"], unchanged.log).toBe("unchanged");
    expect(line("Platform id")).toBe(id);
    expect(line("Verified at")).toBe(verified);
    const rotated = await built.run(APPLY);
    expect(rotated.outputs["outcome"]).toBe("waiting");
    expect(built.sandbox.certificates).toHaveLength(2);
  });

  test("and the keyring does not know since when it is verified: nobody writes a time of doubt", async () => {
    const [id] = built.seed(NEW);
    date({ ahead: -400 * DAY_S, times: 1 });
    expect((await built.run({ task: "register" })).outputs["outcome"]).toBe("unchanged");
    expect([line("Platform id"), line("Verified at")]).toEqual([id, undefined]);
    await built.run({ task: "register" });
    expect(Math.abs(Date.parse(line("Verified at") ?? "") - Date.now())).toBeLessThan(DAY);
  });

  test("a time that the keyring has of the future is not rewritten into an earlier one", async () => {
    const verified = iso(Date.now() + 5000 * DAY);
    built.seed({ ...NEW, verified }, { ...OLD, verified: 400 });
    expect((await built.run({ task: "register" })).outputs["outcome"]).toBe("unchanged");
    expect((await built.run(APPLY)).errors).toEqual([]);
    expect(line("Verified at")).toBe(verified);
    expect(built.sandbox.certificates).toHaveLength(2);
  });
});

const now = () => new Date().toUTCString();
const NO_DATES: Readonly<Record<string, () => Partial<Fault>>> = {
  "no Date": () => ({ date: false }),
  "a Date that is no HTTP date: Mon, 12": () => ({ date: "Mon, 12" }),
  "a Date of another form of HTTP": () => ({
    date: new Date(Date.now()).toUTCString().replace("GMT", "UTC"),
  }),
  "a Date with another day's name": () => ({
    date: now().replace(/^\w+/, (day) => (day === "Mon" ? "Tue" : "Mon")),
  }),
  "two Dates": () => ({ date: [now(), now()] }),
  "two Dates, of which one is ahead": () => ({
    date: [new Date(Date.now() + 400 * DAY).toUTCString(), now()],
  }),
  "the Age of a cache": () => ({ age: 0 }),
};

describe("a reply that says nothing of the time that counts", () => {
  test.each(Object.keys(NO_DATES))(
    "%s: nothing is retired, deleted or forgotten; a CA may be made (guarantee 3)",
    async (name) => {
      const [, old] = built.seed({ ...NEW, verified: 400 }, { ...OLD, verified: 800 });
      date(NO_DATES[name]?.() ?? {});
      const { errors } = await expectStopped(() => built.run(APPLY));
      expect(errors[0]?.message).toContain("no second clock");
      const inputs = { "certificate-id": old ?? "", "allow-held": "true" };
      await expectStopped(() => built.run({ task: "delete", inputs }));
    },
  );

  test("a CA is made and staged without a second clock, and when it was verified is noted once there is one", async () => {
    built.seed({ ...OLD, daysLeft: 200, verified: 800 });
    const lasting: Partial<Fault> & { times: number } = { date: false, times: ALWAYS };
    const fault: Fault = { call: "any", kind: "date", ...lasting };
    built.sandbox.faults.add(fault);
    const staged = await built.run(APPLY);
    expect(staged.errors).toEqual([]);
    expect(staged.outputs["outcome"]).toBe("staged");
    expect(built.keyring.match(/^Verified at: /gm)).toHaveLength(1);
    expect((await built.run(APPLY)).outputs["outcome"]).toBe("waiting");
    (fault as { times: number }).times = 0;
    expect((await built.run(APPLY)).outputs["outcome"]).toBe("waiting");
    expect(built.keyring.match(/^Verified at: /gm)).toHaveLength(2);
  });

  test("the token endpoint's Date is a second clock, and so is the token's iat", async () => {
    const { sandbox, inputs } = built;
    const credentials = {
      token: "",
      "client-id": sandbox.clientId,
      "client-secret": sandbox.clientSecret,
      "token-url": sandbox.tokenUrl,
    };
    for (const call of ["list", "get", "delete", "code", "upload", "verify"] as const)
      date({ date: false }, call);
    const [, old] = built.seed({ ...NEW, verified: 400 }, { ...OLD, verified: 800 });
    const rotated = await built.run({ inputs: { ...inputs, ...credentials, apply: "true" } });
    expect(rotated.errors).toEqual([]);
    expect(rotated.outputs["retired-certificate-id"]).toBe(old);
    date({ age: 3600 }, "token");
    const [last = ""] = sandbox.certificates.map(({ id }) => id);
    built.edit((text) => text.replace(/^Retired at: .*\n/m, ""));
    const other = sandbox.seed(sandbox.certificates[0]?.pem ?? "", { verified: true });
    const more = { ...credentials, "certificate-id": other.id, "allow-held": "true" };
    const deleted = await built.run({ task: "delete", inputs: { ...inputs, ...more } });
    expect(deleted.errors).toEqual([]);
    expect(sandbox.certificates.map(({ id }) => id)).toEqual([last]);
  });
});

describe("a CA that is not valid yet counts as not there (guarantee 4)", () => {
  const future = { commonName: "acme", daysLeft: 6000, beginsIn: 2000, slot: "none" } as const;

  test("in the keyring: register goes on without it", async () => {
    built.seed(future);
    const result = await built.run({ task: "register" });
    expect(result.errors).toEqual([]);
    expect(result.outputs["outcome"]).toBe("registered");
    expect(built.keyring.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    expect((await built.run({ task: "register" })).outputs["outcome"]).toBe("unchanged");
  });

  test("in the keyring: rotate stages the next one", async () => {
    built.seed(future, { ...OLD, daysLeft: 200, verified: 800 });
    const result = await built.run(APPLY);
    expect(result.errors).toEqual([]);
    expect(result.outputs["outcome"]).toBe("staged");
    expect((await built.run(APPLY)).outputs["outcome"]).toBe("waiting");
  });

  test("in a slot: it is neither unchanged nor the newest", async () => {
    const [, old] = built.seed({ ...future, slot: "verified", verified: 1 }, { ...OLD, verified: 800 });
    const status = await built.run({ task: "status" });
    expect(status.outputs["certificate-id"]).toBe(old);
    const registered = await built.run({ task: "register" });
    expect(registered.outputs).toMatchObject({ outcome: "unchanged", "certificate-id": old });
    expect((await built.run()).outputs["certificate-id"]).toBe(old);
  });
});
