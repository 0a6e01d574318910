/**
 * CAs that were verified once and that somebody removed from the platform: they are not uploaded again by
 * themselves.
 */
import type { KeyringEntry } from "../ca/keyring.ts";
import { endsTogether, type Slot } from "../ca/slots.ts";
import { ActionError } from "../messages/errors.ts";
import { printableId, printableName } from "../messages/printable.ts";
import type { Procedure } from "./documented-steps.ts";

/**
 * Decides. A CA that was verified once and is not in the list is asked for by its id before it would be sent: one that is
 * not there was removed by a person, and is not uploaded again by itself (guarantee 4).
 * @param removed fingerprints of those that are gone; added to
 * @param decide called again for each of them; `sends` is the entry that would be uploaded by itself
 * @throws ActionError of the decision; `PLATFORM_REPLY_UNEXPECTED` where it is there although the list does not show it
 */
export async function decideWithoutRemoved<D>(
  { context, platform }: Pick<Procedure, "context" | "platform">,
  removed: Set<string>,
  slots: readonly Slot[],
  decide: () => { readonly decided: D; readonly sends: KeyringEntry | undefined },
): Promise<D> {
  for (;;) {
    const { decided, sends } = decide();
    if (sends?.verifiedAt === undefined) return decided;
    const { platformId, verifiedAt, certificate } = sends;
    // What the list gives to another one is not this one's any more; where it may not be, it was refused before.
    const elsewhere = slots.some(({ id }) => id === platformId);
    if (platformId !== undefined && !elsewhere) await requireGone(platform, platformId, sends);
    removed.add(certificate.fingerprint);
    const as = platformId === undefined ? "" : ` as ${printableId(platformId)}`;
    context.runner.warning(
      `The CA "${printableName(certificate.commonName)}" was verified${as} (${printableName(verifiedAt)}) and is gone from the platform. Somebody removed it there, or the keyring belongs to another environment. This run does not upload it again. To upload it again, run register with restore: ${certificate.fingerprint}. If a new CA with the same common name is on the platform by then, delete that one first (tasks/delete).`,
    );
  }
}

async function requireGone(
  platform: Procedure["platform"],
  id: string,
  { certificate }: KeyringEntry,
): Promise<void> {
  const there = await platform.caCertificates.find(id);
  if (there === undefined) return;
  const what = endsTogether(there, certificate)
    ? `the CA "${printableName(certificate.commonName)}"`
    : `a certificate other than the CA "${printableName(certificate.commonName)}" that the keyring remembers`;
  throw new ActionError(
    "PLATFORM_REPLY_UNEXPECTED",
    `The platform's list does not show ${printableId(id)}, but a GET of it shows ${what}, which expires ${there.expiration}. One of the two replies is wrong. A slot may be hidden.`,
    {
      next: "Run again later. If the replies still differ, look in Insights Hub and tell the vendor's support. No run uploads anything while a slot may be hidden.",
    },
  );
}
