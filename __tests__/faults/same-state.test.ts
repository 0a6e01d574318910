import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { startSandbox } from "../../src/sandbox/start.ts";
import { makeCa } from "../ca/made.ts";
import { Workshop } from "../sandbox/workshop.ts";
import { createStage } from "../support/action.ts";
import { describeState } from "./same-state.ts";

const workshop = new Workshop();
afterAll(() => workshop.remove());

interface Place {
  readonly keyring?: string;
  readonly verified?: boolean;
  readonly left?: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly mode?: number;
  /** Whether the slot has another CA than the keyring. */
  readonly other?: boolean;
}

/** Each place has keys, a platform and folders of its own. */
async function stateOf({ keyring = "", verified = false, left, inputs = {}, mode, other }: Place) {
  const [sandbox, stage] = [await startSandbox(), createStage()];
  try {
    const ca = makeCa(workshop, "/CN=acme");
    sandbox.seed((other === true ? makeCa(workshop, "/CN=acme") : ca).pem, { verified });
    const file = join(stage.lasting, "keyring.pem");
    writeFileSync(file, `${keyring}${ca.pkcs8}${ca.pem}`, { mode: mode ?? 0o600 });
    if (left !== undefined) writeFileSync(join(stage.temp, left), "");
    return describeState(sandbox, stage, {
      token: sandbox.token,
      "keyring-file": file,
      days: "200",
      ...inputs,
    });
  } finally {
    await sandbox.close();
    stage.remove();
  }
}

describe("two states", () => {
  test("are the same with other keys, times, numbers, names by chance, ports and folders", async () => {
    const written = { keyring: "Verified at: 2026-11-27T01:02:03.000Z\n", left: "mindconnect-ca-abc123" };
    const again = { keyring: "Verified at: 2026-11-27T02:03:04.000Z\n", left: "mindconnect-ca-Def456" };
    expect(await stateOf(written)).toBe(await stateOf(again));
  });

  test.each<[string, Place]>([
    ["a certificate is verified", { verified: true }],
    ["the slot has another CA than the keyring", { other: true }],
    ["the keyring remembers more", { keyring: "Verified at: 2026-11-27T01:02:03.000Z\n" }],
    ["something else was left", { left: "mindconnect-ca-abc123" }],
    ["an input differs", { inputs: { restore: "acme" } }],
    ["an input has another number", { inputs: { days: "300" } }],
    ["a file is open to others", { mode: 0o644 }],
  ])("differ where %s", async (_, place) => {
    expect(await stateOf(place)).not.toBe(await stateOf({}));
  });
});
