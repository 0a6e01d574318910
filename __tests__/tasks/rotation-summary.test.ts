import { createPrivateKey } from "node:crypto";
import { expect, test } from "vitest";
import type { Runner } from "../../src/action/runner.ts";
import { readCertificate } from "../../src/ca/certificate.ts";
import type { KeyringEntry } from "../../src/ca/keyring-entries.ts";
import type { Slot } from "../../src/ca/slots.ts";
import { type RotationSummary, summarizeRotation } from "../../src/tasks/rotation-summary.ts";
import { newKey, selfSigned } from "../rotation/issuer.ts";

const DAY = 86_400_000;
const NOW = Date.UTC(2030, 0, 1);

function made(commonName: string, from: number, to: number): { slot: Slot; ca: KeyringEntry } {
  const privateKey = newKey();
  const dates = { notBefore: NOW + from * DAY, notAfter: NOW + to * DAY };
  const pem = selfSigned(createPrivateKey(privateKey), { subject: [["CN", commonName]], ...dates });
  const certificate = readCertificate(pem);
  const { expiration } = certificate;
  const slot = { id: `id-of-${commonName}`, name: "a name", commonName, expiration, isVerified: true };
  return { slot, ca: { privateKey, certificate, notes: [] } };
}

const ours = made("acme-new", -10, 700);
const stranger = made("somebody", -500, -57);
const retired = made("acme-old", -500, 100);

const shown: RotationSummary = {
  applied: false,
  outcome: "nothing-due",
  plan: [],
  newest: ours,
  upcoming: [],
  slots: [ours.slot],
  retiredId: undefined,
  nextStepAt: NOW + 305 * DAY,
  forecast: [],
  now: NOW,
  tenant: "acme",
  policy: {
    renewBefore: 395,
    overlap: 365,
    retire: "after-overlap",
    retiredKeys: "keep",
    allowUnheld: new Set(),
    commonNamePrefix: "acme",
  },
  days: 800,
  entries: [ours.ca],
  refusedToApply: [],
};

async function summarize(more: Partial<RotationSummary>) {
  const said = { summary: "", notices: [] as string[], warnings: [] as string[] };
  const runner: Partial<Runner> = {
    notice: (message) => said.notices.push(message),
    warning: (message) => said.warnings.push(message),
    summary: async (markdown) => {
      said.summary += markdown;
    },
  };
  await summarizeRotation(runner as Runner, { ...shown, ...more });
  return said;
}

const due = {
  step: "retire",
  due: true,
  at: new Date(NOW).toISOString(),
  commonName: "acme-old",
  certificateId: "id-of-acme-old",
  does: "It goes.",
  calls: [],
} as const;

test("nothing due: the newest CA, when the next step is, and a picture", async () => {
  const { summary, notices } = await summarize({});
  expect(notices).toEqual([
    `CA rotation: nothing is due. Newest usable CA: id-of-acme-new (acme-new), expires ${ours.slot.expiration}. Next step: 2030-11-02T00:00:00.000Z.`,
  ]);
  expect(summary).toContain("  CA acme-new :active, 2029-12-22, 2031-12-02\n");
  expect(summary).toContain("  Next step :milestone, 2030-11-02, 0d");
});

test("what is planned is due now; what was carried out is done", async () => {
  const planned = await summarize({ outcome: "planned", plan: [due], nextStepAt: NOW });
  expect(planned.summary).toContain("### CA rotation: planned, nothing was changed");
  expect(planned.summary).toContain("| due now | retire | acme-old | id-of-acme-old | It goes. |");
  const done = await summarize({ applied: true, outcome: "retired", plan: [due] });
  expect(done.summary).toContain("| done | retire | acme-old |");
});

test("an overlap that runs is drawn from its beginning to its end, which is the next step", async () => {
  const at = NOW + 300 * DAY;
  const { summary } = await summarize({
    outcome: "waiting",
    slots: [ours.slot, retired.slot],
    entries: [ours.ca, retired.ca],
    upcoming: [{ step: "retire", slot: retired.slot, at }],
    nextStepAt: at,
  });
  expect(summary).toContain("  Overlap :crit, 2029-10-28, 2030-10-28\n");
  expect(summary).toContain("  CA acme-old :done, 2028-08-19, 2030-04-11\n");
  expect(summary).toContain("  Next step (retire) :milestone, 2030-10-28, 0d");
});

test("one that is not held and has expired ends no earlier than it begins", async () => {
  const { summary } = await summarize({ slots: [ours.slot, stranger.slot] });
  expect(summary).toContain("- CA somebody: 2029-11-05 to 2029-11-05\n");
});

test("what the next runs run into is a warning each", async () => {
  const { warnings } = await summarize({ forecast: ["one", "two"] });
  expect(warnings).toEqual(["one", "two"]);
});
