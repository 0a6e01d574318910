import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { createStage, runAction, type Stage } from "../support/action.ts";
import { registerInputs } from "../support/inputs.ts";

let sandbox: Sandbox;
let stage: Stage;

beforeEach(async () => {
  sandbox = await startSandbox({ limits: "off" });
  stage = createStage();
});
afterEach(async () => {
  await sandbox.close();
  stage.remove();
});

/** The subject as OpenSSL itself prints it: one line for each attribute, UTF-8, nothing escaped. */
function subjectLines(pem: string): string[] {
  const shown = execFileSync(
    "openssl",
    ["x509", "-noout", "-subject", "-nameopt", "sep_multiline,sname,utf8"],
    { input: pem, encoding: "utf8" },
  );
  return shown
    .split("\n")
    .slice(1, -1)
    .map((line) => line.slice(4));
}

/** Values for O, OU and CN that a naive command line or a naive reader would get wrong. */
const SUBJECTS: Record<string, [organization: string, organizationalUnit: string, commonName: string]> = {
  "slashes, as in A/S": ["A/S Corp", "R/D", "acme/CN=other"],
  "plus signs": ["A+B", "IT+OU=x", "c++"],
  "commas and quotes": ['Acme, "Inc."', "a,b", 'say "hi", please'],
  "equals signs": ["O=Acme", "=", "CN=acme"],
  backslashes: ["back\\slash", "ends in \\", "\\2C\\,\\"],
  "leading and trailing blanks": ["  Acme", "IT  ", " acme "],
  "umlauts and Chinese": ["Müller & Söhne", "Geräte", "西门子（中国）"],
  "everything at once": [' /+,"=\\;<>#', "#hash 'quote' $HOME `id`", "%PATH% $(id) {{ x }} 😀 ñ"],
  "as long as allowed": ["中".repeat(64), "ü".repeat(64), "😀".repeat(64)],
};

describe("a subject is issued exactly as asked, through the real action and OpenSSL (guarantee 1)", () => {
  test.each(Object.entries(SUBJECTS))("%s", async (_, [organization, organizationalUnit, commonName]) => {
    const city = organization;
    const inputs = {
      ...registerInputs(sandbox, stage),
      ...{ city, organization, "organizational-unit": organizationalUnit, "common-name": commonName },
    };
    const result = await runAction("register", stage, { inputs });
    expect(result.errors).toEqual([]);
    expect(result.outputs).toMatchObject({
      outcome: "registered",
      verified: "true",
      "common-name": commonName,
    });
    const [stored] = sandbox.certificates;
    const pem = readFileSync(result.outputs["certificate-path"] ?? "", "utf8");
    expect(subjectLines(pem)).toEqual([
      "C=DE",
      `ST=${city}`,
      `O=${organization}`,
      `OU=${organizationalUnit}`,
      `CN=${commonName}`,
    ]);
    expect(new X509Certificate(pem)).toMatchObject({ ca: true });
    expect(stored).toMatchObject({ commonName, isVerified: true });

    const again = await runAction("register", stage, { inputs });
    expect(again.outputs["outcome"]).toBe("unchanged");
  });
});

test("a plain subject is the page's: the tenant for CN, IT for OU, in the page's order (guarantee 1)", async () => {
  const result = await runAction("register", stage, { inputs: registerInputs(sandbox, stage) });
  const pem = readFileSync(result.outputs["certificate-path"] ?? "", "utf8");
  expect(subjectLines(pem)).toEqual(["C=DE", "ST=MUC", "O=Acme", "OU=IT", "CN=acme"]);
  expect(result.log).toContain(
    "openssl req -x509 -new -nodes -key acme.key -sha256 -days 3650 -out acme.pem -subj /C=DE/ST=MUC/O=Acme/OU=IT/CN=acme\n",
  );
});
