/** Retires a CA: mark it in the keyring, look at the slots, delete it. Used by delete and rotate. */
import type { Clocks } from "../ca/clocks.ts";
import { changeEntry, type KeyringEntry, markRetired } from "../ca/keyring.ts";
import { isLastUsable, isUsable, type ListedSlot, type Slot } from "../ca/slots.ts";
import { ActionError, type ErrorCode } from "../messages/errors.ts";
import { printableId, printableName } from "../messages/printable.ts";
import type { Procedure } from "./documented-steps.ts";

/** Refusals by which nothing was deleted, as long as no earlier attempt ended unclear. */
const NOTHING_DELETED: ReadonlySet<ErrorCode> = new Set([
  "CA_LAST_USABLE",
  "CLOCK_DOUBTFUL",
  "TOKEN_EXPIRING",
  "TOKEN_REFUSED",
  "ACCESS_DENIED",
  "PLATFORM_REFUSED",
]);

/** What a retirement is about: the CA, the slot it lies in, and what must hold when it goes. */
export interface Retiree {
  readonly id: string;
  readonly ca: KeyringEntry;
  /** Looks at the slots right before the DELETE and throws where it must not happen (guarantee 6). */
  readonly guard: (slots: readonly ListedSlot[]) => void;
  /** What is to agree that it goes (guarantee 3); undefined where the user wants it to go whatever the time. */
  readonly clock: Pick<Clocks, "require"> | undefined;
}

/**
 * Retires a CA of ours: marks it in the keyring (guarantee 4), reads the slots again (guarantee 6), deletes it. The
 * mark is taken back only where the DELETE was refused for good, no attempt of it ended unclear, and a fresh list shows
 * the certificate: a lost one may be carried out late.
 * @throws ActionError `KEYRING_TARGET_MISSING`, `CA_LAST_USABLE`, …
 */
export async function retire(
  procedure: Pick<Procedure, "context" | "platform" | "keyring">,
  { id, ca, guard, clock }: Retiree,
): Promise<void> {
  const { context, platform } = procedure;
  const { commonName } = ca.certificate;
  const marks = ca.retiredAt === undefined;
  const agreed = () => clock?.require("end");
  agreed();
  await platform.caCertificates.requireTokenForChange();
  if (marks) await mark(procedure, ca, agreed);
  try {
    // Writing took its time: another run may have changed the slots.
    const slots = await platform.caCertificates.list();
    if (!slots.some((slot) => slot.id === id)) {
      context.runner.info(`The CA ${commonName} (${id}) is not on the platform any more.`);
      return;
    }
    const allow = (seen: readonly ListedSlot[]) => {
      agreed();
      guard(seen);
    };
    allow(slots);
    await platform.caCertificates.remove(id, allow);
  } catch (error) {
    const refused = error instanceof ActionError && NOTHING_DELETED.has(error.code) && !error.maybeDone;
    if (marks && refused && (await isThere(platform, id))) {
      await takeMarkBack(procedure, ca);
    } else {
      context.runner.warning(
        `The CA ${commonName} (${printableId(id)}) is marked retired in the keyring, but may still be on the platform. Run again.`,
      );
    }
    throw error;
  }
}

/** @returns whether a list of now shows it; false where none can be had */
async function isThere({ caCertificates }: Procedure["platform"], id: string): Promise<boolean> {
  const slots = await caCertificates.list().catch(() => []);
  return slots.some((slot) => slot.id === id);
}

async function mark(
  { context, platform, keyring }: Pick<Procedure, "context" | "platform" | "keyring">,
  ca: KeyringEntry,
  agreed: () => void,
): Promise<void> {
  const { commonName } = ca.certificate;
  if (keyring.location === undefined) {
    throw new ActionError(
      "KEYRING_TARGET_MISSING",
      `The CA ${commonName} must be marked retired in the keyring before it is deleted. This run has no place to write the keyring to.`,
      { next: "Set keyring-file, or keyring-secret with github-token. Then run again." },
    );
  }
  const { tenant } = keyring;
  await keyring.update((current) => {
    agreed();
    const { clock } = platform;
    return changeEntry(current, ca, (held) => ({ ...markRetired(held, clock.earliest()), tenant }));
  });
  context.runner.info(`Marked the CA ${commonName} retired in ${keyring.location}.`);
}

/** What went wrong before is what the run tells of: a mark that stays is a warning beside it. */
async function takeMarkBack(
  { context, keyring }: Pick<Procedure, "context" | "keyring">,
  ca: KeyringEntry,
): Promise<void> {
  const { commonName } = ca.certificate;
  try {
    await keyring.update((current) => changeEntry(current, ca, ({ retiredAt, ...held }) => held));
    context.runner.info(`The CA ${commonName} was not deleted. It is no longer marked retired.`);
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    context.runner.warning(
      `The CA ${commonName} was not deleted, and is still marked retired in the keyring (${error.code}): ${error.message}`,
    );
  }
}

/**
 * @param slots those that count
 * @param now the platform's clock, milliseconds since 1970
 * @param next the next step, where the usual one does not fit
 * @throws ActionError `CA_LAST_USABLE` where `id` is the only usable one among them
 */
export function requireNotLastUsable(slots: readonly Slot[], id: string, now: number, next?: string): void {
  const leaving = slots.find((slot) => slot.id === id);
  if (leaving === undefined || !isLastUsable(slots, id, now)) return;
  const others = slots.filter((slot) => slot.id !== id && isUsable(slot, now));
  const silent = others.map((slot) => printableId(slot.id)).join(" and ");
  const doubt = ` The platform's list does not say whether ${silent} is verified. Only the keyring remembers that it is.`;
  throw new ActionError(
    "CA_LAST_USABLE",
    `${printableId(id)} ("${printableName(leaving.name)}", expires ${leaving.expiration}) is the last usable CA certificate.${silent && doubt}`,
    { next },
  );
}
