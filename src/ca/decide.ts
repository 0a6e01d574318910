import { isNotValidYet } from "./certificate.ts";
import type { Agreement } from "./clocks.ts";
import { type Candidate, isExpired, isUsable, matchSlots, SLOT_LIMIT, type Slot } from "./slots.ts";

/** A CA that could serve: an entry of the keyring, or one brought along. */
export interface Known extends Candidate {
  /** Set where it was retired or deleted by us: it never comes back by itself. */
  readonly retiredAt?: string;
}

/** What there is when a registration begins. */
export interface Observation<C extends Known> extends Agreement {
  readonly slots: readonly Slot[];
  /** The keyring's entries, newest first, retired ones included. */
  readonly entries: readonly C[];
  /** A CA that the user brings along; it wins over the keyring. */
  readonly brought?: C | undefined;
  /** The common name a new CA would get. */
  readonly commonName: string;
}

/** The next step of a registration. */
export type Decision<C extends Known> =
  /** Ours and usable: nothing to do. */
  | { readonly step: "unchanged"; readonly slot: Slot; readonly ca: C }
  /** Ours and uploaded, not verified yet: a run died, or somebody stopped half way. */
  | { readonly step: "resume"; readonly slot: Slot; readonly ca: C }
  /** There is a key and certificate, not on the platform: upload that one, make no new key. */
  | { readonly step: "upload"; readonly ca: C }
  /** Nothing there: make a key and a certificate. */
  | { readonly step: "create" }
  | {
      readonly step: "refuse";
      readonly code: "CA_SLOTS_FULL" | "CA_SUBJECT_IN_USE" | "CERTIFICATE_INVALID";
      readonly slots: readonly Slot[];
    };

/**
 * Decides what a registration does next, from what two slots and a keyring look like. Pure: running again after a
 * crash observes anew and so goes on where it stopped.
 */
export function decideRegistration<C extends Known>(seen: Observation<C>): Decision<C> {
  const candidates = ourCandidates(seen);
  const matched = matchSlots(seen.slots, allHeld(seen));
  const on = (ca: C) => seen.slots.filter((slot) => matched.get(slot.id) === ca);

  const placed = candidates.filter(({ certificate }) => !isNotValidYet(certificate, seen, true));
  for (const ca of placed) {
    const slot = on(ca).find((it) => isUsable(it, seen.now));
    if (slot !== undefined) return { step: "unchanged", slot, ca };
  }
  for (const ca of placed) {
    const slot = on(ca).find((it) => !isExpired(it, seen.now));
    if (slot !== undefined) return { step: "resume", slot, ca };
  }
  const ready = candidates.find((ca) => on(ca).length === 0 && isUploadable(ca, seen));
  // One that is brought along is never replaced by another; its dates were good by this machine's clock.
  if (ready === undefined && seen.brought !== undefined) {
    return { step: "refuse", code: "CERTIFICATE_INVALID", slots: [] };
  }
  const commonName = ready?.certificate.commonName ?? seen.commonName;

  if (seen.slots.length >= SLOT_LIMIT) return { step: "refuse", code: "CA_SLOTS_FULL", slots: seen.slots };
  const sameSubject = seen.slots.filter((slot) => slot.commonName === commonName);
  if (sameSubject.length > 0) return { step: "refuse", code: "CA_SUBJECT_IN_USE", slots: sameSubject };
  return ready === undefined ? { step: "create" } : { step: "upload", ca: ready };
}

/** @returns whether a registration with these candidates would have to make a key, by this clock */
export function wouldCreate(
  seen: Pick<Observation<Known>, "entries" | "brought" | keyof Agreement>,
): boolean {
  return seen.brought === undefined && !ourCandidates(seen).some((ca) => isUploadable(ca, seen));
}

/** Neither expired nor, as far as anybody can tell, yet to begin. */
function isUploadable({ certificate }: Known, at: Agreement): boolean {
  return certificate.notAfter > at.now && !isNotValidYet(certificate, at, false);
}

/** What may become or stay the usable CA: the one brought along, else every entry that is not retired. */
function ourCandidates<C extends Known>(seen: Pick<Observation<C>, "entries" | "brought">): readonly C[] {
  if (seen.brought !== undefined) return [seen.brought];
  return seen.entries.filter((entry) => entry.retiredAt === undefined);
}

/** Retired entries take part in the matching, or a retired CA's slot could be taken for its successor's. */
function allHeld<C extends Known>(seen: Observation<C>): readonly C[] {
  if (seen.brought === undefined) return seen.entries;
  const own = seen.brought.certificate.fingerprint;
  return [seen.brought, ...seen.entries.filter((entry) => entry.certificate.fingerprint !== own)];
}

/** What each step of a registration comes to, as the output `outcome` names it. */
export const OUTCOMES = {
  unchanged: "unchanged",
  resume: "resumed",
  upload: "registered",
  create: "registered",
} as const satisfies Record<Exclude<Decision<Known>["step"], "refuse">, string>;

/** What a registration came to. */
export type Outcome = (typeof OUTCOMES)[keyof typeof OUTCOMES];
