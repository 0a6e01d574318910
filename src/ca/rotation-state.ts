/** The state from which a rotation is decided (slots, keyring, policy), and the types of the decision. */
import { isNotValidYet } from "./certificate.ts";
import type { Agreement } from "./clocks.ts";
import type { KeyringEntry } from "./keyring-entries.ts";
import { type AmbiguousMatch, isExpired, isUsable, matchSlots, type Slot } from "./slots.ts";

/** How the two slots are to be used. */
export interface RotationPolicy {
  /** Days before the end of the newest usable CA from which its successor is due. */
  readonly renewBefore: number;
  /** Days that the old CA stays beside its successor: the longest life of an agent certificate. */
  readonly overlap: number;
  readonly retire: "after-overlap" | "now" | "never";
  /** `keep`: the key of a retired CA stays until its certificate has expired; `drop`: it is forgotten at once. */
  readonly retiredKeys: "keep" | "drop";
  /** Ids of usable CAs that may be on the platform without being in the keyring. */
  readonly allowUnheld: ReadonlySet<string>;
  /** A new CA's common name is `<prefix>-<YYYYMMDD>`. */
  readonly commonNamePrefix: string;
}

/** The state from which a rotation is decided. */
export interface RotationState extends Agreement {
  readonly slots: readonly Slot[];
  /** The keyring's entries, newest first by insertion, retired ones included. */
  readonly entries: readonly KeyringEntry[];
  readonly policy: RotationPolicy;
  /** Fingerprints of entries that were verified once and are no longer on the platform. They are not uploaded again by themselves. */
  readonly removed?: ReadonlySet<string>;
}

/** Why a CA leaves its slot. */
export type RetireReason =
  /** Its successor has been usable for the overlap. */
  | "overlap"
  /** `retire: now`. */
  | "now"
  /** It has expired, and its slot is needed. */
  | "expired"
  /** It is marked retired already: an earlier run did not come to the end. */
  | "interrupted";

/**
 * One step of a rotation. After each step, also after a crash, a new decision goes on from the state that
 * there is.
 */
export type RotationStep =
  /** The keyring does not say since when the newest CA is verified: the current time is noted. */
  | { readonly step: "note"; readonly slot: Slot; readonly ca: KeyringEntry }
  /** Mark it in the keyring, read the slots again, delete it on the platform. */
  | { readonly step: "retire"; readonly slot: Slot; readonly ca: KeyringEntry; readonly reason: RetireReason }
  /** Make a key and certificate, store, upload, verify, read back. */
  | { readonly step: "stage"; readonly from: "create"; readonly commonName: string }
  /** A run died before its upload. */
  | { readonly step: "stage"; readonly from: "upload"; readonly ca: KeyringEntry }
  /** A run died before its verify. */
  | { readonly step: "stage"; readonly from: "resume"; readonly slot: Slot; readonly ca: KeyringEntry };

/** A step that is not due yet. */
export interface UpcomingStep {
  readonly step: "retire" | "stage";
  /** Milliseconds since 1970, the platform's clock. */
  readonly at: number;
  /** The CA that leaves, or the one that gets a successor. */
  readonly slot: Slot;
}

/** A CA of the keyring, and the slot that it is in. */
export interface CaInSlot {
  readonly slot: Slot;
  readonly ca: KeyringEntry;
}

/** Why a rotation stops, and over which slots. */
export type RotationRefused =
  | { readonly refused: "CA_NOT_HELD" | "CA_SLOTS_FULL"; readonly slots: readonly Slot[] }
  /** The platform shows too little to recognise a CA, or contradicts the keyring. */
  | ({ readonly refused: "ambiguous" } & AmbiguousMatch)
  /** A CA would leave, but the list does not say that its successor is verified. Only the keyring remembers it. */
  | { readonly refused: "unconfirmed-successor"; readonly slot: Slot; readonly newest: Slot };

/** The steps of a rotation, now and later. */
export interface RotationPlan {
  readonly refused?: never;
  /** CAs that are in no slot and whose keys leave the keyring first: a full keyring has no room for a mark or a new key. */
  readonly forgetFirst: readonly KeyringEntry[];
  /** In the order in which they are carried out. */
  readonly due: readonly RotationStep[];
  /** CAs that leave their slots by these steps, and whose keys leave the keyring after them. */
  readonly forgetLast: readonly KeyringEntry[];
  /** Soonest first. */
  readonly upcoming: readonly UpcomingStep[];
  /** The newest usable CA of the keyring: the one that agents are issued with. */
  readonly newest: CaInSlot | undefined;
}

/** The steps of a rotation, or why it stops. */
export type RotationDecision = RotationPlan | RotationRefused;

/** @returns whether a run would do anything now */
export function isDue({ forgetFirst, due, forgetLast }: RotationPlan): boolean {
  return forgetFirst.length + due.length + forgetLast.length > 0;
}

/** @returns which CA is in which slot */
export function occupancyOf(state: RotationState): Occupancy {
  const { slots, entries, now } = state;
  const held = matchSlots(slots, entries);
  // A reply may render the common name in another form.
  const inSlots = entries.flatMap((ca) =>
    slots
      .filter((slot) => held.get(slot.id) === ca)
      .map((slot) => ({ slot: { ...slot, commonName: ca.certificate.commonName }, ca })),
  );
  const newest = inSlots.find(
    ({ slot, ca }) =>
      ca.retiredAt === undefined && isUsable(slot, now) && !isNotValidYet(ca.certificate, state, true),
  );
  // The same certificate may be in both slots. It is not its own predecessor.
  return { held, inSlots, newest, others: inSlots.filter(({ ca }) => ca !== newest?.ca) };
}

/** Which CA of the keyring is in which slot. */
export interface Occupancy {
  readonly held: ReadonlyMap<string, KeyringEntry>;
  /** CAs of the keyring in their slots, newest first by insertion. */
  readonly inSlots: readonly CaInSlot[];
  readonly newest: CaInSlot | undefined;
  readonly others: readonly CaInSlot[];
}

/** @returns whether a slot is uploaded and not verified yet, nor expired at `now` (milliseconds since 1970) */
export function isPending(slot: Slot, now: number): boolean {
  return !slot.isVerified && !isExpired(slot, now);
}
