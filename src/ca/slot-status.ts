/**
 * What the task status shows of a slot: days left, share of its life, key held or not. And which CA is the newest
 * usable one.
 */
import { isNotValidYet } from "./certificate.ts";
import type { Agreement } from "./clocks.ts";
import type { KeyringEntry } from "./keyring.ts";
import { isUsable, matchSlots, type Slot } from "./slots.ts";

/** Milliseconds of a day. */
export const DAY_MS = 24 * 60 * 60 * 1000;

/** Days before the end of the newest usable CA from which a rotation is due: longer than the agents' 365 days. */
export const RENEW_BEFORE_DAYS = 395;

/** A slot as the status task hands it on. */
export interface SlotStatus extends Slot {
  /** Whole days until it expires by the platform's clock; negative once it has. */
  readonly daysLeft: number;
  /** Whether its key is in the keyring. */
  readonly held: boolean;
  /** Share of its life that is over in percent; null where the keyring does not have the certificate. */
  readonly lifeUsed: number | null;
}

/** A slot, what there is to say of it, and what the keyring knows of it. */
export interface Joined {
  readonly slot: SlotStatus;
  readonly ca: KeyringEntry | undefined;
}

/**
 * Joins the platform's slots with the keyring.
 * @param entries newest first
 * @param now the platform's clock, milliseconds since 1970
 * @returns the slots in their order
 */
export function joinKeyring(slots: readonly Slot[], entries: readonly KeyringEntry[], now: number): Joined[] {
  const held = matchSlots(slots, entries);
  return slots.map(({ id, name, commonName, expiration, isVerified }) => {
    const ca = held.get(id);
    const daysLeft = Math.floor((Date.parse(expiration) - now) / DAY_MS);
    const lifeUsed = ca === undefined ? null : percentUsed(ca, now);
    return {
      slot: {
        id,
        name,
        commonName: commonName || (ca?.certificate.commonName ?? ""),
        expiration,
        isVerified,
        daysLeft,
        held: ca !== undefined,
        lifeUsed,
      },
      ca,
    };
  });
}

function percentUsed({ certificate }: KeyringEntry, now: number): number {
  const start = Date.parse(certificate.x509.validFrom);
  const share = (now - start) / (certificate.notAfter - start);
  return Math.round(Math.min(1, Math.max(0, share)) * 100);
}

/**
 * @param entries the keyring's, newest first: the newest of ours wins over one that lasts longer and is not ours
 * @returns the newest usable slot, or undefined where none is usable by then; one that is not valid yet counts as none
 */
export function newestUsable(
  joined: readonly Joined[],
  entries: readonly KeyringEntry[],
  at: Agreement,
): SlotStatus | undefined {
  const usable = joined.filter(
    ({ slot, ca }) =>
      isUsable(slot, at.now) && (ca === undefined || !isNotValidYet(ca.certificate, at, true)),
  );
  const ours = entries
    .filter((entry) => entry.retiredAt === undefined)
    .flatMap((entry) => usable.filter(({ ca }) => ca === entry));
  const longest = usable.toSorted((a, b) => Date.parse(b.slot.expiration) - Date.parse(a.slot.expiration));
  return [...ours, ...longest][0]?.slot;
}

/** @returns when the rotation of a CA is due, milliseconds since 1970 */
export function rotationDueAt(
  { expiration }: Pick<Slot, "expiration">,
  renewBeforeDays = RENEW_BEFORE_DAYS,
): number {
  return Date.parse(expiration) - renewBeforeDays * DAY_MS;
}

/** @returns whether a certificate has fewer than `days` left at `now` (milliseconds since 1970) */
export function endsWithin(expiration: string, days: number, now: number): boolean {
  return Date.parse(expiration) - now < days * DAY_MS;
}
