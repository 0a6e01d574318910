import { type Certificate, shortFingerprint } from "./certificate.ts";

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
}

/** A slot as one reply shows it; `isVerified` is undefined where the reply does not say. */
export interface ListedSlot extends Omit<Slot, "isVerified"> {
  readonly isVerified: boolean | undefined;
}

/** Per environment; unverified certificates take a slot too. */
export const SLOT_LIMIT = 2;

/** What a slot is matched with: a certificate, and what is remembered of it. */
export interface Candidate {
  readonly certificate: Certificate;
  readonly platformId?: string;
  /** Set where only the reply to the verify said that it is verified: this platform's reads do not. */
  readonly verifiedBy?: string;
}

/** @returns whether a slot can be this certificate: same common name, which is not empty, same expiration to the second */
export function couldBe(slot: Pick<Slot, "commonName" | "expiration">, certificate: Certificate): boolean {
  const seconds = (milliseconds: number) => Math.floor(milliseconds / 1000);
  return (
    slot.commonName !== "" &&
    slot.commonName === certificate.commonName &&
    seconds(Date.parse(slot.expiration)) === seconds(certificate.notAfter)
  );
}

/**
 * Pairs slots with certificates, each at most once. Replies carry neither PEM nor fingerprint, so common name and
 * expiration decide; the remembered id or a name that carries the fingerprint breaks a tie.
 * @returns for each matched slot's id the candidate
 */
export function matchSlots<C extends Candidate>(
  slots: readonly ListedSlot[],
  candidates: readonly C[],
): Map<string, C> {
  const pairs = slots.flatMap((slot) =>
    candidates
      .filter((candidate) => couldBe(slot, candidate.certificate))
      .map((candidate) => ({ slot, candidate, strength: strength(slot, candidate) })),
  );
  pairs.sort((a, b) => b.strength - a.strength);
  const matched = new Map<string, C>();
  const used = new Set<C>();
  for (const { slot, candidate } of pairs) {
    if (matched.has(slot.id) || used.has(candidate)) continue;
    matched.set(slot.id, candidate);
    used.add(candidate);
  }
  // The same certificate may lie in both slots: what is left over is the strongest that it could be.
  for (const { slot, candidate } of pairs) if (!matched.has(slot.id)) matched.set(slot.id, candidate);
  return matched;
}

function strength(slot: ListedSlot, { certificate, platformId }: Candidate): number {
  if (platformId === slot.id) return 2;
  return slot.name.endsWith(shortFingerprint(certificate)) ? 1 : 0;
}

/**
 * Fills in what a list does not say. Absent means not verified, but for a CA of which only the reply to the verify
 * could say so, and did, under the same id.
 */
export function recallVerified(slots: readonly ListedSlot[], candidates: readonly Candidate[]): Slot[] {
  const known = new Set(candidates.flatMap((ca) => (ca.verifiedBy === undefined ? [] : [ca.platformId])));
  return slots.map((slot) => ({ ...slot, isVerified: slot.isVerified ?? known.has(slot.id) }));
}

/** @returns whether a slot is usable: verified, and not expired by the platform's clock (ms since 1970) */
export function isUsable(slot: Slot, now: number): boolean {
  return slot.isVerified && !isExpired(slot, now);
}

/** @returns whether a slot's certificate has expired by the platform's clock (ms since 1970) */
export function isExpired(slot: Slot, now: number): boolean {
  return Date.parse(slot.expiration) <= now;
}
