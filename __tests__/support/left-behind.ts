import { readCertificate, shortFingerprint } from "../../src/ca/certificate.ts";
import { formatKeyring, parseKeyring } from "../../src/keyring/keyring-format.ts";
import type { Sandbox, StoredCertificate } from "../../src/sandbox/start.ts";
import { TENANT } from "./inputs.ts";

/**
 * Seeds what a registration leaves: the CA is verified in a slot, and noted in a keyring.
 * @param at when it was, milliseconds since 1970
 * @returns the slot's id, and the keyring's text, which is nowhere yet
 */
export function seedRegistered(
  sandbox: Sandbox,
  { pem, privateKey }: { readonly pem: string; readonly privateKey: string },
  at: number,
): { id: string; keyring: string } {
  const certificate = readCertificate(pem);
  const name = `${TENANT}-${shortFingerprint(certificate)}`;
  const { id } = sandbox.seed(pem, { name, verified: true });
  const writtenAt = new Date(at).toISOString();
  const noted = { tenant: TENANT, platformId: id, verifiedAt: writtenAt, notes: [] };
  const entries = [{ privateKey, certificate, ...noted }];
  return { id, keyring: formatKeyring({ generation: 2, writtenAt, entries }) };
}

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
