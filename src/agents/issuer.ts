import { dateProblem } from "../ca/certificate.ts";
import type { Agreement } from "../ca/clocks.ts";
import type { KeyringEntry } from "../ca/keyring.ts";
import { joinKeyring, newestUsable } from "../ca/slot-status.ts";
import {
  type Doubt,
  findDoubts,
  inQuestion,
  isUsable,
  type ListedSlot,
  recallVerified,
} from "../ca/slots.ts";
import { shown } from "../messages/printable.ts";

/** The CA that issues, or why none can. */
export type Issuer =
  | {
      readonly ca: KeyringEntry;
      readonly id?: string;
      /** Ids of usable CAs on the platform that end later and whose keys are not there: the keyring may be an old one. */
      readonly unheld?: readonly string[];
    }
  | { readonly refused: string; readonly next?: string };

/** What there is to choose from. */
export interface Issuers extends Agreement {
  /** The keyring's, newest first. */
  readonly entries: readonly KeyringEntry[];
  /** Wins over the keyring. */
  readonly brought: KeyringEntry | undefined;
}

/**
 * Chooses the CA that issues agent certificates: the one of ca-certificate, else the newest usable one of the keyring.
 * @param listed the platform's slots: the platform takes agents of a verified, unexpired CA only
 */
export function chooseIssuer(issuers: Issuers, listed: readonly ListedSlot[]): Issuer {
  const { entries, brought, now } = issuers;
  const candidates = brought === undefined ? entries : [brought];
  // Of one that is in the keyring too, more may be remembered: its id, and that only a reply said it is verified.
  const slots = recallVerified(listed, entries);
  const joined = joinKeyring(slots, candidates, now);
  const usable = joined.filter(({ slot, ca }) => ca !== undefined && isUsable(slot, now));
  const newest = newestUsable(usable, candidates, issuers);
  const ca = usable.find(({ slot }) => slot.id === newest?.id)?.ca;
  const newer = ca === undefined ? candidates : candidates.slice(0, candidates.indexOf(ca));
  const doubt = findDoubts(
    slots.filter((slot) => isUsable(slot, now)),
    inQuestion(slots, candidates, issuers, brought),
  ).find((it) => it.ca.retiredAt === undefined && newer.includes(it.ca));
  if (doubt !== undefined) return unknown(doubt);
  if (ca === undefined || newest === undefined) {
    const whose = brought === undefined ? "No CA of the keyring is" : "The CA of ca-certificate is not";
    return { refused: `${whose} usable on the platform. A usable CA is verified there and not expired` };
  }
  if (ca.retiredAt !== undefined) return { refused: `The only usable CA was retired at ${ca.retiredAt}` };
  const held = joinKeyring(slots, brought === undefined ? entries : [...entries, brought], now);
  const later = held.filter(
    ({ slot, ca: kept }) => kept === undefined && isUsable(slot, now) && endsAfter(slot, ca.certificate),
  );
  return { ca, id: newest.id, unheld: later.map(({ slot }) => slot.id) };
}

/** Agents of a CA that is not there are useless, and those of an older one would be issued anew by and by. */
function unknown({ slot, ca }: Doubt): { refused: string; next: string } {
  const id = shown(slot.id);
  return {
    refused: `The certificate ${id} on the platform may be the CA "${shown(ca.certificate.commonName)}" of the keyring. Both expire ${slot.expiration}, and the platform shows nothing else that tells`,
    next: `If it is that CA, run register with certificate-id: ${id}, then run this task again with the new keyring. To issue without asking the platform, set offline: true.`,
  };
}

function endsAfter({ expiration }: ListedSlot, { notAfter }: KeyringEntry["certificate"]): boolean {
  return Date.parse(expiration) > notAfter;
}

/** Chooses without asking the platform: what the keyring remembers as verified counts before what it does not. */
export function chooseOffline({ entries, brought, now }: Issuers): Issuer {
  if (brought?.retiredAt !== undefined)
    return { refused: `The CA of ca-certificate was retired at ${brought.retiredAt}` };
  if (brought?.refusedAt !== undefined)
    return { refused: `The platform refused the CA of ca-certificate at ${brought.refusedAt}` };
  if (brought !== undefined) return { ca: brought };
  const living = entries.filter(
    ({ retiredAt, refusedAt, certificate }) =>
      retiredAt === undefined && refusedAt === undefined && certificate.notAfter > now,
  );
  // One that was verified had begun by then: where it seems not to have, the clock is wrong, and whoever asked says so.
  const ca =
    living.find(({ verifiedAt }) => verifiedAt !== undefined) ??
    living.find(({ certificate }) => dateProblem(certificate, now) === undefined) ??
    living[0];
  const refused = "Every CA of the keyring is retired, refused by the platform, or expired";
  return ca === undefined ? { refused } : { ca };
}
