/** The two slots of an environment, and the matching of slots with CAs of the keyring. */
import { type Certificate, isNotValidYet, shortFingerprint } from "./certificate.ts";
import type { Agreement } from "./clocks.ts";
import type { KeyringEntry } from "./keyring-entries.ts";

/** One of the two CA certificate slots, as a list of the platform shows it. */
export interface Slot {
  readonly id: string;
  /** Trimmed. */
  readonly name: string;
  readonly commonName: string;
  /** As the platform writes it. */
  readonly expiration: string;
  readonly isVerified: boolean;
  /** Set where only the reply to the verify said that it is verified: this platform's reads do not say so. */
  readonly verifiedBy?: "reply";
  /**
   * Set where only the keyring says that it is verified, and the list does not. No other CA may be deleted
   * because of such a slot.
   */
  readonly remembered?: true;
}

/** A slot as one reply shows it; `isVerified` is undefined where the reply does not say. */
export interface ListedSlot extends Omit<Slot, "isVerified"> {
  readonly isVerified: boolean | undefined;
}

/** The slots of an environment. An unverified certificate takes a slot, too. */
export const SLOT_LIMIT = 2;

/**
 * @returns whether a slot's certificate ends in the same second as this one. If not, it is another
 * certificate
 */
export function endsTogether(
  slot: Pick<Slot, "expiration">,
  { notAfter }: Pick<Certificate, "notAfter">,
): boolean {
  const seconds = (milliseconds: number) => Math.floor(milliseconds / 1000);
  return seconds(Date.parse(slot.expiration)) === seconds(notAfter);
}

/**
 * Compares the common name in a reply with those of a certificate. Nothing documents how replies render a
 * common name. So blanks, case, a `CN=` before the name, Unicode forms, and the choice among several names do
 * not count.
 * @returns whether they are alike; false where the reply has no common name
 */
export function namesAlike(shown: string, { commonNames }: Pick<Certificate, "commonNames">): boolean {
  if (shown === "") return false;
  const readings = readingsOf(shown).map(folded);
  return commonNames.some((name) => readings.includes(folded(name)));
}

/**
 * @returns the names that a rendering may stand for: the text itself, the text after `CN=`, and the text from
 * there to the next part of a subject
 */
function readingsOf(shown: string): string[] {
  const [, rest = shown, first = shown] = /(?:^|[,/])\s*CN\s*=\s*(((?:\\.|[^,/])*).*)/is.exec(shown) ?? [];
  return [shown, rest, first].flatMap((text) => [text, text.replaceAll(/\\(.)/gs, "$1")]);
}

/** @returns a name in one form, without the differences that renderings make: Unicode forms, blanks, case */
function folded(name: string): string {
  return name.normalize("NFKC").trim().replaceAll(/\s+/g, " ").toLowerCase();
}

/** How well a slot fits a certificate that ends in the same second. */
const STRENGTH = { id: 3, fingerprint: 2, commonName: 1, date: 0 } as const;

function strengthOf(slot: ListedSlot, { certificate, platformId }: KeyringEntry): number {
  if (platformId === slot.id) return STRENGTH.id;
  if (slot.name.endsWith(shortFingerprint(certificate))) return STRENGTH.fingerprint;
  return namesAlike(slot.commonName, certificate) ? STRENGTH.commonName : STRENGTH.date;
}

/**
 * Matches slots with certificates. Replies have neither PEM nor fingerprint. So a slot and a certificate
 * match where they have the same end, and also the noted id, else a name with the fingerprint, else the
 * common name. The same end alone is no match: see {@link findAmbiguousMatches}.
 * @returns the candidate of each matched slot, by the slot's id
 */
export function matchSlots(
  slots: readonly ListedSlot[],
  candidates: readonly KeyringEntry[],
): Map<string, KeyringEntry> {
  const pairs = slots.flatMap((slot) =>
    candidates
      .filter((candidate) => endsTogether(slot, candidate.certificate))
      .map((candidate) => ({ slot, candidate, strength: strengthOf(slot, candidate) }))
      .filter(({ strength }) => strength > STRENGTH.date),
  );
  pairs.sort((a, b) => b.strength - a.strength);
  const matched = new Map<string, KeyringEntry>();
  const used = new Set<KeyringEntry>();
  for (const { slot, candidate } of pairs) {
    if (matched.has(slot.id) || used.has(candidate)) continue;
    matched.set(slot.id, candidate);
    used.add(candidate);
  }
  // The same certificate may be in both slots. So a slot that is left over gets its strongest candidate a
  // second time.
  for (const { slot, candidate } of pairs) if (!matched.has(slot.id)) matched.set(slot.id, candidate);
  return matched;
}

/** A slot and a CA that may or may not belong together. A run stops until that is known. */
export interface AmbiguousMatch {
  /**
   * - `contradiction`: the noted id or a name with the fingerprint is the same, but the expiration is not.
   * - `date`: only the expiration is the same.
   */
  readonly kind: "contradiction" | "date";
  readonly slot: ListedSlot;
  readonly ca: KeyringEntry;
}

/**
 * @returns the slots that agree with a certificate only in the second of their end. Slots and certificates
 * that are matched are left out
 */
export function findAmbiguousMatches(
  slots: readonly ListedSlot[],
  candidates: readonly KeyringEntry[],
): AmbiguousMatch[] {
  const matched = matchSlots(slots, candidates);
  const found = new Set(matched.values());
  return slots.flatMap((slot) => {
    const ca = candidates.find((other) => !found.has(other) && endsTogether(slot, other.certificate));
    return matched.has(slot.id) || ca === undefined ? [] : [{ kind: "date", slot, ca }];
  });
}

/**
 * @param wish the CA that the user provides or restores
 * @returns the candidates that may be in an ambiguous slot. No run uploads by itself a CA that was refused or
 * is not valid yet: such a CA counts only where it is matched with a slot (guarantee 4)
 */
export function plausibleCandidates(
  slots: readonly ListedSlot[],
  candidates: readonly KeyringEntry[],
  at: Agreement,
  wish?: KeyringEntry,
): readonly KeyringEntry[] {
  const placed = new Set(matchSlots(slots, candidates).values());
  const maySend = (ca: KeyringEntry) =>
    ca.refusedAt === undefined && !isNotValidYet(ca.certificate, at, false);
  return candidates.filter((ca) => ca === wish || placed.has(ca) || maySend(ca));
}

/**
 * @returns the unmatched slots that have the noted id of a certificate, or its fingerprint in their name, but
 * another end. A retired CA does not count: the platform may give its id to another one
 */
export function findContradictions(
  slots: readonly ListedSlot[],
  candidates: readonly KeyringEntry[],
): AmbiguousMatch[] {
  const matched = matchSlots(slots, candidates);
  return slots.flatMap((slot) => {
    const ca = candidates.find(
      (other) =>
        other.retiredAt === undefined &&
        strengthOf(slot, other) >= STRENGTH.fingerprint &&
        !endsTogether(slot, other.certificate),
    );
    return matched.has(slot.id) || ca === undefined ? [] : [{ kind: "contradiction", slot, ca }];
  });
}

/** The user's facts about certificates on the platform. */
export interface UserHint {
  /** Id of a certificate of ours, where replies say too little. */
  readonly id?: string | undefined;
  /** The name of our certificate, where it is not the name with the fingerprint. */
  readonly name?: string | undefined;
}

/**
 * Applies the user's hint where replies say too little: the slot that the user names holds the candidate that
 * ends in the same second.
 * @returns the candidates; the candidate in that slot gets the slot's id
 */
export function applyUserHint(
  slots: readonly ListedSlot[],
  candidates: readonly KeyringEntry[],
  { id, name }: UserHint,
): readonly KeyringEntry[] {
  const matches = findAmbiguousMatches(slots, candidates);
  const meant =
    matches.find(({ slot }) => slot.id === id) ??
    matches.find(({ slot }) => slot.name !== "" && slot.name === name?.trim());
  return candidates.map((ca) => (ca === meant?.ca ? { ...ca, platformId: meant.slot.id } : ca));
}

/**
 * Completes a list that leaves `isVerified` out. Absent means not verified. The exception is a certificate
 * that the keyring notes as verified under the same id: it counts as verified. It is also marked
 * `remembered`, unless the reads of this platform never say that a certificate is verified.
 */
export function recallVerified(slots: readonly ListedSlot[], candidates: readonly KeyringEntry[]): Slot[] {
  return slots.map(({ isVerified, ...slot }) => {
    if (isVerified !== undefined) return { ...slot, isVerified };
    const known = candidates.find(
      ({ certificate, platformId }) => platformId === slot.id && endsTogether(slot, certificate),
    );
    if (known?.verifiedBy !== undefined) return { ...slot, isVerified: true };
    // A text that is no time may come from a person, and proves nothing.
    return Number.isNaN(Date.parse(known?.verifiedAt ?? ""))
      ? { ...slot, isVerified: false }
      : { ...slot, isVerified: true, remembered: true };
  });
}

/** @returns whether a slot is usable: verified, and not expired by the platform's clock (ms since 1970) */
export function isUsable(slot: Slot, now: number): boolean {
  return slot.isVerified && !isExpired(slot, now);
}

/**
 * @returns whether an id is that of the only usable slot. A slot that only the keyring notes as verified does
 * not count as another usable one
 */
export function isLastUsable(slots: readonly Slot[], id: string, now: number): boolean {
  const usable = slots.filter((slot) => isUsable(slot, now));
  return (
    usable.some((slot) => slot.id === id) &&
    usable.every((slot) => slot.id === id || slot.remembered === true)
  );
}

/** @returns whether a slot's certificate has expired by the platform's clock (ms since 1970) */
export function isExpired(slot: Pick<Slot, "expiration">, now: number): boolean {
  return Date.parse(slot.expiration) <= now;
}
