import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readWrittenAt } from "../../src/keyring/keyring-format.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { runAction } from "../support/action.ts";
import { connectionTo, keyringFile, registerInputs } from "../support/inputs.ts";
import { type Materials, makeMaterials } from "./materials.ts";
import { createWatched, expectNoTrace, refused, type Watched } from "./refused.ts";

let sandbox: Sandbox;
let made: Materials;
let watched: Watched;

beforeAll(async () => {
  sandbox = await startSandbox({ limits: "off" });
  made = makeMaterials();
});
afterAll(async () => {
  await sandbox.close();
  made.remove();
});
beforeEach(() => {
  watched = createWatched();
});
afterEach(() => watched.stage.remove());

/** What secrets, YAML and editors make of a PEM text, and what is said of it. */
const ODD: readonly (readonly [name: string, spoil: (pem: string) => string, says: RegExp])[] = [
  [
    "escaped line breaks",
    (pem) => pem.replaceAll("\n", "\\n"),
    /holds the two characters \\n instead of line breaks/,
  ],
  ["blanks for line breaks", (pem) => pem.replaceAll("\n", " "), /has blanks instead of line breaks/],
  ["indented lines", (pem) => pem.replaceAll(/^/gm, "    "), /is indented/],
  [
    "no BEGIN and END lines",
    (pem) => pem.replaceAll(/-----.*-----\n/g, ""),
    /holds base64 without the lines -----BEGIN/,
  ],
  [
    "no BEGIN and END lines, on one line",
    (pem) => pem.replaceAll(/-----.*-----\n|\n/g, ""),
    /holds base64 without the lines -----BEGIN/,
  ],
];

describe("a PEM text that lost its form is told what happened to it (guarantees 8, 9)", () => {
  /** For each input the task, its other inputs, and the text that would be good. */
  const INPUTS: Record<
    string,
    [task: string, rest: (it: Materials) => Record<string, string>, good: keyof Texts]
  > = {
    "ca-certificate": ["upload", () => ({}), "pem"],
    "ca-private-key": ["upload", ({ own }) => ({ "ca-certificate": own.pem }), "pkcs8"],
    "verification-certificate": ["verify", () => ({ "certificate-id": "x" }), "leaf"],
    keyring: ["delete", () => ({ "certificate-id": "x" }), "keyring"],
  };
  interface Texts {
    readonly pem: string;
    readonly pkcs8: string;
    readonly leaf: string;
    readonly keyring: string;
  }
  const texts = (): Texts => ({ ...made.own, leaf: made.leaf, keyring: made.own.pkcs8 + made.own.pem });

  test.each(Object.keys(INPUTS).flatMap((input) => ODD.map((odd) => [input, ...odd] as const)))(
    "%s: %s",
    async (input, _, spoil, says) => {
      const [task, rest, good] = INPUTS[input] as (typeof INPUTS)[string];
      const inputs = { ...connectionTo(sandbox), ...rest(made), [input]: spoil(texts()[good]) };
      const refusal = await refused(task, watched, sandbox, inputs);
      expect(refusal.problems).toEqual([expect.stringMatching(new RegExp(`^${input}: .*${says.source}`))]);
      expectNoTrace(refusal.result, [made.own.pkcs8, inputs[input] ?? ""]);
    },
  );

  test("a path that is just not there is told as one", async () => {
    const inputs = { ...connectionTo(sandbox), "ca-certificate": "MIIcertificate" };
    expect((await refused("upload", watched, sandbox, inputs)).problems[0]).toMatch(/nor a file.*ENOENT/);
  });
});

test("the byte order mark that some editors put first is no part of a PEM text", async () => {
  const { stage } = watched;
  const [certificate, key] = [join(stage.lasting, "ca.pem"), join(stage.lasting, "ca.key")];
  writeFileSync(certificate, `\ufeff${made.own.pem}`);
  writeFileSync(key, `\ufeff${made.own.pkcs8}`);
  const inputs = { ...registerInputs(sandbox, stage), "ca-certificate": certificate, "ca-private-key": key };
  const brought = await runAction("register", stage, { inputs });
  expect(brought.outputs["outcome"], brought.log).toBe("registered");

  const text = `MindConnect CA keyring, generation 7, written 2026-01-01T00:00:00.000Z\n\n`;
  writeFileSync(keyringFile(stage), `\ufeff${text}${made.own.pkcs8}${made.own.pem}`);
  const again = await runAction("register", stage, { inputs: registerInputs(sandbox, stage) });
  expect(again.outputs["outcome"], again.log).toBe("unchanged");
  expect(readWrittenAt(`\ufeff${text}`).writtenAt).toBe(Date.UTC(2026, 0, 1));
});
