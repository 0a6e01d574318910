import type { Decision, Known } from "../ca/decide.ts";
import { ActionError } from "../ca/errors.ts";
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
  const held = matchSlots(decision.slots, entries);
  const lines = decision.slots.map((slot) => {
    const entry = held.get(slot.id);
    const owner =
      entry === undefined ? "not in the keyring" : entry.retiredAt === undefined ? "yours" : "yours, retired";
    return describeSlot(slot, owner, now);
  });
  return new ActionError(
    decision.code,
    [`${SENTENCES[decision.code]}${lines.length > 0 ? ":" : "."}`, ...lines].join("\n"),
  );
}

/** @returns id, name, common name, expiration, verified or not, and whose it is: one line for a message */
function describeSlot(slot: Slot, owner: string, now: number): string {
  const state = slot.isVerified ? "verified" : "not verified";
  const end = `${isExpired(slot, now) ? "expired" : "expires"} ${slot.expiration}`;
  return `${slot.id} "${slot.name}", common name "${slot.commonName}", ${end}, ${state}, ${owner}`;
}
