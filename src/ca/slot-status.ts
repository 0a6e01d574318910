/**
 * The status of each slot: days left, share of its life, whether its key is in the keyring, and advice. Also
 * finds the newest usable CA.
 */
import { printableId } from "../messages/printable.ts";
import { isNotValidYet } from "./certificate.ts";
import type { Agreement } from "./clocks.ts";
import type { KeyringEntry } from "./keyring-entries.ts";
import { isExpired, isUsable, matchSlots, type Slot } from "./slots.ts";
import { DAY_MS } from "./time.ts";

/** Days before the end of the newest usable CA from which a rotation is due: longer than the agents' 365 days. */
export const RENEW_BEFORE_DAYS = 395;

/** A slot in the output of the status task. */
export interface SlotStatus extends Slot {
  /** Whole days until it expires by the platform's clock; negative once it has. */
  readonly daysLeft: number;
  /** Whether its key is in the keyring. */
  readonly held: boolean;
  /** Share of its life that is over in percent; null where the keyring does not have the certificate. */
  readonly lifeUsed: number | null;
}

/** The status of a slot, and the keyring's entry of its CA. */
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
  const { notBefore, notAfter } = certificate;
  const share = (now - notBefore) / (notAfter - notBefore);
  return Math.round(Math.min(1, Math.max(0, share)) * 100);
}

/**
 * @param entries the keyring's, newest first. The newest CA of the keyring wins over a CA that is not in it
 * and lasts longer
 * @returns the newest usable slot, or undefined where none is usable. A CA that is not valid yet does not
 * count
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

/**
 * Finds what needs a person's attention, slot by slot.
 * @param keyringKnown whether a keyring came in. Without one, nobody can tell which CAs are ours
 * @param now the platform's clock, milliseconds since 1970
 * @returns one text for each problem, with its solution. It may hold hostile text of the slots
 */
export function advise(joined: readonly Joined[], keyringKnown: boolean, now: number): string[] {
  const usable = joined.filter(({ slot }) => isUsable(slot, now));
  const names = usable.map(({ slot }) => slot.commonName).filter((name) => name !== "");
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return [
    ...joined.flatMap((it) => adviseSlot(it, keyringKnown, now)),
    ...(twice === undefined
      ? []
      : [
          `Two usable CA certificates have the common name "${twice}". Brokers refuse the agents of one of them. Delete the one that no agent needs (tasks/delete).`,
        ]),
  ];
}

function adviseSlot({ slot, ca }: Joined, keyringKnown: boolean, now: number): string[] {
  const id = printableId(slot.id);
  const named = `${id} ("${slot.name}")`;
  if (isExpired(slot, now)) {
    return [
      ca === undefined
        ? `${named} has expired and takes a slot. Delete it with tasks/delete (certificate-id: ${id}).`
        : `${named} has expired and takes a slot. tasks/rotate deletes it when it needs the slot.`,
    ];
  }
  if (ca?.retiredAt !== undefined) {
    return [
      `${named} is marked retired in the keyring and is still on the platform. Run tasks/rotate with apply: true (without retire: never), or tasks/delete (certificate-id: ${id}).`,
    ];
  }
  if (!slot.isVerified) {
    const next =
      ca === undefined
        ? `If nobody is about to verify it, delete it with tasks/delete (certificate-id: ${id})`
        : "Run register or tasks/rotate to verify it";
    return [`${named} takes a slot and is not verified. ${next}.`];
  }
  if (keyringKnown && ca === undefined) {
    return [
      `${named} is usable, but its key is not in the keyring. This workflow cannot rotate it, and cannot issue agent certificates with it. If the key is lost, see docs/recovery.md.`,
    ];
  }
  return [];
}
