/**
 * Finds the inputs that tasks/delete needs for a certificate (allow-held, allow-last), and words the advice
 * with them.
 */
import type { KeyringEntry } from "../ca/keyring-entries.ts";
import {
  findAmbiguousMatches,
  isExpired,
  isLastUsable,
  isUsable,
  matchSlots,
  namesAlike,
  type Slot,
} from "../ca/slots.ts";
import { printableId, quoted } from "../messages/printable.ts";

/** What a run observed: the slots of the platform and the entries of the keyring. */
export interface Observation {
  /** Every slot. */
  readonly slots: readonly Slot[];
  readonly entries: readonly KeyringEntry[];
  /** The platform's clock, milliseconds since 1970. */
  readonly now: number;
}

/** What `tasks/delete` needs for one certificate. */
export interface Deletion {
  /** The CA of the keyring that is, or may be, in the slot. */
  readonly ca: KeyringEntry | undefined;
  /** The CA in the slot if it is not retired. Its deletion needs `allow-held`. */
  readonly held: KeyringEntry | undefined;
  /** Whether the slot holds the last usable CA. Its deletion needs `allow-last`. */
  readonly last: boolean;
  /** The inputs that the deletion needs, such as `allow-held: true`. */
  readonly flags: readonly string[];
}

/** @returns everything that is needed to delete one certificate */
export function deletionOf(id: string, { slots, entries, now }: Observation): Deletion {
  const ca =
    matchSlots(slots, entries).get(id) ??
    findAmbiguousMatches(slots, entries).find(({ slot }) => slot.id === id)?.ca;
  const held = ca?.retiredAt === undefined ? ca : undefined;
  const last = isLastUsable(slots, id, now);
  const flags = [...(held === undefined ? [] : ["allow-held: true"]), ...(last ? ["allow-last: true"] : [])];
  return { ca, held, last, flags };
}

/** @returns `tasks/delete` with the inputs that it needs for one of these certificates */
export function deleteTask(ids: readonly string[], observed: Observation): string {
  const inputs = ids.map((id) =>
    [`certificate-id: ${printableId(id)}`, ...deletionOf(id, observed).flags].join(", "),
  );
  return `tasks/delete (${inputs.join("; or ")})`;
}

/**
 * No run retires a CA whose key is not in the keyring, nor any CA under `retire: never`.
 * @param kept ids of CAs that are left out
 * @returns for each other usable CA, how to delete it once no agent needs it: a few sentences, for the
 * summary of a success
 */
export function describeRemaining(observed: Observation, kept: ReadonlySet<string>): string[] {
  const { slots, entries, now } = observed;
  const matched = matchSlots(slots, entries);
  return slots
    .filter((slot) => isUsable(slot, now) && !kept.has(slot.id))
    .map(({ id, commonName }) => {
      const why = matched.has(id)
        ? "No run retires it while retire is never"
        : "Its key is not in the keyring, so no run of this workflow retires it";
      return `The CA ${commonName} (${printableId(id)}) stays on the platform. ${why}. When no agent needs it any more, delete it with ${deleteTask([id], observed)}.`;
    });
}

/**
 * Two first runs at the same time leave two CAs of one name, and each run knows only its own.
 * @param allowed ids that the user allows (`allow-unheld`)
 * @returns a warning of a few sentences for each CA on the platform whose key is not in the keyring, but
 * whose common name is that of a CA of the keyring
 */
export function describeSameNamed(observed: Observation, allowed: ReadonlySet<string>): string[] {
  const { slots, entries, now } = observed;
  const held = matchSlots(slots, entries);
  const ours = [...held.values()];
  return slots
    .filter((slot) => !held.has(slot.id) && !allowed.has(slot.id) && !isExpired(slot, now))
    .filter(({ commonName }) => ours.some(({ certificate }) => namesAlike(commonName, certificate)))
    .map(
      ({ id, commonName, isVerified }) =>
        `Another CA with the common name ${quoted(commonName)} is on the platform: ${printableId(id)}, ${isVerified ? "verified" : "not verified"}. Its key is not in the keyring. Two CAs with one subject break the agents of one of them. If no agent needs it, delete it with ${deleteTask([id], observed)}.`,
    );
}
