import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { FAULT_KINDS } from "../../src/sandbox/faults.ts";
import { DEFAULT_QUIRKS, type Quirks } from "../../src/sandbox/quirks.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { createWatched, refused, type Watched } from "../bad-input/refused.ts";
import { createStage, type Result, runAction, type Stage } from "../support/action.ts";
import { API, send } from "./client.ts";

let stage: Stage;
beforeEach(() => {
  stage = createStage();
});
afterEach(() => stage.remove());

/** Starts the sandbox by its task, looks, and lets the post step stop it. */
async function withSandbox(inputs: Record<string, string>, look: (result: Result) => Promise<void>) {
  const started = await runAction("sandbox", stage, { inputs });
  try {
    expect(started.errors, started.log).toEqual([]);
    await look(started);
  } finally {
    await runAction("sandbox", stage, { step: "post", state: started.state });
  }
}

const listAt = ({ outputs }: Result) =>
  send(`${outputs["gateway-url"]}${API}/caCertificates`, {
    headers: { Authorization: `Bearer ${outputs["token"]}` },
  });

/** A value of each quirk that is not its default. */
const OTHERS: { readonly [K in keyof Quirks]: Quirks[K] } = {
  uploadStatus: 200,
  deleteStatus: 202,
  listShape: "content",
  isVerified: "present",
  listOmitsVerified: "newest",
  commonName: "trimmed",
  listHidesMore: "totalElements",
  leadingBlank: true,
  pemInReplies: true,
  idForm: "ulid",
  thirdUpload: { status: 422, code: "full" },
  duplicateUpload: "refused",
  verifyAgain: "refused",
  codeChangesEachTime: true,
  codeLifetimeSeconds: 60,
  errorShape: "message",
  retryAfter: "date",
};

describe("tasks/sandbox takes what npm run sandbox takes", () => {
  test("quirks: the sandbox has them, and a registration goes through with them", async () => {
    const quirks = JSON.stringify({ listShape: "content", isVerified: "present", idForm: "ulid" });
    await withSandbox({ quirks }, async (started) => {
      expect((await listAt(started)).json).toEqual({ content: [], totalElements: 0 });
      const registered = await runAction("register", stage, {
        inputs: {
          tenant: "rehearsal",
          "gateway-url": started.outputs["gateway-url"] ?? "",
          token: started.outputs["token"] ?? "",
          "country-code": "DE",
          city: "MUC",
          organization: "Acme",
          "keyring-file": `${stage.temp}/keyring.pem`,
        },
      });
      expect(registered.errors).toEqual([]);
      expect(registered.outputs["certificate-id"]).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
    });
  });

  test("every quirk and every kind of fault is taken", async () => {
    expect(Object.keys(OTHERS)).toEqual(Object.keys(DEFAULT_QUIRKS));
    const faults = FAULT_KINDS.map((kind) => ({ call: "agent", kind }));
    await withSandbox(
      { quirks: JSON.stringify(OTHERS), faults: JSON.stringify(faults), limits: "off" },
      async (started) => {
        expect((await listAt(started)).json).toMatchObject({ content: [], totalElements: 1 });
      },
    );
  });

  test("the notice names the inputs that the other tasks need", async () => {
    await withSandbox({}, async ({ notices, outputs }) => {
      const said = notices.map(({ message }) => message).join();
      for (const name of ["gateway-url", "token"]) expect(said).toContain(name);
      expect(said).toContain(outputs["gateway-url"]);
    });
  });
});

describe("a quirk or a fault that does not exist is refused by its name, before anything starts", () => {
  let watched: Watched;
  let other: Sandbox;
  beforeAll(async () => {
    other = await startSandbox();
  });
  afterAll(() => other.close());
  beforeEach(() => {
    watched = createWatched();
  });
  afterEach(() => watched.stage.remove());
  const problemsOf = async (inputs: Record<string, string>) =>
    (await refused("sandbox", watched, other, inputs)).problems;

  test.each([
    ["{", /^quirks: must be valid JSON.*\{"/],
    ["[]", /^quirks: must be a JSON object.*\{"/],
    ['{"colour":1}', /^quirks: .*"colour".*uploadStatus, .*retryAfter/],
    ['{"listShape":"tree"}', /^quirks: .*listShape.*"array".*"_embedded".*"tree"/],
    ['{"codeLifetimeSeconds":-1}', /^quirks: .*codeLifetimeSeconds.*whole number from 0/],
  ])("quirks %s", async (quirks, problem) => {
    expect(await problemsOf({ quirks })).toEqual([expect.stringMatching(problem)]);
  });

  test.each([
    ['{"call":"list"}', /^faults: must be a JSON array of objects.*\[\{"call"/],
    ['[{"call":"list","kind":"rest"}]', /^faults: .*kind.*"reset-before".*"rest"/],
  ])("faults %s", async (faults, problem) => {
    expect(await problemsOf({ faults })).toEqual([expect.stringMatching(problem)]);
  });
});
