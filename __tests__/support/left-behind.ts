import { shortFingerprint } from "../../src/ca/certificate.ts";
import { parseKeyring } from "../../src/keyring/keyring-format.ts";
import type { StoredCertificate } from "../../src/sandbox/start.ts";

/**
 * Shows what a registration leaves, so that a seeded state can be compared with a real one.
 * @returns what stands in the keyring and in the slots, without what differs from one registration to the next
 */
export function leftBehind(
  keyring: string,
  slots: readonly StoredCertificate[],
  passphrase?: string,
): unknown {
  const { generation, provisional, writtenAt, entries } = parseKeyring(keyring, passphrase);
  return {
    generation,
    provisional,
    isDated: writtenAt !== undefined,
    entries: entries.map(({ certificate, privateKey, platformId, verifiedAt = "", ...noted }) => ({
      ...noted,
      isVerifiedInTime: Date.parse(verifiedAt) >= Date.parse(certificate.x509.validFrom),
      slots: slots
        .filter(({ id, pem }) => id === platformId && pem.trim() === certificate.pem.trim())
        .map(({ name, isVerified }) => ({
          name: name.replace(shortFingerprint(certificate), "<fingerprint>"),
          isVerified,
        })),
    })),
  };
}
