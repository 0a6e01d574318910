/** The two slots of an environment, and which CA of the keyring is in which of them. */
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
  /** Set where only the reply to the verify said so: this platform's reads do not. */
  readonly verifiedBy?: "reply";
  /** Set where the list does not say that it is verified, and the keyring remembers it: too little to delete by. */
  readonly remembered?: true;
}

/** A slot as one reply shows it; `isVerified` is undefined where the reply does not say. */
export interface ListedSlot extends Omit<Slot, "isVerified"> {
  readonly isVerified: boolean | undefined;
}

/** Per environment; unverified certificates take a slot too. */
export const SLOT_LIMIT = 2;

/** @returns whether a slot's certificate ends in the same second as this one: another end is another certificate */
export function endsTogether(
  slot: Pick<Slot, "expiration">,
  { notAfter }: Pick<Certificate, "notAfter">,
): boolean {
  const seconds = (milliseconds: number) => Math.floor(milliseconds / 1000);
  return seconds(Date.parse(slot.expiration)) === seconds(notAfter);
}

/**
 * Compares a common name as a reply renders it with a certificate's. How replies render one is not documented: blanks,
 * case, a `CN=` before it, Unicode forms, or which of several names is shown, tell nothing.
 * @returns false where they differ in more than that, and where the reply says none
 */
export function namesAlike(shown: string, { commonNames }: Pick<Certificate, "commonNames">): boolean {
  if (shown === "") return false;
  const readings = readingsOf(shown).map(folded);
  return commonNames.some((name) => readings.includes(folded(name)));
}

/** @returns what a rendering may mean: itself, what follows a `CN=`, or that up to the next part of a whole subject */
function readingsOf(shown: string): string[] {
  const [, rest = shown, first = shown] = /(?:^|[,/])\s*CN\s*=\s*(((?:\\.|[^,/])*).*)/is.exec(shown) ?? [];
  return [shown, rest, first].flatMap((text) => [text, text.replaceAll(/\\(.)/gs, "$1")]);
}

/** @returns a name without what renderings change: Unicode forms, blanks, case */
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
 * Pairs slots with certificates, each at most once. Replies carry neither PEM nor fingerprint: the end decides, with the
 * remembered id, else a name that carries the fingerprint, else the common name. The end by itself
 * is no match: see {@link findAmbiguousMatches}.
 * @returns for each matched slot's id the candidate
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
  // The same certificate may lie in both slots: what is left over is the strongest that it could be.
  for (const { slot, candidate } of pairs) if (!matched.has(slot.id)) matched.set(slot.id, candidate);
  return matched;
}

/** A slot and a CA of which it is not known whether they belong together. Nothing goes on until that is known. */
export interface AmbiguousMatch {
  /** `contradiction`: the remembered id, or a name with the fingerprint, but another expiration; `date`: only the expiration is the same. */
  readonly kind: "contradiction" | "date";
  readonly slot: ListedSlot;
  readonly ca: KeyringEntry;
}

/**
 * @returns the slots that agree with a certificate only in the second of their end. No other certificate explains the slot, and
 * no other slot the certificate
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
 * @param wish the one that the user provides or restores
 * @returns the candidates that may be in an ambiguous slot. One that was refused, or is not valid yet, is not uploaded by itself:
 * it counts only where it is matched with a slot (guarantee 4)
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
 * @returns the slots that have the remembered id of a certificate, or its fingerprint in their name, but another end, where no other
 * certificate explains them. A retired CA has left its id to others
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

/** What the user says of certificates on the platform. */
export interface UserHint {
  /** Id of one that is ours, where replies say too little. */
  readonly id?: string | undefined;
  /** The name that is given to ours, where it is not the one that carries the fingerprint. */
  readonly name?: string | undefined;
}

/**
 * What the user says of a slot, where replies say too little: it holds the candidate that ends in the same second.
 * @returns the candidates, the one found in that way with its id
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
 * Fills in what a list does not say. Absent means not verified, but for a certificate that is remembered as verified under
 * the same id: it counts as verified, and where reads of this platform can say so, as `remembered`.
 */
export function recallVerified(slots: readonly ListedSlot[], candidates: readonly KeyringEntry[]): Slot[] {
  return slots.map(({ isVerified, ...slot }) => {
    if (isVerified !== undefined) return { ...slot, isVerified };
    const known = candidates.find(
      ({ certificate, platformId }) => platformId === slot.id && endsTogether(slot, certificate),
    );
    if (known?.verifiedBy !== undefined) return { ...slot, isVerified: true };
    // Words instead of a time may be anybody's.
    return Number.isNaN(Date.parse(known?.verifiedAt ?? ""))
      ? { ...slot, isVerified: false }
      : { ...slot, isVerified: true, remembered: true };
  });
}

/** @returns whether a slot is usable: verified, and not expired by the platform's clock (ms since 1970) */
export function isUsable(slot: Slot, now: number): boolean {
  return slot.isVerified && !isExpired(slot, now);
}

/** @returns whether an id is that of the only usable slot; a slot that only the keyring remembers as verified does not count as another one */
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
