/**
 * Retires a CA: marks it in the keyring, looks at the slots, deletes it. The tasks delete and rotate use
 * this.
 */
import type { Clocks } from "../ca/clocks.ts";
import { changeEntry, type KeyringEntry, markRetired } from "../ca/keyring-entries.ts";
import { isLastUsable, isUsable, type ListedSlot, type Slot } from "../ca/slots.ts";
import { ActionError, type ErrorCode } from "../messages/errors.ts";
import { printableId, printableName } from "../messages/printable.ts";
import type { StepContext } from "./documented-steps.ts";

/** Refusals by which nothing was deleted, as long as no earlier attempt ended unclear. */
const NOTHING_DELETED: ReadonlySet<ErrorCode> = new Set([
  "CA_LAST_USABLE",
  "CLOCK_DOUBTFUL",
  "TOKEN_EXPIRING",
  "TOKEN_REFUSED",
  "ACCESS_DENIED",
  "PLATFORM_REFUSED",
]);

/** Which CA is retired, and what must hold when it goes. */
export interface Retirement {
  /** Id of the CA's slot. */
  readonly id: string;
  readonly ca: KeyringEntry;
  /** Asks the clock and looks at the slots right before the DELETE. Throws where it must not happen (guarantees 3 and 6). */
  readonly guard: (listed: readonly ListedSlot[]) => void;
  /** Asked before the mark is written; undefined where the user wants the CA to go whatever the time. */
  readonly clock: Pick<Clocks, "require"> | undefined;
}

/**
 * Retires a CA of the keyring: marks it in the keyring (guarantee 4), reads the slots again (guarantee 6),
 * deletes it. The mark is taken back only where the DELETE was refused for good, no attempt of it ended
 * unclear, and a fresh list shows the certificate: a DELETE whose reply was lost may be carried out late.
 * @throws ActionError `KEYRING_TARGET_MISSING`, `CA_LAST_USABLE`, …
 */
export async function retire(steps: StepContext, retirement: Retirement): Promise<void> {
  const { context, platform } = steps;
  const { id, ca, guard, clock } = retirement;
  const { commonName } = ca.certificate;
  const needsMark = ca.retiredAt === undefined;
  clock?.require("end");
  await platform.caCertificates.requireTokenForChange();
  if (needsMark) await mark(steps, retirement);
  try {
    // Writing took its time: another run may have changed the slots.
    const listed = await platform.caCertificates.list();
    if (!listed.some((slot) => slot.id === id)) {
      context.runner.info(`The CA ${commonName} (${id}) is not on the platform any more.`);
      return;
    }
    guard(listed);
    await platform.caCertificates.remove(id, guard);
  } catch (error) {
    const refused = error instanceof ActionError && NOTHING_DELETED.has(error.code) && !error.maybeDone;
    if (needsMark && refused && (await isListed(steps, id))) {
      await takeMarkBack(steps, ca);
    } else {
      context.runner.warning(
        `The CA ${commonName} (${printableId(id)}) is marked retired in the keyring, but may still be on the platform. Run again.`,
      );
    }
    throw error;
  }
}

/** @returns whether the platform's list shows the id; false also where the list fails */
async function isListed({ platform }: StepContext, id: string): Promise<boolean> {
  const slots = await platform.caCertificates.list().catch(() => []);
  return slots.some((slot) => slot.id === id);
}

async function mark({ context, platform, keyring }: StepContext, { ca, clock }: Retirement): Promise<void> {
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
    clock?.require("end");
    return changeEntry(current, ca, (held) => ({ ...markRetired(held, platform.clock.earliest()), tenant }));
  });
  context.runner.info(`Marked the CA ${commonName} retired in ${keyring.location}.`);
}

/** Takes the mark back. The run fails with its earlier error, so a mark that stays is only a warning. */
async function takeMarkBack({ context, keyring }: StepContext, ca: KeyringEntry): Promise<void> {
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
 * @param slots the slots that count
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
