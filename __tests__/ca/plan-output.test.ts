import { describe, expect, test } from "vitest";
import { describeRegistration, describeRotation, rotationOutcome } from "../../src/ca/plan-output.ts";
import type { RegistrationStep } from "../../src/ca/registration-decision.ts";
import { isDue, type RotationPlan, type RotationStep } from "../../src/ca/rotation-state.ts";
import { ca, slot } from "./fakes.ts";

const LOOK = { commonName: "acme", expiration: "2031-05-30T09:22:55.000Z" };
const lying = slot("a", LOOK);
const PROOF = [
  "GET /caCertificates/{id}/registrationCode",
  "POST /caCertificates/{id}/verify",
  "GET /caCertificates/{id}",
];
const note: RotationStep = { step: "note", slot: lying, ca: ca("acme", LOOK) };
const retire: RotationStep = { ...note, step: "retire", reason: "overlap" };
const stage: RotationStep = { step: "stage", from: "create", commonName: "acme-2" };
const next = (more: Partial<RotationPlan> = {}): RotationPlan => ({
  forgetFirst: [],
  due: [],
  forgetLast: [],
  upcoming: [],
  newest: undefined,
  ...more,
});
const waits = { upcoming: [{ step: "retire", at: 1, slot: lying }] } as const;

test.each([
  ["a plan with something due", false, [], next({ due: [note] }), "planned"],
  ["a plan with nothing due", false, [], next(), "nothing-due"],
  ["a plan during an overlap", false, [], next(waits), "waiting"],
  ["a run that noted something, during an overlap", true, [note], next(waits), "waiting"],
  ["a run that noted something, and more is due: no plan", true, [note], next({ due: [note] }), "waiting"],
  ["a run that retired", true, [retire], next(), "retired"],
  ["a run that staged, whatever it retired", true, [retire, stage], next({ due: [note] }), "staged"],
  [
    "a plan before a step that is no retirement",
    false,
    [],
    next({ upcoming: [{ step: "stage", at: 1, slot: lying }] }),
    "nothing-due",
  ],
  ["a run after which nothing can be decided", true, [], undefined, "nothing-due"],
] as const)("%s", (_, applied, carriedOut, after, outcome) => {
  expect(rotationOutcome(applied, carriedOut, after)).toBe(outcome);
});

test("a step that is not due yet names the CA whose successor it stages: the row's common name is not the new CA's", () => {
  const lies = { ...slot("a", LOOK), commonName: "plant7" };
  const [row] = describeRotation(next({ upcoming: [{ step: "stage", at: 1, slot: lies }] }), 0);
  expect(row?.does).toMatch(/^Stage a successor of plant7\b/);
});

describe("what a plan says of each step", () => {
  const NOW = Date.UTC(2030, 0, 1);
  const own = ca("own", LOOK);
  const row = (plan: Partial<RotationPlan>) => describeRotation(next(plan), NOW)[0];
  const due = { due: true, at: "2030-01-01T00:00:00.000Z", commonName: "acme" };

  test("a note makes no call", () => {
    expect(row({ due: [note] })).toEqual({
      ...due,
      step: "note",
      certificateId: "a",
      does: "Note in the keyring that it is verified. The overlap is counted from now.",
      calls: [],
    });
  });

  test.each([
    ["overlap", "The overlap with its successor is over."],
    ["now", "The input retire is now."],
    ["expired", "It has expired, and a new CA needs its slot."],
    ["interrupted", "An earlier run marked it retired, but did not delete it."],
  ] as const)("a retirement says why: %s", (reason, why) => {
    expect(row({ due: [{ ...note, step: "retire", reason }] })).toEqual({
      ...due,
      step: "retire",
      certificateId: "a",
      does: `${why} Mark it retired in the keyring, then delete it on the platform.`,
      calls: ["GET /caCertificates", "DELETE /caCertificates/{id}"],
    });
  });

  test("a new CA is named; it has no id yet", () => {
    const created = row({ due: [{ step: "stage", from: "create", commonName: "acme-20300101" }] });
    expect(created).toMatchObject({ ...due, step: "stage", commonName: "acme-20300101" });
    expect(created).not.toHaveProperty("certificateId");
    expect(created?.does).toMatch(/^Create its key and certificate, store them, upload/);
    expect(created?.calls).toEqual(["POST /caCertificates", ...PROOF]);
  });

  test("one that an earlier run left behind is uploaded, or only verified", () => {
    const uploaded = row({ due: [{ step: "stage", from: "upload", ca: own }] });
    expect(uploaded?.does).toMatch(/^Upload it from the keyring/);
    expect(uploaded?.calls).toEqual(["POST /caCertificates", ...PROOF]);
    const resumed = row({ due: [{ step: "stage", from: "resume", slot: lying, ca: own }] });
    expect(resumed).toMatchObject({ certificateId: "a", calls: PROOF });
    expect(resumed?.does).toMatch(/^Verify it\./);
  });

  test("keys are forgotten first where they are in no slot, else after what is due; what is not due comes last", () => {
    const rows = describeRotation(
      next({
        forgetFirst: [ca("first", { ...LOOK, commonName: "first" })],
        due: [note],
        forgetLast: [ca("last", { ...LOOK, commonName: "last" })],
        upcoming: [{ step: "retire", at: NOW + 1, slot: lying }],
      }),
      NOW,
    );
    expect(rows.map(({ step, commonName }) => `${step} ${commonName}`)).toEqual([
      "forget first",
      "note acme",
      "forget last",
      "retire acme",
    ]);
    expect(rows[0]).toEqual({
      ...due,
      step: "forget",
      commonName: "first",
      does: "Remove its key from the keyring. Nothing needs it any more.",
      calls: [],
    });
    expect(rows[3]).toEqual({
      step: "retire",
      due: false,
      at: "2030-01-01T00:00:00.001Z",
      commonName: "acme",
      certificateId: "a",
      does: "Retire it. The overlap with its successor is over then.",
      calls: ["GET /caCertificates", "DELETE /caCertificates/{id}"],
    });
  });

  test("a successor that is not due yet takes the calls of a new CA", () => {
    const staged = row({ upcoming: [{ step: "stage", at: NOW + 1, slot: lying }] });
    expect(staged?.calls).toEqual(["POST /caCertificates", ...PROOF]);
  });

  test("a run does something where any of its three lists has a step", () => {
    for (const plan of [{ forgetFirst: [own] }, { due: [note] }, { forgetLast: [own] }])
      expect(isDue(next(plan))).toBe(true);
    expect(isDue(next(waits))).toBe(false);
  });
});

describe("what the plan of a registration says", () => {
  const NOW = Date.UTC(2030, 0, 1);
  const own = ca("own", LOOK);
  const planned = (
    decision: RegistrationStep,
    source: "earlier run" | "restore" | "ca-certificate" = "restore",
  ) => describeRegistration(decision, { now: NOW, commonName: "acme-new", source });
  const step = { step: "stage", due: true, at: "2030-01-01T00:00:00.000Z" };

  test("nothing where the CA is usable already", () => {
    expect(planned({ step: "unchanged", slot: lying, ca: own })).toEqual([]);
  });

  test("a new CA has the common name that was asked for, and no id yet", () => {
    expect(planned({ step: "create" })).toEqual([
      {
        ...step,
        commonName: "acme-new",
        does: "Create its key and certificate, store them, upload the certificate, verify it and read it back.",
        calls: ["POST /caCertificates", ...PROOF],
      },
    ]);
  });

  test.each([
    ["earlier run", "Upload it from the keyring, where an earlier run left it, and verify it."],
    ["restore", "Upload it from the keyring again, and verify it."],
    ["ca-certificate", "Upload the CA that came in as ca-certificate, and verify it."],
  ] as const)(
    "one that is uploaded has its own name, and is told by where it comes from: %s",
    (source, does) => {
      expect(planned({ step: "upload", ca: own }, source)).toEqual([
        { ...step, commonName: "acme", does, calls: ["POST /caCertificates", ...PROOF] },
      ]);
    },
  );

  test("one that an earlier run uploaded is only verified; it has an id", () => {
    expect(planned({ step: "resume", slot: lying, ca: own })).toEqual([
      {
        ...step,
        commonName: "acme",
        certificateId: "a",
        does: "Verify it. An earlier run uploaded it, but did not verify it.",
        calls: PROOF,
      },
    ]);
  });
});
