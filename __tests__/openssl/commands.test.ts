import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { toSubjArgument } from "../../src/ca/subject.ts";
import {
  commandLine,
  generateKey,
  selfSignedCertificate,
  signingRequest,
  signRequest,
} from "../../src/openssl/commands.ts";

const PAGE = readFileSync(new URL("../fixtures/page-commands.txt", import.meta.url), "utf8");
const VARIABLES: Record<string, string> = {
  TENANT: "acme",
  COUNTRY_CODE: "DE",
  CITY: "MUC",
  ORGANIZATION: "Acme",
  REGISTRATION_CODE: "c0de".repeat(16),
};
const SUBJECT = [
  ["C", "DE"],
  ["ST", "MUC"],
  ["O", "Acme"],
  ["OU", "IT"],
  ["CN", "acme"],
] as const;

/** The page's openssl lines as a shell would hand them on: variables filled in, quotes taken away. */
const documented = PAGE.split(/\r?\n/)
  .filter((line) => line.startsWith("openssl "))
  .map((line) => line.replaceAll(/\$([A-Z_]+)/g, (_, name: string) => VARIABLES[name] ?? "(unknown)"))
  .map((line) => (line.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', "")));

const ours = [
  generateKey("acme.key", 2048),
  selfSignedCertificate({
    key: "acme.key",
    days: 3650,
    out: "acme.pem",
    subj: toSubjArgument(SUBJECT),
    utf8: false,
  }),
  generateKey("verificationCert.key", 2048),
  signingRequest({
    key: "verificationCert.key",
    out: "verificationCert.csr",
    subj: `/CN=${VARIABLES["REGISTRATION_CODE"]}`,
  }),
  signRequest({
    csr: "verificationCert.csr",
    tenant: "acme",
    out: "verificationCert.pem",
    days: 7,
  }),
];

describe("the documented commands (guarantee 1)", () => {
  test("the fixture names its source and its date", () => {
    expect(PAGE).toMatch(/^# Source: "Managing CA Certificates using MindConnect MQTT API"/);
    expect(PAGE).toContain("last update January 15, 2024");
  });

  test("there are five on the page, and no variable is left open", () => {
    expect(documented).toHaveLength(5);
    expect(documented.flat().join(" ")).not.toMatch(/\$|\(unknown\)/);
  });

  test.each(ours.map((argv, index) => [argv[0], argv, documented[index]] as const))(
    "%s, token for token",
    (_, argv, words) => {
      expect(["openssl", ...argv]).toEqual(words);
    },
  );

  test("-utf8 is added, at the end, only where it is asked for", () => {
    const options = { key: "acme.key", days: 3650, out: "acme.pem", subj: "/CN=ü" };
    const without = selfSignedCertificate({ ...options, utf8: false });
    expect(selfSignedCertificate({ ...options, utf8: true })).toEqual([...without, "-utf8"]);
  });
});

describe("a command as a person would type it", () => {
  test("words with blanks, quotes and other signs of the shell are quoted", () => {
    expect(commandLine(["req", "-subj", "/O=A B/CN=it's; $HOME"])).toBe(
      String.raw`openssl req -subj '/O=A B/CN=it'\''s; $HOME'`,
    );
    expect(commandLine(["req", "-subj", ""])).toBe("openssl req -subj ''");
  });

  test("the page's own lines come out as they are", () => {
    expect(commandLine(ours[4] ?? [])).toBe((documented[4] ?? []).join(" "));
  });
});
