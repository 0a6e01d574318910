/** CAs of the keyring that were verified once, and that somebody removed from the platform without the keyring. */
import { printableId, printableName } from "../messages/printable.ts";
import type { KeyringEntry } from "./keyring-entries.ts";
import type { Joined } from "./slot-status.ts";

/**
 * @param joined every slot, with the entry that it matches
 * @param now the platform's clock, milliseconds since 1970
 * @returns the entries that the platform would still accept, and that are in no slot
 */
export function removedEntries(
  joined: readonly Joined[],
  entries: readonly KeyringEntry[],
  now: number,
): KeyringEntry[] {
  return entries.filter(
    (entry) =>
      entry.verifiedAt !== undefined &&
      entry.retiredAt === undefined &&
      entry.refusedAt === undefined &&
      entry.certificate.notAfter > now &&
      !joined.some(({ ca }) => ca === entry),
  );
}

/** @returns two sentences about a removed CA */
export function describeRemoved({ certificate, platformId, verifiedAt = "" }: KeyringEntry): string {
  const as = platformId === undefined ? "" : ` as ${printableId(platformId)}`;
  return `The CA "${printableName(certificate.commonName)}" was verified${as} (${printableName(verifiedAt)}) and is gone from the platform. Somebody removed it there, or the keyring belongs to another environment.`;
}
