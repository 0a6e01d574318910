/** Explains why a registration, an upload or a rotation cannot go on, and what the user can do in that situation. */
import type { RegistrationRefused } from "../ca/registration-decision.ts";
import type { RotationRefused } from "../ca/rotation-state.ts";
import {
  type AmbiguousMatch,
  isExpired,
  isUsable,
  type ListedSlot,
  matchSlots,
  SLOT_LIMIT,
  type Slot,
} from "../ca/slots.ts";
import type { KeyringSession } from "../keyring/keyring-session.ts";
import { ActionError, type ErrorCode, NEW_RUN } from "../messages/errors.ts";
import { printableId, printableName } from "../messages/printable.ts";
import { deleteTask, type Observation } from "./delete-guards.ts";

/** What the explanation of a refusal needs. */
interface Situation extends Observation {
  readonly keyring: KeyringSession;
}

const SENTENCES = {
  CA_SLOTS_FULL: "Both CA certificate slots are taken. Neither holds a CA that this run can use or resume",
  CERTIFICATE_INVALID:
    "The CA certificate to upload has expired, or is not valid yet, by the platform's clock",
  CA_SUBJECT_IN_USE: "A CA certificate with the same common name is on the platform",
  CA_NOT_HELD: "A usable CA certificate is on the platform, but its key is not in the keyring",
} as const;

/** Explains why nothing can be registered: which certificates stand in the way, and what the user can do. */
export function registrationRefusal({ code, slots }: RegistrationRefused, situation: Situation): ActionError {
  const refuse = (next: readonly string[] | undefined) =>
    refusal(code, SENTENCES[code], describeSlots(slots, situation), next);
  if (code === "CERTIFICATE_INVALID") return refuse(undefined);
  const held = matchSlots(situation.slots, situation.entries);
  const unheld = slots.filter(({ id }) => !held.has(id));
  if (unheld.length > 0) return refuse(findKeyring(unheld, situation));
  const remove = deleteTask(idsOf(slots), situation);
  return code === "CA_SUBJECT_IN_USE"
    ? refuse([
        `If no agent needs it, delete it with ${remove}. Otherwise choose another common-name.`,
        RUN_AGAIN,
      ])
    : refuse([`Delete one that no agent needs with ${remove}.`, RUN_AGAIN]);
}

/** @param slotLines the certificates in the way, a line each */
function refusal(
  code: ErrorCode,
  sentence: string,
  slotLines: readonly string[],
  next: string | readonly string[] | undefined,
): ActionError {
  const message = [`${sentence}${slotLines.length > 0 ? ":" : "."}`, ...slotLines].join("\n");
  return new ActionError(code, message, { next });
}

const RUN_AGAIN = "Run again.";

const KEPT_ELSEWHERE =
  "If you have a backup or a copy of the keyring, put it back (docs/recovery.md). If you keep the key itself elsewhere, pass it to register (ca-certificate, ca-private-key).";

/**
 * A wrong path, a wrong secret and a lost keyring look the same, so the first advice is to check the keyring.
 * @param unheld the certificates in the way whose key is not in the keyring
 */
function findKeyring(unheld: readonly Slot[], situation: Situation): readonly string[] {
  const { keyring, slots, now } = situation;
  const { location = "the input keyring" } = keyring;
  const usable = idsOf(unheld.filter((slot) => isUsable(slot, now)));
  const remove = deleteTask(idsOf(unheld), situation);
  const [it, belongs] =
    unheld.length > 1 ? ["them", "the certificates belong"] : ["it", "the certificate belongs"];
  const beside = `run tasks/rotate with apply: true and allow-unheld: ${usable.join(",")}`;
  const lost =
    usable.length === 0
      ? [
          `If the key is lost (docs/recovery.md), or ${belongs} to somebody else, delete ${it} with ${remove}.`,
        ]
      : slots.length < SLOT_LIMIT
        ? [
            `If the key is lost (docs/recovery.md), or ${belongs} to somebody else and may stay, ${beside}.`,
            `If no agent needs ${it}, delete ${it} with ${remove}.`,
          ]
        : [
            `If the key is lost (docs/recovery.md), delete a certificate that no agent needs with ${remove}. Then ${beside}.`,
          ];
  if (keyring.isEmpty) {
    const check =
      keyring.location === undefined
        ? "The input keyring is empty. Check the secret's name and the job's environment, or pass keyring-file."
        : `Check why ${location} holds no CA. If the path, the secret's name or the job's environment is wrong, correct it. If the keyring is a file, pass keyring-file.`;
    // A mistyped secret looks the same, so the advice to delete a CA is left out where there is other advice.
    return [`${check} Then ${NEW_RUN}.`, KEPT_ELSEWHERE, ...lost.slice(0, 1)];
  }
  return [
    `Check that ${location} is the keyring of this environment: it does not hold the key of ${usable.length > 0 ? usable.join(" and ") : idsOf(unheld).join(" and ")}. If the path or the secret is wrong, correct it and ${NEW_RUN}.`,
    KEPT_ELSEWHERE,
    ...lost,
  ];
}

const UPLOAD_SENTENCES = {
  CA_SLOTS_FULL: "Both CA certificate slots are taken, and neither holds this certificate",
  CERTIFICATE_INVALID: "The CA certificate has expired, or is not valid yet, by the platform's clock",
  CA_SUBJECT_IN_USE: "Another CA certificate with the same common name is on the platform",
} as const;

/**
 * Explains why tasks/upload cannot upload a certificate. The task has no keyring, so the message says nothing
 * of keys.
 */
export function uploadRefusal(
  { code, slots }: RegistrationRefused & { readonly code: keyof typeof UPLOAD_SENTENCES },
  observed: Observation,
): ActionError {
  const remove = deleteTask(idsOf(slots), observed);
  const next = {
    CA_SLOTS_FULL: [`Delete a certificate that no agent needs with ${remove}.`, RUN_AGAIN],
    CERTIFICATE_INVALID: "Create a new CA with tasks/create.",
    CA_SUBJECT_IN_USE: [
      `If no agent needs the other one, delete it with ${remove}. Then run again.`,
      "Otherwise create a CA with another common-name (tasks/create).",
    ],
  }[code];
  const lines = slots.map((slot) => describeSlot(slot, observed.now));
  return refusal(code, UPLOAD_SENTENCES[code], lines, next);
}

function describeSlots(inTheWay: readonly Slot[], { slots, entries, now }: Observation): string[] {
  const held = matchSlots(slots, entries);
  return inTheWay.map((slot) => {
    const entry = held.get(slot.id);
    const owner =
      entry === undefined
        ? "key not in the keyring"
        : `key in the keyring${entry.retiredAt === undefined ? "" : ", marked retired"}`;
    return `${describeSlot(slot, now)}, ${owner}`;
  });
}

/** Explains why a rotation that is due cannot go on: which certificates stand in the way, and what the user can do. */
export function rotationRefusal(decision: RotationRefused, situation: Situation): ActionError {
  if (decision.refused === "ambiguous") return doubtRefusal(decision, situation.now);
  if (decision.refused === "unconfirmed-successor")
    return unconfirmedSuccessor(decision.slot, decision.newest);
  const { refused, slots } = decision;
  const lines = describeSlots(slots, situation);
  if (refused === "CA_NOT_HELD")
    return refusal(refused, SENTENCES[refused], lines, findKeyring(slots, situation));
  return refusal(refused, "A new CA certificate is due, but both slots are taken. In the way", lines, [
    `Delete a certificate that no agent needs with ${deleteTask(idsOf(slots), situation)}.`,
    RUN_AGAIN,
  ]);
}

function idsOf(slots: readonly Slot[]): string[] {
  return slots.map(({ id }) => printableId(id));
}

/**
 * Explains why it is not known whether a slot holds a CA. The CA is neither uploaded nor used then.
 * @param now the platform's clock, milliseconds since 1970
 */
export function doubtRefusal({ kind, slot, ca }: AmbiguousMatch, now: number): ActionError {
  const [id, slotLine] = [printableId(slot.id), describeSlot(slot, now)];
  const { commonName, expiration } = ca.certificate;
  const named = `the CA "${printableName(commonName)}", which expires ${expiration}`;
  const remedy = `set allow-unheld: ${id} and run again. If no agent needs it, delete it with tasks/delete (certificate-id: ${id}, without a keyring).`;
  if (kind === "contradiction") {
    const by = ca.platformId === slot.id ? `the keyring remembers ${id} as` : "its name says that it is";
    return new ActionError(
      "PLATFORM_REPLY_UNEXPECTED",
      `The platform's list contradicts what is known of a CA. It shows\n${slotLine},\nbut ${by} ${named}.`,
      {
        next: `Look at ${id} in Insights Hub. If the keyring belongs to another environment, pass the right one. If somebody replaced the certificate there, ${remedy}`,
      },
    );
  }
  return new ActionError(
    "CA_DOUBTFUL",
    `It is not known whether\n${slotLine}\nis ${named}. Both expire in the same second. Nothing else that the platform shows is the same.`,
    { next: `If it is that CA, set certificate-id: ${id} and run again. If it is another one, ${remedy}` },
  );
}

/** @returns the text of {@link doubtRefusal} as one line, for a task that only looks */
export function describeDoubt(doubtful: AmbiguousMatch, now: number): string {
  const { code, message, next } = doubtRefusal(doubtful, now);
  return `${message.replaceAll("\n", " ")} register and tasks/rotate may stop because of that (${code}). ${next}`;
}

/**
 * Explains the doubt of {@link doubtRefusal} for tasks/upload. The tasks that follow take the id as an input.
 */
export function uploadDoubtRefusal(doubtful: AmbiguousMatch, now: number): ActionError {
  const { code, message } = doubtRefusal(doubtful, now);
  const id = printableId(doubtful.slot.id);
  return new ActionError(code, message, {
    next: `If it is this certificate, it is on the platform already: go on with tasks/registration-code (certificate-id: ${id}). If it is another one, create a CA that expires at another time (tasks/create). Or, if no agent needs it, free the slot with tasks/delete (certificate-id: ${id}).`,
  });
}

/** Explains why a CA stays: only the keyring remembers that its successor is verified. */
function unconfirmedSuccessor(leaving: Slot, newest: Slot): ActionError {
  const [id, stays] = [printableId(leaving.id), printableId(newest.id)];
  return new ActionError(
    "PLATFORM_REPLY_UNEXPECTED",
    `The platform's list does not say whether ${stays} ("${printableName(newest.commonName)}") is verified. Only the keyring remembers that it is. So ${id} ("${printableName(leaving.commonName)}") is not retired.`,
    {
      next: `Run again later. If the list still does not say it, look in Insights Hub. If ${stays} is verified there, delete the other one with tasks/delete (certificate-id: ${id}, allow-held: true, allow-last: true). With retire: never, tasks/rotate leaves it on the platform.`,
    },
  );
}

/** @returns id, name, common name, expiration, verified or not: one line for a message */
function describeSlot(slot: ListedSlot, now: number): string {
  const state = slot.isVerified === true ? "verified" : "not verified";
  const end = `${isExpired(slot, now) ? "expired" : "expires"} ${slot.expiration}`;
  return `${printableId(slot.id)} "${printableName(slot.name)}", common name "${printableName(slot.commonName)}", ${end}, ${state}`;
}
