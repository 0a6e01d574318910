/** Decides the next step of a registration. Pure: the same state gives the same decision. */
import { isNotValidYet } from "./certificate.ts";
import type { Agreement } from "./clocks.ts";
import type { KeyringEntry } from "./keyring-entries.ts";
import {
  type AmbiguousMatch,
  findAmbiguousMatches,
  findContradictions,
  isExpired,
  isUsable,
  matchSlots,
  namesAlike,
  plausibleCandidates,
  SLOT_LIMIT,
  type Slot,
} from "./slots.ts";

/** The state from which a registration is decided. */
export interface RegistrationState extends Agreement {
  readonly slots: readonly Slot[];
  /** The keyring's entries, newest first, retired ones included. */
  readonly entries: readonly KeyringEntry[];
  /** A CA that the user provides. It wins over the keyring. */
  readonly provided?: KeyringEntry | undefined;
  /** Whether `provided` is an entry of the keyring that is to be restored. */
  readonly fromKeyring?: boolean;
  /** Ids of certificates that are none of ours, as the user says. */
  readonly allowUnheld?: ReadonlySet<string>;
  /** Fingerprints of entries that were verified once and are no longer on the platform. They are not uploaded again by themselves. */
  readonly removed?: ReadonlySet<string>;
  /** The common name a new CA would get. */
  readonly commonName: string;
}

/** The next step of a registration. */
export type RegistrationDecision =
  /** A CA of the keyring is usable: nothing to do. */
  | { readonly step: "unchanged"; readonly slot: Slot; readonly ca: KeyringEntry }
  /** A CA of the keyring is uploaded and not verified yet: an earlier run stopped in between. */
  | { readonly step: "resume"; readonly slot: Slot; readonly ca: KeyringEntry }
  /** A CA exists and is not on the platform: it is uploaded, and no new key is made. */
  | { readonly step: "upload"; readonly ca: KeyringEntry }
  /** No CA exists: a key and a certificate are made. */
  | { readonly step: "create" }
  | RegistrationRefused
  /** The platform shows too little to recognise a CA, or contradicts what the keyring remembers. */
  | ({ readonly step: "ambiguous" } & AmbiguousMatch);

/** A decision that can be carried out. */
export type RegistrationStep = Exclude<RegistrationDecision, { step: "refuse" | "ambiguous" }>;

/** Nothing can be registered: these slots stand in the way. */
export interface RegistrationRefused {
  readonly step: "refuse";
  readonly code: "CA_SLOTS_FULL" | "CA_SUBJECT_IN_USE" | "CERTIFICATE_INVALID" | "CA_NOT_HELD";
  readonly slots: readonly Slot[];
}

/**
 * @param candidates newest first
 * @param allowed ids of certificates that are none of ours, as the user says
 * @param usable the usable CA, where there is one. Contradictions about older CAs then do not matter
 * @returns the first contradiction between the slots and the facts that the keyring notes, or undefined
 */
export function firstContradiction(
  slots: readonly Slot[],
  candidates: readonly KeyringEntry[],
  allowed: ReadonlySet<string>,
  usable: KeyringEntry | undefined,
): AmbiguousMatch | undefined {
  const newer = usable === undefined ? candidates : candidates.slice(0, candidates.indexOf(usable));
  return findContradictions(slots, candidates).find(
    ({ slot, ca }) => !allowed.has(slot.id) && newer.includes(ca),
  );
}

/**
 * @param allowed ids of certificates that are none of ours, as the user says
 * @param now the platform's clock, milliseconds since 1970: expired slots do not count
 * @returns the first slot that agrees with a candidate only in its expiration, or undefined
 */
export function firstDateMatch(
  slots: readonly Slot[],
  candidates: readonly KeyringEntry[],
  allowed: ReadonlySet<string>,
  now: number,
): AmbiguousMatch | undefined {
  return findAmbiguousMatches(slots, candidates).find(
    ({ slot }) => !allowed.has(slot.id) && !isExpired(slot, now),
  );
}

/** @returns each slot that may or may not hold one of the candidates, once; expired slots are left out */
export function ambiguousMatches(
  slots: readonly Slot[],
  candidates: readonly KeyringEntry[],
  at: Agreement,
): readonly AmbiguousMatch[] {
  const asked = plausibleCandidates(slots, candidates, at);
  const found = [...findContradictions(slots, asked), ...findAmbiguousMatches(slots, asked)];
  const living = found.filter(({ slot }) => !isExpired(slot, at.now));
  return living.filter(({ slot }, index) => living.findIndex((other) => other.slot === slot) === index);
}

/**
 * Decides the next step of a registration. A run after a crash reads the state again, and so goes on where it
 * stopped.
 */
export function decideRegistration(state: RegistrationState): RegistrationDecision {
  const matched = matchSlots(state.slots, allHeld(state));
  return goOnWith(state, matched) ?? begin(state, matched);
}

/**
 * Decides where a CA is on the platform already, or may be: then nothing is created or uploaded. Undefined
 * otherwise.
 */
function goOnWith(
  state: RegistrationState,
  matched: ReadonlyMap<string, KeyringEntry>,
): RegistrationDecision | undefined {
  const { slots, now, allowUnheld = new Set() } = state;
  const held = plausibleCandidates(slots, allHeld(state), state, state.provided);
  const inSlots = ourCandidates(state)
    .filter(({ certificate }) => !isNotValidYet(certificate, state, true))
    .flatMap((ca) => slots.filter((slot) => matched.get(slot.id) === ca).map((slot) => ({ slot, ca })));
  const usable = inSlots.find(({ slot }) => isUsable(slot, now));
  const contradicted = firstContradiction(slots, held, allowUnheld, usable?.ca);
  if (contradicted !== undefined) return { step: "ambiguous", ...contradicted };
  if (usable !== undefined) return { step: "unchanged", ...usable };
  const pending = inSlots.find(({ slot }) => !isExpired(slot, now));
  if (pending !== undefined) return { step: "resume", ...pending };
  const ambiguous = firstDateMatch(slots, held, allowUnheld, now);
  return ambiguous && { step: "ambiguous", ...ambiguous };
}

/** Decides where no CA is on the platform: one is created or uploaded, or the registration is refused. */
function begin(state: RegistrationState, matched: ReadonlyMap<string, KeyringEntry>): RegistrationDecision {
  const { slots, provided, removed } = state;
  const onPlatform = new Set(matched.values());
  const ready = ourCandidates(state).find(
    (ca) =>
      !onPlatform.has(ca) &&
      canBeSent(ca, state) &&
      (ca === provided || !removed?.has(ca.certificate.fingerprint)),
  );
  // A provided CA is never replaced by another one. Its dates were checked by this machine's clock.
  if (ready === undefined && provided !== undefined) return refuse("CERTIFICATE_INVALID", []);
  if (slots.length >= SLOT_LIMIT) return refuse("CA_SLOTS_FULL", slots);
  const commonNames = ready?.certificate.commonNames ?? [state.commonName];
  const sameSubject = slots.filter((slot) => hasName(slot, matched.get(slot.id), commonNames));
  if (sameSubject.length > 0) return refuse("CA_SUBJECT_IN_USE", sameSubject);
  const unheld = unheldUsable(state);
  // A provided CA does not depend on the keyring, which may be missing or old.
  if (unheld.length > 0 && (provided === undefined || state.fromKeyring === true))
    return refuse("CA_NOT_HELD", unheld);
  return ready === undefined ? { step: "create" } : { step: "upload", ca: ready };
}

function refuse(code: RegistrationRefused["code"], slots: readonly Slot[]): RegistrationRefused {
  return { step: "refuse", code, slots };
}

/**
 * @param ca the CA in the slot, where it is known. Then its own common names count, not that in the reply
 * @returns whether a slot's certificate has one of these common names
 */
export function hasName(
  slot: Pick<Slot, "commonName">,
  ca: KeyringEntry | undefined,
  commonNames: readonly string[],
): boolean {
  return ca === undefined
    ? namesAlike(slot.commonName, { commonNames })
    : ca.certificate.commonNames.some((name) => commonNames.includes(name));
}

/**
 * @returns the usable slots whose CA is not in the keyring and was not allowed by the user: the keyring may
 * be an old copy
 */
export function unheldUsable(state: RegistrationState): readonly Slot[] {
  const matched = matchSlots(state.slots, allHeld(state));
  const { slots, allowUnheld, now } = state;
  return slots.filter((slot) => isUsable(slot, now) && !matched.has(slot.id) && !allowUnheld?.has(slot.id));
}

/** @returns whether a registration with these CAs would have to make a key at this time */
export function wouldCreate(
  state: Pick<RegistrationState, "entries" | "provided" | keyof Agreement>,
): boolean {
  return state.provided === undefined && !ourCandidates(state).some((ca) => canBeSent(ca, state));
}

/**
 * @returns whether a CA may be uploaded: it has not expired, is valid already, and was not refused. A
 * provided CA is uploaded again after a refusal, because the user wants that
 */
function canBeSent(
  { certificate, refusedAt }: KeyringEntry,
  state: Pick<RegistrationState, "provided" | keyof Agreement>,
): boolean {
  const wanted = state.provided !== undefined || refusedAt === undefined;
  return wanted && certificate.notAfter > state.now && !isNotValidYet(certificate, state, false);
}

/** The CAs that may become or stay the usable one: the provided one, else every entry that is not retired. */
function ourCandidates(state: Pick<RegistrationState, "entries" | "provided">): readonly KeyringEntry[] {
  if (state.provided !== undefined) return [state.provided];
  return state.entries.filter((entry) => entry.retiredAt === undefined);
}

/**
 * The CAs to match with slots. Without retired ones, the slot of a retired CA could be taken for its
 * successor's.
 */
function allHeld(state: RegistrationState): readonly KeyringEntry[] {
  if (state.provided === undefined) return state.entries;
  const own = state.provided.certificate.fingerprint;
  return [state.provided, ...state.entries.filter((entry) => entry.certificate.fingerprint !== own)];
}

/** The result of each step of a registration, as the output `outcome` names it. */
export const REGISTRATION_OUTCOMES = {
  unchanged: "unchanged",
  resume: "resumed",
  upload: "registered",
  create: "registered",
} as const satisfies Record<RegistrationStep["step"], string>;

/** The result of a registration that was carried out. */
export type RegistrationOutcome = (typeof REGISTRATION_OUTCOMES)[keyof typeof REGISTRATION_OUTCOMES];
