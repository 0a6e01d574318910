import type { KeyObject } from "node:crypto";
import { isEncrypted } from "./pem.ts";
import { OR_DAMAGED, openPrivateKey, PrivateKeyError } from "./private-key.ts";

/**
 * The passphrases of a keyring: any of them may open a key, the first encrypts, so that a passphrase is changed by putting
 * the new one first. Deriving a key takes a fifth of a second: what was opened once is remembered.
 */
export class Passphrases {
  readonly #all: readonly string[];
  readonly #opened = new Map<string, { readonly key: KeyObject; readonly by: string | undefined }>();

  /** @param all in their order; none where the keyring's keys are plain */
  constructor(all: readonly string[] = []) {
    this.#all = all;
  }

  /** @returns the same, or those that one text or nothing stands for */
  static of(passphrases: Passphrases | string | undefined): Passphrases {
    if (passphrases instanceof Passphrases) return passphrases;
    return new Passphrases(passphrases === undefined ? [] : [passphrases]);
  }

  /** The one that encrypts; undefined where keys stay plain. */
  get first(): string | undefined {
    return this.#all[0];
  }

  /** Whether there is more than one, so that a key may have to change from another one to the first. */
  get several(): boolean {
    return this.#all.length > 1;
  }

  /**
   * Opens a private key in PEM, plain or encrypted.
   * @throws PrivateKeyError that never quotes the key or a passphrase
   */
  open(pem: string): KeyObject {
    return this.#open(pem).key;
  }

  /** @returns whether a key is encrypted with the first passphrase; what none of them opens is not */
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

  #open(pem: string): { readonly key: KeyObject; readonly by: string | undefined } {
    const known = this.#opened.get(pem);
    if (known !== undefined) return known;
    const opened = this.#try(pem);
    this.#opened.set(pem, opened);
    return opened;
  }

  #try(pem: string): { readonly key: KeyObject; readonly by: string | undefined } {
    if (!isEncrypted(pem) || this.#all.length <= 1) {
      return { key: openPrivateKey(pem, this.first), by: this.first };
    }
    for (const by of this.#all) {
      try {
        return { key: openPrivateKey(pem, by), by };
      } catch (error) {
        if (!(error instanceof PrivateKeyError) || !error.passphrase) throw error;
      }
    }
    const count = this.#all.length;
    const what = `none of the ${count} passphrases opens the encrypted private key${OR_DAMAGED}`;
    throw new PrivateKeyError(what, true);
  }
}
