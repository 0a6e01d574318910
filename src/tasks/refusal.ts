import type { Decision, Known } from "../ca/decide.ts";
import { ActionError, ERROR_CODES } from "../ca/errors.ts";
import { shown } from "../ca/printable.ts";
import type { Rotated, Rotation, RotationView } from "../ca/rotation-view.ts";
import { isExpired, matchSlots, type Slot } from "../ca/slots.ts";

const SENTENCES = {
  CA_SLOTS_FULL:
    "Both CA certificate slots are taken, and neither holds a CA that can be used or resumed here",
  CERTIFICATE_INVALID:
    "The CA certificate that was brought along has expired, or is not valid yet, by the platform's clock",
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

const UPLOAD_SENTENCES = {
  CA_SLOTS_FULL: "Both CA certificate slots are taken, and neither holds this certificate",
  CERTIFICATE_INVALID: "The CA certificate has expired, or is not valid yet, by the platform's clock",
  CA_SUBJECT_IN_USE: "Another CA certificate of the same common name is on the platform",
} as const;

/** Explains the same to who uploads a certificate without a keyring: whose the others are is not known here. */
export function uploadRefusal(
  { code, slots }: Extract<Decision<Known>, { step: "refuse" }>,
  now: number,
): ActionError {
  const lines = slots.map((slot) => describeSlot(slot, now));
  const next = {
    CA_SLOTS_FULL: `Free a slot that nothing depends on with tasks/delete (${idInputs(slots)}), then run again.`,
    CERTIFICATE_INVALID: "Make a new CA with tasks/create.",
    CA_SUBJECT_IN_USE: `Make a CA of another common name (tasks/create, common-name), or delete that one if nothing depends on it (tasks/delete, ${idInputs(slots)}).`,
  }[code];
  const message = [`${UPLOAD_SENTENCES[code]}${lines.length > 0 ? ":" : "."}`, ...lines].join("\n");
  return new ActionError(code, message, { next });
}

function describeSlots(slots: readonly Slot[], entries: readonly Known[], now: number): string[] {
  const held = matchSlots(slots, entries);
  return slots.map((slot) => {
    const entry = held.get(slot.id);
    const owner =
      entry === undefined ? "not in the keyring" : entry.retiredAt === undefined ? "yours" : "yours, retired";
    return `${describeSlot(slot, now)}, ${owner}`;
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
  return `${ERROR_CODES.CA_NOT_HELD.next} If nothing depends on it, delete it with tasks/delete (${idInputs(slots)}).`;
}

function freeASlot(slots: readonly Slot[]): string {
  return `Free a slot that nothing depends on with tasks/delete (${idInputs(slots)}; one of yours needs allow-held: true), then run again.`;
}

function idInputs(slots: readonly Slot[]): string {
  return slots.map(({ id }) => `certificate-id: ${shown(id)}`).join(", or ");
}

/** @returns id, name, common name, expiration, verified or not: one line for a message */
function describeSlot(slot: Slot, now: number): string {
  const state = slot.isVerified ? "verified" : "not verified";
  const end = `${isExpired(slot, now) ? "expired" : "expires"} ${slot.expiration}`;
  const [id, name, commonName] = [slot.id, slot.name, slot.commonName].map(shown);
  return `${id} "${name}", common name "${commonName}", ${end}, ${state}`;
}
