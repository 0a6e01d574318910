/** Chooses the CA that issues the agents' certificates, and opens its key. */
import { dateProblem } from "../ca/certificate.ts";
import type { Agreement } from "../ca/clocks.ts";
import { isSameCa, type Keyring, type KeyringEntry } from "../ca/keyring-entries.ts";
import { plainPem } from "../ca/private-key.ts";
import { joinKeyring, newestUsable } from "../ca/slot-status.ts";
import {
  type AmbiguousMatch,
  findAmbiguousMatches,
  isUsable,
  type ListedSlot,
  plausibleCandidates,
  recallVerified,
} from "../ca/slots.ts";
import type { KeyringSession } from "../keyring/keyring-session.ts";
import { ActionError } from "../messages/errors.ts";
import { printableName } from "../messages/printable.ts";
import type { Connection } from "../mindconnect/connect.ts";
import type { CaPair } from "../openssl/make-certificates.ts";
import { requireWrittenBefore } from "../run/keyring-upkeep.ts";
import { type RunContext, warnOfSkew } from "../run/run-context.ts";

/**
 * @param connection undefined for offline
 * @param givenCa the CA of `ca-certificate`: it wins over the keyring
 * @returns the CA with its key in plain PEM, masked
 * @throws ActionError `CA_NOT_USABLE`, and those of the list
 */
export async function issuingCa(
  context: RunContext,
  connection: Connection | undefined,
  keeper: KeyringSession,
  givenCa: CaPair | undefined,
): Promise<CaPair> {
  const { entries } = keeper.keyring;
  // The keyring may remember more of the given CA, such as its id on the platform.
  const given = givenCa && {
    ...entries.find((entry) => isSameCa(entry, givenCa)),
    notes: [],
    ...givenCa,
  };
  const chosen =
    connection === undefined
      ? offline(context, keeper.keyring, given)
      : await online(context, connection, entries, given);
  if ("refused" in chosen) {
    // If the clocks differ, the run fails with that, because the clocks are then the cause.
    context.clock.require("make");
    throw new ActionError("CA_NOT_USABLE", `${chosen.refused}.`, { next: chosen.next });
  }
  const { certificate } = chosen.ca;
  const { unheld = [] } = chosen;
  if (unheld.length > 0) {
    context.runner.warning(
      `The platform has a usable CA (${unheld.join(", ")}) that expires later than the issuing CA ${certificate.commonName}. Its key is not in the keyring. The keyring may be an old copy: pass the newest one.`,
    );
  }
  const id = chosen.id === undefined ? "" : `, id ${chosen.id}`;
  context.runner.info(`Issuing CA: ${certificate.commonName}${id}, expires ${certificate.expiration}.`);
  const plain = plainPem(keeper.open(chosen.ca));
  context.runner.mask(plain);
  return { certificate, privateKey: plain };
}

async function online(
  context: RunContext,
  connection: Connection,
  entries: readonly KeyringEntry[],
  given: KeyringEntry | undefined,
): Promise<ChosenCa> {
  const platform = await context.connect(connection);
  const listed = await platform.caCertificates.list();
  warnOfSkew(context.runner, platform.clock);
  return chooseIssuingCa({ entries, given, ...platform.clock.agreement() }, listed);
}

function offline(context: RunContext, keyring: Keyring, given: KeyringEntry | undefined): ChosenCa {
  context.runner.notice(
    "offline is true: the platform was not asked whether the CA is usable. It accepts agents only of a verified CA.",
  );
  warnOfSkew(context.runner, context.clock);
  requireWrittenBefore(context, keyring);
  const chosen = chooseOffline({ entries: keyring.entries, given, ...context.clock.agreement() });
  if ("ca" in chosen) {
    const { commonName, notBefore } = chosen.ca.certificate;
    context.clock.requireAfter(notBefore, `the CA ${commonName} is valid from`);
  }
  return chosen;
}

/** The CA that issues, or why none can. */
type ChosenCa =
  | {
      readonly ca: KeyringEntry;
      readonly id?: string;
      /**
       * Ids of usable CAs on the platform that expire later and whose keys are not in the keyring. The
       * keyring may be an old copy.
       */
      readonly unheld?: readonly string[];
    }
  | { readonly refused: string; readonly next?: string };

/** What there is to choose from. */
interface AvailableCas extends Agreement {
  /** The keyring's, newest first. */
  readonly entries: readonly KeyringEntry[];
  /** The CA of `ca-certificate`: it wins over the keyring. */
  readonly given: KeyringEntry | undefined;
}

/**
 * Chooses the CA that issues agent certificates: the one of ca-certificate, else the newest usable one of the keyring.
 * @param listed the platform's slots: the platform takes agents of a verified, unexpired CA only
 * @returns the CA, or why none can issue
 */
export function chooseIssuingCa(available: AvailableCas, listed: readonly ListedSlot[]): ChosenCa {
  const { entries, given, now } = available;
  const candidates = given === undefined ? entries : [given];
  // The keyring remembers ids, and for which CA only a reply said that it is verified.
  const slots = recallVerified(listed, entries);
  const joined = joinKeyring(slots, candidates, now);
  const usable = joined.filter(({ slot, ca }) => ca !== undefined && isUsable(slot, now));
  const newest = newestUsable(usable, candidates, available);
  const ca = usable.find(({ slot }) => slot.id === newest?.id)?.ca;
  const newer = ca === undefined ? candidates : candidates.slice(0, candidates.indexOf(ca));
  const doubt = findAmbiguousMatches(
    slots.filter((slot) => isUsable(slot, now)),
    plausibleCandidates(slots, candidates, available, given),
  ).find((it) => it.ca.retiredAt === undefined && newer.includes(it.ca));
  if (doubt !== undefined) return doubtful(doubt);
  if (ca === undefined || newest === undefined) {
    const whose = given === undefined ? "No CA of the keyring is" : "The CA of ca-certificate is not";
    return { refused: `${whose} usable on the platform. A usable CA is verified there and not expired` };
  }
  if (ca.retiredAt !== undefined) return { refused: `The only usable CA was retired at ${ca.retiredAt}` };
  const held = joinKeyring(slots, given === undefined ? entries : [...entries, given], now);
  const later = held.filter(
    ({ slot, ca: known }) =>
      known === undefined && isUsable(slot, now) && Date.parse(slot.expiration) > ca.certificate.notAfter,
  );
  return { ca, id: newest.id, unheld: later.map(({ slot }) => slot.id) };
}

/**
 * @returns the refusal of a doubtful CA. Certificates of a CA that is not on the platform are useless.
 * Certificates of an older CA would all be issued again later
 */
function doubtful({ slot, ca }: AmbiguousMatch): { refused: string; next: string } {
  const id = printableName(slot.id);
  return {
    refused: `The certificate ${id} on the platform may be the CA "${printableName(ca.certificate.commonName)}" of the keyring. Both expire ${slot.expiration}, and the platform shows nothing else that tells`,
    next: `If it is that CA, run register with certificate-id: ${id}, then run this task again with the new keyring. To issue without asking the platform, set offline: true.`,
  };
}

/**
 * Chooses without asking the platform. A CA that the keyring remembers as verified comes first.
 * @returns the CA, or why none can issue
 */
export function chooseOffline({ entries, given, now }: AvailableCas): ChosenCa {
  if (given?.retiredAt !== undefined)
    return { refused: `The CA of ca-certificate was retired at ${given.retiredAt}` };
  if (given?.refusedAt !== undefined)
    return { refused: `The platform refused the CA of ca-certificate at ${given.refusedAt}` };
  if (given !== undefined) return { ca: given };
  const living = entries.filter(
    ({ retiredAt, refusedAt, certificate }) =>
      retiredAt === undefined && refusedAt === undefined && certificate.notAfter > now,
  );
  // A CA was valid when it was verified. If the clock says that it is not valid yet, the clock is wrong, and
  // the caller says so.
  const ca =
    living.find(({ verifiedAt }) => verifiedAt !== undefined) ??
    living.find(({ certificate }) => dateProblem(certificate, now) === undefined) ??
    living[0];
  const refused = "Every CA of the keyring is retired, refused by the platform, or expired";
  return ca === undefined ? { refused } : { ca };
}
