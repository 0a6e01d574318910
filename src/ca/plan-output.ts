/**
 * Describes a decided registration or rotation for the output `plan`, and the result of a rotation for
 * `outcome`.
 */
import { printableName } from "../messages/printable.ts";
import type { KeyringEntry } from "./keyring-entries.ts";
import type { RegistrationStep } from "./registration-decision.ts";
import { isDue, type RotationPlan, type RotationStep, type UpcomingStep } from "./rotation-state.ts";
import { iso } from "./time.ts";

/** The result of a rotation, as the output `outcome` names it. */
export type RotationOutcome = "nothing-due" | "planned" | "staged" | "waiting" | "retired";

/** One step as the output `plan` of rotate and of register shows it. */
export interface PlannedStep {
  readonly step: "note" | "retire" | "stage" | "forget";
  /** Whether it is carried out by a run with `apply: true` now. */
  readonly due: boolean;
  /** ISO 8601 UTC, the platform's clock. */
  readonly at: string;
  /** The CA that the step is about: the one that leaves, the new one, or (not due yet) the one that gets a successor. */
  readonly commonName: string;
  /** Its id on the platform, where it has one. */
  readonly certificateId?: string;
  /** A sentence or two for a person: the action of the step. */
  readonly does: string;
  /**
   * The calls of the step if every reply arrives. Where the platform's reads do not say whether a certificate
   * is verified, another list follows the last call of a stage.
   */
  readonly calls: readonly string[];
}

const REASONS = {
  overlap: "The overlap with its successor is over.",
  now: "The input retire is now.",
  expired: "It has expired, and a new CA needs its slot.",
  interrupted: "An earlier run marked it retired, but did not delete it.",
} as const;

const PROVE = [
  "GET /caCertificates/{id}/registrationCode",
  "POST /caCertificates/{id}/verify",
  "GET /caCertificates/{id}",
];
const STAGE = ["POST /caCertificates", ...PROVE];
const RETIRE = ["GET /caCertificates", "DELETE /caCertificates/{id}"];

/**
 * @param now the platform's clock, milliseconds since 1970
 * @returns every step, due ones first in the order in which they are carried out, then the others by their time
 */
export function describeRotation(plan: RotationPlan, now: number): PlannedStep[] {
  const at = iso(now);
  return [
    ...plan.forgetFirst.map((ca) => describeForgetting(ca, at)),
    ...plan.due.map((step): PlannedStep => ({ step: step.step, due: true, at, ...describeStep(step) })),
    ...plan.forgetLast.map((ca) => describeForgetting(ca, at)),
    ...plan.upcoming.map(describeUpcoming),
  ];
}

function describeForgetting({ certificate: { commonName } }: KeyringEntry, at: string): PlannedStep {
  const does = "Remove its key from the keyring. Nothing needs it any more.";
  return { step: "forget", due: true, at, commonName, does, calls: [] };
}

function describeStep(
  step: RotationStep,
): Pick<PlannedStep, "commonName" | "certificateId" | "does" | "calls"> {
  const commonName = "ca" in step ? step.ca.certificate.commonName : step.commonName;
  const about = { commonName, ...("slot" in step ? { certificateId: step.slot.id } : {}) };
  switch (step.step) {
    case "note":
      return {
        ...about,
        does: "Note in the keyring that it is verified. The overlap is counted from now.",
        calls: [],
      };
    case "retire": {
      const does = `${REASONS[step.reason]} Mark it retired in the keyring, then delete it on the platform.`;
      return { ...about, does, calls: RETIRE };
    }
    case "stage":
      return { ...about, ...STAGING[step.from] };
  }
}

/**
 * The action and the calls of a stage, by its first part: the CA is created, only uploaded, or only verified.
 */
export const STAGING = {
  create: {
    does: "Create its key and certificate, store them, upload the certificate, verify it and read it back.",
    calls: STAGE,
  },
  upload: { does: "Upload it from the keyring, where an earlier run left it, and verify it.", calls: STAGE },
  resume: { does: "Verify it. An earlier run uploaded it, but did not verify it.", calls: PROVE },
} as const;

function describeUpcoming({ step, at, slot }: UpcomingStep): PlannedStep {
  const does =
    step === "retire"
      ? "Retire it. The overlap with its successor is over then."
      : `Stage a successor of ${printableName(slot.commonName)}: create it, upload it and verify it.`;
  const calls = step === "retire" ? RETIRE : STAGE;
  return { step, due: false, at: iso(at), commonName: slot.commonName, certificateId: slot.id, does, calls };
}

/**
 * @param applied whether the run had `apply: true`. Its outcome is then never `planned`
 * @param carriedOut the steps of this run; empty for a plan
 * @param next the plan after these steps
 * @returns the result of the run
 */
export function rotationOutcome(
  applied: boolean,
  carriedOut: readonly RotationStep[],
  next: RotationPlan | undefined,
): RotationOutcome {
  const did = (name: RotationStep["step"]) => carriedOut.some(({ step }) => step === name);
  if (did("stage")) return "staged";
  if (did("retire")) return "retired";
  if (next !== undefined && isDue(next)) return applied ? "waiting" : "planned";
  return next?.upcoming.some(({ step }) => step === "retire") === true ? "waiting" : "nothing-due";
}

/** The facts that the description of a registration needs besides the decision. */
export interface PlanContext {
  /** The platform's clock, milliseconds since 1970. */
  readonly now: number;
  /** The common name that a new CA would get. */
  readonly commonName: string;
  /** Where a CA to upload comes from: an earlier run left it, `restore` names it, or it came in as `ca-certificate`. */
  readonly source: keyof typeof UPLOADING;
}

const UPLOADING = {
  "earlier run": STAGING.upload.does,
  restore: "Upload it from the keyring again, and verify it.",
  "ca-certificate": "Upload the CA that came in as ca-certificate, and verify it.",
} as const;

/** @returns the steps of a registration on the platform: one, or none where the CA is usable already */
export function describeRegistration(
  decision: RegistrationStep,
  { now, commonName, source }: PlanContext,
): PlannedStep[] {
  const due = { step: "stage", due: true, at: iso(now) } as const;
  switch (decision.step) {
    case "unchanged":
      return [];
    case "create":
      return [{ ...due, commonName, ...STAGING.create }];
    case "upload": {
      const about = { commonName: decision.ca.certificate.commonName };
      return [{ ...due, ...about, ...STAGING.upload, does: UPLOADING[source] }];
    }
    case "resume": {
      const about = { commonName: decision.ca.certificate.commonName, certificateId: decision.slot.id };
      return [{ ...due, ...about, ...STAGING.resume }];
    }
  }
}
