import type { KeyringEntry } from "../../src/ca/keyring-entries.ts";
import { decideRotation } from "../../src/ca/rotation-decision.ts";
import type { RotationPlan, RotationPolicy, RotationState } from "../../src/ca/rotation-state.ts";
import type { Slot } from "../../src/ca/slots.ts";
import { agreedAt, ca, labelOf, slot } from "./fakes.ts";

/** Single cases of a rotation, told by the days before and after {@link NOW}. */
export const NOW = Date.UTC(2030, 0, 1);
export const DAY = 86_400_000;
export const daysFrom = (days: number) => new Date(NOW + days * DAY).toISOString();

const look = (label: string, daysLeft: number) => ({
  commonName: label,
  expiration: daysFrom(daysLeft),
  fingerprint: label,
});

/** @returns a CA of the keyring that has so many days left */
export function held(label: string, daysLeft: number, remembered: Partial<KeyringEntry> = {}): KeyringEntry {
  return ca(label, look(label, daysLeft), remembered);
}

/** @returns the slot in which the CA of this label is; its id is the label */
export function inSlot(label: string, daysLeft: number, more: Partial<Slot> = {}): Slot {
  return { ...slot(label, look(label, daysLeft)), ...more };
}

/** @returns a state in which the successor is due 395 days before the end and the overlap lasts 365 days */
export function state(
  slots: readonly Slot[],
  entries: readonly KeyringEntry[],
  more: Partial<RotationPolicy> & Partial<Omit<RotationState, "policy" | "slots" | "entries">> = {},
): RotationState {
  const { now, standing, removed, ...policy } = { ...agreedAt(NOW), removed: new Set<string>(), ...more };
  return {
    slots,
    entries,
    now,
    standing,
    removed,
    policy: {
      renewBefore: 395,
      overlap: 365,
      retire: "after-overlap",
      retiredKeys: "keep",
      allowUnheld: new Set(),
      commonNamePrefix: "acme",
      ...policy,
    },
  };
}

/** @returns the plan; a refusal fails the test */
export function planOf(...args: Parameters<typeof state>): RotationPlan {
  const decided = decideRotation(state(...args));
  if (decided.refused !== undefined) throw new Error(decided.refused);
  return decided;
}

/** @returns the due steps, one word or two each: `retire old overlap` */
export function dueSteps(...args: Parameters<typeof state>): string[] {
  return planOf(...args).due.map((step) => {
    const who = "ca" in step ? labelOf(step.ca) : step.commonName;
    return [step.step, who, "reason" in step ? step.reason : "from" in step ? step.from : ""]
      .join(" ")
      .trimEnd();
  });
}
