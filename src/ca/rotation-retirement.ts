/** When an old CA leaves its slot, and which keys nobody needs any more. */
import type { KeyringEntry } from "./keyring-entries.ts";
import {
  type CaInSlot,
  isPending,
  type Occupancy,
  type RetireReason,
  type RotationPlan,
  type RotationState,
  type RotationStep,
} from "./rotation-state.ts";
import { findAmbiguousMatches, isUsable, type Slot } from "./slots.ts";
import { DAY_MS, rememberedTime } from "./time.ts";

/** A CA that leaves its slot. */
export interface Retirement extends CaInSlot {
  /** Milliseconds since 1970; not after now means due. */
  readonly at: number;
  readonly reason: RetireReason;
}

/** @returns when and why a CA beside the newest one leaves its slot; empty where it does not */
export function retirement(
  { slot, ca }: CaInSlot,
  { newest }: Occupancy,
  { policy, now }: RotationState,
): Retirement[] {
  if (policy.retire === "never") return [];
  if (ca.retiredAt !== undefined) {
    const last = isUsable(slot, now) && newest === undefined;
    return last ? [] : [{ slot, ca, at: now, reason: "interrupted" }];
  }
  // A CA that is not verified yet is resumed. An old CA stays as long as there is no usable successor.
  if (newest === undefined || isPending(slot, now)) return [];
  if (policy.retire === "now") return [{ slot, ca, at: now, reason: "now" }];
  // A CA that was restored after its retirement gets a whole overlap again.
  const sideBySide = Math.max(
    rememberedTime(newest.ca.verifiedAt) ?? now,
    rememberedTime(ca.restoredAt) ?? 0,
  );
  return [{ slot, ca, at: sideBySide + policy.overlap * DAY_MS, reason: "overlap" }];
}

/**
 * The overlap is counted from the time at which the newest CA was verified. Only the keyring has that time,
 * and it is needed while an old CA waits for the end of the overlap.
 * @returns the step that notes the time; empty where the time is known or not needed
 */
export function missingNote({ newest, others }: Occupancy, { policy, now }: RotationState): RotationStep[] {
  if (newest === undefined || policy.retire !== "after-overlap") return [];
  // A remembered slot: the list does not say that the CA is verified, so there is nothing to note.
  if (rememberedTime(newest.ca.verifiedAt) !== undefined || newest.slot.remembered === true) return [];
  const waits = others.some(({ slot, ca }) => ca.retiredAt === undefined && !isPending(slot, now));
  return waits ? [{ step: "note", ...newest }] : [];
}

/**
 * @param leaving the slots that CAs leave in this run
 * @returns the CAs whose keys nobody needs any more. Such a CA has expired, or it is retired and
 * `policy.retiredKeys` is `drop`. It is in no slot, or leaves its slot in this run
 */
export function forgettable(
  { inSlots }: Occupancy,
  { slots, entries, policy, now }: RotationState,
  leaving: ReadonlySet<Slot>,
): Pick<RotationPlan, "forgetFirst" | "forgetLast"> {
  // A CA that may be in a slot keeps its key.
  const ambiguous = findAmbiguousMatches(slots, entries);
  const slotsOf = (ca: KeyringEntry) => inSlots.filter((it) => it.ca === ca).map(({ slot }) => slot);
  const isUseless = (ca: KeyringEntry) => {
    const retired = ca.retiredAt !== undefined || slotsOf(ca).length > 0;
    return ca.certificate.notAfter <= now || (retired && policy.retiredKeys === "drop");
  };
  const useless = entries.filter(
    (ca) =>
      slotsOf(ca).every((slot) => leaving.has(slot)) &&
      !ambiguous.some((it) => it.ca === ca) &&
      isUseless(ca),
  );
  return {
    forgetFirst: useless.filter((ca) => slotsOf(ca).length === 0),
    forgetLast: useless.filter((ca) => slotsOf(ca).length > 0),
  };
}
