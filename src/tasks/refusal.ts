import type { Decision, Known } from "../ca/decide.ts";
import { ActionError, ERROR_CODES } from "../ca/errors.ts";
import type { Rotated, Rotation, RotationView } from "../ca/rotation-view.ts";
import { isExpired, matchSlots, type Slot } from "../ca/slots.ts";

const SENTENCES = {
  CA_SLOTS_FULL:
    "Both CA certificate slots are taken, and neither holds a CA that can be used or resumed here",
  CERTIFICATE_REFUSED: "The CA certificate that was brought along has expired by the platform's clock",
  CA_SUBJECT_IN_USE: "A CA certificate of the same common name is on the platform already",
} as const;

/**
 * Explains why nothing can be registered: which certificates stand in the way, and what the user can do.
 * @param now the platform's clock, milliseconds since 1970
 */
export function refusal(
  decision: Extract<Decision<Known>, { step: "refuse" }>,
  entries: readonly Known[],
  now: number,
): ActionError {
  const lines = describeSlots(decision.slots, entries, now);
  return new ActionError(
    decision.code,
    [`${SENTENCES[decision.code]}${lines.length > 0 ? ":" : "."}`, ...lines].join("\n"),
  );
}

function describeSlots(slots: readonly Slot[], entries: readonly Known[], now: number): string[] {
  const held = matchSlots(slots, entries);
  return slots.map((slot) => {
    const entry = held.get(slot.id);
    const owner =
      entry === undefined ? "not in the keyring" : entry.retiredAt === undefined ? "yours" : "yours, retired";
    return describeSlot(slot, owner, now);
  });
}

const ROTATION_SENTENCES = {
  CA_NOT_HELD: "A usable CA certificate is on the platform whose key is not in the keyring",
  CA_SLOTS_FULL: "A new CA certificate is due and finds no slot: these stand in the way",
} as const;

/** Explains why a rotation that is due cannot go on: which certificates stand in the way, and what the user can do. */
export function rotationRefusal(
  { refused, slots }: Extract<Rotation<Rotated>, { refused: string }>,
  { entries, now }: RotationView<Rotated>,
): ActionError {
  return new ActionError(
    refused,
    [`${ROTATION_SENTENCES[refused]}:`, ...describeSlots(slots, entries, now)].join("\n"),
    { next: refused === "CA_SLOTS_FULL" ? freeASlot(slots) : bringOrAllow(slots) },
  );
}

function bringOrAllow(slots: readonly Slot[]): string {
  return `${ERROR_CODES.CA_NOT_HELD.next} If nothing depends on it, delete it with tasks/delete (${callsFor(slots)}).`;
}

function callsFor(slots: readonly Slot[]): string {
  return slots.map(({ id }) => `certificate-id: ${id}`).join(", or ");
}

function freeASlot(slots: readonly Slot[]): string {
  const calls = callsFor(slots);
  return `Free a slot that nothing depends on with tasks/delete (${calls}; one of yours needs allow-held: true), then run again.`;
}

/** @returns id, name, common name, expiration, verified or not, and whose it is: one line for a message */
function describeSlot(slot: Slot, owner: string, now: number): string {
  const state = slot.isVerified ? "verified" : "not verified";
  const end = `${isExpired(slot, now) ? "expired" : "expires"} ${slot.expiration}`;
  return `${slot.id} "${slot.name}", common name "${slot.commonName}", ${end}, ${state}, ${owner}`;
}
