/** Uploads a CA of the keyring. A refusal by the platform is marked in the keyring and explained. */
import { changeEntry, type KeyringEntry, noteRefused } from "../ca/keyring.ts";
import {
  describeRefusal,
  findRefusedLike,
  type NewCaRequest,
  refusalWords,
  restoreAdvice,
} from "../ca/refused-cas.ts";
import type { Slot } from "../ca/slots.ts";
import { ActionError } from "../messages/errors.ts";
import { CertificateRefused } from "../mindconnect/ca-certificate-errors.ts";
import { type Procedure, upload } from "./documented-steps.ts";

/**
 * Uploads a CA of the keyring. One that the platform refuses for the certificate's own sake is marked there, and so is
 * in no one's way any more (guarantee 4).
 * @returns its slot, not verified yet
 * @throws ActionError `UPLOAD_REFUSED`, …
 */
export async function uploadOrMarkRefused(
  procedure: Pick<Procedure, "context" | "platform" | "keyring">,
  ca: KeyringEntry,
  name: string,
): Promise<Slot> {
  try {
    return await upload(procedure, ca.certificate, name);
  } catch (error) {
    if (!(error instanceof CertificateRefused)) throw error;
    throw await remember(procedure, ca, error);
  }
}

/** What the platform said is what the run tells of: a mark that cannot be written is a warning beside it. */
async function remember(
  { context, platform, keyring }: Pick<Procedure, "context" | "platform" | "keyring">,
  ca: KeyringEntry,
  refused: CertificateRefused,
): Promise<ActionError> {
  const { message, platform: said } = refused;
  if (keyring.location === undefined) return refused;
  try {
    await keyring.update((current) =>
      changeEntry(current, ca, (entry) => noteRefused(entry, refusalWords(said), platform.clock.earliest())),
    );
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    context.runner.warning(
      `The keyring could not be written to note that the platform refused the CA (${error.code}): ${error.message}`,
    );
    return refused;
  }
  return new ActionError("UPLOAD_REFUSED", `${message} This is noted in ${keyring.location}.`, {
    platform: said,
    next: `See what the platform said. ${nextStep(ca)}`,
    cause: refused,
  });
}

/**
 * Looks before a key is begun whether the platform has refused a CA that was asked for in the very same way.
 * @returns `UPLOAD_REFUSED` with the time and the words of then; undefined where a new one may be asked for
 */
export function refusedBefore(
  entries: readonly KeyringEntry[],
  wanted: NewCaRequest,
): ActionError | undefined {
  const refused = findRefusedLike(entries, wanted);
  if (refused === undefined) return undefined;
  return new ActionError(
    "UPLOAD_REFUSED",
    `${describeRefusal(refused)}. A new CA would have the same subject, days and key-bits, so this run creates no key for it.`,
    { next: nextStep(refused) },
  );
}

function nextStep(refused: KeyringEntry): string {
  return `To create another CA, change the subject, days or key-bits and run again. To upload the refused one again, ${restoreAdvice(refused)}.`;
}
