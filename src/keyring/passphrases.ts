import type { KeyObject } from "node:crypto";
import { isEncrypted } from "../ca/pem.ts";
import { type Opening, OR_DAMAGED, openInPool, openPrivateKey, PrivateKeyError } from "../ca/private-key.ts";

/** Opens the private keys of a keyring. */

/** A key, and the passphrase that opened it. */
interface Opened {
  readonly key: KeyObject;
  readonly by: string | undefined;
}

/**
 * The passphrases of a keyring. Any of them may open a key, and the first one encrypts. So a user changes the
 * passphrase by putting the new one first. Deriving a key takes a fifth of a second: each key is tried once,
 * and the result is kept.
 */
export class Passphrases {
  readonly #all: readonly string[];
  /** What came of the passphrases that {@link openAll} tried, by the key's PEM. */
  readonly #openings = new Map<string, Map<string | undefined, Opening>>();
  readonly #tried = new Map<string, Opened | PrivateKeyError>();

  /** @param all in their order; none where the keyring's keys are plain */
  constructor(all: readonly string[] = []) {
    this.#all = all;
  }

  /** @returns the passphrases themselves; for a text those with only this one; for undefined none */
  static of(passphrases: Passphrases | string | undefined): Passphrases {
    if (passphrases instanceof Passphrases) return passphrases;
    return new Passphrases(passphrases === undefined ? [] : [passphrases]);
  }

  /** The one that encrypts; undefined where keys stay plain. */
  get first(): string | undefined {
    return this.#all[0];
  }

  /**
   * Whether there is more than one passphrase. Then a key may have to be encrypted again, with the first one.
   */
  get several(): boolean {
    return this.#all.length > 1;
  }

  /**
   * Opens keys at the same time, while the run goes on, and keeps what came of it for {@link open} and the others.
   * @param pems private keys; what is not encrypted as the action encrypts keys is passed over
   */
  async openAll(pems: readonly string[]): Promise<void> {
    const isKnown = (pem: string) => this.#openings.has(pem) || this.#tried.has(pem);
    const closed = new Set(pems.filter((pem) => isEncrypted(pem) && !isKnown(pem)));
    await Promise.all([...closed].map((pem) => this.#openInPool(pem)));
  }

  async #openInPool(pem: string): Promise<void> {
    const openings = new Map<string | undefined, Opening>();
    this.#openings.set(pem, openings);
    for (const by of this.#all) {
      const opening = await openInPool(pem, by);
      if (opening === undefined) return;
      openings.set(by, opening);
      if ("key" in opening) return;
    }
  }

  /**
   * Opens a private key in PEM, plain or encrypted.
   * @throws PrivateKeyError that never quotes the key or a passphrase
   */
  open(pem: string): KeyObject {
    return this.#open(pem).key;
  }

  /** @returns whether a key is encrypted with the first passphrase; false for a key that does not open */
  isUnderFirst(pem: string): boolean {
    return this.opens(pem) && isEncrypted(pem) && this.#open(pem).by === this.first;
  }

  /** @returns whether a key can be opened */
  opens(pem: string): boolean {
    try {
      this.#open(pem);
      return true;
    } catch (error) {
      if (error instanceof PrivateKeyError) return false;
      throw error;
    }
  }

  #open(pem: string): Opened {
    const tried = this.#tried.get(pem) ?? this.#try(pem);
    this.#tried.set(pem, tried);
    if (tried instanceof PrivateKeyError) throw tried;
    return tried;
  }

  #try(pem: string): Opened | PrivateKeyError {
    const openings = this.#openings.get(pem);
    const candidates = isEncrypted(pem) && this.several ? this.#all : [this.first];
    for (const by of candidates) {
      try {
        return { key: openPrivateKey(pem, by, openings?.get(by)), by };
      } catch (error) {
        if (!(error instanceof PrivateKeyError)) throw error;
        if (!error.passphrase || candidates.length === 1) return error;
      }
    }
    const count = candidates.length;
    const what = `none of the ${count} passphrases opens the encrypted private key${OR_DAMAGED}`;
    return new PrivateKeyError(what, true);
  }
}
