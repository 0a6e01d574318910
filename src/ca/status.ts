import { isUsable, type Slot } from "./slots.ts";

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
}

/** @param now the platform's clock, milliseconds since 1970 */
export function slotStatus(slot: Slot, held: boolean, now: number): SlotStatus {
  const { id, name, commonName, expiration, isVerified } = slot;
  const daysLeft = Math.floor((Date.parse(expiration) - now) / DAY_MS);
  return { id, name, commonName, expiration, isVerified, daysLeft, held };
}

/** @returns whether a certificate has fewer than `days` left at `now` (milliseconds since 1970) */
export function endsWithin(expiration: string, days: number, now: number): boolean {
  return Date.parse(expiration) - now < days * DAY_MS;
}

/** @returns the usable slot that lasts longest, or undefined where none is usable at `now` (platform's clock, ms) */
export function newestUsable(slots: readonly SlotStatus[], now: number): SlotStatus | undefined {
  return slots
    .filter((slot) => isUsable(slot, now))
    .toSorted((a, b) => Date.parse(b.expiration) - Date.parse(a.expiration))[0];
}
