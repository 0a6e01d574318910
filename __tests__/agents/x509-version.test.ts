import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { x509Version } from "../../src/ca/x509.ts";
import type { Result } from "../support/action.ts";
import { AgentScene, Makers } from "./agent-scene.ts";

let makers: Makers;
let scene: AgentScene;

beforeAll(() => {
  makers = new Makers();
});
afterAll(() => makers.workshop.remove());
beforeEach(async () => {
  scene = await AgentScene.open(makers);
});
afterEach(() => scene.close());

/** @returns inputs that use an OpenSSL which makes leaves of this version, whatever the system's does */
function making(version: 1 | 3): Record<string, string> {
  const config = makers.file("v3.cnf", "subjectKeyIdentifier = hash\n");
  // From 3.2 on nothing but an older CSR's certificate is v1: the command's own output is made v1 by hand.
  const script =
    version === 3
      ? `if [ "$1 $2" = "x509 -req" ]; then set -- "$@" -extfile '${config}'; fi`
      : `if [ "$1 $2" = "x509 -req" ]; then exec '${process.execPath}' '${join(import.meta.dirname, "v1.mjs")}' "$@"; fi`;
  return scene.quick(script).input;
}

const manifest = () => JSON.parse(readFileSync(join(scene.directory, "agents.json"), "utf8"));
const versions = () => manifest().agents.map(({ x509Version: version }: { x509Version: number }) => version);
const remark = /(\d+) of (\d+) agent certificates are X\.509 v1/;

function expectNoAnnotation({ warnings, errors, notices }: Result): void {
  expect([...warnings, ...errors]).toEqual([]);
  expect(notices.map(({ message }) => message).join()).not.toContain("v1");
}

describe("agents of an OpenSSL before 3.2 are X.509 v1, which some verifiers refuse", () => {
  test("it is said in log, summary and manifest, with the way out, and in no annotation", async () => {
    const result = await scene.issue("a\nb", making(1));
    expect(x509Version(scene.certificate("a.pem").x509.raw)).toBe(1);
    expect(versions()).toEqual([1, 1]);
    for (const place of [result.log, result.summary]) {
      expect(remark.exec(place)?.slice(1)).toEqual(["2", "2"]);
      expect(place).toMatch(/openssl-path to OpenSSL 3\.2 or later/);
    }
    expectNoAnnotation(result);
    const again = await scene.issue("a\nb", making(1));
    expect(again.outputs["issued"]).toBe("0");
    expect(again.log).toMatch(remark);
    expectNoAnnotation(again);
  });

  test("one that is issued anew as the way out says is v3", async () => {
    await scene.issue("a\nb", making(1));
    for (const file of ["a.pem", "a.key", "a_chain.pem"]) scene.remove(file);
    const result = await scene.issue("a\nb", making(3));
    expect(result.outputs["issued"]).toBe("1");
    expect(versions()).toEqual([3, 1]);
    expect(remark.exec(result.log)?.slice(1)).toEqual(["1", "2"]);
  });

  test("nothing is said of v3", async () => {
    const result = await scene.issue("a\nb", making(3));
    expect(versions()).toEqual([3, 3]);
    expect(result.log + result.summary).not.toContain("v1");
  });

  test("a manifest that does not tell versions yet is read, and kept", async () => {
    await scene.issue("a\nb", making(3));
    const text = readFileSync(join(scene.directory, "agents.json"), "utf8");
    writeFileSync(join(scene.directory, "agents.json"), text.replaceAll(',"x509Version":3', ""));
    await scene.issue("b", making(3));
    expect(versions()).toEqual([3, undefined]);
  });
});
