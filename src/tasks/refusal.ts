import type { Known, Refused, Unclear } from "../ca/decide.ts";
import { ActionError, ERROR_CODES } from "../ca/errors.ts";
import { shown } from "../ca/printable.ts";
import type { Rotated, RotationRefused, RotationView } from "../ca/rotation-view.ts";
import { isExpired, type ListedSlot, matchSlots, type Slot } from "../ca/slots.ts";

const SENTENCES = {
  CA_SLOTS_FULL:
    "Both CA certificate slots are taken, and neither holds a CA that can be used or resumed here",
  CERTIFICATE_INVALID:
    "The CA certificate that was brought along has expired, or is not valid yet, by the platform's clock",
  CA_SUBJECT_IN_USE: "A CA certificate of the same common name is on the platform already",
  CA_NOT_HELD: "A usable CA certificate is on the platform whose key is not in the keyring",
} as const;

/**
 * Explains why nothing can be registered: which certificates stand in the way, and what the user can do.
 * @param now the platform's clock, milliseconds since 1970
 */
export function refusal(decision: Refused, entries: readonly Known[], now: number): ActionError {
  const lines = describeSlots(decision.slots, entries, now);
  return new ActionError(
    decision.code,
    [`${SENTENCES[decision.code]}${lines.length > 0 ? ":" : "."}`, ...lines].join("\n"),
    decision.code === "CA_NOT_HELD" ? { next: bringOrAllow(decision.slots) } : {},
  );
}

const UPLOAD_SENTENCES = {
  CA_SLOTS_FULL: "Both CA certificate slots are taken, and neither holds this certificate",
  CERTIFICATE_INVALID: "The CA certificate has expired, or is not valid yet, by the platform's clock",
  CA_SUBJECT_IN_USE: "Another CA certificate of the same common name is on the platform",
} as const;

/** Explains the same to who uploads a certificate without a keyring: whose the others are is not known here. */
export function uploadRefusal(
  { code, slots }: Refused & { readonly code: keyof typeof UPLOAD_SENTENCES },
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
  CA_NOT_HELD: SENTENCES.CA_NOT_HELD,
  CA_SLOTS_FULL: "A new CA certificate is due and finds no slot: these stand in the way",
} as const;

/** Explains why a rotation that is due cannot go on: which certificates stand in the way, and what the user can do. */
export function rotationRefusal(
  decision: RotationRefused<Rotated>,
  { entries, now }: RotationView<Rotated>,
): ActionError {
  if (decision.refused === "doubt") return doubt(decision, now);
  if (decision.refused === "unsaid") return unsaid(decision.slot, decision.newest);
  const { refused, slots } = decision;
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

/**
 * Explains why it is not known whether a slot holds a CA, which therefore is neither sent nor used.
 * @param now the platform's clock, milliseconds since 1970
 */
export function doubt({ kind, slot, ca }: Unclear<Known>, now: number): ActionError {
  const [id, slotLine] = [shown(slot.id), describeSlot(slot, now)];
  const { commonName, expiration } = ca.certificate;
  const named = `the CA "${shown(commonName)}", which expires ${expiration}`;
  const remedy = `set allow-unheld: ${id}. If nothing depends on it, tasks/delete frees the slot (certificate-id: ${id}, without a keyring).`;
  if (kind === "contradiction") {
    const by = ca.platformId === slot.id ? `the keyring remembers ${id} as` : "its name says that it is";
    return new ActionError(
      "PLATFORM_REPLY_UNEXPECTED",
      `The platform's list contradicts what is known of a CA: it shows\n${slotLine},\nand ${by} ${named}.`,
      {
        next: `Look at ${id} in Insights Hub. If the keyring is another environment's, pass the right one. If the certificate was replaced by another one there, ${remedy}`,
      },
    );
  }
  return new ActionError(
    "CA_DOUBTFUL",
    `It is not known whether\n${slotLine}\nis ${named}: they agree in the second of their end, and in nothing else that the platform shows.`,
    { next: `If it is that CA, set certificate-id: ${id}. If it is another one, ${remedy}` },
  );
}

/** @returns the same as one sentence or two, for who only looks */
export function doubtRemark(unclear: Unclear<Known>, now: number): string {
  const { code, message, next } = doubt(unclear, now);
  return `${message.replaceAll("\n", " ")} register and rotate may stop over that (${code}). ${next}`;
}

/** Explains the same to who uploads a certificate: a task later has that id as its input. */
export function uploadDoubt(unclear: Unclear<Known>, now: number): ActionError {
  const { code, message } = doubt(unclear, now);
  const id = shown(unclear.slot.id);
  return new ActionError(code, message, {
    next: `If it is this certificate, it is there already: go on with tasks/registration-code (certificate-id: ${id}). If it is another one, make a CA that ends at another time (tasks/create), or free the slot if nothing depends on it (tasks/delete, certificate-id: ${id}).`,
  });
}

/** Explains why a CA stays: its successor is verified by what is remembered alone. */
function unsaid(leaving: Slot, newest: Slot): ActionError {
  const [id, stays] = [shown(leaving.id), shown(newest.id)];
  return new ActionError(
    "PLATFORM_REPLY_UNEXPECTED",
    `The platform's list does not say whether ${stays} ("${shown(newest.commonName)}") is verified, as the keyring remembers it: ${id} ("${shown(leaving.commonName)}") is not retired on that alone.`,
    {
      next: `Run again later. If the list stays silent, look in Insights Hub: if ${stays} is verified there, delete the other one with tasks/delete (certificate-id: ${id}, allow-held: true, allow-last: true). With retire: never the rotation leaves it where it is.`,
    },
  );
}

/** @returns id, name, common name, expiration, verified or not: one line for a message */
function describeSlot(slot: ListedSlot, now: number): string {
  const state = slot.isVerified === true ? "verified" : "not verified";
  const end = `${isExpired(slot, now) ? "expired" : "expires"} ${slot.expiration}`;
  const [id, name, commonName] = [slot.id, slot.name, slot.commonName].map(shown);
  return `${id} "${name}", common name "${commonName}", ${end}, ${state}`;
}
