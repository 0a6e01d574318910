/**
 * Decides which CA becomes the successor (one already uploaded, one of the keyring, or a new one), and finds
 * its slot.
 */
import { isNotValidYet } from "./certificate.ts";
import type { KeyringEntry } from "./keyring-entries.ts";
import { hasName } from "./registration-decision.ts";
import type { Retirement } from "./rotation-retirement.ts";
import {
  type CaInSlot,
  isPending,
  type Occupancy,
  type RotationState,
  type RotationStep,
} from "./rotation-state.ts";
import { endsWithin } from "./slot-status.ts";
import { isExpired, isUsable, SLOT_LIMIT, type Slot } from "./slots.ts";
import { day } from "./time.ts";

/** The step that leads to a usable CA with a long life. */
export type StagingStep = Extract<RotationStep, { step: "stage" }>;

/** @returns the step that leads to a usable CA with a long life, or undefined where there is one */
export function stagingStep(occupancy: Occupancy, state: RotationState): StagingStep | undefined {
  const { entries, policy, slots, now, removed = new Set() } = state;
  const { newest, held, inSlots } = occupancy;
  // A run stages at most one CA, because the working directory has room for the files of one CA.
  const pending = inSlots.find(
    // The newest CA may be in both slots. Then its unverified copy in the other slot needs no verify.
    ({ slot, ca }) =>
      ca.retiredAt === undefined &&
      ca !== newest?.ca &&
      isPending(slot, now) &&
      !isNotValidYet(ca.certificate, state, true),
  );
  if (pending !== undefined) return { step: "stage", from: "resume", ...pending };
  if (newest !== undefined && !endsWithin(newest.slot.expiration, policy.renewBefore, now)) return undefined;

  const onPlatform = new Set(held.values());
  const taken = ({ certificate }: KeyringEntry) =>
    slots.some((slot) => hasName(slot, held.get(slot.id), certificate.commonNames));
  const newer = newest === undefined ? entries : entries.slice(0, entries.indexOf(newest.ca));
  const ready = newer.find(
    (ca) =>
      ca.retiredAt === undefined &&
      ca.refusedAt === undefined &&
      !onPlatform.has(ca) &&
      !isNotValidYet(ca.certificate, state, false) &&
      !endsWithin(ca.certificate.expiration, policy.renewBefore, now) &&
      !removed.has(ca.certificate.fingerprint) &&
      !taken(ca),
  );
  if (ready !== undefined) return { step: "stage", from: "upload", ca: ready };
  return { step: "stage", from: "create", commonName: newCommonName(state) };
}

/**
 * With equal subjects the documented agent certificates stop verifying during the overlap (measured), so a new CA's
 * common name differs from every one on the platform, and from those in the keyring, which may be uploaded again.
 */
function newCommonName({ slots, entries, policy, now }: RotationState): string {
  const taken = (name: string) =>
    slots.some((slot) => hasName(slot, undefined, [name])) ||
    entries.some(({ certificate }) => certificate.commonNames.includes(name));
  const base = `${policy.commonNamePrefix}-${day(now).replaceAll("-", "")}`;
  let name = base;
  for (let count = 2; taken(name); count += 1) name = `${base}-${count}`;
  return name;
}

/** @returns whether a common name is one that a rotation would give a new CA, on any day */
export function isRotatedName(commonName: string, prefix: string): boolean {
  return commonName.startsWith(prefix) && /^-\d{8}(?:-\d+)?$/.test(commonName.slice(prefix.length));
}

/** Whether there is a slot for a new CA. */
export type SlotForNewCa =
  | { readonly kind: "free" }
  /** A slot is free after an expired CA of ours is deleted. */
  | { readonly kind: "remove"; readonly expired: CaInSlot }
  /** A slot becomes free when a CA leaves at the end of its overlap. No CA may leave earlier. */
  | { readonly kind: "wait" }
  | {
      readonly kind: "refused";
      readonly code: "CA_NOT_HELD" | "CA_SLOTS_FULL";
      readonly slots: readonly Slot[];
    };

/** A slot is free, or the new CA has one already. */
export const SLOT_IS_FREE = { kind: "free" } as const;

/**
 * Looks for a slot for a new CA.
 * @param planned the retirements, those that are due now included
 * @returns whether there is a slot, which CA must be deleted for it, or which slots stand in the way
 */
export function findSlotForNewCa(
  planned: readonly Retirement[],
  { held, newest, others }: Occupancy,
  { slots, policy, now }: RotationState,
): SlotForNewCa {
  // A keyring that lacks a usable CA may be an old copy. A write of this copy would lose that CA's key.
  const unheld = slots.filter(
    (slot) => isUsable(slot, now) && !held.has(slot.id) && !policy.allowUnheld.has(slot.id),
  );
  if (unheld.length > 0) return { kind: "refused", code: "CA_NOT_HELD", slots: unheld };
  const leaving = planned.filter(({ at }) => at <= now).length;
  if (slots.length - leaving < SLOT_LIMIT) return SLOT_IS_FREE;
  const expired = others.findLast(({ slot }) => isExpired(slot, now));
  if (expired !== undefined) return { kind: "remove", expired };
  if (planned.length > 0) return { kind: "wait" };
  const inTheWay = slots.filter(({ id }) => id !== newest?.slot.id);
  return { kind: "refused", code: "CA_SLOTS_FULL", slots: inTheWay };
}

/**
 * @param planned the retirements, those that are due now included
 * @returns from when a slot is free for a new CA, milliseconds since 1970. The time is not after now where a
 * CA leaves now. 0 where no CA is to leave: then a slot is free already, or no slot becomes free by itself
 */
export function slotFreeFrom(planned: readonly Retirement[], { inSlots }: Occupancy): number {
  if (planned.length === 0) return 0;
  // An expired CA is deleted as soon as its slot is needed, also during the overlap.
  return Math.min(...planned.map(({ at }) => at), ...inSlots.map(({ slot }) => Date.parse(slot.expiration)));
}
