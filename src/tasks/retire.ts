import type { Clocks } from "../ca/clocks.ts";
import { ActionError, type ErrorCode } from "../ca/errors.ts";
import { changeEntry, type KeyringEntry, markRetired } from "../ca/keyring.ts";
import { shown } from "../ca/printable.ts";
import { isUsable, type ListedSlot, type Slot } from "../ca/slots.ts";
import type { Procedure } from "./procedure.ts";

/** Refusals after which the certificate is surely still there. */
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
 * mark is taken back where the certificate surely did not go.
 * @throws ActionError `KEYRING_TARGET_MISSING`, `CA_LAST_USABLE`, …
 */
export async function retire(
  procedure: Pick<Procedure, "tools" | "platform" | "keyring">,
  { id, ca, guard, clock }: Retiree,
): Promise<void> {
  const { tools, platform } = procedure;
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
      tools.runner.info(`${commonName} (${id}) is gone already.`);
      return;
    }
    const allow = (seen: readonly ListedSlot[]) => {
      agreed();
      guard(seen);
    };
    allow(slots);
    await platform.caCertificates.remove(id, allow);
  } catch (error) {
    if (marks && error instanceof ActionError && NOTHING_DELETED.has(error.code)) {
      await takeMarkBack(procedure, ca);
    } else {
      tools.runner.warning(`${commonName} is marked retired, but may still be there: run again.`);
    }
    throw error;
  }
}

async function mark(
  { tools, platform, keyring }: Pick<Procedure, "tools" | "platform" | "keyring">,
  ca: KeyringEntry,
  agreed: () => void,
): Promise<void> {
  const { commonName } = ca.certificate;
  if (keyring.place === undefined) {
    throw new ActionError(
      "KEYRING_TARGET_MISSING",
      `${commonName} must be marked retired in the keyring first.`,
      { next: "Pass the keyring as keyring-file or with keyring-secret, so that it can be written." },
    );
  }
  await keyring.update((current) => {
    agreed();
    return changeEntry(current, ca, (held) => markRetired(held, platform.clock.earliest()));
  });
  tools.runner.info(`${commonName} is marked retired in ${keyring.place}.`);
}

/** What went wrong before is what the run tells of: a mark that stays is a warning beside it. */
async function takeMarkBack(
  { tools, keyring }: Pick<Procedure, "tools" | "keyring">,
  ca: KeyringEntry,
): Promise<void> {
  const { commonName } = ca.certificate;
  try {
    await keyring.update((current) => changeEntry(current, ca, () => ca));
    tools.runner.info(`${commonName} was not deleted and is no longer marked retired.`);
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    tools.runner.warning(
      `${commonName} was not deleted, and is still marked retired in the keyring (${error.code}): ${error.message}`,
    );
  }
}

/**
 * @param slots those that count
 * @param now the platform's clock, milliseconds since 1970
 * @param next the next step, where the usual one does not fit
 * @throws ActionError `CA_LAST_USABLE` where `id` is the only usable one among them
 */
export function refuseLastUsable(slots: readonly Slot[], id: string, now: number, next?: string): void {
  const [last, ...others] = slots.filter((slot) => isUsable(slot, now));
  if (last?.id !== id || others.length > 0) return;
  throw new ActionError(
    "CA_LAST_USABLE",
    `${id} ("${shown(last.name)}", expires ${last.expiration}) is the last usable one.`,
    { next },
  );
}
