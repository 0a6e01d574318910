import { execFileSync } from "node:child_process";
import { createPrivateKey } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { foreignFormat } from "../../src/ca/foreign-format.ts";
import { Workshop } from "../sandbox/workshop.ts";
import { type MadeCa, makeCa } from "./made.ts";

let workshop: Workshop;
let ca: MadeCa;

beforeAll(() => {
  workshop = new Workshop();
  ca = makeCa(workshop, "/CN=acme");
});
afterAll(() => workshop.remove());

test("PEM is none, also with words before it", () => {
  expect(foreignFormat(Buffer.from(ca.pem))).toBeUndefined();
  expect(foreignFormat(Buffer.from(`Bag Attributes\n${ca.pkcs1}`))).toBeUndefined();
});

test.each(["pkcs1", "pkcs8"] as const)("a key in DER, %s", (type) => {
  const der = createPrivateKey(ca.pkcs8).export({ type, format: "der" });
  expect(foreignFormat(der)).toMatch(/a private key.*openssl pkey -inform DER/);
});

test("PKCS#12, whatever made it, and the command makes PEM of it", () => {
  const at = (name: string) => join(workshop.directory, name);
  writeFileSync(at("both.pem"), ca.pkcs8 + ca.pem);
  const made = ["-export", "-in", "both.pem", "-out", "both.pfx", "-passout", "pass:secret"];
  execFileSync("openssl", ["pkcs12", ...made], { cwd: workshop.directory, stdio: "pipe" });
  const said = foreignFormat(readFileSync(at("both.pfx"))) ?? "";
  expect(said).toContain("PKCS#12");
  const [, command = ""] = /: openssl (.*)$/.exec(said) ?? [];
  const argv = command.replaceAll("FILE", "both.pfx").split(" ");
  execFileSync("openssl", [...argv, "-passin", "pass:secret"], { cwd: workshop.directory, stdio: "pipe" });
  expect(foreignFormat(readFileSync(at("both.pfx.pem")))).toBeUndefined();
});

test("noise is said to be without PEM", () => {
  expect(foreignFormat(Buffer.from([1, 2, 3]))).toMatch(/without PEM text/);
});
