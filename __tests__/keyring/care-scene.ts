import { X509Certificate } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Keyring, KeyringEntry } from "../../src/ca/keyring-entries.ts";
import { formatKeyring } from "../../src/keyring/keyring-format.ts";
import { encrypted, entryOf, type MadeCa, makeCa } from "../ca/made.ts";
import { Workshop } from "../sandbox/workshop.ts";

/** Keyrings for the task that looks after them: of two tenants, plain and under several passphrases, retired and refused. */

export const [OLD, NEW, OTHERS] = ["the words of old", "some words, newer", "words of others"];
export const [RETIRED, REFUSED] = ["2026-01-02T00:00:00.000Z", "2026-01-03T00:00:00.000Z"];

/** CAs, made once for a test file. */
export class Plant {
  readonly #workshop = new Workshop();
  readonly used: MadeCa = makeCa(this.#workshop, "/CN=acme");
  readonly retired: MadeCa = makeCa(this.#workshop, "/CN=acme-old");
  readonly refused: MadeCa = makeCa(this.#workshop, "/CN=acme-odd");
  readonly others: MadeCa = makeCa(this.#workshop, "/CN=beta");
  readonly #sealed = new Map<string, string>();

  remove(): void {
    this.#workshop.remove();
  }

  /** @returns the entry of a CA; its key is plain without a passphrase */
  entry(ca: MadeCa, passphrase?: string, more: Partial<KeyringEntry> = {}): KeyringEntry {
    return entryOf(ca, {
      ...(passphrase === undefined ? {} : { privateKey: this.seal(ca, passphrase) }),
      ...more,
    });
  }

  /** @returns the key of a CA, encrypted */
  seal(ca: MadeCa, passphrase: string): string {
    const name = `${ca.file} ${passphrase}`;
    const known = this.#sealed.get(name) ?? encrypted(this.#workshop, ca, passphrase);
    this.#sealed.set(name, known);
    return known;
  }

  /** @returns a keyring with one CA of each kind */
  keyring(passphrase?: string, more: Partial<Keyring> = {}): string {
    return formatKeyring({
      generation: 4,
      writtenAt: "2026-01-05T00:00:00.000Z",
      entries: [
        this.entry(this.used, passphrase, {
          tenant: "acme",
          platformId: "c58bdcb6",
          verifiedAt: "2026-01-04T00:00:00.000Z",
        }),
        this.entry(this.retired, passphrase, { tenant: "acme", platformId: "0ld", retiredAt: RETIRED }),
        this.entry(this.refused, passphrase, { tenant: "acme", refusedAt: REFUSED, refusedFor: "no" }),
        this.entry(this.others, passphrase, { tenant: "beta" }),
      ],
      ...more,
    });
  }
}

export const fingerprintOf = ({ pem }: MadeCa): string => new X509Certificate(pem).fingerprint256;

/** @returns the private keys of a text */
export const keysIn = (text: string): string[] =>
  text.match(/-----BEGIN [A-Z ]*PRIVATE KEY[\s\S]*?KEY-----\n/g) ?? [];

/** A file in a folder, read and written as text. */
export function fileIn(folder: string, name: string) {
  const path = join(folder, name);
  return {
    path,
    read: () => readFileSync(path, "utf8"),
    write: (text: string) => writeFileSync(path, text, { mode: 0o600 }),
  };
}
