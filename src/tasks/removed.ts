import { ActionError } from "../ca/errors.ts";
import type { KeyringEntry } from "../ca/keyring.ts";
import { shown } from "../ca/printable.ts";
import { endsTogether, type Slot } from "../ca/slots.ts";
import type { Procedure } from "./procedure.ts";

/**
 * Decides. A CA that was verified once and is not in the list is asked for by its id before it would be sent: one that is
 * gone was removed by somebody, and is not sent again by itself (guarantee 4).
 * @param gone fingerprints of those that are gone; added to
 * @param decide called anew for each of them; `sends` is the entry that would be uploaded by itself
 * @throws ActionError of the decision; `PLATFORM_REPLY_UNEXPECTED` where it is there although the list does not show it
 */
export async function decideKnowingGone<D>(
  { tools, platform }: Pick<Procedure, "tools" | "platform">,
  gone: Set<string>,
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
    gone.add(certificate.fingerprint);
    const as = platformId === undefined ? "" : ` as ${shown(platformId)}`;
    tools.runner.warning(
      `The CA "${shown(certificate.commonName)}" was verified${as} (${shown(verifiedAt)}) and is gone from the platform: somebody removed it there, or the keyring is another environment's, so it is not sent again by itself. To have it back, run register with restore: ${certificate.fingerprint}. Where a new CA of the same common name is there by then, delete that one first (tasks/delete).`,
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
    ? `the CA "${shown(certificate.commonName)}"`
    : `another certificate than the CA "${shown(certificate.commonName)}" that the keyring remembers`;
  throw new ActionError(
    "PLATFORM_REPLY_UNEXPECTED",
    `The platform's list does not show ${shown(id)}, and a GET of it shows ${what}, expiring ${there.expiration}: one of the two replies is wrong, and a slot may be hidden.`,
    {
      next: "Run again later. If it stays so, look in Insights Hub, and tell the vendor's support: nothing is sent while a slot may be hidden.",
    },
  );
}

/** Warns of CAs that count as verified although the list does not say so. */
export function warnOfSilence(runner: Procedure["tools"]["runner"], slots: readonly Slot[]): void {
  for (const { id } of slots.filter(({ remembered }) => remembered === true)) {
    runner.warning(
      `The platform's list does not say whether ${shown(id)} is verified; the keyring remembers that it was, and that counts. Nothing is retired or deleted on that alone.`,
    );
  }
}
