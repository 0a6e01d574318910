/**
 * Uploads a CA of the keyring. No run uploads by itself a CA that somebody removed from the platform, or one
 * that the platform refused.
 */
import { changeEntry, type KeyringEntry, noteRefused } from "../ca/keyring-entries.ts";
import {
  describeRefusal,
  findRefusedLike,
  type NewCaRequest,
  refusalWords,
  restoreAdvice,
} from "../ca/refused-cas.ts";
import { describeRemoved } from "../ca/removed-cas.ts";
import { endsTogether, type Slot } from "../ca/slots.ts";
import { ActionError } from "../messages/errors.ts";
import { printableId, printableName } from "../messages/printable.ts";
import { CertificateRefused } from "../mindconnect/ca-certificate-errors.ts";
import type { Platform } from "../mindconnect/connect.ts";
import { type StepContext, upload } from "./documented-steps.ts";

/**
 * Decides. If the decision would upload a CA that a person removed from the platform, decides again without
 * that CA: no run uploads it again by itself (guarantee 4). A removed CA was verified once, is not in the
 * list, and a GET of its id does not find it either.
 * @param removed fingerprints of removed CAs; added to
 * @param decide `sends` is the CA that the decision would upload without the user's request
 * @throws ActionError of the decision; `PLATFORM_REPLY_UNEXPECTED` where the GET finds what the list does not
 * show
 */
export async function decideWithoutRemoved<D>(
  { context, platform }: StepContext,
  removed: Set<string>,
  slots: readonly Slot[],
  decide: () => { readonly decided: D; readonly sends: KeyringEntry | undefined },
): Promise<D> {
  for (;;) {
    const { decided, sends } = decide();
    if (sends?.verifiedAt === undefined) return decided;
    const { platformId, certificate } = sends;
    // If the list shows another certificate under the id, the id does not belong to this CA any more. A
    // doubtful match was refused before.
    const elsewhere = slots.some(({ id }) => id === platformId);
    if (platformId !== undefined && !elsewhere) await requireGone(platform, platformId, sends);
    removed.add(certificate.fingerprint);
    context.runner.warning(
      `${describeRemoved(sends)} This run does not upload it again. To upload it again, ${restoreAdvice(sends)}. If a new CA with the same common name is on the platform by then, delete that one first (tasks/delete).`,
    );
  }
}

async function requireGone(
  { caCertificates }: Platform,
  id: string,
  { certificate }: KeyringEntry,
): Promise<void> {
  const there = await caCertificates.find(id);
  if (there === undefined) return;
  const ca = `the CA "${printableName(certificate.commonName)}"`;
  const what = endsTogether(there, certificate)
    ? ca
    : `a certificate other than ${ca} that the keyring remembers`;
  throw new ActionError(
    "PLATFORM_REPLY_UNEXPECTED",
    `The platform's list does not show ${printableId(id)}, but a GET of it shows ${what}, which expires ${there.expiration}. One of the two replies is wrong. A slot may be hidden.`,
    {
      next: "Run again later. If the replies still differ, look in Insights Hub and tell the vendor's support. No run uploads anything while a slot may be hidden.",
    },
  );
}

/**
 * Uploads a CA of the keyring. If the platform refuses the certificate itself, the keyring marks the CA as
 * refused, so that it does not prevent the next CA (guarantee 4). If the mark cannot be written, the run
 * warns and fails with the refusal.
 * @returns its slot, not verified yet
 * @throws ActionError `UPLOAD_REFUSED`, …
 */
export async function uploadOrMarkRefused(steps: StepContext, ca: KeyringEntry, name: string): Promise<Slot> {
  const { context, platform, keyring } = steps;
  try {
    return await upload(steps, ca.certificate, name);
  } catch (refused) {
    if (!(refused instanceof CertificateRefused) || keyring.location === undefined) throw refused;
    const { message, platform: said } = refused;
    try {
      await keyring.update((current) =>
        changeEntry(current, ca, (entry) =>
          noteRefused(entry, refusalWords(said), platform.clock.earliest()),
        ),
      );
    } catch (error) {
      if (!(error instanceof ActionError)) throw error;
      context.runner.warning(
        `The keyring could not be written to note that the platform refused the CA (${error.code}): ${error.message}`,
      );
      throw refused;
    }
    throw new ActionError("UPLOAD_REFUSED", `${message} This is noted in ${keyring.location}.`, {
      platform: said,
      next: `See what the platform said. ${nextStep(ca)}`,
      cause: refused,
    });
  }
}

/**
 * Looks, before a key is begun, whether the platform has refused a CA of the same request.
 * @returns `UPLOAD_REFUSED` with the time and the words of that refusal; undefined where a new CA may be requested
 */
export function earlierRefusal(
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
