/** What the task status says of each slot that needs a person's attention. */
import { printableId } from "../messages/printable.ts";
import type { Joined } from "./slot-status.ts";
import { isExpired, isUsable } from "./slots.ts";

/**
 * What needs a person's attention, slot by slot.
 * @param keyringKnown whether a keyring came in: without one nothing can be said of whose a CA is
 * @param now the platform's clock, milliseconds since 1970
 * @returns what is wrong and what to do, one text each; the slots' texts are hostile
 */
export function advise(joined: readonly Joined[], keyringKnown: boolean, now: number): string[] {
  const usable = joined.filter(({ slot }) => isUsable(slot, now));
  const names = usable.map(({ slot }) => slot.commonName).filter((name) => name !== "");
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return [
    ...joined.flatMap((it) => adviseSlot(it, keyringKnown, now)),
    ...(twice === undefined
      ? []
      : [
          `Two usable CA certificates have the common name "${twice}". Brokers refuse the agents of one of them. Delete the one that no agent needs (tasks/delete).`,
        ]),
  ];
}

function adviseSlot({ slot, ca }: Joined, keyringKnown: boolean, now: number): string[] {
  const id = printableId(slot.id);
  const named = `${id} ("${slot.name}")`;
  const ours = ca !== undefined && ca.retiredAt === undefined;
  if (isExpired(slot, now)) {
    return [
      ca === undefined
        ? `${named} has expired and takes a slot. Delete it with tasks/delete (certificate-id: ${id}).`
        : `${named} has expired and takes a slot. tasks/rotate deletes it when it needs the slot.`,
    ];
  }
  if (ca?.retiredAt !== undefined) {
    return [
      `${named} is marked retired in the keyring and is still on the platform. Run tasks/rotate with apply: true (without retire: never), or tasks/delete (certificate-id: ${id}).`,
    ];
  }
  if (!slot.isVerified) {
    const remove = `tasks/delete (certificate-id: ${id})`;
    const next = ours
      ? "Run register or tasks/rotate to verify it"
      : `If nobody is about to verify it, delete it with ${remove}`;
    return [`${named} takes a slot and is not verified. ${next}.`];
  }
  if (keyringKnown && !ours) {
    return [
      `${named} is usable, but its key is not in the keyring. This workflow cannot rotate it, and cannot issue agent certificates with it. If the key is lost, see docs/recovery.md.`,
    ];
  }
  return [];
}
