/** Describes a decided registration as the output `plan` shows it. */

import { type PlannedStep, STAGING } from "./plan-output.ts";
import type { RegistrationStep } from "./registration-decision.ts";
import { iso } from "./time.ts";

/** What a plan tells beside the decision. */
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

/** @returns what a run does on the platform: one step, or none where the CA is usable already */
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
