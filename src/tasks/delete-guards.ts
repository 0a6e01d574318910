/** What tasks/delete needs for a certificate (allow-held, allow-last), and the advice that names it. */
import type { KeyringEntry } from "../ca/keyring.ts";
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

/** What is on the platform, and what the keyring knows of it. */
export interface SlotsAndKeyring {
  /** Every slot. */
  readonly slots: readonly Slot[];
  readonly entries: readonly KeyringEntry[];
  /** The platform's clock, milliseconds since 1970. */
  readonly now: number;
}

/** What `tasks/delete` needs for one certificate. */
export interface Deletion {
  /** What the keyring has of it, or may have of it. */
  readonly ca: KeyringEntry | undefined;
  /** Of ours, and not retired: it needs `allow-held`. One that could be ours is guarded as ours. */
  readonly held: KeyringEntry | undefined;
  /** Whether it is the last usable one: it needs `allow-last`. */
  readonly last: boolean;
  /** The flags, as inputs. */
  readonly flags: readonly string[];
}

/** @returns what it takes to delete one certificate, all at once */
export function deletionOf(id: string, { slots, entries, now }: SlotsAndKeyring): Deletion {
  const ca =
    matchSlots(slots, entries).get(id) ??
    findAmbiguousMatches(slots, entries).find(({ slot }) => slot.id === id)?.ca;
  const held = ca?.retiredAt === undefined ? ca : undefined;
  const last = isLastUsable(slots, id, now);
  const flags = [...(held === undefined ? [] : ["allow-held: true"]), ...(last ? ["allow-last: true"] : [])];
  return { ca, held, last, flags };
}

/** @returns `tasks/delete` with the inputs that it needs for one of these certificates */
export function deleteTask(ids: readonly string[], place: SlotsAndKeyring): string {
  const inputs = ids.map((id) =>
    [`certificate-id: ${printableId(id)}`, ...deletionOf(id, place).flags].join(", "),
  );
  return `tasks/delete (${inputs.join("; or ")})`;
}

/**
 * A CA whose key is not in the keyring never goes by itself, nor does any under `retire: never`.
 * @param kept ids that stay
 * @returns what to do with the others, once nobody needs them: one sentence or two each, for the summary of a success
 */
export function describeRemaining(place: SlotsAndKeyring, kept: ReadonlySet<string>): string[] {
  const { slots, entries, now } = place;
  const matched = matchSlots(slots, entries);
  return slots
    .filter((slot) => isUsable(slot, now) && !kept.has(slot.id))
    .map(({ id, commonName }) => {
      const why = matched.has(id)
        ? "No run retires it while retire is never"
        : "Its key is not in the keyring, so no run of this workflow retires it";
      return `The CA ${commonName} (${printableId(id)}) stays on the platform. ${why}. When no agent needs it any more, delete it with ${deleteTask([id], place)}.`;
    });
}

/**
 * Two first runs at the same time leave two CAs of one name, and each run knows only its own.
 * @param allowed ids that may stay, as the user says
 * @returns of each CA on the platform that has the common name of one of ours and a key that the keyring does not hold: its
 * id, and what to do; a few sentences each, for a warning
 */
export function describeSameNamed(place: SlotsAndKeyring, allowed: ReadonlySet<string>): string[] {
  const { slots, entries, now } = place;
  const held = matchSlots(slots, entries);
  const ours = [...held.values()];
  return slots
    .filter((slot) => !held.has(slot.id) && !allowed.has(slot.id) && !isExpired(slot, now))
    .filter(({ commonName }) => ours.some(({ certificate }) => namesAlike(commonName, certificate)))
    .map(
      ({ id, commonName, isVerified }) =>
        `Another CA with the common name ${quoted(commonName)} is on the platform: ${printableId(id)}, ${isVerified ? "verified" : "not verified"}. Its key is not in the keyring. Two CAs with one subject break the agents of one of them. If no agent needs it, delete it with ${deleteTask([id], place)}.`,
    );
}
