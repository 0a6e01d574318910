import type { Certificate } from "./certificate.ts";
import type { Agreement } from "./clocks.ts";
import type { Slot } from "./slots.ts";
import { iso, rememberedTime, timeToRemember } from "./time.ts";

/** One CA of the keyring: its private key, its certificate, and what must be remembered of it. */
export interface KeyringEntry {
  /** As stored: plain PKCS#1 or PKCS#8, or encrypted PKCS#8. */
  readonly privateKey: string;
  readonly certificate: Certificate;
  /** The tenant that it was made for or matched in; absent in texts of old and in those made by hand. */
  readonly tenant?: string;
  /** The id the platform gave. */
  readonly platformId?: string;
  /** When the platform was read back as having verified it, ISO 8601 UTC. */
  readonly verifiedAt?: string;
  /** `reply` where the platform's reads did not say that it is verified, but the reply to the verify did. */
  readonly verifiedBy?: string;
  /** When the platform refused its certificate for the certificate's own sake, ISO 8601 UTC. */
  readonly refusedAt?: string;
  /** What the platform said then, on one line. */
  readonly refusedFor?: string;
  /** When it came back after its retirement, ISO 8601 UTC. */
  readonly restoredAt?: string;
  /** When it was retired or deleted by us, ISO 8601 UTC: it never comes back by itself. */
  readonly retiredAt?: string;
  /** Lines somebody else wrote before the entry; kept. */
  readonly notes: readonly string[];
}

/** All CA keys of one environment, newest first by insertion. */
export interface Keyring {
  /** Counts the writes; 0 for a text made by hand or none. */
  readonly generation: number;
  /** ISO 8601 UTC; absent for a text made by hand. */
  readonly writtenAt?: string;
  readonly entries: readonly KeyringEntry[];
}

/** None yet. */
export const EMPTY_KEYRING: Keyring = { generation: 0, entries: [] };

/** @returns the keyring with its generation counted on and the time of writing set (ISO 8601 UTC) */
export function nextGeneration(keyring: Keyring, now: number): Keyring {
  return { ...keyring, generation: keyring.generation + 1, writtenAt: iso(now) };
}

/** @returns whether two entries are the same CA: the certificate decides, byte for byte */
export function isSameCa(
  a: Pick<KeyringEntry, "certificate">,
  b: Pick<KeyringEntry, "certificate">,
): boolean {
  return a.certificate.fingerprint === b.certificate.fingerprint;
}

/**
 * @param now milliseconds since 1970
 * @returns the keyring with the CA in it and not retired: first where it is new, in its old place where it is known. Of
 * one that comes back after its retirement, what the platform once said of it counts no more.
 */
export function putEntry(keyring: Keyring, entry: KeyringEntry, now: number): Keyring {
  if (!keyring.entries.some((other) => isSameCa(other, entry))) {
    return { ...keyring, entries: [entry, ...keyring.entries] };
  }
  return changeEntry(keyring, entry, (known) => {
    const { certificate, privateKey, notes, retiredAt } = known;
    if (retiredAt === undefined) return known;
    const restoredAt = timeToRemember(now, certificate.notBefore, retiredAt, known.restoredAt);
    return { certificate, privateKey, notes, restoredAt };
  });
}

/** @returns the keyring with one CA's entry changed; the others, and a keyring without it, stay as they are */
export function changeEntry(
  keyring: Keyring,
  ca: Pick<KeyringEntry, "certificate">,
  change: (entry: KeyringEntry) => KeyringEntry,
): Keyring {
  return {
    ...keyring,
    entries: keyring.entries.map((entry) => (isSameCa(entry, ca) ? change(entry) : entry)),
  };
}

/** @returns the keyring without one CA: its key is gone with the next write */
export function dropEntry(keyring: Keyring, ca: Pick<KeyringEntry, "certificate">): Keyring {
  return { ...keyring, entries: keyring.entries.filter((entry) => !isSameCa(entry, ca)) };
}

/**
 * @returns the entry with what a read-back showed: the id, and the first time it was seen as verified. That time counts
 * the overlap, so it is noted only while the clocks agree, and never changed; a text that is no time counts as none
 */
export function noteVerified(
  entry: KeyringEntry,
  slot: Pick<Slot, "id" | "verifiedBy">,
  { now, standing }: Agreement,
): KeyringEntry {
  const { notBefore } = entry.certificate;
  const unknown = rememberedTime(entry.verifiedAt) === undefined;
  const { verifiedBy } = slot;
  return {
    ...entry,
    platformId: slot.id,
    ...(unknown && standing === "agreed" ? { verifiedAt: timeToRemember(now, notBefore) } : {}),
    ...(verifiedBy === undefined ? {} : { verifiedBy }),
  };
}

/**
 * @param now milliseconds since 1970
 * @returns the entry marked as retired, at a time not before any that is remembered of it
 */
export function markRetired(entry: KeyringEntry, now: number): KeyringEntry {
  const { verifiedAt, restoredAt, certificate } = entry;
  return { ...entry, retiredAt: timeToRemember(now, certificate.notBefore, verifiedAt, restoredAt) };
}

/** @returns the entries of `before` that `after` has lost: a write that loses one must not happen (guarantee 3) */
export function lostEntries(before: Keyring, after: Keyring): readonly KeyringEntry[] {
  return before.entries.filter((entry) => !after.entries.some((other) => isSameCa(entry, other)));
}

/** @returns the entries that may serve: not retired (they are *ours*, whatever their subject) */
export function activeEntries(keyring: Keyring): readonly KeyringEntry[] {
  return keyring.entries.filter((entry) => entry.retiredAt === undefined);
}
