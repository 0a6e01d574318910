import {
  isPending,
  type Placed,
  type RetireReason,
  type Rotated,
  type RotationStep,
  type RotationView,
  restoredAt,
  type Scene,
  verifiedAt,
} from "./rotation-view.ts";
import { isUsable, type Slot } from "./slots.ts";
import { DAY_MS } from "./status.ts";

/** A CA that leaves its slot. */
export interface Retirement<C extends Rotated> extends Placed<C> {
  /** Milliseconds since 1970; not after now means due. */
  readonly at: number;
  readonly reason: RetireReason;
}

/** @returns when and why a CA beside the newest one leaves its slot; empty where it does not */
export function retirement<C extends Rotated>(
  { slot, ca }: Placed<C>,
  { newest }: Scene<C>,
  { policy, now }: RotationView<C>,
): Retirement<C>[] {
  if (policy.retire === "never") return [];
  if (ca.retiredAt !== undefined) {
    const last = isUsable(slot, now) && newest === undefined;
    return last ? [] : [{ slot, ca, at: now, reason: "interrupted" }];
  }
  // One that is not verified yet is resumed, and only a usable successor can take over.
  if (newest === undefined || isPending(slot, now)) return [];
  if (policy.retire === "now") return [{ slot, ca, at: now, reason: "now" }];
  // One that was brought back after its retirement is given the overlap anew.
  const sideBySide = Math.max(verifiedAt(newest.ca) ?? now, restoredAt(ca) ?? 0);
  return [{ slot, ca, at: sideBySide + policy.overlap * DAY_MS, reason: "overlap" }];
}

/** The overlap is counted from a time that only the keyring knows; it matters where an old CA waits for its end. */
export function notes<C extends Rotated>(
  { newest, others }: Scene<C>,
  { policy, now }: RotationView<C>,
): RotationStep<C>[] {
  if (newest === undefined || policy.retire !== "after-overlap" || verifiedAt(newest.ca) !== undefined)
    return [];
  const waits = others.some(({ slot, ca }) => ca.retiredAt === undefined && !isPending(slot, now));
  return waits ? [{ step: "note", ...newest }] : [];
}

/** Retired CAs whose keys are of no use any more: expired, or to be dropped; never while one lies in a slot. */
export function forgettable<C extends Rotated>(
  { placed }: Scene<C>,
  { entries, policy, now }: RotationView<C>,
  leaving: ReadonlySet<Slot>,
): RotationStep<C>[] {
  const staying = new Set(placed.filter(({ slot }) => !leaving.has(slot)).map(({ ca }) => ca));
  const going = new Set(placed.filter(({ slot }) => leaving.has(slot)).map(({ ca }) => ca));
  return entries
    .filter((ca) => (ca.retiredAt !== undefined || going.has(ca)) && !staying.has(ca))
    .filter((ca) => policy.retiredKeys === "drop" || ca.certificate.notAfter <= now)
    .map((ca) => ({ step: "forget", ca }));
}
