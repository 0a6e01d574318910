/**
 * The keyring in memory: its entries, and the changes of an entry. src/keyring/keyring-format.ts reads and
 * writes its text.
 */
import type { Certificate } from "./certificate.ts";
import type { Agreement } from "./clocks.ts";
import { iso, rememberedTime } from "./time.ts";

/** One CA of the keyring: its private key, its certificate, and the facts that the keyring notes about it. */
export interface KeyringEntry {
  /** As stored: plain PKCS#1 or PKCS#8, or encrypted PKCS#8. Empty where only the certificate was read. */
  readonly privateKey: string;
  readonly certificate: Certificate;
  /**
   * The tenant that the CA was made for or found in; absent in texts of early versions and in those made by
   * hand.
   */
  readonly tenant?: string;
  /** The id the platform gave. */
  readonly platformId?: string;
  /** When the platform was read back as having verified it, ISO 8601 UTC. */
  readonly verifiedAt?: string;
  /** `reply` where the platform's reads did not say that it is verified, but the reply to the verify did. */
  readonly verifiedBy?: string;
  /** When the platform refused the certificate because of the certificate itself, ISO 8601 UTC. */
  readonly refusedAt?: string;
  /** What the platform said then, on one line. */
  readonly refusedFor?: string;
  /** When it came back after its retirement, ISO 8601 UTC. */
  readonly restoredAt?: string;
  /** When it was retired or deleted by us, ISO 8601 UTC: it never comes back by itself. */
  readonly retiredAt?: string;
  /** Lines of other programs or persons before the entry. They are kept. */
  readonly notes: readonly string[];
}

/** All CA keys of one environment, newest first by insertion. */
export interface Keyring {
  /** Counts the writes; 0 for a text made by hand or none. */
  readonly generation: number;
  /** ISO 8601 UTC; absent for a text made by hand. */
  readonly writtenAt?: string;
  /** The time of writing is by a clock that was not yet compared with the one that stamps the place itself. */
  readonly provisional?: true | undefined;
  /** The keyring that this one was copied from, as it was then; see `copy-state.ts`. */
  readonly copyOf?: Origin;
  readonly entries: readonly KeyringEntry[];
  /** Lines of other programs or persons after the last entry. They are kept. */
  readonly after?: readonly string[];
}

/** What the first line of a keyring said when a copy of it was made. */
export type Origin = Pick<Keyring, "generation" | "writtenAt">;

/** The keyring before the first CA. */
export const EMPTY_KEYRING: Keyring = { generation: 0, entries: [] };

/**
 * @param now time of writing, milliseconds since 1970
 * @param provisional whether that clock was not yet compared with the one that stamps the place
 * @returns the keyring with its generation counted on and the time of writing set (ISO 8601 UTC)
 */
export function nextGeneration(keyring: Keyring, now: number, provisional = false): Keyring {
  return {
    ...keyring,
    generation: Math.min(keyring.generation + 1, Number.MAX_SAFE_INTEGER),
    writtenAt: iso(now),
    provisional: provisional ? true : undefined,
  };
}

/** @returns whether two entries are the same CA: the certificate decides, byte for byte */
export function isSameCa(
  a: Pick<KeyringEntry, "certificate">,
  b: Pick<KeyringEntry, "certificate">,
): boolean {
  return a.certificate.fingerprint === b.certificate.fingerprint;
}

/** @returns the entry as before its first upload. A refusal still counts until the CA is seen on the platform */
export function withoutPlatformHistory(entry: KeyringEntry): KeyringEntry {
  const { platformId, verifiedAt, verifiedBy, restoredAt, retiredAt, ...kept } = entry;
  return kept;
}

/**
 * @param now milliseconds since 1970
 * @param options.uploading whether this run is about to upload it
 * @returns the keyring with the CA in it and not retired. A new CA comes first, a known one keeps its place.
 * A CA that comes back loses its noted platform id and verification
 */
export function putEntry(
  keyring: Keyring,
  entry: KeyringEntry,
  now: number,
  { uploading = false }: { readonly uploading?: boolean } = {},
): Keyring {
  if (!keyring.entries.some((other) => isSameCa(other, entry))) {
    return { ...keyring, entries: [entry, ...keyring.entries] };
  }
  return changeEntry(keyring, entry, (known) => {
    const tenant = known.tenant ?? entry.tenant;
    const tagged = tenant === undefined ? known : { ...known, tenant };
    if (!comesBack(known, uploading)) return tagged;
    return { ...withoutPlatformHistory(tagged), restoredAt: timeOfChange(known, now) };
  });
}

/**
 * @returns whether a CA comes back: it was retired, or it is uploaded although it was verified once. In the
 * second case somebody removed it from the platform
 */
export function comesBack({ retiredAt, verifiedAt }: KeyringEntry, uploading: boolean): boolean {
  return retiredAt !== undefined || (uploading && verifiedAt !== undefined);
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

/** @returns whether a CA is this tenant's (a DNS label, in any case), or may be because no tenant is noted */
export function isOfTenant({ tenant: tag }: Pick<KeyringEntry, "tenant">, tenant: string): boolean {
  return tag === undefined || tag.toLowerCase() === tenant.toLowerCase();
}

/**
 * @returns whether a CA is retired. The key of a retired CA is opened only where it is used, because a
 * derivation takes a fifth of a second
 */
export function isRetired({ retiredAt }: KeyringEntry): boolean {
  return retiredAt !== undefined;
}

/**
 * @returns the keyring with the CAs that one tenant may use. Other tenants' CAs are left out (guarantee 12)
 */
export function ownKeyring(keyring: Keyring, tenant: string): Keyring {
  return { ...keyring, entries: keyring.entries.filter((entry) => isOfTenant(entry, tenant)) };
}

/**
 * @returns the time to note for an event, ISO 8601 UTC: `now`, but never before the certificate's notBefore
 * or a time that is already noted (guarantee 3)
 */
function timeOfChange(entry: KeyringEntry, now: number): string {
  const { certificate, verifiedAt, refusedAt, restoredAt, retiredAt } = entry;
  const remembered = [verifiedAt, refusedAt, restoredAt, retiredAt].map((at) => rememberedTime(at) ?? now);
  return iso(Math.max(now, certificate.notBefore, ...remembered));
}

/** @returns the entry with its refusal: the platform's words, and when it was (`now` in milliseconds since 1970) */
export function noteRefused(entry: KeyringEntry, words: string, now: number): KeyringEntry {
  return { ...entry, refusedAt: timeOfChange(entry, now), refusedFor: words };
}

/**
 * @returns the entry with the facts of a read-back: the id, and the first time that the CA was seen as
 * verified. The overlap is counted from that time, so it is noted only while the clocks agree, and a noted
 * time never changes. A text that is no time counts as none. A noted refusal is removed
 */
export function noteVerified(
  entry: KeyringEntry,
  slot: { readonly id: string; readonly verifiedBy?: "reply" },
  { now, standing }: Agreement,
): KeyringEntry {
  const { refusedAt, refusedFor, ...kept } = entry;
  const unknown = rememberedTime(entry.verifiedAt) === undefined;
  const { verifiedBy } = slot;
  return {
    ...kept,
    platformId: slot.id,
    ...(unknown && standing === "agreed" ? { verifiedAt: timeOfChange(entry, now) } : {}),
    ...(verifiedBy === undefined ? {} : { verifiedBy }),
  };
}

/** @returns the entry marked as retired at `now` (milliseconds since 1970) */
export function markRetired(entry: KeyringEntry, now: number): KeyringEntry {
  return { ...entry, retiredAt: timeOfChange(entry, now) };
}

/** @returns the entries of `before` that `after` has lost: a write that loses one must not happen (guarantee 3) */
export function lostEntries(before: Keyring, after: Keyring): readonly KeyringEntry[] {
  return before.entries.filter((entry) => !after.entries.some((other) => isSameCa(entry, other)));
}

/** @returns the entries that may serve: neither retired nor refused (they are *ours*, whatever their subject) */
export function activeEntries(keyring: Keyring): readonly KeyringEntry[] {
  return keyring.entries.filter(
    ({ retiredAt, refusedAt }) => retiredAt === undefined && refusedAt === undefined,
  );
}
