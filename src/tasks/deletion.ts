import type { Known } from "../ca/registration-decision.ts";
import {
  findDoubts,
  isExpired,
  isLastUsable,
  isUsable,
  matchSlots,
  namesAlike,
  type Slot,
} from "../ca/slots.ts";
import { quoted, wholeId } from "../messages/printable.ts";

/** What is on the platform, and what the keyring knows of it. */
export interface Place<C extends Known = Known> {
  /** Every slot. */
  readonly slots: readonly Slot[];
  readonly entries: readonly C[];
  /** The platform's clock, milliseconds since 1970. */
  readonly now: number;
}

/** What `tasks/delete` needs for one certificate. */
export interface Deletion<C extends Known> {
  /** What the keyring has of it, or may have of it. */
  readonly ca: C | undefined;
  /** Of ours, and not retired: it needs `allow-held`. One that could be ours is guarded as ours. */
  readonly held: C | undefined;
  /** Whether it is the last usable one: it needs `allow-last`. */
  readonly last: boolean;
  /** The flags, as inputs. */
  readonly flags: readonly string[];
}

/** @returns what it takes to delete one certificate, all at once */
export function deletionOf<C extends Known>(id: string, { slots, entries, now }: Place<C>): Deletion<C> {
  const ca =
    matchSlots(slots, entries).get(id) ?? findDoubts(slots, entries).find(({ slot }) => slot.id === id)?.ca;
  const held = ca?.retiredAt === undefined ? ca : undefined;
  const last = isLastUsable(slots, id, now);
  const flags = [...(held === undefined ? [] : ["allow-held: true"]), ...(last ? ["allow-last: true"] : [])];
  return { ca, held, last, flags };
}

/** @returns `tasks/delete` with the inputs that it needs for one of these certificates */
export function deleteTask(ids: readonly string[], place: Place): string {
  const inputs = ids.map((id) =>
    [`certificate-id: ${wholeId(id)}`, ...deletionOf(id, place).flags].join(", "),
  );
  return `tasks/delete (${inputs.join("; or ")})`;
}

/**
 * A CA whose key is not in the keyring never goes by itself, nor does any under `retire: never`.
 * @param kept ids that stay
 * @returns what to do with the others, once nobody needs them: one sentence or two each, for the summary of a success
 */
export function tellWhatStays(place: Place, kept: ReadonlySet<string>): string[] {
  const { slots, entries, now } = place;
  const matched = matchSlots(slots, entries);
  return slots
    .filter((slot) => isUsable(slot, now) && !kept.has(slot.id))
    .map(({ id, commonName }) => {
      const why = matched.has(id)
        ? "No run retires it while retire is never"
        : "Its key is not in the keyring, so no run of this workflow retires it";
      return `The CA ${commonName} (${wholeId(id)}) stays on the platform. ${why}. When no agent needs it any more, delete it with ${deleteTask([id], place)}.`;
    });
}

/**
 * Two first runs at the same time leave two CAs of one name, and each run knows only its own.
 * @param allowed ids that may stay, as the user says
 * @returns of each CA on the platform that has the common name of one of ours and a key that the keyring does not hold: its
 * id, and what to do; a few sentences each, for a warning
 */
export function tellTwins(place: Place, allowed: ReadonlySet<string>): string[] {
  const { slots, entries, now } = place;
  const held = matchSlots(slots, entries);
  const ours = [...held.values()];
  return slots
    .filter((slot) => !held.has(slot.id) && !allowed.has(slot.id) && !isExpired(slot, now))
    .filter(({ commonName }) => ours.some(({ certificate }) => namesAlike(commonName, certificate)))
    .map(
      ({ id, commonName, isVerified }) =>
        `Another CA with the common name ${quoted(commonName)} is on the platform: ${wholeId(id)}, ${isVerified ? "verified" : "not verified"}. Its key is not in the keyring. Two CAs with one subject break the agents of one of them. If no agent needs it, delete it with ${deleteTask([id], place)}.`,
    );
}
