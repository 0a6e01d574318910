import { isExpired, isUsable } from "./slots.ts";
import type { Joined, Kept } from "./status.ts";

/**
 * What needs somebody's attention, slot by slot.
 * @param keyringGiven without a keyring nothing can be said of whose a CA is
 * @param now the platform's clock, milliseconds since 1970
 * @returns one sentence each; the slots' texts are hostile
 */
export function advise(joined: readonly Joined<Kept>[], keyringGiven: boolean, now: number): string[] {
  const usable = joined.filter(({ slot }) => isUsable(slot, now));
  const names = usable.map(({ slot }) => slot.commonName).filter((name) => name !== "");
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return [
    ...joined.flatMap((it) => adviseSlot(it, keyringGiven, now)),
    ...(twice === undefined
      ? []
      : [
          `Two usable CA certificates have the common name "${twice}": agents of one of them will be refused.`,
        ]),
  ];
}

function adviseSlot({ slot, ca }: Joined<Kept>, keyringGiven: boolean, now: number): string[] {
  const named = `${slot.id} ("${slot.name}")`;
  const ours = ca !== undefined && ca.retiredAt === undefined;
  if (isExpired(slot, now)) {
    return [
      `${named} has expired and takes a slot; rotate removes one of yours when it needs the slot, tasks/delete any.`,
    ];
  }
  if (ca?.retiredAt !== undefined) {
    return [
      `${named} is marked retired in the keyring and still there: rotate with apply (not with retire: never), or delete, ends it.`,
    ];
  }
  if (!slot.isVerified) {
    const next = ours ? "register or rotate verifies it" : "delete it if nobody is about to verify it";
    return [`${named} takes a slot and is not verified: ${next}.`];
  }
  if (keyringGiven && !ours) {
    return [
      `${named} is usable, but its key is not in the keyring: it can be neither rotated nor used to issue agent certificates here.`,
    ];
  }
  return [];
}
