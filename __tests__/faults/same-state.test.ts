import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startSandbox } from "../../src/sandbox/start.ts";
import { type MadeCa, makeCa } from "../ca/made.ts";
import { Workshop } from "../sandbox/workshop.ts";
import { createStage } from "../support/action.ts";
import { describeState, Shown } from "./same-state.ts";

const workshop = new Workshop();
let cas: readonly [MadeCa, MadeCa];
beforeAll(() => {
  cas = [makeCa(workshop, "/CN=acme"), makeCa(workshop, "/CN=acme")];
});
afterAll(() => workshop.remove());

interface Place {
  readonly keyring?: string;
  readonly verified?: boolean;
  readonly left?: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly mode?: number;
  /** Whether the slot has another CA than the keyring. */
  readonly other?: boolean;
  /** Whether each CA has the place that the other one has elsewhere. */
  readonly exchanged?: boolean;
  readonly secret?: string;
}

/** Each place has a platform and folders of its own. */
async function stateOf({
  keyring = "",
  verified = false,
  left,
  inputs = {},
  mode,
  other,
  exchanged,
  secret,
}: Place) {
  const [sandbox, stage] = [await startSandbox(), createStage()];
  try {
    const [ca, another] = exchanged === true ? ([cas[1], cas[0]] as const) : cas;
    sandbox.seed((other === true ? another : ca).pem, { verified });
    const file = join(stage.lasting, "keyring.pem");
    writeFileSync(file, `${keyring}${ca.pkcs8}${ca.pem}`, { mode: mode ?? 0o600 });
    if (left !== undefined) writeFileSync(join(stage.temp, left), "");
    const given = { token: sandbox.token, "keyring-file": file, days: "200", ...inputs };
    return describeState(sandbox, stage, given, { secret: `${secret ?? ""}${ca.pkcs8}${ca.pem}` });
  } finally {
    await sandbox.close();
    stage.remove();
  }
}

describe("two states", () => {
  test("are the same with other keys, times, numbers, names by chance, ports and folders", async () => {
    const at = (time: string) => `Verified at: 2026-11-27T${time}.000Z\n`;
    const [first, later] = [at("01:02:03"), at("02:03:04")];
    const written = { keyring: first, secret: first, left: "mindconnect-ca-abc123" };
    const again = { keyring: later, secret: later, left: "mindconnect-ca-Def456", exchanged: true };
    expect(await stateOf(written)).toBe(await stateOf(again));
    const named = ["mindconnect-ca-work-abc123", "mindconnect-ca-work-Abcdef"].map((left) =>
      stateOf({ left }),
    );
    expect(new Set(await Promise.all(named)).size).toBe(1);
  });

  test.each<[string, Place]>([
    ["a certificate is verified", { verified: true }],
    ["the slot has another CA than the keyring", { other: true }],
    ["the keyring remembers more", { keyring: "Verified at: 2026-11-27T01:02:03.000Z\n" }],
    ["something else was left", { left: "mindconnect-ca-abc123" }],
    ["an input differs", { inputs: { restore: "acme" } }],
    ["an input has another number", { inputs: { days: "300" } }],
    ["a file is open to others", { mode: 0o644 }],
    ["a secret remembers more", { secret: "Verified at: 2026-11-27T01:02:03.000Z\n" }],
  ])("differ where %s", async (_, place) => {
    expect(await stateOf(place)).not.toBe(await stateOf({}));
  });
});

describe("what is shown from a state", () => {
  test("is shown once: who comes to it meanwhile waits, and who comes later goes on", async () => {
    const [shown, gate] = [new Shown(), Promise.withResolvers<void>()];
    const seen: string[] = [];
    const show = async () => {
      seen.push("shown");
      await gate.promise;
    };
    const both = ["first", "second"].map(async (name) => {
      await shown.once("a state", show);
      seen.push(name);
    });
    await shown.once("another state", async () => void seen.push("another"));
    gate.resolve();
    await Promise.all(both);
    await shown.once("a state", show);
    expect(seen).toEqual(["shown", "another", "first", "second"]);
  });

  test("fails in each case that comes to it", async () => {
    const shown = new Shown();
    const fail = () => shown.once("a state", () => Promise.reject(new Error("it does not hold")));
    await expect(fail()).rejects.toThrow("it does not hold");
    await expect(fail()).rejects.toThrow("it does not hold");
  });
});
