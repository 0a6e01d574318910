import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { Workshop } from "../sandbox/workshop.ts";
import { Witness, type World } from "./invariants.ts";

// A checker that never finds anything would make the whole matrix pass: here each thing it looks for is wrong once.
const workshop = new Workshop();
afterAll(() => workshop.remove());

function makePair(commonName: string): { key: string; pem: string } {
  const key = workshop.key();
  const pem = workshop.selfSigned(key, `/CN=${commonName}`);
  return { key: readFileSync(join(workshop.directory, key), "utf8"), pem };
}

const first = makePair("acme");
const second = makePair("acme");
const keyring = first.key + first.pem;
const slot = { pem: first.pem, isVerified: true };
const done: World = { slots: [slot], calls: [], keyring };

function call(name: string, path: string, seen: { status?: number | null; carriedOut?: boolean } = {}) {
  const method = name === "list" ? "GET" : "POST";
  return { method, path, call: name, status: 200, carriedOut: false, ...seen };
}

const upload = call("upload", "/ca");
const list = call("list", "/ca");

const BAD: readonly (readonly [string, World, string])[] = [
  ["a second slot", { ...done, slots: [slot, slot] }, "one is burnt"],
  ["a certificate without key", { ...done, keyring: "" }, "whose key is not kept"],
  ["another's key", { ...done, keyring: second.key + second.pem }, "whose key is not kept"],
  ["a key of another certificate", { ...done, keyring: first.key + second.pem }, "do not belong together"],
  ["half a keyring", { ...done, keyring: keyring.slice(0, 900) }, "broken block"],
  ["a plain key instead of an encrypted one", { ...done, passphrase: "x" }, "not kept in the form"],
  [
    "an upload repeated after one that was turned away",
    { ...done, calls: [upload, { ...upload, status: 429 }, upload] },
    "repeated before a list",
  ],
  ["an upload repeated at once", { ...done, calls: [upload, upload] }, "repeated before a list"],
  [
    "an upload repeated after a list that failed",
    { ...done, calls: [upload, { ...list, status: 503 }, upload] },
    "repeated before a list",
  ],
  [
    "an upload that happened twice",
    { ...done, calls: [{ ...upload, carriedOut: true }, list, { ...upload, carriedOut: true }] },
    "carried out 2 times",
  ],
];

describe("the checker of invariants", () => {
  const witness = () => new Witness({ strangers: [], brought: [] });

  test("finds nothing wrong in a finished job", () => {
    expect(witness().unfinished({ ...done, calls: [upload, list, upload] })).toEqual([]);
    expect(witness().violations({ slots: [], calls: [], keyring: "" })).toEqual([]);
    for (const status of [429, 401])
      expect(witness().violations({ ...done, calls: [{ ...upload, status }, upload] })).toEqual([]);
  });

  test.each(BAD)("finds %s", (_, world, problem) => {
    expect(witness().violations(world).join("\n")).toContain(problem);
  });

  test("finds a key that was there before", () => {
    const watching = witness();
    expect(watching.violations({ ...done, keyring: keyring + second.key + second.pem })).toEqual([]);
    expect(watching.violations(done).join()).toContain("is lost");
  });

  test("finds that the job is not done", () => {
    const unverified = { ...done, slots: [{ ...slot, isVerified: false }] };
    expect(witness().violations(unverified)).toEqual([]);
    expect(witness().unfinished(unverified).join()).toContain("0 usable");
  });

  test("finds that a stranger's certificate is gone, and takes it for nobody of ours", () => {
    const beside = () => new Witness({ strangers: [second.pem], brought: [] });
    expect(beside().unfinished({ ...done, slots: [slot, { pem: second.pem, isVerified: true }] })).toEqual(
      [],
    );
    expect(beside().violations(done).join()).toContain("is gone");
  });
});
