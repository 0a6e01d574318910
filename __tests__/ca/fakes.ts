import type { Certificate } from "../../src/ca/certificate.ts";
import type { Agreement } from "../../src/ca/clocks.ts";
import type { KeyringEntry } from "../../src/ca/keyring-entries.ts";
import type { Slot } from "../../src/ca/slots.ts";

/** What the decision and the matching look at of a certificate, without making one. */
export interface Look {
  readonly commonName: string;
  /** ISO 8601 UTC. */
  readonly expiration: string;
  /** Eight hex digits or more; anything where it does not matter. */
  readonly fingerprint?: string;
}

/** @returns a certificate that has only what the pure parts of the domain may look at */
export function looksLike({ commonName, expiration, fingerprint = commonName }: Look): Certificate {
  const notAfter = Date.parse(expiration);
  const look = { commonName, commonNames: [commonName], notBefore: 0, notAfter, expiration, fingerprint };
  return look as unknown as Certificate;
}

/** @returns a time that two clocks agree on */
export function agreedAt(now: number): Agreement {
  return { now, standing: "agreed" };
}

/** @returns a CA of the keyring; its note is a label that tells it from every other in a test */
export function ca(label: string, look: Look, remembered: Partial<KeyringEntry> = {}): KeyringEntry {
  return { privateKey: "", certificate: looksLike(look), notes: [label], ...remembered };
}

/** @returns the label that {@link ca} gave */
export function labelOf({ notes }: KeyringEntry): string {
  return notes[0] ?? "";
}

/** @returns a slot as a list of the platform shows it */
export function slot(id: string, look: Look, shown: { isVerified?: boolean; name?: string } = {}): Slot {
  const { isVerified = true, name = "somebody's" } = shown;
  return { id, name, commonName: look.commonName, expiration: look.expiration, isVerified };
}
